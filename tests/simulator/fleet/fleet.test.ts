import { describe, expect, it } from 'vitest';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import type { AcknowledgedReports } from '../../../simulator/firmware/effects.ts';
import { FACTORY_SETTINGS } from '../../../simulator/firmware/settings.ts';
import { Fleet, type FleetOptions } from '../../../simulator/fleet/fleet.ts';
import { NO_FAULTS } from '../../../simulator/link/faults.ts';
import { type Heard, ScriptedPlatform, type Verdict } from '../support/scripted-platform.ts';

const START = Date.parse('2026-01-05T08:00:00+08:00');
const MINUTE = 60_000;

interface Run {
  readonly clock: VirtualClock;
  readonly platform: ScriptedPlatform;
  readonly fleet: Fleet;
  /** Bodies that the terminals were told are stored, by phone. */
  readonly told: Map<string, string[]>;
  over: boolean;
}

function launch(
  script: (heard: Heard) => Verdict = () => 0,
  options: Partial<FleetOptions> = {},
  { seed = 'fleet', datagram = false } = {},
): Run {
  const clock = new VirtualClock();
  const platform = new ScriptedPlatform(clock, script, { datagram });
  const told = new Map<string, string[]>();
  const fleet = new Fleet(
    {
      terminals: 20,
      revision: 'mix',
      firstPhone: 13_800_000_001,
      firmware: { ...FACTORY_SETTINGS, reportMs: 5000 },
      rampPerSecond: 10,
      durationMs: MINUTE,
      settleMs: 30 * MINUTE,
      startAt: START,
      ...options,
      onStored: ({ phone }, { reports }: AcknowledgedReports) => {
        told.set(phone, [...(told.get(phone) ?? []), ...reports.map(({ body }) => Buffer.from(body).toString('hex'))]);
      },
    },
    { clock, random: seededRandom(seed), dialer: platform },
  );
  const run: Run = { clock, platform, fleet, told, over: false };
  void fleet.ended().then(() => {
    run.over = true;
  });
  return run;
}

/** Reports that each of 20 terminals makes in a minute. */
const EACH = 12;

function expectAllStored({ fleet, platform, told }: Run): void {
  const { tally } = fleet;
  expect(tally.made).toBe(20 * EACH);
  expect([tally.sent, tally.acknowledged, tally.unacknowledged, tally.unsent]).toEqual([20 * EACH, 20 * EACH, 0, 0]);
  expect(fleet.unsettled).toBe(0);
  for (const [phone, bodies] of told) {
    // What a terminal believes is stored is stored, and it believes it of each report once.
    expect(new Set(bodies).size).toBe(EACH);
    expect(bodies.length).toBe(EACH);
    expect(platform.stored.get(phone)).toEqual(expect.arrayContaining(bodies));
  }
  expect(told.size).toBe(20);
}

describe('a fleet against a platform that', () => {
  it('acknowledges everything: every report goes once, and the run ends by itself', () => {
    const run = launch();
    run.clock.advance(2 * MINUTE);
    expectAllStored(run);
    const { tally } = run.fleet;
    expect([tally.mostOnline, tally.online, tally.reconnects, tally.retransmitted]).toEqual([20, 0, 0, 0]);
    expect([...tally.errors]).toEqual([]);
    expect(tally.latency.max).toBeCloseTo(4, 3);
    expect(run.platform.heard.filter(({ id }) => id === 0x0200 || id === 0x0704).length).toBe(20 * EACH);
  });

  it('leaves every fifth message unanswered: they are repeated with their serials until it answers', () => {
    let count = 0;
    const run = launch(() => (++count % 5 === 0 ? 'silence' : 0));
    run.clock.advance(20 * MINUTE);
    expectAllStored(run);
    expect(run.fleet.tally.retransmitted).toBeGreaterThan(20);
    expect(run.platform.heard.length).toBe(run.fleet.tally.messages);
  });

  it('closes the link in the middle: terminals come back with their codes and send what is missing', () => {
    const run = launch(({ id, before }) => (id === 0x0200 && before % 17 === 16 ? 'close' : 0));
    run.clock.advance(5 * MINUTE);
    expectAllStored(run);
    expect(run.fleet.tally.reconnects).toBeGreaterThan(5);
    expect(run.fleet.tally.errors.get('closed by platform')).toBe(run.fleet.tally.reconnects);
    expect(run.platform.heard.filter(({ id }) => id === 0x0100).length).toBe(20);
  });

  it('cannot store for half a minute: reports are kept and arrive later', () => {
    const from = START + 20_000;
    const clockOf = (): number => START + run.clock.monotonic();
    const refuses = ({ id }: Heard): boolean =>
      (id === 0x0200 || id === 0x0704) && clockOf() > from && clockOf() < from + 30_000;
    const run = launch((heard) => (refuses(heard) ? 1 : 0));
    run.clock.advance(5 * MINUTE);
    expectAllStored(run);
    expect(run.fleet.tally.errors.get('reportRefused')).toBeGreaterThan(20);
    expect(run.fleet.tally.backfilled).toBeGreaterThan(60);
  });

  it('has forgotten every code once: terminals register anew', () => {
    const run = launch(({ id, before }) => (id === 0x0102 && before < 20 ? 1 : 0));
    run.clock.advance(5 * MINUTE);
    expectAllStored(run);
    expect(run.fleet.tally.errors.get('codeRefused')).toBe(20);
    expect(run.platform.heard.filter(({ id }) => id === 0x0100).length).toBe(40);
  });

  it('never answers a report: none counts as acknowledged, and the run ends when the time for settling is over', async () => {
    const run = launch(({ id }) => (id === 0x0200 || id === 0x0704 ? 'silence' : 0), { settleMs: MINUTE });
    run.clock.advance(2 * MINUTE + 1950);
    await Promise.resolve();
    expect(run.over).toBe(true);
    const { tally } = run.fleet;
    expect([tally.made, tally.acknowledged]).toEqual([20 * EACH, 0]);
    expect(tally.unacknowledged + tally.unsent).toBe(20 * EACH);
    expect(run.told.size).toBe(0);
  });

  it('registers nobody: no report is ever sent', () => {
    const run = launch(({ id }) => (id === 0x0100 ? 4 : 0), { settleMs: 1000 });
    run.clock.advance(5 * MINUTE);
    expect([run.fleet.tally.sent, run.fleet.tally.unsent]).toEqual([0, 20 * EACH]);
    expect(run.platform.heard.every(({ id }) => id === 0x0100)).toBe(true);
  });

  it('forgets its sessions while the link cannot tell (UDP): refused terminals say again who they are', () => {
    const known = new Set<string>();
    let forgot = false;
    const run = launch(
      ({ id, phone }) => {
        if (!forgot && START + run.clock.monotonic() > START + 30_000) {
          forgot = true;
          known.clear();
        }
        if (id === 0x0102) known.add(phone);
        return id < 0x0200 || known.has(phone) ? 0 : 1;
      },
      {},
      { datagram: true },
    );
    run.clock.advance(5 * MINUTE);
    expectAllStored(run);
    expect(run.fleet.tally.errors.get('reportRefused')).toBe(60);
    expect(run.platform.dialled).toBe(20);
  });

  it('is reached over links that lose, repeat, split, flip, fall silent and break: nothing claimed is missing', () => {
    const faults = {
      ...NO_FAULTS,
      loss: 0.02,
      duplicate: 0.02,
      split: 0.2,
      join: 0.1,
      flip: 0.01,
      delay: 80,
      halfOpen: 0.002,
      reset: 0.004,
    };
    const run = launch(() => 0, { faults, settleMs: 120 * MINUTE });
    run.clock.advance(125 * MINUTE);
    expectAllStored(run);
    const { tally } = run.fleet;
    expect(tally.retransmitted).toBeGreaterThan(0);
    expect(tally.reconnects).toBeGreaterThan(0);
    expect(tally.errors.get('link reset')).toBeGreaterThan(0);
  });
});

describe('a fleet', () => {
  const octetsOf = (seed: string, options: Partial<FleetOptions> = {}): string[] => {
    const run = launch(() => 0, options, { seed });
    run.clock.advance(2 * MINUTE);
    return run.platform.heard.map(
      ({ phone, id, serial, body }) => `${phone} ${id} ${serial} ${Buffer.from(body).toString('hex')}`,
    );
  };

  it('says the same, octet for octet and in the same order, for the same seed and start', () => {
    expect(octetsOf('a')).toEqual(octetsOf('a'));
    expect(octetsOf('a')).not.toEqual(octetsOf('b'));
    expect(octetsOf('a')).not.toEqual(octetsOf('a', { startAt: START + 1000 }));
  });

  it('does not beat in unison: its reports are spread over the interval', () => {
    const run = launch(() => 0, { terminals: 200, rampPerSecond: 1_000_000 });
    run.clock.advance(6000);
    const inTenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10; i++) {
      const before = run.fleet.tally.made;
      run.clock.advance(500);
      inTenths[i] = run.fleet.tally.made - before;
    }
    expect(Math.min(...inTenths)).toBeGreaterThan(5);
    expect(Math.max(...inTenths)).toBeLessThan(40);
  });

  it('is switched on at the pace of its ramp', () => {
    const run = launch(() => 0, { rampPerSecond: 2 });
    run.clock.advance(3100);
    expect(run.platform.dialled).toBe(7);
  });

  it('speaks all revisions in a mixture, or one', () => {
    const flagged = (options: Partial<FleetOptions>): number => {
      const run = launch(() => 0, options);
      run.clock.advance(5000);
      return new Set(run.platform.heard.map(({ phone }) => phone).filter((phone) => phone.length === 20)).size;
    };
    expect([flagged({}), flagged({ revision: 2019 }), flagged({ revision: 2011 })]).toEqual([10, 20, 0]);
  });

  it('told to finish makes no more reports and ends when those it made are acknowledged', async () => {
    const run = launch(() => 0, { durationMs: Number.POSITIVE_INFINITY });
    run.clock.advance(MINUTE);
    run.fleet.finish();
    const { made } = run.fleet.tally;
    run.clock.advance(1000);
    await Promise.resolve();
    expect(run.over).toBe(true);
    expect([run.fleet.tally.made, run.fleet.tally.acknowledged]).toEqual([made, made]);
  });

  it('told to finish switches no further terminal on', async () => {
    const run = launch(() => 0, { rampPerSecond: 1 });
    run.clock.advance(4500);
    run.fleet.finish();
    run.clock.advance(1000);
    await Promise.resolve();
    expect([run.over, run.platform.dialled]).toEqual([true, 5]);
  });

  it('stays connected for the whole of its time when its interval is longer than that', async () => {
    const firmware = { ...FACTORY_SETTINGS, reportMs: 3_600_000 };
    const run = launch(() => 0, { firmware, rampPerSecond: 1000, settleMs: 1000 });
    run.clock.advance(MINUTE - 100);
    expect(run.fleet.tally.online).toBe(20);
    expect(run.platform.heard.filter(({ id }) => id === 0x0002).length).toBeGreaterThanOrEqual(20);
    run.clock.advance(2000);
    await Promise.resolve();
    expect(run.over).toBe(true);
  });
});
