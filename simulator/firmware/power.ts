/**
 * What feeds the terminal: the vehicle, the battery inside, or nothing.
 *
 * Time passes in `elapsePower` under what held since the last look; `sensePower` looks at the causes. Thresholds are
 * those of 12 V and 24 V classes; the bits for low and lost supply come only after the supply has stayed so.
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Causes } from '../world/causes.ts';

/** Below this the main supply is none, and below that it is low: volts by class. */
const PRESENT_V = { 12: 6.5, 24: 9 } as const;
const LOW_V = { 12: 11, 24: 22 } as const;
/** Above the threshold by so much, low is over. */
const LOW_HYSTERESIS_V = 0.2;
const LOW_AFTER_MS = 10_000;
const LOST_AFTER_MS = 3000;
/** From power to a firmware that acts. */
export const BOOT_MS = 25_000;
/** An empty battery is full again after so long on main supply. */
const RECHARGE_MS = 7_200_000;
/** It switches itself off above the first, and on again below the second: degrees Celsius. */
const TOO_HOT = 85;
const COOL_AGAIN = 75;

const NEVER = Number.POSITIVE_INFINITY;

export interface Power {
  source: 'main' | 'backup' | 'none';
  /** When the firmware acts; Infinity while there is no power. */
  readyAt: EpochMs;
  /** Of the battery inside, 0 to 1. An owner may set it: a battery ages. */
  charge: number;
  /** Volts at the main input, as last seen. */
  supply: number;
  /** Since when the supply is low, or lost; Infinity: it is not. */
  lowSince: EpochMs;
  lostSince: EpochMs;
  /** Alarm bits 7 and 8. */
  low: boolean;
  lost: boolean;
  overheated: boolean;
}

export function newPower(): Power {
  return {
    source: 'none',
    readyAt: NEVER,
    charge: 1,
    supply: 0,
    lowSince: NEVER,
    lostSince: NEVER,
    low: false,
    lost: false,
    overheated: false,
  };
}

/** `ms` pass on the source that was there. */
export function elapsePower(power: Power, ms: number, { backupMs }: Profile): void {
  if (power.source === 'backup') power.charge = Math.max(0, power.charge - ms / backupMs);
  // What is left after the division is no charge.
  if (power.charge < 1e-9) power.charge = 0;
  if (power.source === 'main') power.charge = Math.min(1, power.charge + ms / RECHARGE_MS);
}

/** Looks at the supply. A terminal that has run out starts again on main supply only. */
export function sensePower(power: Power, causes: Causes, { backupMs }: Profile, now: EpochMs): void {
  const { supply, system, temperature } = causes;
  power.supply = supply;
  power.overheated = power.overheated ? temperature > COOL_AGAIN : temperature > TOO_HOT;
  const present = supply >= PRESENT_V[system];
  const held = causes.backupPresent && backupMs > 0 && power.charge > 0 && power.source !== 'none';
  const source = power.overheated ? 'none' : present ? 'main' : held ? 'backup' : 'none';
  if (source !== 'none' && power.source === 'none') power.readyAt = now + BOOT_MS;
  power.source = source;
  if (source === 'none') {
    power.readyAt = NEVER;
    power.lowSince = power.lostSince = NEVER;
    power.low = power.lost = false;
    return;
  }
  if (!present) power.lostSince = Math.min(power.lostSince, now);
  else power.lostSince = NEVER;
  power.lost = now - power.lostSince >= LOST_AFTER_MS;
  if (!present || supply >= LOW_V[system] + (power.low ? LOW_HYSTERESIS_V : 0)) power.lowSince = NEVER;
  else power.lowSince = Math.min(power.lowSince, now);
  power.low = now - power.lowSince >= LOW_AFTER_MS;
}

/** Starts anew, as after a watchdog or a command: the same as losing power for an instant. */
export function reboot(power: Power, now: EpochMs): void {
  if (power.source !== 'none') power.readyAt = now + BOOT_MS;
}

/** When something changes without anything being done to it. */
export function powerDeadline(power: Power, { backupMs }: Profile, now: EpochMs): EpochMs {
  let at = power.readyAt > now ? power.readyAt : NEVER;
  if (!power.low) at = Math.min(at, power.lowSince + LOW_AFTER_MS);
  if (!power.lost) at = Math.min(at, power.lostSince + LOST_AFTER_MS);
  if (power.source === 'backup') at = Math.min(at, now + Math.ceil(power.charge * backupMs));
  return at;
}
