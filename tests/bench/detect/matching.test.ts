import { describe, expect, test } from 'vitest';
import { auditOf, changedIn, UNCAUSED } from '../../../bench/detect/audit.ts';
import type { JudgedStep } from '../../../bench/detect/event.ts';
import { ledgerOf, type LedgerInput } from '../../../bench/detect/ledger.ts';
import { alarmsIn, axisOfCode, matched, truthsOf } from '../../../bench/detect/matching.ts';
import type { Scenario, ScenarioFile } from '../../../simulator/index.ts';

const REFS = {
  onset: 600,
  reconnect: 3000,
  motion: null,
  group_restore: null,
  sighting: null,
  spoof_end: null,
  foreign_login: null,
};
const SCENARIO: Scenario = {
  id: 'G99',
  kind: 'guilty',
  truth: 'T302',
  difficulty: 3,
  profiles: ['A'],
  duration_s: 7200,
  onset_s: 600,
  timeline: [{ t: 600, set: { sim: 'removed' } }],
  expect: {
    must: [
      { any_of: ['T304'], stage: 'raised', by_s: 180, ref: 'onset', min_severity: 2 },
      { any_of: ['T302'], stage: 'confirmed', by_s: 180, ref: 'reconnect', min_severity: 3 },
      { any_of: ['T104'], stage: 'raised', by_s: 60, ref: 'onset', min_severity: 3 },
    ],
    must_not: ['T103'],
    tolerate: [],
    final: 'T302',
  },
};
const FACTS = { latency_factor: 1, sleep_report_s: 300 } as LedgerInput['facts'];

function step(event: string, code: string, t: number, more: Partial<JudgedStep> = {}): JudgedStep {
  const said = { state: 'raised', severity: 3, confidence: 0.9, vehicle: 'SELF', fact: t } as const;
  return { event, axis: axisOfCode(code) ?? 'fault', code, t, ...said, ...more };
}

const GAP = [step('a', 'T304', 720), step('a', 'T302', 3034, { state: 'reclassified', confidence: 0.99 })];

describe('acts of a scenario', () => {
  test('are one for each axis: a parent class and its name are about the same', () => {
    const truths = truthsOf(SCENARIO, { profile: 'A', facts: FACTS, refs: REFS });
    expect(truths.map(({ code, axes, until }) => [code, axes.join(), until])).toEqual([
      ['T302', 'link', 3180],
      ['T104', 'mount', 660],
    ]);
  });

  test('are none where nothing was done', () => {
    expect(truthsOf({ ...SCENARIO, kind: 'innocent' }, { profile: 'A', facts: FACTS, refs: REFS })).toEqual([]);
  });
});

describe('matching', () => {
  const truths = truthsOf(SCENARIO, { profile: 'A', facts: FACTS, refs: REFS });
  const match = (steps: readonly JudgedStep[], scenario = SCENARIO) =>
    matched(scenario, scenario.kind === 'guilty' ? truths : [], alarmsIn(steps));

  test('finds an act under its first and its last name, and misses what nobody said', () => {
    const { found, missed, wrong } = match(GAP);
    expect(found.map(({ alarm }) => [alarm.provisional, alarm.final])).toEqual([['T304', 'T302']]);
    expect(missed.map(({ code }) => code)).toEqual(['T104']);
    expect(wrong).toEqual([]);
  });

  test('counts an act once: what is said again is beside it, what is forbidden is wrong', () => {
    const { found, beside, wrong } = match([...GAP, step('b', 'T301', 3040), step('c', 'T103', 3050)]);
    expect(found).toHaveLength(1);
    expect(beside.map(({ event }) => event)).toEqual(['b']);
    expect(wrong.map(({ event }) => event)).toEqual(['c']);
  });

  test('does not take for the act what was said before it, of others, or too late', () => {
    const { found, wrong } = match([
      step('a', 'T304', 100),
      step('b', 'T304', 720, { vehicle: '13900000000' }),
      step('c', 'T304', 3181),
    ]);
    expect(found).toEqual([]);
    expect(wrong.map(({ event }) => event)).toEqual(['a', 'b']);
  });

  test('finds wrong whatever accuses somebody innocent, unless it is tolerated or a notice', () => {
    const tolerate = [{ event: 'T205', max_severity: 2 }];
    const innocent: Scenario = {
      ...SCENARIO,
      kind: 'innocent',
      expect: { ...SCENARIO.expect, must: [], must_not: ['T*'], tolerate },
    };
    const steps = [
      step('a', 'T304', 720, { severity: 1 }),
      step('b', 'T205', 800, { severity: 2 }),
      step('c', 'T205', 900),
    ];
    expect(match(steps, innocent).wrong.map(({ event }) => event)).toEqual(['c']);
  });
});

describe('the ledger of a run', () => {
  const because = [{ evidence: 'B6', says: {}, nats: 6, seq: 1 }];
  const judgement = { margin: 3, prior: -3, rival: 'DZ', because, rejected: [], candidates: [] } as const;
  const input = (steps: readonly JudgedStep[]): LedgerInput => ({
    scenario: SCENARIO,
    profile: 'A',
    facts: FACTS,
    refs: REFS,
    steps,
    alarms: alarmsIn(steps),
    changed: new Set(['sim']),
    replayedAt: 3010,
  });

  test('has pairs, revisions, the time to the verdict, and what the confidence was', () => {
    const { pairs, revisions, settledAfter, forecasts } = ledgerOf(input(GAP));
    expect(pairs).toEqual([
      { truth: 'T302', provisional: 'T304', final: 'T302' },
      { truth: 'T104', provisional: 'none', final: 'none' },
    ]);
    expect(revisions).toEqual({ toRight: 1, toWrong: 0 });
    expect(settledAfter).toBe(24);
    expect(forecasts).toEqual([{ confidence: 0.99, isTrue: true }]);
  });

  test('has a wrong alarm that was withdrawn as wrong at first and as nothing in the end', () => {
    const steps = [step('a', 'T304', 100), step('a', 'T304', 200, { state: 'cleared', severity: 0, reason: 'N601' })];
    const { pairs, revisions } = ledgerOf(input(steps));
    expect(pairs).toContainEqual({ truth: 'none', provisional: 'T304', final: 'none' });
    expect(revisions).toEqual({ toRight: 1, toWrong: 0 });
  });

  test('checks sums, and whether what is named first did change', () => {
    const right = { ...GAP[1]!, judgement };
    const acts = new Set([right]);
    expect(auditOf([right], { acts, changed: new Set(['sim']) })).toEqual({
      judged: 1,
      exact: 1,
      named: 1,
      changed: 1,
      odd: [],
    });
    expect(auditOf([right], { acts, changed: new Set(['fw']) })).toMatchObject({ changed: 0, odd: ['T302 by B6'] });
    const wrong = { ...right, judgement: { ...judgement, margin: 3.001 } };
    expect(auditOf([wrong], { acts: new Set(), changed: new Set() })).toMatchObject({ judged: 1, exact: 0 });
  });

  test('takes driving for a change of place', () => {
    const file = { base_state: { speed_kmh: 0 }, presets: { road: { speed_kmh: 90 } } } as unknown as ScenarioFile;
    expect([...changedIn(file, { ...SCENARIO, preset: 'road' })]).toEqual(['sim', 'speed_kmh']);
    expect([...changedIn(file, SCENARIO)]).toEqual(['sim']);
  });
});

test('every source of evidence has causes that it may tell of', () => {
  expect(UNCAUSED).toEqual([]);
});
