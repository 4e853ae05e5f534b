/**
 * What a careful engineer would write for this one purpose: straight-line code from the stream to the value of a 0x0200
 * with these eight items: no phone, no catalogue, no other message.
 */

export interface HandReport {
  id: number;
  serial: number;
  alarm: number;
  status: number;
  latitude: number;
  longitude: number;
  altitude: number;
  speed: number;
  direction: number;
  time: number;
  items: HandItems;
}

export interface HandItems {
  mileage?: number;
  fuel?: number;
  recorderSpeed?: number;
  vehicleSignals?: number;
  io?: number;
  analog?: { ad0: number; ad1: number };
  rssi?: number;
  satellites?: number;
  unknown?: { id: number; bytes: Uint8Array }[];
}

const DIGITS = Array.from({ length: 256 }, (_, octet) => (octet >> 4) * 10 + (octet & 15));
const scratch = new Uint8Array(2092);

/** Splits octet by octet: finds flags, undoes escapes where there are any, checks. */
export function splitByHand(chunk: Uint8Array, sink: (b: Uint8Array, start: number, end: number) => void): void {
  const { length } = chunk;
  let i = 0;
  while (i < length && chunk[i] !== 0x7e) i++;
  while (i < length) {
    const start = ++i;
    let check = 0;
    let octet = 0;
    for (; i < length; i++) {
      octet = chunk[i]!;
      if (octet === 0x7e || octet === 0x7d) break;
      check ^= octet;
    }
    if (octet === 0x7e) {
      if (i > start && check === 0) sink(chunk, start, i - 1);
      continue;
    }
    if (i === length) return;
    let size = 0;
    check = 0;
    for (i = start; i < length && chunk[i] !== 0x7e; i++) {
      octet = chunk[i]!;
      if (octet === 0x7d) octet = chunk[++i] === 1 ? 0x7d : 0x7e;
      scratch[size++] = octet;
      check ^= octet;
    }
    if (check === 0) sink(scratch, 0, size - 1);
  }
}

/** As `splitByHand`, finding flags with `indexOf`. */
export function splitByIndexOf(chunk: Buffer, sink: (b: Uint8Array, start: number, end: number) => void): void {
  for (let start = chunk.indexOf(0x7e) + 1; start > 0; ) {
    const end = chunk.indexOf(0x7e, start);
    if (end === -1) return;
    let check = 0;
    for (let i = start; i < end; i++) check ^= chunk[i]!;
    if (end > start && check === 0) sink(chunk, start, end - 1);
    start = end + 1;
  }
}

export function decodeByHand(b: Uint8Array, start: number, end: number): HandReport {
  const o = start + 12;
  const items: HandItems = {};
  for (let p = o + 28; p + 2 <= end; ) {
    const id = b[p]!;
    const size = b[p + 1]!;
    const v = p + 2;
    p = v + size;
    if (p > end) throw new Error('cut off');
    if (id === 0x01 && size === 4) items.mileage = word32(b, v) / 10;
    else if (id === 0x02 && size === 2) items.fuel = ((b[v]! << 8) | b[v + 1]!) / 10;
    else if (id === 0x03 && size === 2) items.recorderSpeed = ((b[v]! << 8) | b[v + 1]!) / 10;
    else if (id === 0x25 && size === 4) items.vehicleSignals = word32(b, v);
    else if (id === 0x2a && size === 2) items.io = (b[v]! << 8) | b[v + 1]!;
    else if (id === 0x2b && size === 4)
      items.analog = { ad0: (b[v + 2]! << 8) | b[v + 3]!, ad1: (b[v]! << 8) | b[v + 1]! };
    else if (id === 0x30 && size === 1) items.rssi = b[v]!;
    else if (id === 0x31 && size === 1) items.satellites = b[v]!;
    else (items.unknown ??= []).push({ id, bytes: new Uint8Array(b.subarray(v, p)) });
  }
  const status = word32(b, o + 4);
  return {
    id: (b[start]! << 8) | b[start + 1]!,
    serial: (b[start + 10]! << 8) | b[start + 11]!,
    alarm: word32(b, o),
    status,
    latitude: (status & 4) === 0 ? word32(b, o + 8) / 1e6 : -word32(b, o + 8) / 1e6,
    longitude: (status & 8) === 0 ? word32(b, o + 12) / 1e6 : -word32(b, o + 12) / 1e6,
    altitude: (b[o + 16]! << 8) | b[o + 17]!,
    speed: ((b[o + 18]! << 8) | b[o + 19]!) / 10,
    direction: (b[o + 20]! << 8) | b[o + 21]!,
    time: timeByHand(b, o + 22),
    items,
  };
}

function word32(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
}

/** Days from civil, UTC+8, years 2000 to 2099. */
function timeByHand(b: Uint8Array, at: number): number {
  const month = DIGITS[b[at + 1]!]!;
  const year = 2000 + DIGITS[b[at]!]! - (month <= 2 ? 1 : 0);
  const era = (year / 400) | 0;
  const yoe = year - era * 400;
  const doy = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + DIGITS[b[at + 2]!]! - 1;
  const days = era * 146_097 + yoe * 365 + ((yoe / 4) | 0) - ((yoe / 100) | 0) + doy - 719_468;
  return (
    days * 86_400_000 +
    DIGITS[b[at + 3]!]! * 3_600_000 +
    DIGITS[b[at + 4]!]! * 60_000 +
    DIGITS[b[at + 5]!]! * 1000 -
    28_800_000
  );
}
