/** Octets read and written from front to back, for layouts that are walked field by field. */
import { gbkSize, ProtocolError, putGbk } from '../../../protocol/index.ts';

/** Reads octets [at, end) of a body. Throws ProtocolError TRUNCATED past the end. */
export class Reader {
  readonly #b: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(b: Uint8Array, at = 0, end: number = b.length) {
    this.#b = b;
    this.#at = at;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  number(size: number): number {
    let value = 0;
    for (const octet of this.octets(size)) value = value * 256 + octet;
    return value;
  }

  octets(size: number): Uint8Array {
    if (size > this.left)
      throw new ProtocolError('TRUNCATED', 'body', `needs ${size} octets, ${this.left} left`, this.#at);
    this.#at += size;
    return this.#b.subarray(this.#at - size, this.#at);
  }

  rest(): Uint8Array {
    return this.octets(this.left);
  }
}

/** Gathers the octets of a body. */
export class Writer {
  #b = new Uint8Array(256);
  #size = 0;

  number(value: number, size: number): void {
    const at = this.#room(size);
    let left = value;
    for (let i = size - 1; i >= 0; i--) {
      this.#b[at + i] = left % 256;
      left = Math.floor(left / 256);
    }
  }

  octets(octets: Uint8Array): void {
    const at = this.#room(octets.length);
    this.#b.set(octets, at);
  }

  /** Text in GBK; returns its octets. Throws ProtocolError TEXT where a character has no code. */
  text(text: string, path: string): number {
    const size = gbkSize(text);
    const at = this.#room(size);
    const end = putGbk(this.#b, at, text);
    if (end < 0) throw new ProtocolError('TEXT', path, `no GBK code for ${JSON.stringify(text[-1 - end])}`);
    return size;
  }

  zeros(count: number): void {
    this.#room(count);
  }

  done(): Uint8Array {
    return new Uint8Array(this.#b.subarray(0, this.#size));
  }

  #room(octets: number): number {
    const at = this.#size;
    this.#size += octets;
    if (this.#size > this.#b.length) {
      const larger = new Uint8Array(2 * this.#size);
      larger.set(this.#b);
      this.#b = larger;
    }
    return at;
  }
}
