/** Collision and rollover by the acceleration sensor: bits 29 and 30, parameters 0x005D and 0x005E. */
import type { EpochMs } from '../../protocol/index.ts';
import type { Causes } from '../world/causes.ts';

/** A blow is over at once; its alarm is held for so long, to be seen. */
const SHOWN_MS = 10_000;
/** A vehicle that tips over and comes back has not rolled over. */
const TIPPED_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;

export interface ShockLimits {
  /** A blow of so many g for so many ms; 0 g watches nothing. */
  readonly collision: { readonly g: number; readonly ms: number };
  /** Degrees from upright; 0 watches nothing. */
  readonly rolloverDegrees: number;
}

export interface Shock {
  collision: boolean;
  rollover: boolean;
  /** Since when the blow lasts, and the vehicle is tipped; Infinity: it is not so. */
  blowSince: EpochMs;
  tippedSince: EpochMs;
  shownUntil: EpochMs;
}

export function newShock(): Shock {
  return { collision: false, rollover: false, blowSince: NEVER, tippedSince: NEVER, shownUntil: 0 };
}

/** Looks at acceleration and tilt. What held at the last look has held until now. */
export function watchShock(shock: Shock, causes: Causes, limits: ShockLimits, now: EpochMs): void {
  const { collision, rolloverDegrees } = limits;
  if (now - shock.blowSince >= collision.ms) shock.shownUntil = now + SHOWN_MS;
  const blow = collision.g > 0 && causes.acceleration >= collision.g;
  shock.blowSince = blow ? Math.min(shock.blowSince, now) : NEVER;
  shock.collision = now < shock.shownUntil;
  const tipped = rolloverDegrees > 0 && causes.tilt >= rolloverDegrees;
  shock.tippedSince = tipped ? Math.min(shock.tippedSince, now) : NEVER;
  shock.rollover = now - shock.tippedSince >= TIPPED_MS;
}

/** When one of them begins, or is no longer shown. */
export function shockDeadline(shock: Shock, { collision }: ShockLimits): EpochMs {
  if (shock.blowSince === NEVER && shock.tippedSince === NEVER && !shock.collision) return NEVER;
  const blow = shock.collision ? shock.shownUntil : shock.blowSince + collision.ms;
  return Math.min(blow, shock.rollover ? NEVER : shock.tippedSince + TIPPED_MS);
}
