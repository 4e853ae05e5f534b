/** Items 0x11 to 0x13, what an alarm of an area, a route or a segment is about; JT/T 808-2019 tables 28 to 30. */
import type { EpochMs } from '../../../protocol/index.ts';
import type { Fences, Place } from './fences.ts';
import type { Terminal } from '../terminal.ts';

/** Codes of the items, by what an alarm is about. */
const PLACES = { circles: 1, rectangles: 2, polygons: 3, routes: 4 } as const;
/** Events that wait for an answer; beyond, the oldest is given up. */
const MAX_TOLD = 8;

/** Appends the items of alarms that hold or wait, and those that are told once; returns the end. */
export function fenceItems(terminal: Terminal, out: Uint8Array, start: number): number {
  const fences = terminal.kept?.fences;
  if (fences === undefined) return start;
  let at = start;
  for (const octets of [...fences.told, ...fences.once, ...(fences.speeding === undefined ? [] : [fences.speeding])]) {
    out.set(octets, at);
    at += octets.length;
  }
  fences.once.length = 0;
  return at;
}

/** Item 0x11: too fast, in an area or on a segment (4). */
export function speedingItem(place: Place | 'segment', id: number): Uint8Array {
  return Uint8Array.of(0x11, 5, place === 'segment' ? 4 : PLACES[place], ...dword(id));
}

/** Item 0x12: an area or a route was entered or left. */
export function tellInOut(fences: Fences, { place, id, out }: { place: Place; id: number; out: boolean }): void {
  keep(fences, Uint8Array.of(0x12, 6, PLACES[place], ...dword(id), out ? 1 : 0));
}

/** Item 0x13: a segment took too short or too long. */
export function tellSegmentTime(fences: Fences, id: number, ms: EpochMs, long: boolean): void {
  const seconds = Math.min(0xffff, Math.round(ms / 1000));
  keep(fences, Uint8Array.of(0x13, 7, ...dword(id), seconds >> 8, seconds & 0xff, long ? 1 : 0));
}

function keep(fences: Fences, item: Uint8Array): void {
  fences.told = [...fences.told, item].slice(-MAX_TOLD);
}

function dword(value: number): [number, number, number, number] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
