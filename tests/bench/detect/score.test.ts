import { describe, expect, test } from 'vitest';
import { type ExamEvent, labelOf, type LabelledStep } from '../../../bench/detect/event.ts';
import { deadlineOf, type Marked, markOf } from '../../../bench/detect/score.ts';
import type { ProfileFacts, Scenario } from '../../../simulator/index.ts';

const FACTS = { latency_factor: 1, sleep_report_s: 300 } as ProfileFacts;
const REFS = {
  onset: 600,
  reconnect: 3000,
  motion: null,
  group_restore: null,
  sighting: null,
  spoof_end: null,
  foreign_login: null,
};
const EXPECT: Scenario['expect'] = {
  must: [
    { any_of: ['T304'], stage: 'raised', by_s: 180, ref: 'onset', min_severity: 2 },
    { any_of: ['T102'], stage: 'confirmed', by_s: 180, ref: 'reconnect', min_severity: 3 },
  ],
  must_not: ['N601', 'F*'],
  tolerate: [],
  final: 'T102',
};

const event = (code: string, stage: ExamEvent['stage'], severity: number, t: number, vehicle = 'SELF'): ExamEvent => ({
  scenario: 'X',
  profile: 'A',
  seed: 1,
  code,
  stage,
  severity,
  t,
  vehicle,
});
const RIGHT = [
  event('T304', 'raised', 2, 720),
  event('T102', 'reclassified', 2, 3020),
  event('T102', 'confirmed', 3, 3060),
];

function mark(over: Partial<Marked> & { kind?: Scenario['kind']; expect?: Partial<Scenario['expect']> } = {}) {
  const { kind = 'guilty', expect: other, ...rest } = over;
  const scenario = { id: 'X', kind, expect: { ...EXPECT, ...other } } as Scenario;
  return markOf({ scenario, profile: 'A', facts: FACTS, refs: REFS, final: 'T102', events: RIGHT, ...rest });
}

describe('a run', () => {
  test('passes when all that had to be found was, in time and as serious as it is', () => {
    expect(mark()).toMatchObject({ pass: true, faults: [], falseAlarm: false });
    expect(mark().met.map(({ at, after }) => [at, after])).toEqual([
      [720, 600],
      [3060, 3000],
    ]);
  });

  test.each([
    ['late', [event('T304', 'raised', 2, 781), ...RIGHT.slice(1)]],
    ['not serious enough', [event('T304', 'raised', 1, 720), ...RIGHT.slice(1)]],
    ['before the act', [event('T304', 'raised', 2, 560), ...RIGHT.slice(1)]],
    ['not confirmed', RIGHT.slice(0, 2)],
    ['of another vehicle', [event('T304', 'raised', 2, 720, '13900000000'), ...RIGHT.slice(1)]],
  ])('fails when the finding is %s', (_why, events) => {
    expect(mark({ events }).pass).toBe(false);
  });

  test('counts what was confirmed before it became serious', () => {
    const events = [RIGHT[0]!, event('T102', 'confirmed', 2, 3020), event('T102', 'updated', 3, 3100)];
    expect(mark({ events }).pass).toBe(true);
  });

  test('fails when the reference that a demand counts from never came', () => {
    expect(mark({ refs: { ...REFS, reconnect: null } }).faults[0]).toContain('no T102 confirmed S3');
  });

  test('is not asked what its kind of terminal cannot know', () => {
    const [first, second] = EXPECT.must;
    const must = [first!, { ...second!, only_profiles: ['C'] }];
    expect(mark({ expect: { must }, events: RIGHT.slice(0, 1), final: 'T304' }).pass).toBe(true);
  });

  test('may end under any name of its last demand, and no other', () => {
    const must = EXPECT.must.map((demand) => ({ ...demand, any_of: [...demand.any_of, 'T305'] }));
    expect(mark({ expect: { must }, final: 'T305' }).pass).toBe(true);
    expect(mark({ final: 'T304' }).faults).toEqual(['ends as T304, expected T102']);
  });

  test('fails on what must not be said at severity 2, not on a notice of it', () => {
    expect(mark({ events: [...RIGHT, event('F503', 'raised', 2, 900)] })).toMatchObject({
      pass: false,
      falseAlarm: true,
    });
    expect(mark({ events: [...RIGHT, event('F503', 'raised', 1, 900)] }).pass).toBe(true);
  });

  test('fails when a companion is accused', () => {
    const events = [...RIGHT, event('T202', 'raised', 2, 900, '13900000000')];
    expect(mark({ events }).faults[0]).toContain('on 13900000000 is forbidden');
  });
});

describe('an innocent run', () => {
  const tolerate = [{ event: 'T205', max_severity: 1, must_clear_by_s: 300, ref: 'reconnect' as const }];
  const innocent = (events: readonly ExamEvent[]) =>
    mark({ kind: 'innocent', final: 'N600', events, expect: { must: [], must_not: ['T*'], tolerate } });

  test('passes with a tolerated notice that goes in time, and with none', () => {
    expect(innocent([]).pass).toBe(true);
    expect(innocent([event('T205', 'raised', 1, 900), event('T205', 'cleared', 1, 3200)]).pass).toBe(true);
  });

  test.each([
    ['stays', [event('T205', 'raised', 1, 900)]],
    ['goes too late', [event('T205', 'raised', 1, 900), event('T205', 'cleared', 1, 3301)]],
    ['is more than a notice', [event('T205', 'raised', 2, 900), event('T205', 'cleared', 1, 3200)]],
  ])('fails when the notice %s', (_why, events) => {
    expect(innocent(events).pass).toBe(false);
  });

  test('is not marked by its label', () => {
    expect(mark({ kind: 'innocent', final: 'N608', events: [], expect: { must: [], final: 'N601' } }).pass).toBe(true);
  });
});

test('deadlines grow with the latency of a profile, and long ones are never shorter than a sleeper allows', () => {
  const must = { any_of: [], stage: 'raised', ref: 'onset', min_severity: 2 } as const;
  const facts = (latency_factor: number, sleep_report_s: number) => ({ ...FACTS, latency_factor, sleep_report_s });
  expect(deadlineOf({ ...must, any_of: [], by_s: 60 }, facts(2, 3600))).toBe(120);
  expect(deadlineOf({ ...must, any_of: [], by_s: 60 }, facts(0.7, 300))).toBe(60);
  expect(deadlineOf({ ...must, any_of: [], by_s: 420 }, facts(1, 600))).toBe(720);
  expect(deadlineOf({ ...must, any_of: [], by_s: 420 }, facts(2, 3600))).toBe(4320);
});

describe('the label that stands', () => {
  const step = (
    key: string,
    state: LabelledStep['state'],
    code: string,
    more: Partial<LabelledStep> = {},
  ): LabelledStep => ({
    key,
    state,
    code,
    severity: 3,
    at: 0,
    ...more,
  });

  test('is that of what is confirmed, before what is only raised', () => {
    expect(labelOf([step('a', 'raised', 'T101', { severity: 4 }), step('b', 'confirmed', 'T103')])).toBe('T103');
  });

  test('is one that says what it was, before one that leaves it open or names a consequence', () => {
    const steps = [
      step('a', 'raised', 'T304'),
      step('b', 'raised', 'T305'),
      step('c', 'raised', 'T102', { severity: 2 }),
    ];
    expect(labelOf(steps)).toBe('T102');
  });

  test('follows a reclassification', () => {
    expect(labelOf([step('a', 'raised', 'T304'), step('a', 'reclassified', 'T302')])).toBe('T302');
  });

  test('is the reason where nothing stands any more, and N606 where an order licenses it', () => {
    expect(labelOf([step('a', 'raised', 'T304'), step('a', 'cleared', 'T304', { reason: 'N601' })])).toBe('N601');
    expect(labelOf([step('a', 'raised', 'T101'), step('a', 'authorised', 'T101')])).toBe('N606');
    expect(labelOf([])).toBe('N600');
  });

  test('is a fault where no violation stands', () => {
    expect(labelOf([step('a', 'raised', 'F505'), step('b', 'raised', 'R702')])).toBe('F505');
  });
});
