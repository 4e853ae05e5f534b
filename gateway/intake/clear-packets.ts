/**
 * Encrypted bodies are put in the clear before anything looks at them. The journal then holds them in the clear: keys
 * change and are not kept, and a retransmission, which is padded anew, is known by its content.
 */
import {
  type BodyCiphers,
  decipher,
  type FrameFault,
  newHeader,
  type PacketSink,
  readHeader,
} from '../../protocol/index.ts';

/** Hands packets on. One that no cipher opens goes on as it came; so do parts, whose bodies are none before they are joined. */
export class ClearPackets implements PacketSink {
  readonly #to: PacketSink;
  readonly #ciphers: BodyCiphers;
  readonly #opened: ((encryption: number) => void) | undefined;
  readonly #header = newHeader();

  /** `opened` hears of every packet that a cipher is there for, with bits 10 to 12 of its properties. */
  constructor(to: PacketSink, ciphers: BodyCiphers, opened?: (encryption: number) => void) {
    this.#to = to;
    this.#ciphers = ciphers;
    this.#opened = opened;
  }

  packet(b: Uint8Array, start: number, end: number): void {
    const header = this.#header;
    const readable = readHeader(b, start, end, header) === undefined;
    const { encryption, total } = header;
    if (!readable || encryption === 0 || this.#ciphers[encryption] === undefined) return this.#to.packet(b, start, end);
    const clear = total < 2 ? decipher(b, start, header, this.#ciphers) : undefined;
    if (clear !== undefined || total > 1) this.#opened?.(encryption);
    if (clear === undefined) this.#to.packet(b, start, end);
    else this.#to.packet(clear, 0, clear.length);
  }

  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void {
    this.#to.fault(reason, b, start, end);
  }
}
