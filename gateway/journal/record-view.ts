/**
 * Records read where they lie in a batch: one view, moved along, allocates nothing.
 *
 * Octets that are not records give `RECORD_CORRUPT` once and then the end, never an endless walk.
 */
import { JournalError } from './errors.ts';
import { RECORD_HEAD, RECORD_KIND, type RecordKind, type Seq } from './record.ts';

/** What a view needs of a batch. */
export interface BatchBody {
  readonly first: Seq;
  readonly count: number;
  readonly body: Uint8Array;
}

const U32 = 0x1_0000_0000;
const NOTHING: BatchBody = { first: 1, count: 0, body: new Uint8Array(0) };
const LAST_KIND = Math.max(...Object.values(RECORD_KIND));
/** Pairs of places, in all twice the terminals that a worker is meant to have; 256 KiB. */
const PAIRS = 1 << 14;

/**
 * Strings of terminals by their octets, so that a fleet's records do not make the same string again and
 * again. A table of 16,384 pairs for all views of a thread: of those that hash to a pair it has the two that came in last. With single places
 * a quarter of a fleet of 10,000 would push one another out, now a twentieth does.
 */
class TerminalNames {
  readonly #names = new Array<string>(2 * PAIRS).fill('');

  lookup(b: Uint8Array, start: number, end: number): string {
    let hash = 0;
    for (let i = start; i < end; i += 1) hash = (Math.imul(hash, 31) + b[i]!) | 0;
    const slot = 2 * ((hash ^ (hash >>> 15)) & (PAIRS - 1));
    const last = this.#names[slot]!;
    if (same(last, b, start, end)) return last;
    const other = this.#names[slot + 1]!;
    if (same(other, b, start, end)) return other;
    let name = '';
    for (let i = start; i < end; i += 1) name += String.fromCharCode(b[i]!);
    this.#names[slot + 1] = last;
    this.#names[slot] = name;
    return name;
  }
}

const TERMINALS = new TerminalNames();

function same(name: string, b: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i += 1) if (name.charCodeAt(i) !== b[start + i]) return false;
  return true;
}

/** A cursor over the records of a batch: `open`, then `next` until it returns false. Fields are those of the record it stands on. */
export class RecordView {
  seq: Seq = 0;
  kind: RecordKind = RECORD_KIND.frame;
  /** The peer waited for an acknowledgement of this record. */
  ackable = false;
  receivedAt = 0;
  link = 0;
  /** The payload is octets [payloadStart, payloadEnd) of `b`, which is the batch body: never written to. */
  b: Uint8Array = NOTHING.body;
  payloadStart = 0;
  payloadEnd = 0;

  #batch: BatchBody = NOTHING;
  /** Of the record; undefined until somebody asks, which every fold does. */
  #terminal: string | undefined;
  #terminalAt = 0;
  #terminalEnd = 0;
  #at = 0;
  #index = 0;

  /** Digits without leading zeros, '' where it is not known. The same string object for a terminal met before. */
  get terminal(): string {
    return (this.#terminal ??= TERMINALS.lookup(this.b, this.#terminalAt, this.#terminalEnd));
  }

  /** Whether `terminal` is this one. Who has the string already spares the view from looking it up, or making it. */
  isOf(terminal: string): boolean {
    if (this.#terminal !== undefined) return this.#terminal === terminal;
    if (!same(terminal, this.b, this.#terminalAt, this.#terminalEnd)) return false;
    this.#terminal = terminal;
    return true;
  }

  /** Stands before the first record of the batch. */
  open(batch: BatchBody): this {
    this.#batch = batch;
    this.b = batch.body;
    this.#at = 0;
    this.#index = 0;
    this.seq = batch.first - 1;
    this.payloadStart = 0;
    this.payloadEnd = 0;
    this.#terminal = undefined;
    this.#terminalAt = 0;
    this.#terminalEnd = 0;
    return this;
  }

  /** All records of the batch were visited, as many as it says that it has. */
  get isAtEnd(): boolean {
    return this.#batch !== NOTHING && this.#index === this.#batch.count;
  }

  /** Moves to the next record; false at the end. Throws JournalError `RECORD_CORRUPT`; the end follows. */
  next(): boolean {
    const { b } = this;
    const { count } = this.#batch;
    const at = this.#at;
    if (this.#index === count) {
      if (at < b.length) this.#corrupt(`${b.length - at} octets follow the last record`);
      return false;
    }
    if (at + RECORD_HEAD > b.length) this.#corrupt('the batch ends early');
    const end = at + 4 + u32(b, at);
    const terminalAt = at + RECORD_HEAD;
    const terminalEnd = terminalAt + b[at + 16]!;
    if (end > b.length || terminalEnd > end) this.#corrupt('a length points outside');
    const kind = b[at + 4]!;
    if (kind < 1 || kind > LAST_KIND) this.#corrupt(`kind ${kind} is not known`);
    this.#index += 1;
    this.seq += 1;
    this.kind = kind as RecordKind;
    this.ackable = (b[at + 5]! & 1) === 1;
    this.receivedAt = ((b[at + 6]! << 8) | b[at + 7]!) * U32 + u32(b, at + 8);
    this.link = u32(b, at + 12);
    this.#terminal = undefined;
    this.#terminalAt = terminalAt;
    this.#terminalEnd = terminalEnd;
    this.payloadStart = terminalEnd;
    this.payloadEnd = end;
    this.#at = end;
    return true;
  }

  #corrupt(what: string): never {
    const { first, count } = this.#batch;
    const detail = `Batch ${first}, record ${this.#index + 1} of ${count}: ${what}.`;
    this.open(NOTHING);
    throw new JournalError('RECORD_CORRUPT', detail);
  }
}

function u32(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}

/**
 * Calls `visit` for the records of a batch behind `after`, in order. `view` is the same object every time;
 * pass one of your own to keep it from being made per batch.
 * False where it came to octets that are no record: then the rest of the batch is left out, and all others can
 * still be read. The check of the chain names such a batch.
 */
export function forEachRecord(
  batch: BatchBody,
  after: Seq,
  visit: (view: RecordView) => void,
  view: RecordView = new RecordView(),
): boolean {
  view.open(batch);
  while (nextOrEnd(view)) if (view.seq > after) visit(view);
  return view.isAtEnd;
}

/** Puts `view` on record `seq` of the batch, where it is not past it already; false where the batch has none. */
export function standAt(batch: BatchBody, seq: Seq, view: RecordView): boolean {
  if (seq < batch.first) return false;
  if (view.b !== batch.body || view.seq > seq) view.open(batch);
  while (view.seq < seq) if (!nextOrEnd(view)) return false;
  return view.seq === seq;
}

function nextOrEnd(view: RecordView): boolean {
  try {
    return view.next();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return false;
  }
}
