/** A kept journal as it might have come otherwise: records left out, stored reports in another order, items nobody knows. */
import type { Batch } from '../../gateway/journal/journal.ts';
import { RECORD_KIND, recordBytes, type RecordInput, writeRecord } from '../../gateway/journal/record.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import type { Random } from '../../protocol/index.ts';

const LOCATION = 0x0200;
const LOCATION_BATCH = 0x0704;
const LENGTH_BITS = 0x03ff;
const IN_PARTS = 0x2000;
const VERSIONED = 0x4000;

/** All records, each with octets of its own. */
export function recordsOf(batches: readonly Batch[]): RecordInput[] {
  const records: RecordInput[] = [];
  const view = new RecordView();
  for (const batch of batches) {
    forEachRecord(
      batch,
      0,
      ({ kind, receivedAt, link, terminal, ackable, b, payloadStart, payloadEnd }) =>
        void records.push({ kind, receivedAt, link, terminal, ackable, b, start: payloadStart, end: payloadEnd }),
      view,
    );
  }
  return records;
}

/** A batch for each record, so that time passes between them as it did. */
export function batchesOf(records: readonly RecordInput[]): Batch[] {
  return records.map((record, i) => {
    const body = new Uint8Array(recordBytes(record));
    writeRecord(body, 0, record);
    return { first: i + 1, count: 1, at: record.receivedAt, body, hash: UNCHAINED };
  });
}

const UNCHAINED = new Uint8Array(32);

/** Message id of a frame; undefined of any other record. */
export function messageIdOf({ kind, b, start, end }: RecordInput): number | undefined {
  return kind === RECORD_KIND.frame && end - start > 12 ? (b[start]! << 8) | b[start + 1]! : undefined;
}

function bodyStart({ b, start }: RecordInput): number {
  const properties = (b[start + 2]! << 8) | b[start + 3]!;
  return start + ((properties & VERSIONED) === 0 ? 12 : 17) + ((properties & IN_PARTS) === 0 ? 0 : 4);
}

/** The record with another body behind its header. */
function withBody(record: RecordInput, body: Uint8Array): RecordInput {
  const { b, start } = record;
  const head = b.subarray(start, bodyStart(record));
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  const properties = ((out[2]! << 8) | out[3]!) & ~LENGTH_BITS;
  out[2] = (properties | body.length) >> 8;
  out[3] = body.length & 0xff;
  return { ...record, b: out, start: 0, end: out.length };
}

function bodyOf(record: RecordInput): Uint8Array {
  return record.b.subarray(bodyStart(record), record.end);
}

/** Frames of one terminal that carry stored reports, one after another: until another position comes. */
function replaysIn(records: readonly RecordInput[]): number[][] {
  const open = new Map<string, number[]>();
  const all: number[][] = [];
  records.forEach((record, i) => {
    const id = messageIdOf(record);
    if (id === LOCATION_BATCH) {
      let run = open.get(record.terminal);
      if (run === undefined) {
        open.set(record.terminal, (run = []));
        all.push(run);
      }
      run.push(i);
    } else if (id !== undefined) open.delete(record.terminal);
  });
  return all;
}

/** Stored reports of each return in another order: bodies change places, serial numbers stay. */
export function permuted(records: readonly RecordInput[], random: Random): RecordInput[] {
  const out = [...records];
  for (const run of replaysIn(records)) {
    const order = [...run];
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.int(0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    run.forEach((at, i) => (out[at] = withBody(records[at]!, bodyOf(records[order[i]!]!))));
  }
  return out;
}

/** Every frame of stored reports comes twice. */
export function duplicated(records: readonly RecordInput[]): RecordInput[] {
  return records.flatMap((record) => (messageIdOf(record) === LOCATION_BATCH ? [record, record] : [record]));
}

/** Every report has an item that no table names. */
export function withUnknownItems(records: readonly RecordInput[]): RecordInput[] {
  return records.map((record) => {
    if (messageIdOf(record) !== LOCATION) return record;
    const body = bodyOf(record);
    const out = new Uint8Array(body.length + UNKNOWN_ITEM.length);
    out.set(body);
    out.set(UNKNOWN_ITEM, body.length);
    return withBody(record, out);
  });
}

const UNKNOWN_ITEM = Uint8Array.of(0xfa, 0x03, 0x58, 0x4a, 0x21);

/** Without stored reports. */
export function withoutReplay(records: readonly RecordInput[]): RecordInput[] {
  return records.filter((record) => messageIdOf(record) !== LOCATION_BATCH);
}

/** As if nobody else were there. */
export function onlyOf(records: readonly RecordInput[], terminals: ReadonlySet<string>): RecordInput[] {
  return records.filter(({ terminal }) => terminal === '' || terminals.has(terminal));
}

/** Without facts of these feeds. */
export function withoutFeeds(records: readonly RecordInput[], feeds: ReadonlySet<string>): RecordInput[] {
  const text = new TextDecoder();
  return records.filter(({ kind, b, start, end }) => {
    if (kind !== RECORD_KIND.feed) return true;
    const { feed } = JSON.parse(text.decode(b.subarray(start, end))) as { feed?: string };
    return feed === undefined || !feeds.has(feed);
  });
}
