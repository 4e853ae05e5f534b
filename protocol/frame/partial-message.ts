/**
 * A sub-packaged message under way: which parts have come, and whether another one belongs to it.
 *
 * By the standard part `n` has the serial of the first plus n − 1. Two other habits are met: all parts with one serial
 * (yezhihao's encoder), and gaps, where a terminal sends other messages between parts.
 */
import { type Header, PART_FLAG, VERSION_FLAG } from './header.ts';
import { QUIRKS } from './quirks.ts';

/** A message whose parts have all come. */
export interface Assembled {
  /** Header of part 1 without its package item, then the bodies of all parts: read it with `readJoinedHeader`. */
  readonly octets: Uint8Array;
  readonly parts: number;
  /** Bits of `QUIRKS`. */
  readonly quirks: number;
}

const PART_SERIALS = 1 << QUIRKS['part-serials'].bit;

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
  lastPartAt = 0;
  deadline = 0;
  asked = 0;
  /** Octets charged for its parts. */
  bytes = 0;
  finished = false;
  #quirks = 0;
  readonly #base: number;
  readonly #phoneSize: number;
  #header: Uint8Array | undefined;
  /** Bodies and serials by number. */
  #bodies = new Map<number, Uint8Array>();
  readonly #serials = new Map<number, number>();

  constructor(first: Header) {
    this.id = first.id;
    this.total = first.total;
    this.#base = baseOf(first);
    this.#phoneSize = first.phoneSize;
  }

  get received(): number {
    return this.#serials.size;
  }

  get firstSerial(): number {
    return this.#serials.get(1) ?? this.#base;
  }

  /** Whether this very part has come. */
  holds(part: Header): boolean {
    return this.#same(part) && this.#serials.get(part.number) === part.serial;
  }

  /** Whether a part continues the message by one of the two clear rules: consecutive serials, or one for all. */
  follows(part: Header): boolean {
    if (!this.#lacks(part)) return false;
    if (baseOf(part) === this.#base) return true;
    for (const serial of this.#serials.values()) if (serial !== part.serial) return false;
    return true;
  }

  /**
   * Whether a part fits between its neighbours with gaps. Another message of the same size is at least `total`
   * serials away, so a smaller drift cannot be one.
   */
  drifts(part: Header): boolean {
    if (!this.#lacks(part)) return false;
    const base = baseOf(part);
    if (Math.abs(distance(this.#base, base)) >= this.total) return false;
    for (const [number, serial] of this.#serials) {
      const ahead = distance((serial - number + 1) & 0xffff, base);
      if (number < part.number ? ahead < 0 : ahead > 0) return false;
    }
    return true;
  }

  /** Takes a part that was found to belong to it. */
  take(b: Uint8Array, part: Header): void {
    if (baseOf(part) !== this.#base) this.#quirks |= PART_SERIALS;
    this.#serials.set(part.number, part.serial);
    this.#bodies.set(part.number, new Uint8Array(b.subarray(part.bodyAt, part.bodyEnd)));
    if (part.number === 1) this.#header = headerOf(b, part);
  }

  /** Numbers that have not come, the lowest `max` of them. */
  missing(max: number): number[] {
    const numbers: number[] = [];
    for (let number = 1; number <= this.total && numbers.length < max; number++)
      if (!this.#serials.has(number)) numbers.push(number);
    return numbers;
  }

  /** Joins the parts, all of which have come, and lets them go. */
  assemble(): Assembled {
    const header = this.#header!;
    let size = header.length;
    for (const body of this.#bodies.values()) size += body.length;
    const octets = new Uint8Array(size);
    octets.set(header);
    let at = header.length;
    for (let number = 1; number <= this.total; number++) {
      const body = this.#bodies.get(number)!;
      octets.set(body, at);
      at += body.length;
    }
    this.#bodies = new Map();
    this.finished = true;
    return { octets, parts: this.total, quirks: this.#quirks };
  }

  #same(part: Header): boolean {
    return part.id === this.id && part.total === this.total && part.phoneSize === this.#phoneSize;
  }

  #lacks(part: Header): boolean {
    return !this.finished && this.#same(part) && !this.#serials.has(part.number);
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
