/**
 * What a careful engineer would write by hand for 0x0200 and its common items: the yardstick of the compiled decoder.
 * It knows fewer items, reports no quirks, and takes repeated items as they come; else its values are the same.
 */
import { bcdTime, ProtocolError } from '../../protocol/index.ts';

interface Items {
  mileage?: number;
  fuel?: number;
  recorderSpeed?: number;
  alarmEventId?: number;
  videoAlarm?: number;
  vehicleSignals?: number;
  io?: number;
  analog?: number;
  rssi?: number;
  satellites?: number;
  unknown?: { id: number; bytes: Uint8Array }[];
  trailing?: Uint8Array;
}

export interface HandLocation {
  readonly alarm: number;
  readonly status: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly time: number;
  readonly items: Items;
}

const u32 = (b: Uint8Array, p: number): number =>
  ((b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!) >>> 0;
const u16 = (b: Uint8Array, p: number): number => (b[p]! << 8) | b[p + 1]!;

/** A coordinate of any sign: by the hemisphere bit, or two's complement. */
function degrees(raw: number, negative: boolean): number {
  if (raw > 0x7fff_ffff) return (raw - 0x1_0000_0000) / 1e6;
  return (negative ? 0 - raw : raw) / 1e6;
}

export function decodeLocation(b: Uint8Array, start: number, end: number): HandLocation {
  if (end - start < 28) {
    throw new ProtocolError('TRUNCATED', 'locationReport', `needs 28 octets, ${end - start} left`, 0);
  }
  const status = u32(b, start + 4);
  return {
    alarm: u32(b, start),
    status,
    latitude: degrees(u32(b, start + 8), (status & 4) !== 0),
    longitude: degrees(u32(b, start + 12), (status & 8) !== 0),
    altitude: u16(b, start + 16),
    speed: u16(b, start + 18) / 10,
    direction: u16(b, start + 20),
    time: bcdTime(b, start + 22),
    items: decodeItems(b, start + 28, end),
  };
}

function decodeItems(b: Uint8Array, start: number, end: number): Items {
  const items: Items = {};
  let p = start;
  while (end - p >= 2) {
    const id = b[p]!;
    const n = b[p + 1]!;
    const v = p + 2;
    if (v + n > end) break;
    p = v + n;
    if (id === 0x01 && n === 4) items.mileage = u32(b, v) / 10;
    else if (id === 0x02 && n === 2) items.fuel = u16(b, v) / 10;
    else if (id === 0x03 && n === 2) items.recorderSpeed = u16(b, v) / 10;
    else if (id === 0x04 && n === 2) items.alarmEventId = u16(b, v);
    else if (id === 0x14 && n === 4) items.videoAlarm = u32(b, v);
    else if (id === 0x25 && n === 4) items.vehicleSignals = u32(b, v);
    else if (id === 0x2a && n === 2) items.io = u16(b, v);
    else if (id === 0x2b && n === 4) items.analog = u32(b, v);
    else if (id === 0x30 && n === 1) items.rssi = b[v]!;
    else if (id === 0x31 && n === 1) items.satellites = b[v]!;
    else (items.unknown ??= []).push({ id, bytes: Uint8Array.prototype.slice.call(b, v, p) });
  }
  if (p < end) items.trailing = Uint8Array.prototype.slice.call(b, p, end);
  return items;
}
