/**
 * A sub-packaged message under way: which parts have come, and whether another one belongs to it.
 *
 * By the standard part `n` has the serial of the first plus n − 1. Two other habits are met: all parts with one serial
 * (yezhihao's encoder), and gaps, where a terminal sends other messages between parts.
 */
import { contentHash } from './content-hash.ts';
import { type Header, PART_FLAG, VERSION_FLAG } from './header.ts';
import { QUIRKS } from './quirks.ts';

/** A message whose parts have all come. */
export interface Assembled {
  /** Header of part 1 without its package item, then the bodies of all parts: read it with `readJoinedHeader`. */
  readonly octets: Uint8Array;
  readonly parts: number;
  /** Bits of `QUIRKS`. */
  readonly quirks: number;
  /** What its first part was marked with. */
  readonly mark: number;
}

/** A part whose octets are kept elsewhere. */
export interface Absent {
  readonly number: number;
  /** Where, as `stored` was told. */
  readonly place: number;
}

interface Piece {
  readonly serial: number;
  readonly size: number;
  readonly hash: number;
  /** Undefined once let go: then it is kept at `place`. */
  body: Uint8Array | undefined;
  /** 0 while it is kept nowhere else. */
  place: number;
}

const PART_SERIALS = 1 << QUIRKS['part-serials'].bit;
/** Octets of a body's beginning that stay in memory: enough for the id of a picture. */
const OPENING = 8;

/** Signed distance from serial `a` to serial `b` on the ring of 65,536. */
function distance(a: number, b: number): number {
  return ((b - a) << 16) >> 16;
}

/** What the serial of the first part would be if the parts had consecutive ones. */
function baseOf(header: Header): number {
  return (header.serial - header.number + 1) & 0xffff;
}

export class PartialMessage {
  readonly id: number;
  readonly total: number;
  /** What its first part was marked with. */
  readonly mark: number;
  readonly startedAt: number;
  lastPartAt = 0;
  deadline = 0;
  /** Times it was asked for since a part came last; and when it was first asked for at all. */
  asked = 0;
  askedAt = Infinity;
  /** Octets of memory charged for it. */
  bytes = 0;
  finished = false;
  #quirks = 0;
  readonly #base: number;
  readonly #phoneSize: number;
  #header: Uint8Array | undefined;
  #opening: Uint8Array | undefined;
  readonly #pieces = new Map<number, Piece>();

  constructor(first: Header, mark: number, now: number) {
    this.id = first.id;
    this.total = first.total;
    this.mark = mark;
    this.startedAt = now;
    this.#base = baseOf(first);
    this.#phoneSize = first.phoneSize;
  }

  get received(): number {
    return this.#pieces.size;
  }

  /** Of the parts that have come. */
  get numbers(): number[] {
    return [...this.#pieces.keys()];
  }

  get complete(): boolean {
    return this.#pieces.size === this.total;
  }

  /** Octets of all bodies that have come, wherever they are kept. */
  get size(): number {
    let size = 0;
    for (const piece of this.#pieces.values()) size += piece.size;
    return size;
  }

  /** Octets of bodies that are in memory. */
  get held(): number {
    let held = 0;
    for (const { body } of this.#pieces.values()) held += body?.length ?? 0;
    return held;
  }

  get firstSerial(): number {
    return this.#pieces.get(1)?.serial ?? this.#base;
  }

  /** Header of the whole; undefined while part 1 is missing. */
  get header(): Uint8Array | undefined {
    return this.#header;
  }

  /** The first octets of the body; undefined while part 1 is missing. */
  get opening(): Uint8Array | undefined {
    return this.#opening;
  }

  /** Whether this very part has come. */
  holds(part: Header, hash: number): boolean {
    const piece = this.#same(part) ? this.#pieces.get(part.number) : undefined;
    return piece !== undefined && piece.serial === part.serial && piece.hash === hash;
  }

  /** Whether a part with other content has come in its place: the terminal has begun anew, and this one is lost. */
  clashes(part: Header, hash: number): boolean {
    const piece = this.#same(part) && !this.finished ? this.#pieces.get(part.number) : undefined;
    return piece !== undefined && piece.serial === part.serial && piece.hash !== hash;
  }

  /** Whether a part continues the message by one of the two clear rules: consecutive serials, or one for all. */
  follows(part: Header): boolean {
    if (!this.lacks(part)) return false;
    if (baseOf(part) === this.#base) return true;
    for (const { serial } of this.#pieces.values()) if (serial !== part.serial) return false;
    return true;
  }

  /**
   * Whether a part fits between its neighbours with gaps. Another message of the same size is at least `total`
   * serials away, so a smaller drift cannot be one.
   */
  drifts(part: Header): boolean {
    if (!this.lacks(part)) return false;
    const base = baseOf(part);
    if (Math.abs(distance(this.#base, base)) >= this.total) return false;
    for (const [number, { serial }] of this.#pieces) {
      const ahead = distance((serial - number + 1) & 0xffff, base);
      if (number < part.number ? ahead < 0 : ahead > 0) return false;
    }
    return true;
  }

  lacks(part: Header): boolean {
    return !this.finished && this.#same(part) && !this.#pieces.has(part.number);
  }

  /** Whether all that has come of it is, octet for octet, in `other` too, under whatever serials. */
  isCopyOf(other: PartialMessage): boolean {
    if (!this.#like(other)) return false;
    for (const [number, { hash, size }] of this.#pieces) {
      const piece = other.#pieces.get(number);
      if (piece?.hash !== hash || piece.size !== size) return false;
    }
    return true;
  }

  /** Whether what has come of `other` may be an answer to what was asked for: all missing here, and sent after that. */
  awaits(other: PartialMessage): boolean {
    if (this.finished || !this.#like(other) || other.startedAt < this.askedAt) return false;
    for (const number of other.#pieces.keys()) if (this.#pieces.has(number)) return false;
    return true;
  }

  /** Takes a part that was found to belong to it. */
  take(b: Uint8Array, part: Header, hash: number): void {
    if (baseOf(part) !== this.#base) this.#quirks |= PART_SERIALS;
    const body = new Uint8Array(b.subarray(part.bodyAt, part.bodyEnd));
    this.#pieces.set(part.number, { serial: part.serial, size: body.length, hash, body, place: 0 });
    if (part.number !== 1) return;
    this.#header = headerOf(b, part);
    this.#opening = body.subarray(0, OPENING);
  }

  /** Takes all parts of another one, which was sent with serials of its own. */
  adopt(other: PartialMessage): void {
    this.#quirks |= other.#quirks | PART_SERIALS;
    for (const [number, piece] of other.#pieces) this.#pieces.set(number, piece);
    this.#header ??= other.#header;
    this.#opening ??= other.#opening;
    this.bytes += other.bytes;
  }

  /** A part is kept at `place` from now on. */
  stored(part: Header, place: number): boolean {
    const piece = this.#same(part) && !this.finished ? this.#pieces.get(part.number) : undefined;
    if (piece === undefined || piece.serial !== part.serial) return false;
    piece.place = place;
    return true;
  }

  /** Lets go of the octets that are kept elsewhere; returns how many. */
  letGo(): number {
    let gone = 0;
    for (const piece of this.#pieces.values()) {
      if (piece.place === 0 || piece.body === undefined) continue;
      gone += piece.body.length;
      piece.body = undefined;
    }
    // A view would keep the whole part alive.
    if (gone > 0 && this.#opening !== undefined) this.#opening = new Uint8Array(this.#opening);
    this.bytes -= gone;
    return gone;
  }

  /** Parts whose octets were let go. */
  absent(): Absent[] {
    const absent: Absent[] = [];
    for (const [number, { body, place }] of this.#pieces) if (body === undefined) absent.push({ number, place });
    return absent;
  }

  /** Puts octets back that were let go. A part whose octets are gone, or are others, is missing again. */
  restore(number: number, body: Uint8Array | undefined): void {
    const piece = this.#pieces.get(number)!;
    if (body !== undefined && contentHash(body, 0, body.length) === piece.hash) piece.body = body;
    else this.#pieces.delete(number);
  }

  /** Numbers that have not come, the lowest `max` of them. */
  missing(max: number): number[] {
    const numbers: number[] = [];
    for (let number = 1; number <= this.total && numbers.length < max; number++)
      if (!this.#pieces.has(number)) numbers.push(number);
    return numbers;
  }

  /** Joins the parts, all of which are here. */
  assemble(): Assembled {
    const header = this.#header!;
    const octets = new Uint8Array(header.length + this.size);
    octets.set(header);
    let at = header.length;
    for (let number = 1; number <= this.total; number++) {
      const piece = this.#pieces.get(number)!;
      octets.set(piece.body!, at);
      at += piece.size;
    }
    return { octets, parts: this.total, quirks: this.#quirks, mark: this.mark };
  }

  /** Lets go of all octets: only what tells copies of its parts stays. */
  finish(): void {
    for (const piece of this.#pieces.values()) piece.body = undefined;
    this.#header = undefined;
    this.#opening = undefined;
    this.finished = true;
  }

  #like(other: PartialMessage): boolean {
    return other !== this && other.id === this.id && other.total === this.total && other.#phoneSize === this.#phoneSize;
  }

  #same(part: Header): boolean {
    return part.id === this.id && part.total === this.total && part.phoneSize === this.#phoneSize;
  }
}

/** A part's header without its package item, the version flag put right where the terminal had it wrong. */
function headerOf(b: Uint8Array, part: Header): Uint8Array {
  const start = part.phoneAt - (part.flagged ? 5 : 4);
  const header = new Uint8Array(b.subarray(start, part.bodyAt - 4));
  const properties = (part.properties & ~(PART_FLAG | VERSION_FLAG)) | (part.flagged ? VERSION_FLAG : 0);
  header[2] = properties >> 8;
  header[3] = properties;
  return header;
}
