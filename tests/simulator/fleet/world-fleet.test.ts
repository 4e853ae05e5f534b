import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { WorldFleet, type WorldFleetOptions } from '../../../simulator/fleet/world-fleet.ts';
import { NO_FAULTS } from '../../../simulator/link/faults.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import { CATALOGUE } from '../../../simulator/scenario/catalogue.ts';
import type { Fact } from '../../../simulator/scenario/facts.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';
import { ScriptedPlatform } from '../support/scripted-platform.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const base = read.file.base_state;
const MINUTE = 60_000;
const kinds = (...names: string[]): WorldFleetOptions['profiles'] => names.map((name) => PROFILES[name]!);

interface Run {
  readonly clock: VirtualClock;
  readonly platform: ScriptedPlatform;
  readonly fleet: WorldFleet;
  readonly facts: Fact[];
  readonly truths: object[];
  over: boolean;
}

function launch(start: string, options: Partial<WorldFleetOptions> = {}, seed = 'world fleet'): Run {
  const clock = new VirtualClock();
  const platform = new ScriptedPlatform(clock);
  const [facts, truths]: [Fact[], object[]] = [[], []];
  const fleet = new WorldFleet(
    {
      profiles: kinds('A', 'B', 'C', 'D', 'E'),
      base,
      seed,
      terminals: 20,
      from: 0,
      firstPhone: 13_800_000_001,
      firmware: {},
      rampPerSecond: 10,
      durationMs: 30 * MINUTE,
      settleMs: 10_000,
      startAt: Date.parse(start),
      faults: NO_FAULTS,
      actsPerYear: 0,
      stormEveryMs: undefined,
      pace: 1,
      onStored: () => undefined,
      onFact: (fact) => void facts.push(fact),
      onTruth: (truth) => void truths.push(truth),
      ...options,
    },
    { clock, linkClock: clock, random: seededRandom(seed), dialer: platform },
  );
  const run: Run = { clock, platform, fleet, facts, truths, over: false };
  void fleet.ended().then(() => {
    run.over = true;
  });
  return run;
}

async function ended(run: Run): Promise<Run> {
  for (let minutes = 0; !run.over && minutes < 60 * 60; minutes++) {
    run.clock.advance(MINUTE);
    await Promise.resolve();
  }
  return run;
}

/** Speeds of 0x0200, in tenths of km/h. */
const speedsIn = ({ platform }: Run): number[] =>
  platform.heard.flatMap(({ id, body }) => (id === 0x0200 ? [body[18]! * 256 + body[19]!] : []));

describe('a fleet of vehicles', () => {
  it('is on its way at eight on a working day, and everything that it reports arrives', async () => {
    const run = await ended(launch('2026-03-03T08:00:00+08:00'));
    const { tally } = run.fleet;
    expect(run.over).toBe(true);
    // One may stand in a garage without a network.
    expect(tally.mostOnline).toBeGreaterThan(16);
    expect(tally.made).toBeGreaterThan(800);
    expect([tally.unacknowledged, tally.unsent, tally.online]).toEqual([0, 0, 0]);
    expect(speedsIn(run).filter((speed) => speed > 200).length).toBeGreaterThan(200);
    expect(new Set(run.platform.heard.map(({ phone }) => phone)).size).toBe(20);
  });

  it('stands still at night', async () => {
    const run = await ended(launch('2026-03-03T02:00:00+08:00', { durationMs: 10 * MINUTE }));
    expect(run.fleet.tally.made).toBeGreaterThan(10);
    expect(speedsIn(run).filter((speed) => speed > 0)).toEqual([]);
  });

  it('stays at home more often on a holiday', () => {
    const out = (start: string): number => {
      const run = launch(start, { terminals: 60, profiles: kinds('A'), durationMs: 12 * 60 * MINUTE });
      run.clock.advance(MINUTE);
      run.fleet.stop();
      return run.facts.filter(({ kind }) => kind === 'order').length;
    };
    expect(out('2026-09-29T08:00:00+08:00')).toBeGreaterThan(50);
    expect(out('2026-10-01T08:00:00+08:00')).toBeLessThan(35);
  });

  it('lives on over midnight, tells what platforms are to know, and what was true', async () => {
    const run = await ended(
      launch('2026-09-30T23:00:00+08:00', { durationMs: 10 * 60 * MINUTE, terminals: 4, actsPerYear: 365 }),
    );
    expect(run.facts.filter(({ kind }) => kind === 'archive').length).toBe(4);
    expect(run.facts.filter(({ kind }) => kind === 'calendar').map(({ fact }) => fact['date'])).toEqual(['2026-10-01']);
    expect(run.truths.length).toBe(4);
    expect(JSON.stringify(run.truths)).toContain('"codes":["T');
    expect(run.fleet.tally.unacknowledged + run.fleet.tally.unsent).toBe(0);
  });

  it('is the same for the same seed, in one share or in two, and another for another seed', async () => {
    const heard = async (options: Partial<WorldFleetOptions>, seed?: string): Promise<string[]> => {
      const run = await ended(
        launch(
          '2026-03-03T08:00:00+08:00',
          { terminals: 6, durationMs: 5 * MINUTE, rampPerSecond: 1e6, ...options },
          seed,
        ),
      );
      return run.platform.heard
        .filter(({ id }) => id === 0x0200 || id === 0x0704)
        .map(({ phone, id, serial, body }) => `${phone} ${id} ${serial} ${Buffer.from(body).toString('hex')}`)
        .toSorted();
    };
    const whole = await heard({});
    expect(await heard({})).toEqual(whole);
    const halves = [...(await heard({ terminals: 3 })), ...(await heard({ terminals: 3, from: 3 }))];
    expect(halves.toSorted()).toEqual(whole);
    expect(await heard({}, 'another')).not.toEqual(whole);
  });

  it('comes back after a storm', async () => {
    const run = await ended(
      launch('2026-03-03T08:00:00+08:00', { stormEveryMs: 10 * MINUTE, profiles: kinds('A', 'E') }),
    );
    const { tally } = run.fleet;
    expect(tally.storms.all.length).toBe(3);
    expect(tally.storms.all[0]?.dropped).toBeGreaterThan(15);
    expect(tally.storms.all[0]?.recovered).toBeLessThan(60);
    expect(tally.unacknowledged + tally.unsent).toBe(0);
  });
});
