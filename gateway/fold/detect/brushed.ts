/**
 * Whose jammer it is: others lose the sky beside a vehicle as it does, and have it back when it is gone, while it has none
 * still. Once that may be the place; the third time within a month it is carried by this one.
 */
import type { Case } from './case.ts';
import type { Desk } from './desk.ts';
import type { Terminal } from './terminal.ts';

/** The others have had it back for so long. */
const BACK_S = 120;
/** Tenths: what one such darkness counts, and others' darkness without it; from how much on it is believed. */
const PRESENT = 10;
const ABSENT = 2;
const BELIEVED = 30;
const MOST = 100;
const MONTH_S = 30 * 86_400;

/** A report without a fix that is suspected; true where it changed the case. Each darkness counts once. */
export function brushes(desk: Desk, t: Terminal, one: Case): boolean {
  const { docket, skies } = desk;
  const { now } = docket;
  if (now - t.brushedAt > MONTH_S) t.brushed = 0;
  if (t.brushedAt < t.unfixedSince && isLeftAlone(skies.beside(t), now)) {
    t.brushedAt = now;
    t.brushed = Math.min(MOST, t.brushed + PRESENT);
    skies.suspect(t);
    desk.touched('@skies');
  }
  return t.brushed >= BELIEVED && docket.note(one, { id: 'G4', seq: 0, says: { times: Math.round(t.brushed / 10) } });
}

/** There were others, and all of them have had it back for a while. */
function isLeftAlone(beside: readonly { readonly backAt: number }[], now: number): boolean {
  return beside.length > 0 && beside.every(({ backAt }) => backAt !== 0 && now - backAt >= BACK_S);
}

/** It has the sky back, as others beside it lost it too: who was suspected of that here and was not there is so less. */
export function brushedOff(desk: Desk, t: Terminal): void {
  for (const id of desk.skies.absent(t)) {
    const other = desk.terminal(id);
    if (other === undefined || other.brushed === 0) continue;
    other.brushed = Math.max(0, other.brushed - ABSENT);
    desk.changed(other);
  }
}
