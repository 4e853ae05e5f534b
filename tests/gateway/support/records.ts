/** Journal records made by hand, as folds and projections are given them. */
import type { LinkFact } from '../../../gateway/intake/facts.ts';
import type { Batch } from '../../../gateway/journal/journal.ts';
import { RECORD_KIND, type RecordInput, type RecordKindName } from '../../../gateway/journal/record.ts';
import { forEachRecord, type RecordView } from '../../../gateway/journal/record-view.ts';
import { frameOf, NOON, packetOf, type Speaker } from '../../support/terminal-frames.ts';
import { bodyOf } from '../journal/support.ts';

export const CAR: Speaker = { phone: '013912345678', revision: 2013 };
export const CAR_2019: Speaker = { phone: '00000000013912345678', revision: 2019, version: 1 };
export const TERMINAL = '13912345678';

export interface About {
  readonly terminal?: string;
  readonly receivedAt?: number;
  readonly link?: number;
}

export function record(kind: RecordKindName, payload: Uint8Array | object, about: About = {}): RecordInput {
  const b = payload instanceof Uint8Array ? payload : new TextEncoder().encode(JSON.stringify(payload));
  const { terminal = TERMINAL, receivedAt = NOON, link = 1 } = about;
  return { kind: RECORD_KIND[kind], receivedAt, link, terminal, ackable: false, b, start: 0, end: b.length };
}

/** A frame as the journal keeps it. */
export function frameRecord(
  message: {
    readonly id: number;
    readonly serial?: number;
    readonly body?: Uint8Array;
    readonly speaker?: Speaker;
    readonly encryption?: number;
  },
  about: About = {},
): RecordInput {
  const { id, serial = 0, body, speaker = CAR, encryption = 0 } = message;
  return record('frame', packetOf(frameOf(speaker, id, serial, body, { encryption })), about);
}

export const authenticated = (epoch = 1, about: About = {}): RecordInput =>
  record(
    'link',
    { fact: 'authenticated', peer: `memory:${epoch}`, epoch, imei: '', softwareVersion: '' } satisfies LinkFact,
    about,
  );

export const closed = (how: Extract<LinkFact, { fact: 'closed' }>['how'] = 'ended', about: About = {}): RecordInput =>
  record('link', { fact: 'closed', how, epoch: 1, frames: 9 } satisfies LinkFact, about);

export const started = (about: About = {}): RecordInput =>
  record('gateway', { fact: 'started', version: '0' }, { terminal: '', ...about });

/** Records as one batch, the first at `first`. */
export function batchOf(records: readonly RecordInput[], first = 1): Batch {
  return { first, count: records.length, at: NOON, body: bodyOf(records), hash: new Uint8Array(32) };
}

/** Shows records to `visit` one after another, the first at `first`. */
export function show(records: readonly RecordInput[], visit: (view: RecordView) => void, first = 1): void {
  forEachRecord(batchOf(records, first), 0, visit);
}
