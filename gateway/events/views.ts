/** Events as the API and the command line show them: names and units of the contract, times in ISO 8601. */
import type { Event } from '../../bridge/index.ts';
import {
  type DescribedFault,
  type DescribedMessage,
  decodeMessage,
  describeMessage,
  formatHex,
  formatTime,
  frameHex,
} from '../../protocol/index.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND, type RecordKindName } from '../journal/record.ts';
import { codeName } from './codes.ts';
import { type Evidence, eventPayload, evidenceOf } from './payload.ts';
import type { EventStatus } from './step.ts';
import type { KeptFrame } from './store/chain.ts';
import type { EventRow, EventStory, ListedEvent } from './store/event-query.ts';
import { stepWords, type Words } from './wording.ts';

/** Where an event stands. */
export interface EventView {
  readonly id: string;
  readonly terminal: string;
  readonly vehicle: string | null;
  readonly division: string;
  readonly code: string;
  readonly name: Words;
  readonly axis: string;
  readonly state: EventStatus;
  readonly severity: number;
  readonly confidence: number;
  readonly factTime: string;
  readonly raisedAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly text: Words;
  /** What the detector weighed last; null for an alarm of the terminal. */
  readonly evidence: Evidence | null;
  /** What the terminal said of its own alarm; null for a finding. */
  readonly alarm: Event['alarm'] | null;
  readonly steps: number;
}

/** A record that an event rests on. */
export interface FrameView {
  readonly seq: number;
  readonly receivedAt: string;
  readonly kind: RecordKindName;
  readonly terminal: string;
  /** As of `KeptFrame`. */
  readonly worker?: number;
  /** A frame as `xingji decode` takes it; the octets of the record where it is none. */
  readonly hex: string;
  readonly message?: DescribedMessage | DescribedFault;
  /** What a record says that is no frame. */
  readonly content?: unknown;
}

const KIND_NAMES = new Map(Object.entries(RECORD_KIND).map(([name, kind]) => [kind, name as RecordKindName]));

export function eventView({ row, last, judgement }: ListedEvent): EventView {
  const { id, terminal, vehicle, division, code, axis, status, severity, confidence, ended, acknowledged } = row;
  const { zh, en } = codeName(code);
  return {
    id,
    terminal,
    vehicle,
    division,
    code,
    name: { 'zh-CN': zh, en },
    axis,
    state: status,
    severity,
    confidence,
    factTime: formatTime(row.fact),
    raisedAt: formatTime(row.raised),
    updatedAt: formatTime(row.updated),
    endedAt: ended === null ? null : formatTime(ended),
    acknowledgedBy: acknowledged,
    text: stepWords(last),
    evidence: judgement === undefined ? null : evidenceOf(judgement),
    alarm: last.alarm === undefined ? null : { ...last.alarm },
    steps: last.step + 1,
  };
}

/** An event and all that became of it, oldest step first. */
export function storyView(story: EventStory): EventView & { readonly timeline: readonly Event[] } {
  return { ...eventView(listedOf(story)), timeline: story.steps.map(({ step, seq }) => eventPayload(step, { seq })) };
}

/** What a list has, of a whole story. */
export function listedOf({ row, steps }: EventStory): ListedEvent {
  const judged = steps.findLast(({ step }) => step.judgement !== undefined);
  return { row: row satisfies EventRow, last: steps.at(-1)!.step, judgement: judged?.step.judgement };
}

/** A record as people read it: the message decoded, or the JSON that it holds. */
export function frameView({ seq, kind, receivedAt, terminal, octets, worker }: KeptFrame): FrameView {
  const head = {
    seq,
    receivedAt: formatTime(receivedAt),
    kind: KIND_NAMES.get(kind as never)!,
    terminal,
    ...(worker === undefined ? {} : { worker }),
  };
  if (kind === RECORD_KIND.frame) {
    const message = describeMessage(decodeMessage(octets, 0, octets.length));
    return { ...head, hex: frameHex(octets, 0, octets.length), message };
  }
  const hex = formatHex(octets);
  if (kind === RECORD_KIND.assembled) {
    return { ...head, hex, message: describeMessage(decodeMessage(octets, 0, octets.length, { whole: true })) };
  }
  const content = decodeFact<unknown>(octets, 0, octets.length);
  return { ...head, hex, ...(content === undefined ? {} : { content }) };
}
