/**
 * The octet layer of a JT/T 809 frame: 5B begins, 5D ends, and in between 5B is sent as 5A 01, 5A as 5A 02, 5D as
 * 5E 01, 5E as 5E 02 (JT/T 809-2011 4.4.6).
 */

/** 头标识. */
export const BEGIN = 0x5b;
/** 尾标识. */
export const END = 0x5d;
const BEGIN_ESCAPE = 0x5a;
const END_ESCAPE = 0x5e;

/** Octets that octets [start, end) take when escaped. */
export function escapedSize(b: Uint8Array, start: number, end: number): number {
  let size = end - start;
  for (let i = start; i < end; i++) {
    const octet = b[i]!;
    if (octet >= BEGIN_ESCAPE && octet <= END_ESCAPE && octet !== 0x5c) size++;
  }
  return size;
}

/** Writes octets [start, end) of `b` escaped at `at`; returns the end. */
export function escape809(b: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at;
  for (let i = start; i < end; i++) {
    const octet = b[i]!;
    if (octet === BEGIN || octet === BEGIN_ESCAPE) {
      out[to++] = BEGIN_ESCAPE;
      out[to++] = octet === BEGIN ? 1 : 2;
    } else if (octet === END || octet === END_ESCAPE) {
      out[to++] = END_ESCAPE;
      out[to++] = octet === END ? 1 : 2;
    } else out[to++] = octet;
  }
  return to;
}

/** What `unescape809` found. Overwritten by the next call. */
export const unescaped = { end: 0, lenient: false };

/**
 * Writes octets [start, end) of `b` without their escapes at `at`. An octet that should have been escaped and was not
 * stands for itself, since platforms are met that leave escapes off; then `unescaped.lenient`.
 */
export function unescape809(b: Uint8Array, start: number, end: number, out: Uint8Array, at: number): void {
  let to = at;
  let lenient = false;
  for (let i = start; i < end; i++) {
    const octet = b[i]!;
    if (octet === BEGIN_ESCAPE || octet === END_ESCAPE) {
      const mark = i + 1 < end ? b[i + 1]! : 0;
      if (mark === 1 || mark === 2) {
        i++;
        // 5A 01 is 5B, 5A 02 is 5A; 5E 01 is 5D, 5E 02 is 5E.
        out[to++] = mark === 2 ? octet : octet === BEGIN_ESCAPE ? BEGIN : END;
        continue;
      }
      lenient = true;
    } else if (octet === BEGIN || octet === END) lenient = true;
    out[to++] = octet;
  }
  unescaped.end = to;
  unescaped.lenient = lenient;
}
