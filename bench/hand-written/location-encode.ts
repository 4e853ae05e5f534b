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

function item8(b: Uint8Array, p: number, id: number, value: number): number {
  b[p] = id;
  b[p + 1] = 1;
  b[p + 2] = value;
  return p + 3;
}

function item16(b: Uint8Array, p: number, id: number, value: number): number {
  b[p] = id;
  b[p + 1] = 2;
  put16(b, p + 2, value);
  return p + 4;
}

function item32(b: Uint8Array, p: number, id: number, value: number): number {
  b[p] = id;
  b[p + 1] = 4;
  put32(b, p + 2, value);
  return p + 6;
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
  if (items.mileage !== undefined) p = item32(b, p, 0x01, Math.round(items.mileage * 10));
  if (items.fuel !== undefined) p = item16(b, p, 0x02, Math.round(items.fuel * 10));
  if (items.recorderSpeed !== undefined) p = item16(b, p, 0x03, Math.round(items.recorderSpeed * 10));
  if (items.vehicleSignals !== undefined) p = item32(b, p, 0x25, items.vehicleSignals);
  if (items.io !== undefined) p = item16(b, p, 0x2a, items.io);
  if (items.analog !== undefined) p = item32(b, p, 0x2b, items.analog);
  if (items.rssi !== undefined) p = item8(b, p, 0x30, items.rssi);
  if (items.satellites !== undefined) p = item8(b, p, 0x31, items.satellites);
  return p;
}
