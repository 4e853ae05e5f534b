/**
 * Finds out whose link it is: the terminal of the first packet whose check code is right. The octets read on the way are kept, so that
 * whoever takes the link over hears it from its beginning, noise included.
 */
import { Deframer, newHeader, type PacketSink, phoneOf, readJoinedHeader, terminalOf } from '../../protocol/index.ts';

/** Octets and faults after which a link is not waited for any longer. */
const MAX_OCTETS = 4096;
const MAX_FAULTS = 16;

export class FirstFrame implements PacketSink {
  readonly #deframer: Deframer;
  readonly #header = newHeader();
  readonly #chunks: Uint8Array[] = [];
  #size = 0;
  #faults = 0;
  #terminal: string | undefined;

  /** `datagram`: as of a link whose every chunk stands alone. */
  constructor(datagram = false) {
    this.#deframer = new Deframer({ datagram });
  }

  /**
   * Takes a chunk, which is kept until the link is handed over. Returns the terminal, `null` where nobody is to be made out, and undefined
   * while more must come. Once for a chunk, and no more after an answer.
   */
  feed(chunk: Uint8Array): string | null | undefined {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    this.#deframer.feed(chunk, this);
    if (this.#terminal !== undefined) return this.#terminal;
    return this.#size >= MAX_OCTETS || this.#faults >= MAX_FAULTS ? null : undefined;
  }

  /** Everything that was fed. */
  get octets(): Uint8Array {
    const [only] = this.#chunks;
    if (only !== undefined && this.#chunks.length === 1) return only;
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  packet(b: Uint8Array, start: number, end: number): void {
    if (this.#terminal !== undefined) return;
    // The check code was right, so the header is to be believed, whatever its length field says.
    if (readJoinedHeader(b, start, end, this.#header) !== undefined) this.#faults++;
    else this.#terminal = terminalOf(phoneOf(b, this.#header));
  }

  fault(): void {
    this.#faults++;
  }
}

/** The terminal of a datagram, or null. */
export function terminalOfDatagram(datagram: Uint8Array): string | null {
  return new FirstFrame(true).feed(datagram) ?? null;
}
