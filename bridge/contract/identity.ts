/**
 * Ids that consumers de-duplicate by. A position is known by its content, so that the same fix has the same id
 * whether it came in a 0x0200, was sent twice, or came back inside a 0x0704; anything else by its journal record.
 */

/** Basic part of a location report: alarm, status, coordinates, altitude, speed, direction, time. JT/T 808-2019 8.18. */
const BASIC_OCTETS = 28;
const TIME_AT = 22;

/** A round of MurmurHash3's 32-bit mixing; two lanes with different multipliers make 64 bits. */
function mix(h: number, word: number, multiplier: number): number {
  const k = Math.imul(word, multiplier);
  const x = h ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(h: number): number {
  let x = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Octets as two lower-case hex digits; a table, as ids are made for every position. */
const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

function hex8(n: number): string {
  return `${HEX[n >>> 24]}${HEX[(n >>> 16) & 0xff]}${HEX[(n >>> 8) & 0xff]}${HEX[n & 0xff]}`;
}

function bcdBetween(octet: number, low: number, high: number): boolean {
  const value = (octet >> 4) * 10 + (octet & 15);
  return (octet & 15) < 10 && octet >> 4 < 10 && value >= low && value <= high;
}

/** Whether six octets are the BCD of a year, month, day, hour, minute and second; the length of months is left aside. */
function isTime(b: Uint8Array, at: number): boolean {
  return (
    bcdBetween(b[at] as number, 0, 99) &&
    bcdBetween(b[at + 1] as number, 1, 12) &&
    bcdBetween(b[at + 2] as number, 1, 31) &&
    bcdBetween(b[at + 3] as number, 0, 23) &&
    bcdBetween(b[at + 4] as number, 0, 59) &&
    bcdBetween(b[at + 5] as number, 0, 59)
  );
}

/**
 * Id of a position: `<terminal>-<yyMMddHHmmss>-<64-bit hash>`.
 *
 * @param b     octets with the basic part of a location report at `start`; not kept. Fewer than 28 octets
 *              there are hashed as they are.
 * @param fallbackSerial told apart by when the terminal's clock gave no time, as two such positions may be
 *              alike to the last octet: the serial of the 0x0200, or that of the 0x0704 plus the index in it.
 */
export function positionId(terminal: string, b: Uint8Array, start: number, fallbackSerial: number): string {
  let low = 0x9747b28c;
  let high = 0x3c074a61;
  for (let i = 0; i < terminal.length; i++) {
    const code = terminal.charCodeAt(i);
    low = mix(low, code, 0xcc9e2d51);
    high = mix(high, code, 0x239b961b);
  }
  const end = Math.min(start + BASIC_OCTETS, b.length);
  for (let i = start; i < end; i += 4) {
    const word = ((b[i] ?? 0) << 24) | ((b[i + 1] ?? 0) << 16) | ((b[i + 2] ?? 0) << 8) | (b[i + 3] ?? 0);
    low = mix(low, word, 0xcc9e2d51);
    high = mix(high, word, 0x239b961b);
  }
  const at = start + TIME_AT;
  let time = 'notime';
  if (at + 6 <= b.length && isTime(b, at)) {
    time = '';
    for (let i = 0; i < 6; i++) time += HEX[b[at + i] as number];
  } else {
    low = mix(low, fallbackSerial, 0xcc9e2d51);
    high = mix(high, fallbackSerial, 0x239b961b);
  }
  return `${terminal}-${time}-${hex8(finish(low))}${hex8(finish(high))}`;
}

/** Id of any other uplink payload: the journal that it is in and its place there. */
export function recordId(node: string, seq: number): string {
  return `${node}-${seq}`;
}
