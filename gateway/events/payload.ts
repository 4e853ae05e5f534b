/** A step as platforms get it. */
import type { Event } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import { evidenceWords } from '../fold/detect/texts.ts';
import { type EventStep, type Judgement, stepId } from './step.ts';
import { stepWords } from './wording.ts';

/**
 * `time` says when what the step is about happened: the fact where it begins, its end where it ended, else the step
 * itself, so that steps of one event are points of their own in a time series.
 */
export function eventPayload(step: EventStep, record: { readonly seq: number }): Event {
  const { event, terminal, vehicle, code, state, status, severity, axis, origin, confidence, factTime, at } = step;
  const { was, endTime, alarm, reason, by, acknowledged, order, supersededBy, ladder, place } = step;
  const time = step.step === 0 ? factTime : state === 'cleared' ? (endTime ?? at) : at;
  return {
    id: stepId(step),
    terminal,
    vehicle,
    time: formatTime(time),
    receivedAt: formatTime(at),
    seq: record.seq,
    event,
    code,
    ...(was === undefined ? {} : { was }),
    state,
    status,
    severity,
    axis,
    origin,
    confidence,
    factTime: formatTime(factTime),
    ...(endTime === undefined ? {} : { endTime: formatTime(endTime) }),
    text: stepWords(step),
    ...(step.judgement === undefined ? {} : evidenceOf(step.judgement)),
    ...(alarm === undefined ? {} : { alarm: { ...alarm } }),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
    ...(acknowledged === undefined ? {} : { acknowledged: { ...acknowledged, at: formatTime(acknowledged.at) } }),
    ...(order === undefined ? {} : { order }),
    ...(supersededBy === undefined ? {} : { supersededBy }),
    ...(ladder === undefined ? {} : { ladder }),
    ...(place === undefined ? {} : { place }),
  };
}

export type Evidence = Required<
  Pick<Event, 'because' | 'margin' | 'prior' | 'rival' | 'candidates' | 'rejected' | 'weightsVersion'>
>;

/** What the detector weighed, in words and figures: `prior` and all nats add up to `margin`. */
export function evidenceOf(judgement: Judgement): Evidence {
  const { candidates, margin, rival, prior, because, rejected, weightsVersion } = judgement;
  return {
    because: because.map((one) => ({ id: one.evidence, nats: one.nats, seq: one.seq, says: evidenceWords(one) })),
    margin,
    prior,
    rival,
    candidates,
    rejected,
    weightsVersion,
  };
}
