/** A step as platforms get it. */
import type { Event } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import { type EventStep, stepId } from './step.ts';
import { becauseWords, stepWords } from './wording.ts';

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
    ...judgementOf(step),
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

function judgementOf({ judgement }: EventStep): Partial<Event> {
  if (judgement === undefined) return {};
  const { candidates, margin, rival, prior, because, rejected, weightsVersion } = judgement;
  return {
    because: because.map((one) => ({ id: one.evidence, nats: one.nats, seq: one.seq, says: becauseWords(one) })),
    margin,
    prior,
    rival,
    candidates,
    rejected,
    weightsVersion,
  };
}
