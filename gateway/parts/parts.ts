/**
 * Sub-packaged messages, from their parts to the journal.
 *
 * The journal holds every part that was taken, so nothing else has to: memory that runs short lets octets go and
 * fetches them again, and a start finds what the process before left unfinished by reading on from a cursor that never
 * passes an unfinished message. What is missing is asked for while the terminal can be reached; what is whole is
 * written as one record, or as a file where it is a picture, before the terminal is told.
 *
 * Bounds: those of `PartsLimits`, of `DurableWriter` and of `MediaStore`; a part beyond them is not taken, and what is
 * given up is told: counted, journalled as `unfinished`, and from there an event.
 */
import {
  type Assembled,
  type BodyCiphers,
  type Cancel,
  type Clock,
  decipher,
  type Header,
  newHeader,
  type PartsOverdue,
  type PartsSettled,
  readHeader,
  readJoinedHeader,
  Reassembler,
  type Whole,
} from '../../protocol/index.ts';
import { decodeFact, encodeFact, type GatewayFact } from '../intake/facts.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND, type RecordInput, type RecordKind } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { decodeMedia, encodeMedia } from '../media/media-record.ts';
import type { MediaStore } from '../media/media-store.ts';
import { PartsCounters } from './counters.ts';
import { DurableWriter } from './durable-writer.ts';
import { fetchParts } from './fetch.ts';
import { Completions, type Reachable } from './completions.ts';
import { type CompleteForm, MEDIA_RESPONSE, MEDIA_UPLOAD, requestFor } from './request.ts';

/** What may be under way, and for how long. */
export interface PartsLimits {
  readonly askAfterMs: number;
  readonly asks: number;
  /** Without a new part for so long, a message is given up. Time in which no gateway ran does not count. */
  readonly giveUpAfterMs: number;
  /** Octets of unfinished messages in memory; beyond them octets are read from the journal again. */
  readonly memoryBytes: number;
  /** Octets of unfinished messages in all; a part beyond them is not taken. */
  readonly storedBytes: number;
}

export interface PartsHost {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly media: MediaStore;
  readonly reach: (terminal: string) => Reachable | undefined;
  /** What opens messages that were encrypted before they were split; without it they are kept as they came. */
  readonly ciphers?: BodyCiphers | undefined;
  /** Whether a command waits for pictures of a terminal: then one that is there already is journalled once more. */
  readonly wanted?: (terminal: string) => boolean;
  /** Hears of every message that was given up. */
  readonly lost: (overdue: PartsOverdue) => void;
}

export interface PartsOptions extends PartsLimits {
  /** What follows the id in a 0x8800 that says that all is there. */
  readonly completeForm: CompleteForm;
}

/** Who sent it, when, and over which link: as the record says. */
interface Sender {
  readonly terminal: string;
  readonly link: number;
  readonly receivedAt: number;
  /** Hears of the whole when it is joined. */
  readonly joined?: (whole: Assembled) => void;
  /** The process before has taken it already: its file may be there and its record not. */
  readonly again?: true;
}

/** Reader under which the journal keeps what is unfinished. */
const READER = 'parts';
/** Records of the journal's end that a start looks at for unfinished messages, at most. */
const LOOK_BACK = 2_000_000;
/** Parts of one message; one of more cannot be taken. About 4 MiB. */
const MAX_PARTS = 4096;
const MAX_MESSAGES = 65_536;
/** Late copies of parts are known for so long: a terminal repeats itself within four minutes at the usual settings. */
const REMEMBER_MS = 4 * 60_000;
/** Expiry is looked at no more often than this. */
const EXPIRE_EVERY_MS = 1000;
const ADVANCE_EVERY_MS = 5000;

export class Parts {
  readonly counters = new PartsCounters();
  readonly #host: PartsHost;
  readonly #completions: Completions;
  readonly #reassembler: Reassembler;
  readonly #writer: DurableWriter;
  readonly #header = newHeader();
  /** Where the journal stood when the first part of a whole came that is on its way to the disk. */
  readonly #underWay = new Map<object, number>();
  /** Found by `recall` and not seen as a record yet, by what tells them apart. */
  readonly #recalled = new Map<string, { readonly sender: Sender; readonly whole: Whole }>();
  #fetching: Promise<unknown> = Promise.resolve();
  #expiry: Cancel | undefined;
  #expiresAt = Infinity;
  #advance: Cancel | undefined;
  #closed = false;

  constructor(host: PartsHost, options: PartsOptions) {
    const { askAfterMs, asks, giveUpAfterMs, memoryBytes, storedBytes } = options;
    this.#host = host;
    this.#completions = new Completions(host.reach, options.completeForm);
    this.#writer = new DurableWriter(host.clock, host.journal);
    this.#reassembler = new Reassembler({
      askAfterMs,
      asks,
      giveUpAfterMs,
      rememberMs: Math.min(REMEMBER_MS, giveUpAfterMs),
      maxBytes: memoryBytes,
      maxStoredBytes: storedBytes,
      maxParts: MAX_PARTS,
      maxMessages: MAX_MESSAGES,
    });
  }

  /** Messages under way, and finished ones that are remembered so that late copies of their parts are known. */
  get messages(): number {
    return this.#reassembler.messages;
  }

  /** Octets in memory. */
  get bytes(): number {
    return this.#reassembler.bytes + this.#writer.bytes + this.#host.media.waiting;
  }

  /** Octets of unfinished messages, in memory or only in the journal. */
  get storedBytes(): number {
    return this.#reassembler.storedBytes;
  }

  /** Whether a part may be journalled and taken: not one of a message that could never be joined, or beyond the bounds. */
  admits(terminal: string, header: Header): 'yes' | 'no-room' | 'too-long' {
    if (header.total > MAX_PARTS) return 'too-long';
    if (header.id === MEDIA_UPLOAD && this.#host.media.full) return 'no-room';
    return this.#reassembler.admits(terminal, header.bodyEnd - header.bodyAt) ? 'yes' : 'no-room';
  }

  /** Takes a part that was given to the journal, or a picture that is no more than one. */
  take(sender: Sender, b: Uint8Array, header: Header): void {
    const { terminal } = sender;
    const mark = this.#host.journal.state.head;
    if (header.total === 0) return this.#joined(sender, wholeOf(b, header, mark));
    const offer = this.#reassembler.offer({ terminal, b, header, mark }, this.#host.clock.monotonic());
    this.#watch();
    if (typeof offer !== 'string') this.#whole(sender, offer);
    // The end of a picture again: the terminal has not heard that it is here.
    else if (offer === 'duplicate' && header.number === header.total) this.#completions.again(terminal, header);
  }

  /** The journal has committed a part. */
  kept({ terminal, seq, b, payloadStart, payloadEnd }: RecordView): void {
    if ((b[payloadStart + 2]! & PART_BIT) === 0) return;
    if (readHeader(b, payloadStart, payloadEnd, this.#header) !== undefined) return;
    this.#reassembler.stored(terminal, this.#header, seq);
  }

  /** The terminal can be reached again: what it left unfinished is asked for, what it has not heard is said. */
  returned(terminal: string): void {
    this.#completions.returned(terminal);
    this.#reassembler.returned(terminal, this.#host.clock.monotonic());
    this.#watch();
  }

  // --- a start ---------------------------------------------------------------------------------

  /** Where a start must begin to read so that every unfinished message is found. */
  get since(): number {
    const { journal } = this.#host;
    const known = journal.readers().has(READER);
    const cursor = journal.cursor(READER);
    return known ? Math.max(cursor, journal.state.head - LOOK_BACK) : journal.state.head;
  }

  /** Takes a record of the process before, of whatever kind. `stoodStill`: for how long no gateway ran since. */
  recall(view: RecordView, stoodStill: number): void {
    const { kind, terminal, b, payloadStart, payloadEnd } = view;
    if (kind === RECORD_KIND.frame) return this.#recallFrame(view, stoodStill);
    if (kind === RECORD_KIND.assembled) {
      this.#written(keyOf(terminal, b.subarray(payloadStart), payloadEnd - payloadStart));
    } else if (kind === RECORD_KIND.media) {
      const media = decodeMedia(b, payloadStart, payloadEnd);
      if (media !== undefined)
        this.#written(keyOf(terminal, b.subarray(media.at), payloadEnd - media.at + media.file.size));
    } else if (kind === RECORD_KIND.gateway) {
      const fact = decodeFact<GatewayFact>(b, payloadStart, payloadEnd);
      if (fact?.fact === 'unfinished') this.#reassembler.forget(terminal, fact);
    }
  }

  #recallFrame({ seq, terminal, link, receivedAt, b, payloadStart, payloadEnd }: RecordView, stoodStill: number): void {
    const header = this.#header;
    if (terminal === '' || readHeader(b, payloadStart, payloadEnd, header) !== undefined) return;
    // What nobody could read was kept as it came, and never taken for a part.
    if (header.encryption !== 0 && (header.total === 0 || this.#host.ciphers?.[header.encryption] === undefined))
      return;
    const sender = { terminal, link, receivedAt };
    if (header.total === 0) {
      if (header.id === MEDIA_UPLOAD) this.#recallWhole({ ...sender, again: true }, wholeOf(b, header, seq - 1));
      return;
    }
    const { clock } = this.#host;
    const at = clock.monotonic() - Math.max(0, clock.now() - stoodStill - receivedAt);
    // What ended then was told then.
    this.#reassembler.expire(at, NOBODY);
    const offer = this.#reassembler.offer({ terminal, b, header, mark: seq - 1 }, at);
    this.#reassembler.stored(terminal, header, seq);
    if (typeof offer !== 'string') this.#recallWhole({ ...sender, again: true }, offer);
  }

  #recallWhole(sender: Sender, found: Whole): void {
    // In the clear, as its record has it.
    const whole = 'absent' in found ? found : this.#clear(found);
    const key =
      'absent' in whole ? ([whole.header, whole.size] as const) : ([whole.octets, whole.octets.length] as const);
    this.#recalled.set(keyOf(sender.terminal, ...key), { sender, whole });
  }

  #written(key: string): void {
    const found = this.#recalled.get(key);
    if (found !== undefined && 'absent' in found.whole) found.whole.settle(this.#host.clock.monotonic());
    this.#recalled.delete(key);
  }

  /** Ends the looking back: what was whole and did not get to the disk does so now. */
  resume(): void {
    for (const { sender, whole } of this.#recalled.values()) this.#whole(sender, whole);
    this.#recalled.clear();
    this.#expire();
    this.#moveCursor();
  }

  /** Waits for nothing any more: what is under way now, the next start finds again. */
  close(): void {
    this.#closed = true;
    this.#writer.close();
    this.#expiry?.();
    this.#advance?.();
  }

  // --- what is whole ---------------------------------------------------------------------------

  #whole(sender: Sender, whole: Whole): void {
    if (!('absent' in whole)) return this.#joined(sender, whole);
    const { journal, clock } = this.#host;
    // One after the other: a whole is in memory while it is joined.
    this.#fetching = this.#fetching.then(async () => {
      const bodies = await fetchParts(journal, whole.absent).catch(() => new Map<number, Uint8Array>());
      if (this.#closed) return;
      const joined = whole.join(bodies, clock.monotonic());
      this.counters.fetched++;
      if (joined === undefined) this.#watch();
      else this.#joined(sender, joined);
    });
  }

  #joined(sender: Sender, found: Assembled): void {
    const whole = this.#clear(found);
    sender.joined?.(whole);
    const { octets, mark } = whole;
    this.#underWay.set(whole, mark);
    const landed = (): void => void this.#underWay.delete(whole);
    const stored = idOf(octets) === MEDIA_UPLOAD ? this.#host.media.store(sender, octets) : undefined;
    if (stored === undefined) return this.#write(RECORD_KIND.assembled, sender, octets, landed);
    void stored.then(({ picture, file, fresh }) => {
      const told = (): void => {
        landed();
        this.#completions.say(sender.terminal, {
          header: octets,
          total: whole.parts,
          multimediaId: picture.multimediaId,
        });
      };
      // The same picture again has its record already.
      const wanted = this.#host.wanted?.(sender.terminal) === true;
      if (fresh || sender.again || wanted)
        this.#write(RECORD_KIND.media, sender, encodeMedia(file, picture.message), told);
      else told();
    });
  }

  /** A whole message without its encryption; as it is where it has none, or nothing opens it. */
  #clear(whole: Assembled): Assembled {
    const { ciphers } = this.#host;
    const { octets } = whole;
    const header = this.#header;
    if (ciphers === undefined || readJoinedHeader(octets, 0, octets.length, header) !== undefined) return whole;
    const clear = header.encryption === 0 ? undefined : decipher(octets, 0, header, ciphers, true);
    return clear === undefined ? whole : { ...whole, octets: clear };
  }

  #write(kind: RecordKind, { terminal, link, receivedAt }: Sender, b: Uint8Array, committed: () => void): void {
    const record: RecordInput = { kind, terminal, link, receivedAt, ackable: false, b, start: 0, end: b.length };
    this.#writer.write(record, committed);
  }

  // --- time ------------------------------------------------------------------------------------

  #watch(): void {
    const { clock } = this.#host;
    const at = Math.max(this.#reassembler.nextDeadline(), clock.monotonic() + EXPIRE_EVERY_MS);
    if (this.#closed || at >= this.#expiresAt) return;
    this.#expiry?.();
    this.#expiresAt = at;
    this.#expiry = clock.wake(at, () => this.#expire());
  }

  #expire(): void {
    this.#expiresAt = Infinity;
    const { clock, reach } = this.#host;
    const events = this.#reassembler.expire(clock.monotonic(), (terminal) => reach(terminal) !== undefined);
    for (const event of events) this.#tell(event);
    this.#watch();
  }

  #tell(event: PartsOverdue | PartsSettled): void {
    const { clock, reach, lost } = this.#host;
    if (event.kind === 'whole') {
      return this.#whole({ terminal: event.terminal, link: 0, receivedAt: clock.now() }, event.whole);
    }
    if (event.kind === 'ask') {
      const terminal = reach(event.terminal)!;
      const said = requestFor(event, terminal.revision);
      this.counters.asked[said.id === MEDIA_RESPONSE ? '0x8800' : '0x8003']++;
      return terminal.say(said);
    }
    const { kind: why, terminal, id, total, firstSerial, received } = event;
    this.counters.lost[why]++;
    lost(event);
    const fact = encodeFact({ fact: 'unfinished', why, id, total, firstSerial, received } satisfies GatewayFact);
    this.#write(RECORD_KIND.gateway, { terminal, link: 0, receivedAt: clock.now() }, fact, () => {});
  }

  /** Tells the journal from where on it is still needed. */
  #moveCursor(): void {
    const { journal, clock } = this.#host;
    let oldest = Math.min(journal.state.head, this.#reassembler.oldestMark());
    for (const mark of this.#underWay.values()) oldest = Math.min(oldest, mark);
    if (oldest > journal.cursor(READER)) journal.advance(READER, oldest);
    this.#advance = clock.wake(clock.monotonic() + ADVANCE_EVERY_MS, () => this.#moveCursor());
  }
}

const NOBODY = (): boolean => false;
/** Bit 13 of the properties, in the octet that holds it. */
const PART_BIT = 0x20;

/** A whole message in one packet, as if it had been joined. */
function wholeOf(b: Uint8Array, { phoneAt, flagged, bodyEnd }: Header, mark: number): Assembled {
  const octets = new Uint8Array(b.subarray(phoneAt - (flagged ? 5 : 4), bodyEnd));
  return { octets, parts: 1, quirks: 0, mark };
}

function idOf(octets: Uint8Array): number {
  return (octets[0]! << 8) | octets[1]!;
}

/** Two wholes of a terminal that are alike in header and length are the same message. */
function keyOf(terminal: string, begins: Uint8Array, size: number): string {
  const flagged = (begins[2]! & 0x40) !== 0;
  return `${terminal}:${size}:${begins.subarray(0, flagged ? 17 : 12).join(' ')}`;
}
