import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../../../simulator/firmware/parameters.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

const DRIVING: Partial<Causes> = { acc: true, engine: true, speed: 60, supply: 14.1 };

/** Seconds between the reports from `from` on. */
function gaps(drill: Drill, from: number): number[] {
  const times = drill.reports(from).map(({ t }) => t);
  return times.slice(1).map((t, i) => Math.round(t - times[i]!));
}

/** A terminal with parameters, in session since 40 s. */
function set(params: ParameterValues, causes = DRIVING): Drill {
  const drill = new Drill('A', causes).until(60);
  drill.ask(0x8103, { params });
  return drill;
}

describe('reports', () => {
  it.each([
    ['A', { acc: true }, 10],
    ['A', { acc: false }, 60],
    ['B', { acc: true }, 30],
    ['C', { acc: false }, 300],
    ['D', { acc: true }, 15],
  ])('of profile %s with %o come every %i s', (profile, causes, seconds) => {
    const drill = new Drill(profile, causes).until(890);
    expect(gaps(drill, 60).every((gap) => gap === seconds)).toBe(true);
  });

  it.each([
    ['A', 1800, 300],
    ['D', 900, 600],
  ])('of profile %s, parked for %i s, come every %i s with the link kept', (profile, after, seconds) => {
    const drill = new Drill(profile).until(after + 4 * seconds);
    expect(gaps(drill, after + seconds).every((gap) => gap === seconds)).toBe(true);
    expect(drill.notes().filter(([, what]) => what === 'online')).toHaveLength(1);
    const { io } = drill.lastReport().items;
    if (io !== undefined) expect(io).toBe(2);
  });

  it('are made anew at once when the key is turned, and sleep ends', () => {
    const drill = new Drill('A').until(2950).set({ acc: true }).until(2990);
    expect(drill.reports(2950).map(({ t }) => t)).toEqual([2951, 2961, 2971, 2981]);
  });

  it('by distance come every so many metres, and not while it stands', () => {
    const drill = set({ locationReportStrategy: 'byDistance', defaultReportDistance: 500 }).until(400);
    // 60 km/h: 500 m in 30 s.
    expect(gaps(drill, 100).every((gap) => gap === 30)).toBe(true);
  });

  it('by time and distance come by whichever is first', () => {
    const params = { locationReportStrategy: 'byTimeAndDistance', defaultReportDistance: 100 } as const;
    expect(gaps(set(params).until(400), 100).every((gap) => gap === 6)).toBe(true);
  });

  it('come more often in an emergency, until the platform has answered', () => {
    const drill = set({ reportIntervalEmergencyAlarm: 3 }).until(102);
    drill.answering = false;
    drill.local({ what: 'alarm', name: 'emergency', on: true }).until(114);
    expect(gaps(drill, 102)).toEqual([3, 3, 3, 3]);
    expect(drill.reports(102).every(({ alarm }) => alarm === 1)).toBe(true);
  });

  it('of a driver who has not logged in come at an interval of their own', () => {
    const drill = set({ locationReportScheme: 'byLoginState', reportIntervalDriverNotLoggedIn: 4 }).until(100);
    expect(gaps(drill, 70).every((gap) => gap === 4)).toBe(true);
    const card = { name: '张三', certificateCode: 'C1', issuer: '云南', validUntil: '20300101', idCard: '530' };
    drill.local({ what: 'card', card }).until(200);
    expect(gaps(drill, 110).every((gap) => gap === 10)).toBe(true);
    expect(drill.decode(0x0702 as 0x0200, drill.sent(0x0702)[0]!.body)).toMatchObject({ driverName: '张三' });
  });

  it('are added at corners', () => {
    const drill = set({ cornerSupplementAngle: 30 }).until(103).set({ heading: 130 }).until(106);
    expect(drill.reports(103).map(({ t }) => t)).toEqual([103]);
  });

  it('are tracked for as long as the platform says', () => {
    const drill = new Drill('A').until(100);
    drill.ask(0x8202, { interval: 2, validity: 20 });
    drill.until(240);
    expect(drill.reports(100).filter(({ t }) => t <= 121).length).toBeGreaterThanOrEqual(10);
    expect(gaps(drill, 125).every((gap) => gap === 60)).toBe(true);
  });
});

describe('a unit that drops its link asleep', () => {
  it('ends it when all is told, wakes every hour, tells, and sleeps on', () => {
    const drill = new Drill('B').until(3 * 3600 + 2000);
    const phases = drill.effects
      .filter(({ t }) => t > 1700)
      .flatMap(({ t, effect }) =>
        effect.kind === 'hangUp' || effect.kind === 'dial' ? [[Math.round(t / 60), effect.kind]] : [],
      );
    expect(phases.map(([, kind]) => kind).slice(0, 5)).toEqual(['hangUp', 'dial', 'hangUp', 'dial', 'hangUp']);
    const dials = phases.filter(([, kind]) => kind === 'dial').map(([minute]) => Number(minute));
    expect(dials[1]! - dials[0]!).toBe(60);
    expect(drill.reports(2000)).toHaveLength(3);
  });

  it.each([
    ['B', 1800, 'local'],
    ['stress', 600, 'silent'],
  ])('of profile %s, does so after %i s: %s', (profile, after, how) => {
    const drill = new Drill(profile).until(after + 60);
    const hangUps = drill.effects.flatMap(({ effect }) => (effect.kind === 'hangUp' ? [effect.how] : []));
    expect(hangUps).toEqual([how]);
  });

  it('stores the report when it cannot log in', () => {
    const drill = new Drill('B')
      .until(1900)
      .set({ csq: 0 })
      .until(1900 + 2 * 3600);
    expect(drill.terminal.blind.size).toBe(2);
    drill.set({ csq: 25 }).until(1900 + 2 * 3600 + 60);
    expect(drill.sent(0x0704)).toHaveLength(1);
    expect(drill.terminal.blind.size).toBe(0);
  });
});
