/** CRC-16 of JT/T 809: polynomial 1021, initially FFFF, nothing reflected (JT/T 809-2011 4.4.5, CRC-16/CCITT-FALSE). */

const TABLE = new Uint16Array(256);
for (let octet = 0; octet < 256; octet++) {
  let crc = octet << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  TABLE[octet] = crc;
}

/** The CRC of octets [start, end): over header and body as they are sent, before escaping. */
export function crc16(b: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let i = start; i < end; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ b[i]!]!;
  return crc;
}
