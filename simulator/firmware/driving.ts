/**
 * What the terminal makes of speed and time: too fast, too long at the wheel, too long parked.
 *
 * Driving begins and ends at 10 km/h. A stop shorter than the minimum rest does not end a driver's time. Limits are
 * the parameters 0x0055 to 0x005C; a limit of 0 watches nothing. JT/T 808-2019 table 12.
 */
import type { EpochMs } from '../../protocol/index.ts';

const DRIVING_KMH = 10;
const DAY_MS = 86_400_000;
/** Days begin at midnight in UTC+8. */
const ZONE_MS = 28_800_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Limits in the units of the parameters: km/h and seconds. */
export interface DrivingLimits {
  readonly maximumSpeed: number;
  readonly overSpeedDuration: number;
  readonly overSpeedWarningMargin: number;
  readonly continuousDrivingLimit: number;
  readonly fatigueWarningMargin: number;
  readonly daysAccumulatedDrivingLimit: number;
  readonly minimumRestTime: number;
  readonly longestParkingTime: number;
  /** Driving is forbidden between these minutes of the day (2019), which may be over midnight. */
  readonly forbidden: { readonly from: number; readonly to: number } | undefined;
}

export interface Driving {
  driving: boolean;
  /** Since when it drives, or stands. */
  since: EpochMs;
  /** Driven without a rest, and today, until the last look: ms. */
  continuousMs: number;
  todayMs: number;
  day: number;
  seenAt: EpochMs;
  /** Since when it is over the limit; Infinity: it is not. */
  overSince: EpochMs;
  overspeed: boolean;
  overspeedWarning: boolean;
  fatigue: boolean;
  fatigueWarning: boolean;
  dayTimeout: boolean;
  parkingTimeout: boolean;
  violation: boolean;
}

export function newDriving(): Driving {
  return {
    driving: false,
    since: Number.NaN,
    continuousMs: 0,
    todayMs: 0,
    day: 0,
    seenAt: Number.NaN,
    overSince: NEVER,
    overspeed: false,
    overspeedWarning: false,
    fatigue: false,
    fatigueWarning: false,
    dayTimeout: false,
    parkingTimeout: false,
    violation: false,
  };
}

/** Looks at the speed, km/h. Power loss does not end a driver's time; another driver's card does (`newDriver`). */
export function watchDriving(state: Driving, speed: number, limits: DrivingLimits, now: EpochMs): void {
  const seconds = (ms: number): number => ms / 1000;
  if (Number.isNaN(state.since)) state.since = state.seenAt = now;
  const day = Math.floor((now + ZONE_MS) / DAY_MS);
  if (day !== state.day) {
    state.day = day;
    state.todayMs = 0;
  }
  if (state.driving) {
    state.continuousMs += now - state.seenAt;
    state.todayMs += now - state.seenAt;
  }
  state.seenAt = now;
  const driving = speed >= DRIVING_KMH;
  if (driving !== state.driving) {
    state.driving = driving;
    state.since = now;
  }
  const rested = !driving && seconds(now - state.since) >= limits.minimumRestTime;
  if (rested) state.continuousMs = 0;
  const { maximumSpeed, overSpeedWarningMargin, continuousDrivingLimit: longest } = limits;
  state.overSince = maximumSpeed > 0 && speed >= maximumSpeed ? Math.min(state.overSince, now) : NEVER;
  state.overspeed = seconds(now - state.overSince) >= limits.overSpeedDuration;
  state.overspeedWarning = !state.overspeed && maximumSpeed > 0 && speed >= maximumSpeed - overSpeedWarningMargin;
  state.fatigue = longest > 0 && seconds(state.continuousMs) >= longest;
  state.fatigueWarning =
    longest > 0 && !state.fatigue && seconds(state.continuousMs) >= longest - limits.fatigueWarningMargin;
  state.violation = driving && isForbidden(limits, now);
  const { daysAccumulatedDrivingLimit: daily, longestParkingTime: parking } = limits;
  state.dayTimeout = daily > 0 && seconds(state.todayMs) >= daily;
  state.parkingTimeout = parking > 0 && !driving && seconds(now - state.since) >= parking;
}

function isForbidden({ forbidden }: DrivingLimits, now: EpochMs): boolean {
  if (forbidden === undefined) return false;
  const { from, to } = forbidden;
  const minute = Math.floor(((now + ZONE_MS) % DAY_MS) / 60_000);
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Another driver begins with nothing driven. */
export function newDriver(state: Driving): void {
  state.continuousMs = 0;
  state.todayMs = 0;
}

/** When a limit of a vehicle that goes on as it does will be reached; those of driving are looked at every second. */
export function drivingDeadline(state: Driving, limits: DrivingLimits): EpochMs {
  if (state.driving || Number.isNaN(state.since)) return NEVER;
  const at = (limit: number, done: boolean): EpochMs => (limit > 0 && !done ? state.since + limit * 1000 : NEVER);
  return Math.min(
    at(limits.longestParkingTime, state.parkingTimeout),
    at(limits.minimumRestTime, state.continuousMs === 0),
  );
}
