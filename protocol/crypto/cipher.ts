/** The plug for encrypted bodies (bits 10–12 of the properties). The header is never encrypted, JT/T 808-2019 4.4.3. */
import type { Header } from '../frame/header.ts';

/** What a terminal's bodies are encrypted with. Several terminals may share one; it is told whose body it is. */
export interface BodyCipher {
  /** The body in the clear, or undefined where these octets are none that it encrypted. */
  decrypt(body: Uint8Array, header: Readonly<Header>): Uint8Array | undefined;
  encrypt(body: Uint8Array, header: Readonly<Header>): Uint8Array;
}

/** By the three bits: 1 is RSA, 2 and 4 are whatever a maker agreed on, such as SM4. */
export type BodyCiphers = Readonly<Partial<Record<number, BodyCipher>>>;

/**
 * The packet [start, end) with its body in the clear, the bits and the length as of one that never was encrypted; the
 * header is that of the packet. Undefined where no cipher is there for its bits, or it refuses. `long`: the packet was
 * joined from parts, and its length field says nothing.
 */
export function decipher(
  b: Uint8Array,
  start: number,
  header: Readonly<Header>,
  ciphers: BodyCiphers,
  long = false,
): Uint8Array | undefined {
  const clear = ciphers[header.encryption]?.decrypt(b.subarray(header.bodyAt, header.bodyEnd), header);
  if (clear === undefined || (clear.length > LENGTH_MASK && !long)) return undefined;
  const head = header.bodyAt - start;
  const packet = new Uint8Array(head + clear.length);
  packet.set(b.subarray(start, header.bodyAt));
  packet.set(clear, head);
  const properties = (header.properties & ~(ENCRYPTION_MASK | LENGTH_MASK)) | (clear.length & LENGTH_MASK);
  packet[2] = properties >> 8;
  packet[3] = properties & 0xff;
  return packet;
}

const LENGTH_MASK = 0x3ff;
const ENCRYPTION_MASK = 0x1c00;
