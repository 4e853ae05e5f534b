import { describe, expect, it } from 'vitest';
import { calendarDays, dayKindAt } from '../../../simulator/world/calendar.ts';

const noon = (date: string): number => Date.parse(`${date}T12:00:00+08:00`);

describe('the days that people work', () => {
  it.each([
    ['2026-03-02', 'workday'],
    ['2026-03-07', 'weekend'],
    ['2026-02-17', 'holiday'],
    ['2026-02-14', 'workday'],
    ['2026-02-28', 'workday'],
    ['2026-10-01', 'holiday'],
    ['2026-09-20', 'workday'],
    ['2025-10-08', 'holiday'],
    ['2025-10-11', 'workday'],
    ['2027-02-06', 'holiday'],
    ['2027-02-14', 'weekend'],
    ['2031-10-01', 'workday'],
  ])('%s is a %s', (date, kind) => {
    expect(dayKindAt(noon(date))).toBe(kind);
  });

  it('begin and end at midnight of UTC+8', () => {
    expect(dayKindAt(Date.parse('2026-09-30T23:59:59+08:00'))).toBe('workday');
    expect(dayKindAt(Date.parse('2026-10-01T00:00:00+08:00'))).toBe('holiday');
    expect(dayKindAt(Date.parse('2026-10-07T23:59:59+08:00'))).toBe('holiday');
    expect(dayKindAt(Date.parse('2026-10-08T00:00:00+08:00'))).toBe('workday');
  });

  it('have as many holidays as were announced, and every weekend that is worked is one', () => {
    const year = (of: number, kind: string): string[] =>
      calendarDays(noon(`${of}-01-01`), noon(`${of}-12-31`)).flatMap((day) => (day.kind === kind ? [day.date] : []));
    expect([2025, 2026].map((of) => year(of, 'holiday').length)).toEqual([28, 33]);
    for (const date of [...year(2025, 'workday'), ...year(2026, 'workday')])
      expect([0, 6]).toContain(new Date(`${date}T00:00:00Z`).getUTCDay());
  });

  it('are told of in order, from the first day to the last', () => {
    expect(calendarDays(noon('2026-02-14'), noon('2026-02-16'))).toEqual([
      { date: '2026-02-14', kind: 'workday', name: '调休' },
      { date: '2026-02-15', kind: 'holiday', name: '春节' },
      { date: '2026-02-16', kind: 'holiday', name: '春节' },
    ]);
    expect(calendarDays(noon('2026-03-02'), noon('2026-03-20'))).toEqual([]);
  });
});
