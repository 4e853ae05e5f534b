/** The octet layer of a frame, kept: which octet on the wire each octet of the packet came from. */
import { ESCAPE } from '../frame/escape.ts';
import { formatHex } from '../text/hex.ts';
import type { ExplainedField, Said } from './field.ts';

/** A packet beside the octets it came from. Escapes that are none stand in it as they came. */
export class Layer {
  /** Unescaped, check octet included. */
  readonly packet: Uint8Array;
  readonly fields: ExplainedField[] = [];
  readonly #stream: Uint8Array;
  /** Where each octet of the packet begins in the stream; one more for the end. */
  readonly #origin: readonly number[];

  /** Takes octets [start, end) between two flags. */
  constructor(stream: Uint8Array, start: number, end: number) {
    const packet = new Uint8Array(end - start);
    const origin: number[] = [];
    let size = 0;
    for (let i = start; i < end; ) {
      origin.push(i);
      const mark = stream[i] === ESCAPE && i + 1 < end ? stream[i + 1]! : 0;
      const escaped = mark === 1 || mark === 2;
      packet[size++] = escaped ? ESCAPE + mark - 1 : stream[i]!;
      i += escaped ? 2 : 1;
    }
    this.packet = packet.subarray(0, size);
    this.#origin = [...origin, end];
    this.#stream = stream;
  }

  /** Octets of the packet, check octet included. */
  get size(): number {
    return this.packet.length;
  }

  /** Adds a field that stands in octets [start, end) of the packet. */
  add(path: string, depth: number, start: number, end: number, said: Said = {}): void {
    this.addRaw(path, depth, this.#origin[start]!, this.#origin[end]!, said);
  }

  /** Adds a field that stands in octets [start, end) of the stream. */
  addRaw(path: string, depth: number, start: number, end: number, said: Said = {}): void {
    const { value, ...more } = said;
    const known = Object.fromEntries(Object.entries(more).filter(([, one]) => one !== undefined));
    const hex = formatHex(this.#stream, start, end);
    this.fields.push({ path, depth, start, end, hex, value, ...known });
  }
}
