/** The pulses of the wheels against the fixes: a vehicle that is driven for kilometres while they stand still has lost a wire, or a sensor. */
import { programmed } from './alike.ts';
import type { Desk } from './desk.ts';
import type { Signals } from './signals.ts';
import { type Terminal, UNKNOWN } from './terminal.ts';

/** Tenths of km/h: faster than ferries and car transporters, where wheels stand still by nature. */
const FAST = 400;
const DRIVEN = 150;
const TURNS = 30;
const PACE_S = 60;
const FAR_M = 5000;
/** Who parked for so long, or longer, gave somebody time to reach for a wire. */
const STAND_S = 180;
/** Of a sensor that fails on the road: thousandths of a nat. */
const UNDERWAY = { WIRE: 2000, FLT: 3500, ODO: -2000 } as const;

/** Live reports in order. A terminal whose pulses never came has none to lose: that they did is learnt first. */
export function wheels(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { now } = desk.docket;
  if (s.wheels > 0) {
    if (s.wheels >= DRIVEN) t.turned = Math.min(100, t.turned + 1);
    t.turnedAt = now;
    if (t.unturned === 0) return;
    t.unturned = 0;
    const one = desk.docket.find(t, 'odometer');
    if (one !== undefined) one.overAt = now;
    return;
  }
  if (s.wheels === UNKNOWN || !s.fixed || s.acc === 0 || s.speed < FAST || dt > PACE_S || t.turned < TURNS) return;
  if (t.unturned === 0) t.stoppedUnderway = now - t.turnedAt < STAND_S ? 1 : 0;
  t.unturned += Math.round((s.speed * dt) / 36);
  if (t.unturned >= FAR_M)
    uncounted(desk, t, { km: FAR_M / 1000, since: t.turnedAt, underway: t.stoppedUnderway === 1 });
}

/** Driven so far, and not counted: since then, and by what went before it. */
export function uncounted(desk: Desk, t: Terminal, of: { km: number; since: number; underway: boolean }): void {
  const { docket } = desk;
  const one = docket.open(t, 'odometer', of.since);
  if (one === undefined) return;
  const own = of.underway ? { own: UNDERWAY } : {};
  if (!docket.note(one, { id: 'D9', says: { km: of.km }, ...own })) return;
  programmed(desk, t, one, 'wheels');
  docket.settle(t, one);
}
