/**
 * Times of JT/T 808: BCD[6] YYMMDDhhmmss in UTC+8, years 2000–2099, against epoch milliseconds.
 *
 * Tables instead of Date: this runs once per report in, and once per report out.
 */

/** China has had one zone without summer time since 1991, so the offset is a constant. */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Value of a BCD octet; 255 where a nibble is no digit. */
const DIGITS = new Uint8Array(256).fill(255);
for (let value = 0; value < 100; value++) DIGITS[(((value / 10) | 0) << 4) | (value % 10)] = value;

/** By 13 * year + month: epoch ms of local midnight of the day *before* the first, and the days it has. */
const MONTH_START = new Float64Array(13 * 100);
const MONTH_DAYS = new Uint8Array(13 * 100);
for (let year = 0; year < 100; year++) {
  for (let month = 1; month <= 12; month++) {
    const first = Date.UTC(2000 + year, month - 1, 1);
    MONTH_START[13 * year + month] = first - OFFSET_MS - DAY_MS;
    MONTH_DAYS[13 * year + month] = (Date.UTC(2000 + year, month, 1) - first) / DAY_MS;
  }
}
const FIRST_MS = Date.UTC(2000, 0, 1) - OFFSET_MS;
const LAST_MS = Date.UTC(2100, 0, 1) - OFFSET_MS - 1;

/**
 * Epoch ms of the six octets at `at`; NaN where they name no moment of the calendar. Clocks that were never
 * set send 00 or FF here: that is a fact about the terminal, not a fault of the message.
 */
export function bcdTime(b: Uint8Array, at: number): number {
  const month = DIGITS[b[at + 1]!]!;
  const key = 13 * DIGITS[b[at]!]! + month;
  const day = DIGITS[b[at + 2]!]!;
  const hour = DIGITS[b[at + 3]!]!;
  const minute = DIGITS[b[at + 4]!]!;
  const second = DIGITS[b[at + 5]!]!;
  // A year that is no number gives a key past the table, whose `undefined` fails the comparison of days.
  if (month < 1 || month > 12 || day < 1 || !(day <= MONTH_DAYS[key]!)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  return MONTH_START[key]! + day * DAY_MS + (hour * 3600 + minute * 60 + second) * 1000;
}

const bcd = (value: number): number => (((value / 10) | 0) << 4) | (value % 10);

/** Whether a time can be written as BCD[6]: NaN (unset), or a moment of the years 2000–2099 in UTC+8. */
export function isBcdTime(ms: number): boolean {
  return Number.isNaN(ms) || (ms >= FIRST_MS && ms <= LAST_MS);
}

/** The last day written, and its three octets: reports come in the order of the calendar, so this nearly always fits. */
let writtenDay = Number.NaN;
let yearOctet = 0;
let monthOctet = 0;
let dayOctet = 0;

/** 1 March of the year 0 to 1 January 1970, days of 400 years, of 100, of 4 and of 5 months from March on. */
const TO_MARCH_0 = 719_468;
const DAYS_400 = 146_097;
const DAYS_100 = 36_524;
const DAYS_4 = 1460;
const DAYS_5_MONTHS = 153;

/** The date of a day since 1970, by whole numbers: years begin in March, so that the leap day is the last. */
function keepDay(day: number): void {
  const z = day + TO_MARCH_0;
  const of400 = z % DAYS_400;
  const year = ((of400 - ((of400 / DAYS_4) | 0) + ((of400 / DAYS_100) | 0) - ((of400 / (DAYS_400 - 1)) | 0)) / 365) | 0;
  const inYear = of400 - (365 * year + ((year / 4) | 0) - ((year / 100) | 0));
  const month = ((5 * inYear + 2) / DAYS_5_MONTHS) | 0;
  // 2000 began an era of 400 years: of its January and February the year before is that of the era before.
  yearOctet = bcd((year + (month < 10 ? 0 : 1)) % 400);
  monthOctet = bcd(month < 10 ? month + 3 : month - 9);
  dayOctet = bcd(inYear - (((DAYS_5_MONTHS * month + 2) / 5) | 0) + 1);
}

/** Writes six octets; NaN as zeros, parts of a second dropped. `ms` satisfies `isBcdTime`. */
export function putBcdTime(b: Uint8Array, at: number, ms: number): void {
  if (Number.isNaN(ms)) {
    b.fill(0, at, at + 6);
    return;
  }
  const local = ms + OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  if (day !== writtenDay) {
    keepDay(day);
    writtenDay = day;
  }
  const second = ((local - day * DAY_MS) / 1000) | 0;
  const minute = (second / 60) | 0;
  b[at] = yearOctet;
  b[at + 1] = monthOctet;
  b[at + 2] = dayOctet;
  b[at + 3] = bcd((minute / 60) | 0);
  b[at + 4] = bcd(minute % 60);
  b[at + 5] = bcd(second % 60);
}

const TWO: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));
/** The last day formatted: reports come in the order of the calendar, so this nearly always fits. */
let dayKey = Number.NaN;
let dayText = '';

/**
 * ISO 8601 in UTC+8, `2026-11-21T10:30:06+08:00`, with milliseconds where there are any.
 * `ms` is a time that Date can hold.
 */
export function formatTime(ms: number): string {
  const local = ms + OFFSET_MS;
  const day = Math.floor(local / DAY_MS);
  if (day !== dayKey) {
    dayText = new Date(day * DAY_MS).toISOString().slice(0, -14);
    dayKey = day;
  }
  const inDay = local - day * DAY_MS;
  const seconds = Math.floor(inDay / 1000);
  const fraction = Math.floor(inDay - seconds * 1000);
  const minutes = (seconds / 60) | 0;
  const clock = `${TWO[(minutes / 60) | 0]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}`;
  const ending = fraction === 0 ? '+08:00' : `.${String(fraction).padStart(3, '0')}+08:00`;
  return `${dayText}T${clock}${ending}`;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Epoch ms of an ISO 8601 time that states its offset; NaN where the text is none. */
export function parseTime(text: string): number {
  return ISO.test(text) ? Date.parse(text) : Number.NaN;
}
