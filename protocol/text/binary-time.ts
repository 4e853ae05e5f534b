/**
 * Times that are numbers on the wire, as platforms exchange them (JT/T 809), against epoch milliseconds: day, month,
 * year, hour, minute and second in UTC+8, and u64 of UTC.
 */
const OFFSET_MS = 8 * 3_600_000;
/** Years past 9999 have no ISO 8601 form of four digits. */
const LAST_MS = Date.UTC(10_000, 0, 1) - OFFSET_MS - 1;
const LAST_SECOND = Math.floor(LAST_MS / 1000);
/** 1 January 2000 in UTC+8: as milliseconds a plausible time, as seconds 30 000 years off. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2000, 0, 1) - OFFSET_MS;

/** Octets of a calendar time: day, month, year (two octets), hour, minute, second. */
export const CALENDAR_SIZE = 7;

/** Epoch ms of the seven octets at `at`; NaN where they name no moment from 1970 on. JT/T 809-2011 4.5.8. */
export function calendarTime(b: Uint8Array, at: number): number {
  const day = b[at]!;
  const month = b[at + 1]!;
  const year = (b[at + 2]! << 8) | b[at + 3]!;
  const hour = b[at + 4]!;
  const minute = b[at + 5]!;
  const second = b[at + 6]!;
  if (year < 1970 || year > 9999 || hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  // Date takes the 31st of April for the 1st of May.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const ms = midnight + (hour * 3600 + minute * 60 + second) * 1000 - OFFSET_MS;
  return ms < 0 ? Number.NaN : ms;
}

/** Writes the seven octets; NaN as zeros, parts of a second dropped. `ms` satisfies `isBinaryTime`. */
export function putCalendarTime(b: Uint8Array, at: number, ms: number): void {
  if (Number.isNaN(ms)) {
    b.fill(0, at, at + CALENDAR_SIZE);
    return;
  }
  const local = new Date(ms + OFFSET_MS);
  const year = local.getUTCFullYear();
  b[at] = local.getUTCDate();
  b[at + 1] = local.getUTCMonth() + 1;
  b[at + 2] = year >> 8;
  b[at + 3] = year & 0xff;
  b[at + 4] = local.getUTCHours();
  b[at + 5] = local.getUTCMinutes();
  b[at + 6] = local.getUTCSeconds();
}

/**
 * Epoch ms of the u64 at `at`: of seconds up to the year 9999, of milliseconds from the year 2000 on, which is what
 * platforms write too and no seconds can be; NaN for 0, which stands for no time, and for all others.
 */
export function utcTime(b: Uint8Array, at: number): number {
  const value = utcNumber(b, at);
  if (value === 0) return Number.NaN;
  if (value <= LAST_SECOND) return value * 1000;
  return value >= FIRST_PLAUSIBLE_MS && value <= LAST_MS ? value : Number.NaN;
}

/** Whether the u64 at `at` counts milliseconds. */
export function isUtcMilliseconds(b: Uint8Array, at: number): boolean {
  return utcNumber(b, at) > LAST_SECOND;
}

function utcNumber(b: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 8; i++) value = value * 256 + b[i]!;
  return value;
}

/** Whether a time can be written as a number: NaN (none), or a moment from 1970 to 9999; milliseconds from 2000 on. */
export function isBinaryTime(ms: number, milliseconds: boolean): boolean {
  return Number.isNaN(ms) || (ms >= (milliseconds ? FIRST_PLAUSIBLE_MS : 1000) && ms <= LAST_MS);
}

/** Writes a u64 of seconds or milliseconds, parts of one dropped; NaN as 0. `ms` satisfies `isBinaryTime`. */
export function putUtcTime(b: Uint8Array, at: number, ms: number, milliseconds: boolean): void {
  let rest = Number.isNaN(ms) ? 0 : Math.floor(milliseconds ? ms : ms / 1000);
  for (let i = at + 7; i >= at; i--) {
    b[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
