/**
 * Which days people work, in China: weekends, public holidays, and the weekends that are worked instead.
 *
 * 2025 and 2026 as the State Council arranged them (国办发明电〔2024〕12号; the notice of 4 November 2025). For 2027 only the
 * days that the law itself names (全国年节及纪念日放假办法): which weekends are worked for them is told the year before.
 * Other years have their weekends. Days are those of UTC+8.
 */
import type { EpochMs } from '../../protocol/index.ts';

export type DayKind = 'workday' | 'weekend' | 'holiday';

/** Name, first day and last day. */
const HOLIDAYS: readonly (readonly [string, string, string])[] = [
  ['元旦', '2025-01-01', '2025-01-01'],
  ['春节', '2025-01-28', '2025-02-04'],
  ['清明节', '2025-04-04', '2025-04-06'],
  ['劳动节', '2025-05-01', '2025-05-05'],
  ['端午节', '2025-05-31', '2025-06-02'],
  ['国庆节、中秋节', '2025-10-01', '2025-10-08'],
  ['元旦', '2026-01-01', '2026-01-03'],
  ['春节', '2026-02-15', '2026-02-23'],
  ['清明节', '2026-04-04', '2026-04-06'],
  ['劳动节', '2026-05-01', '2026-05-05'],
  ['端午节', '2026-06-19', '2026-06-21'],
  ['中秋节', '2026-09-25', '2026-09-27'],
  ['国庆节', '2026-10-01', '2026-10-07'],
  ['元旦', '2027-01-01', '2027-01-01'],
  ['春节', '2027-02-05', '2027-02-08'],
  ['清明节', '2027-04-05', '2027-04-05'],
  ['劳动节', '2027-05-01', '2027-05-02'],
  ['端午节', '2027-06-09', '2027-06-09'],
  ['中秋节', '2027-09-15', '2027-09-15'],
  ['国庆节', '2027-10-01', '2027-10-03'],
];

/** Saturdays and Sundays that are worked. */
const WORKED = [
  '2025-01-26',
  '2025-02-08',
  '2025-04-27',
  '2025-09-28',
  '2025-10-11',
  '2026-01-04',
  '2026-02-14',
  '2026-02-28',
  '2026-05-09',
  '2026-09-20',
  '2026-10-10',
];

const DAY_MS = 86_400_000;
const ZONE_MS = 28_800_000;

/** What is otherwise than the day of the week says, by days since 1970 in UTC+8. */
const EXCEPTIONS: ReadonlyMap<number, Exception> = exceptions();

interface Exception {
  readonly kind: CalendarDay['kind'];
  readonly name: string;
}

function exceptions(): Map<number, Exception> {
  const all = new Map<number, Exception>();
  for (const [name, first, last] of HOLIDAYS)
    for (let day = dayNumber(first); day <= dayNumber(last); day++) all.set(day, { kind: 'holiday', name });
  for (const date of WORKED) all.set(dayNumber(date), { kind: 'workday', name: '调休' });
  return all;
}

/** What kind of day it is at `at`. */
export function dayKindAt(at: EpochMs): DayKind {
  const day = Math.floor((at + ZONE_MS) / DAY_MS);
  const exception = EXCEPTIONS.get(day);
  if (exception !== undefined) return exception.kind;
  // 1970-01-01 was a Thursday.
  const weekday = (day + 4) % 7;
  return weekday === 0 || weekday === 6 ? 'weekend' : 'workday';
}

/** A day that is otherwise than its day of the week says. */
export interface CalendarDay {
  /** `2026-02-15`. */
  readonly date: string;
  readonly kind: 'holiday' | 'workday';
  readonly name: string;
}

/** Holidays, and weekends that are worked, from the day of `from` until the day of `until`, that one included. */
export function calendarDays(from: EpochMs, until: EpochMs): CalendarDay[] {
  const [first, last] = [from, until].map((at) => Math.floor((at + ZONE_MS) / DAY_MS)) as [number, number];
  return [...EXCEPTIONS]
    .filter(([day]) => day >= first && day <= last)
    .sort(([a], [b]) => a - b)
    .map(([day, { kind, name }]) => ({
      date: new Date(day * DAY_MS).toISOString().slice(0, 10),
      kind,
      name,
    }));
}

function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}
