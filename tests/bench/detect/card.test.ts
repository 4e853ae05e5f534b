import { describe, expect, test } from 'vitest';
import { type CardParts, cardOf, formatCard } from '../../../bench/detect/card.ts';
import { cardPage } from '../../../bench/detect/card-html.ts';
import { fleetReportOf } from '../../../bench/detect/fleet-report.ts';
import { shareOf } from '../../../bench/detect/interval.ts';
import { reportOf, type ExamReport } from '../../../bench/detect/report.ts';

const weights = { version: 7, sha256: 'ab'.repeat(32) };
const empty = reportOf([], new Map(), { scenarios: 'sha256:cd', weights, seeds: 'test1..60', played: '', seconds: 1 });
const LATE = { count: 4, p50: 2, p95: 12, max: 12 };
const bed: ExamReport = {
  ...empty,
  byDifficulty: { 'guilty 1': shareOf(100, 100), 'guilty 3': shareOf(90, 100) },
  byKind: { guilty: shareOf(190, 200), innocent: shareOf(100, 100) },
  confusion: { provisional: {}, final: { T101: { T101: 9, none: 1 }, T302: { '<b>': 1 } } },
  latency: { T101: { fromReference: LATE, fair: LATE } },
  latencyByProfile: { T101: { A: LATE, C: { ...LATE, p95: 31 } } },
  varied: ['as it is', 'permuted', 'without map'].map((name, i) => ({
    name,
    guilty: shareOf(190, 200),
    innocent: shareOf(100 - 10 * i, 100),
    falseAlarms: shareOf(5 * i, 100),
    same: shareOf(300 - i, 300),
  })),
};
const fleet = fleetReportOf(
  [
    {
      vehicles: 10,
      days: 365,
      vehicleYears: 10,
      frames: 1,
      acts: [
        { what: 'card pulled', severity: 3 },
        { what: 'antenna cut', severity: 2 },
      ],
      grey: 0,
      accusations: [
        {
          id: 'E1',
          code: 'T304',
          terminal: '1',
          at: 0,
          severity: 2,
          surviving: false,
          confirmed: false,
          truth: 'false',
          cause: 'garage',
          profile: 'A',
          because: '',
        },
      ],
    },
  ],
  { seed: '1', seconds: 1 },
);
const parts: CardParts = {
  bed,
  fleet,
  mix: fleet,
  cost: { terminals: 1000, frame: { p50: 700, p99: 2500 }, octetsPerTerminal: 900, worstStallMs: 12 },
  held: { merged: { ...bed, byKind: { guilty: shareOf(180, 200) } } },
  salt: 'told now',
};

describe('the report card', () => {
  const text = formatCard(cardOf(parts));

  test('says which weights, scenarios and seeds, and the salt', () => {
    expect(text.split('\n')[0]).toBe('weights v7 (abababababab), scenarios sha256:cd, seeds test1..60, salt told now');
  });

  test.each([
    ['guilty 1', 'reached'],
    ['guilty 3', 'MISSED'],
    ['false alarms a vehicle-year, severity ≥ 2', 'reached'],
    ['a frame', 'MISSED'],
    ['a terminal', 'reached'],
    ['permuted', 'MISSED'],
  ])('says of %s that its aim is %s', (name, met) => {
    const line = text.split('\n').find((one) => one.trim().startsWith(name));
    expect(line).toContain(met);
  });

  test('says how long each code took, for every kind of terminal', () => {
    expect(text).toContain('p50 2 s, p95 12 s, 4 found: A 2/12, C 2/31');
  });

  test('says what is lost on what nobody trained on, and without a means', () => {
    expect(text).toContain('merged: guilty');
    expect(text).toContain('5.0 points less than as in the file');
    expect(text).toMatch(/without map +guilty \+0\.0, innocent −20\.0 points, 10 more false alarms/);
  });

  test('is a page without scripts, in which what came from files is text', () => {
    const page = cardPage(cardOf(parts), { final: bed.confusion.final, calibration: bed.calibration });
    expect(page).toContain('<h2>bed F</h2>');
    expect(page).not.toContain('<script');
    expect(page.match(/<td style="background/g)).toHaveLength(3);
  });
});
