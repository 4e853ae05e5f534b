/** Items 0x11 to 0x13: what an alarm of an area, a route or a segment is about. JT/T 808-2019 tables 28 to 30. */
import type { Terminal } from './terminal.ts';

/** Appends the items of the alarms that wait; returns the end. */
export function fenceItems(terminal: Terminal, out: Uint8Array, start: number): number {
  let at = start;
  for (const octets of terminal.kept?.fences.told ?? []) {
    out.set(octets, at);
    at += octets.length;
  }
  return at;
}
