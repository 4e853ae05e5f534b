/** Signal that fell from good to next to nothing at once, and stays so however far it is driven: no shadow is so long. The link may hold all the while. */
import type { Desk } from './desk.ts';
import type { Signals } from './signals.ts';
import { metresBetween, type Terminal } from './terminal.ts';

const LONG_S = 900;
const FAR_M = 5000;

/** A live report that still says so; what is stored in silences says it otherwise (R4). */
export function reception(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  if (t.csqFellAt === 0 || t.fellLatitude === 0 || !s.fixed || docket.now - t.csqFellAt < LONG_S) return;
  const metres = metresBetween(t.fellLatitude, t.fellLongitude, s.latitude, s.longitude);
  if (metres < FAR_M || (t.gap !== undefined && t.gap.lostAt >= t.csqFellAt)) return;
  const before = docket.find(t, 'link');
  if (before !== undefined && before.since >= t.csqFellAt) return;
  if (before !== undefined) docket.drop(t, before);
  const one = docket.open(t, 'link', t.csqFellAt);
  if (one === undefined) return;
  docket.note(one, { id: 'R5', says: { km: Math.round(metres / 1000), minutes: Math.round(LONG_S / 60) } });
  docket.settle(t, one);
  one.overAt = docket.now;
}
