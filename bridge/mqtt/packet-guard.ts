/**
 * Follows MQTT's framing to end a connection that announces a packet over the bound, before its octets are collected:
 * the parser behind it would take up to 256 MB. MQTT 3.1.1 §2.2.3.
 */
export class PacketGuard {
  readonly #maxBytes: number;
  /** Octets of the current packet's body still to come. */
  #body = 0;
  /** Remaining length as read so far, and the weight of its next seven bits; weight 0 before the first octet of a header. */
  #length = 0;
  #weight = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False when a packet is over the bound or its length is none; the connection is to be ended then. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const step = Math.min(this.#body, chunk.length - at);
        this.#body -= step;
        at += step;
      } else if (this.#weight === 0) {
        this.#weight = 1;
        this.#length = 0;
        at++;
      } else {
        const octet = chunk[at++] as number;
        this.#length += (octet & 0x7f) * this.#weight;
        if (this.#length > this.#maxBytes) return false;
        if ((octet & 0x80) === 0) {
          this.#body = this.#length;
          this.#weight = 0;
        } else {
          this.#weight *= 0x80;
          // A fifth octet of length is malformed.
          if (this.#weight > 0x200000) return false;
        }
      }
    }
    return true;
  }
}
