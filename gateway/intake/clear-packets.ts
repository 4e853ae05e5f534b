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

/** Hands packets on. One that no cipher opens goes on as it came; so do parts, whose bodies are none by themselves. */
export class ClearPackets implements PacketSink {
  readonly #to: PacketSink;
  readonly #ciphers: BodyCiphers;
  readonly #header = newHeader();

  constructor(to: PacketSink, ciphers: BodyCiphers) {
    this.#to = to;
    this.#ciphers = ciphers;
  }

  packet(b: Uint8Array, start: number, end: number): void {
    const header = this.#header;
    const readable = readHeader(b, start, end, header) === undefined;
    const clear =
      readable && header.encryption !== 0 && header.total < 2 ? decipher(b, start, header, this.#ciphers) : undefined;
    if (clear === undefined) this.#to.packet(b, start, end);
    else this.#to.packet(clear, 0, clear.length);
  }

  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void {
    this.#to.fault(reason, b, start, end);
  }
}
