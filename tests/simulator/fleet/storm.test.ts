import { describe, expect, it } from 'vitest';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { fasterClock } from '../../../simulator/cli/paced-clock.ts';
import { FACTORY_SETTINGS } from '../../../simulator/firmware/settings.ts';
import { Fleet, type FleetOptions } from '../../../simulator/fleet/fleet.ts';
import { Storms } from '../../../simulator/fleet/storm.ts';
import { ScriptedPlatform } from '../support/scripted-platform.ts';

const START = Date.parse('2026-01-05T08:00:00+08:00');

function launch(
  options: Partial<FleetOptions>,
  pace = 1,
): { clock: VirtualClock; platform: ScriptedPlatform; fleet: Fleet } {
  const clock = new VirtualClock();
  const platform = new ScriptedPlatform(clock);
  const fleet = new Fleet(
    {
      terminals: 200,
      revision: 2019,
      firstPhone: 13_800_000_001,
      firmware: { ...FACTORY_SETTINGS, reportMs: 5000, redialMs: 2000 },
      rampPerSecond: 1000,
      durationMs: 60_000,
      settleMs: 10_000,
      startAt: START,
      pace,
      ...options,
    },
    {
      clock: pace === 1 ? clock : fasterClock(clock, pace),
      linkClock: clock,
      random: seededRandom('storm'),
      dialer: platform,
    },
  );
  return { clock, platform, fleet };
}

/** Milliseconds after the storm at which calls are made, as the platform sees them. */
function callsAfterStorm(jitter: number): number[] {
  const { clock, platform, fleet } = launch({
    stormEveryMs: 20_000,
    firmware: { ...FACTORY_SETTINGS, reportMs: 5000, redialMs: 2000, redialJitter: jitter },
  });
  clock.advance(20_000);
  const calls: number[] = [];
  for (let before = platform.dialled; clock.monotonic() < 24_000; before = platform.dialled) {
    clock.advance(10);
    for (let i = before; i < platform.dialled; i++) calls.push(clock.monotonic() - 20_000);
  }
  fleet.stop();
  return calls;
}

describe('a storm', () => {
  it('drops everybody at once, as often as is said while reports are made, and loses nothing', () => {
    const { clock, fleet } = launch({ stormEveryMs: 20_000 });
    clock.advance(80_000);
    const { tally } = fleet;
    expect(tally.storms.all.map(({ second, dropped }) => [second, dropped])).toEqual([
      [20, 200],
      [40, 200],
      [60, 200],
    ]);
    for (const { recovered } of tally.storms.all) {
      expect(recovered).toBeGreaterThan(1);
      expect(recovered).toBeLessThan(3.1);
    }
    expect([tally.acknowledged, tally.unacknowledged, tally.unsent]).toEqual([200 * 12, 0, 0]);
    expect(tally.reconnects).toBe(600);
    expect(tally.errors.get('link reset')).toBe(600);
  });

  it('is followed by calls all at once, or spread over the pause', () => {
    const alike = callsAfterStorm(0);
    expect([alike.length, new Set(alike)]).toEqual([200, new Set([2000])]);
    const spread = callsAfterStorm(1);
    expect(spread.length).toBe(200);
    expect(Math.min(...spread)).toBeLessThan(1100);
    expect(Math.max(...spread)).toBeGreaterThan(2900);
    expect(new Set(spread).size).toBeGreaterThan(90);
  });

  it('of several processes is over when all are back', () => {
    const [here, there] = [new Storms(), new Storms()];
    here.begin(10, 5);
    here.look(12, 5);
    there.begin(10, 7);
    there.look(13, 6);
    expect(there.all[0]?.recovered).toBeNull();
    const both = new Storms();
    both.add(here.all);
    both.add(there.all);
    expect(both.all).toEqual([{ second: 10, dropped: 12, recovered: null }]);
    there.look(15, 7);
    const later = new Storms();
    later.add(here.all);
    later.add(there.all);
    expect(later.all).toEqual([{ second: 10, dropped: 12, recovered: 5 }]);
  });
});

describe('a fleet whose time runs faster', () => {
  it('makes as many reports in a tenth of the time, and tells of times in ours', () => {
    const { clock, fleet, platform } = launch({ terminals: 20, firmware: { ...FACTORY_SETTINGS, reportMs: 5000 } }, 10);
    clock.advance(7000);
    const { tally } = fleet;
    expect([tally.made, tally.acknowledged]).toEqual([240, 240]);
    expect(fleet.seconds).toBeCloseTo(7, 1);
    // Two milliseconds there and two back, whatever time it is for the terminal.
    expect(tally.latency.quantile(0.5)).toBeCloseTo(4, 0);
    const last = platform.heard.findLast(({ id }) => id === 0x0200)!;
    expect(Buffer.from(last.body.subarray(22, 28)).toString('hex')).toMatch(/^2601050800[45]/);
  });
});
