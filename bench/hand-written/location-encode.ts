/** The way back: 0x0200 with eight items written by hand, values trusted. */
import { putBcdTime } from '../../protocol/index.ts';
import type { HandLocation } from './location.ts';

function put32(b: Uint8Array, p: number, value: number): void {
  b[p] = value >>> 24;
  b[p + 1] = value >>> 16;
  b[p + 2] = value >>> 8;
  b[p + 3] = value;
}

function put16(b: Uint8Array, p: number, value: number): void {
  b[p] = value >>> 8;
  b[p + 1] = value;
}

function head(b: Uint8Array, p: number, id: number, n: number): number {
  b[p] = id;
  b[p + 1] = n;
  return p + 2;
}

export function encodeLocation(value: HandLocation, b: Uint8Array, start: number): number {
  const { latitude, longitude, items } = value;
  put32(b, start, value.alarm);
  put32(b, start + 4, (value.status | (latitude < 0 ? 4 : 0) | (longitude < 0 ? 8 : 0)) >>> 0);
  put32(b, start + 8, Math.round(Math.abs(latitude) * 1e6));
  put32(b, start + 12, Math.round(Math.abs(longitude) * 1e6));
  put16(b, start + 16, value.altitude);
  put16(b, start + 18, Math.round(value.speed * 10));
  put16(b, start + 20, value.direction);
  putBcdTime(b, start + 22, value.time);
  let p = start + 28;
  if (items.mileage !== undefined) put32(b, (p = head(b, p, 0x01, 4)), Math.round(items.mileage * 10)), (p += 4);
  if (items.fuel !== undefined) put16(b, (p = head(b, p, 0x02, 2)), Math.round(items.fuel * 10)), (p += 2);
  if (items.recorderSpeed !== undefined)
    put16(b, (p = head(b, p, 0x03, 2)), Math.round(items.recorderSpeed * 10)), (p += 2);
  if (items.vehicleSignals !== undefined) put32(b, (p = head(b, p, 0x25, 4)), items.vehicleSignals), (p += 4);
  if (items.io !== undefined) put16(b, (p = head(b, p, 0x2a, 2)), items.io), (p += 2);
  if (items.analog !== undefined) put32(b, (p = head(b, p, 0x2b, 4)), items.analog), (p += 4);
  if (items.rssi !== undefined) (b[(p = head(b, p, 0x30, 1))] = items.rssi), (p += 1);
  if (items.satellites !== undefined) (b[(p = head(b, p, 0x31, 1))] = items.satellites), (p += 1);
  return p;
}
