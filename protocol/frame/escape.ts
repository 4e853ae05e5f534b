/**
 * The octet layer of a frame: flags, escapes and the check octet. JT/T 808-2019 4.4.1–4.4.4.
 *
 * Escaping covers header, body and check octet, never the flags.
 */

/** 标识位: begins and ends every frame. */
export const FLAG = 0x7e;
/** Announces an escaped octet: 7D 01 is 7D, 7D 02 is 7E. */
export const ESCAPE = 0x7d;

/** Most octets that a body, or a part of one, can have: the length field has ten bits. */
export const MAX_BODY = 1023;
/** Most octets of a packet and its check octet: header of 21, body, check. */
export const MAX_PACKET = 21 + MAX_BODY + 1;
/** Most octets of a frame on the wire, flags included, where every octet needed an escape. */
export const MAX_FRAME = 2 * MAX_PACKET + 2;

/** XOR of octets [start, end); 0 over a packet with its check octet. JT/T 808-2019 4.4.4. */
export function checkOf(b: Uint8Array, start: number, end: number): number {
  let check = 0;
  for (let i = start; i < end; i++) check ^= b[i]!;
  return check;
}

/** Writes octets [start, end) of `b` escaped at `at`; returns the end. `out` needs room for twice the octets. */
export function escapeInto(b: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const octet = b[i]!;
    if (octet === FLAG || octet === ESCAPE) {
      out[to++] = ESCAPE;
      out[to++] = octet === FLAG ? 2 : 1;
    } else out[to++] = octet;
  }
  return to;
}

/**
 * Writes octets [start, end) of `b` without their escapes at `at`; returns the end, or -1 where an escape is
 * followed by neither 1 nor 2, or by nothing. One pass: two replacements in a row would misread 7D 01 02.
 */
export function unescapeInto(b: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const octet = b[i]!;
    if (octet !== ESCAPE) out[to++] = octet;
    else {
      if (++i === end) return -1;
      const mark = b[i]!;
      if (mark !== 1 && mark !== 2) return -1;
      out[to++] = ESCAPE + mark - 1;
    }
  }
  return to;
}
