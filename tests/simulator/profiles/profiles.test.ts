import { describe, expect, it } from 'vitest';
import { readings, vendorProfileFor } from '../../../protocol/index.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

/** What a platform reads of a terminal of the profile after ten minutes under these causes. */
function read(profile: string, causes: Partial<Causes>): ReturnType<typeof readings> {
  const drill = new Drill(profile).until(300).set(causes).until(700);
  const { manufacturerId, model } = drill.profile;
  const report = drill.lastReport();
  const words = { alarm: Number(report.alarm), status: Number(report.status) };
  return readings({ ...words, items: report.items }, vendorProfileFor(manufacturerId, model));
}

describe('profiles', () => {
  it('are the five of the catalogue and one to the contrary', () => {
    expect(Object.keys(PROFILES)).toEqual(['A', 'B', 'C', 'D', 'E', 'stress']);
  });

  it.each([
    ['A', 2019, 10, 60, 300, 900, 5000],
    ['B', 2013, 30, 180, 3600, 0, 500],
    ['C', 2013, 10, 300, 300, 10_800, 3000],
    ['D', 2013, 15, 300, 600, 86_400, 10_000],
    ['E', 2019, 10, 60, 300, 14_400, 10_000],
  ])('%s is as the catalogue has it', (name, revision, on, off, asleep, backup, depth) => {
    expect(PROFILES[name]).toMatchObject({
      revision,
      onMs: on * 1000,
      offMs: off * 1000,
      sleepReportMs: asleep * 1000,
      backupMs: backup * 1000,
      replayDepth: depth,
    });
  });

  it.each([
    ['C', { supply: 12.6 }, 12_600],
    ['D', { supply: 24.3, system: 24 }, 24_300],
    ['E', { supply: 9 }, 9000],
  ] as const)('%s tells its supply', (name, causes, millivolts) => {
    expect(Math.abs((read(name, causes).supplyMv ?? 0) - millivolts)).toBeLessThan(100);
  });

  it.each(['C', 'D', 'E'])('%s tells an open case and that it was taken off', (name) => {
    expect(read(name, { caseOpen: true, mount: 'removed' })).toMatchObject({ caseOpen: true, removed: true });
    expect(read(name, {})).toMatchObject({ caseOpen: false, removed: false });
  });

  it.each(['C', 'D'])('%s tells its card', (name) => {
    expect(read(name, { iccid: '89860412345678901234' }).iccid).toBe('89860412345678901234');
  });

  it.each(['C', 'D', 'E'])('%s tells how full its battery is', (name) => {
    const { backupPercent = 0 } = read(name, { supply: 0 });
    expect(backupPercent).toBeGreaterThan(90);
    expect(backupPercent).toBeLessThanOrEqual(100);
  });

  it('E tells who jams what', () => {
    expect(read('E', { gnssJam: -78 })).toMatchObject({ jamState: 'critical' });
    expect(read('E', { gnssJam: -98 })).toMatchObject({ jamState: 'warning' });
    expect(read('E', {})).toMatchObject({ jamState: 'none', cellJam: false });
  });

  it.each(['A', 'B', 'stress'])('%s knows nothing of all that', (name) => {
    const { supplyMv, caseOpen, iccid } = read(name, { caseOpen: true });
    expect([supplyMv, caseOpen, iccid]).toEqual([undefined, undefined, undefined]);
  });
});

describe('serials', () => {
  const serials = (profile: string): number[] => {
    const drill = new Drill(profile).until(300).set({ csq: 0 }).until(400).set({ csq: 25 }).until(500);
    return drill.sent(0x0102).map(({ serial }) => serial);
  };

  it('go on over links, begin anew at each, or anywhere', () => {
    expect(serials('A')[1]).toBeGreaterThan(2);
    expect(serials('B')[1]).toBe(0);
    expect(serials('stress')[1]).toBeGreaterThan(10);
  });

  it('begin anew with a start', () => {
    const drill = new Drill('A').until(300).local({ what: 'reboot' }).until(400);
    expect(drill.sent(0x0102).map(({ serial }) => serial)).toEqual([1, 0]);
  });
});

describe('stored reports', () => {
  const times = (order: 'fifo' | 'lifo' | 'shuffled_dup'): number[] => {
    const drill = new Drill('C', { acc: true, speed: 50, supply: 14 }).until(300);
    drill.terminal.blind.order = order;
    drill.set({ csq: 0 }).until(900).set({ csq: 25 }).until(1000);
    return drill.sent(0x0704, 900).flatMap(({ body }) => {
      const { items } = drill.decode(0x0704 as 0x0200, body) as unknown as { items: { location: { time: number } }[] };
      return items.map(({ location }) => location.time);
    });
  };

  it('come oldest first, newest first, or out of order with some twice', () => {
    const [fifo, lifo, shuffled] = [times('fifo'), times('lifo'), times('shuffled_dup')];
    expect(fifo).toEqual(fifo.toSorted((a, b) => a - b));
    expect(lifo).toEqual(lifo.toSorted((a, b) => b - a));
    expect(fifo.length).toBeGreaterThan(50);
    expect(new Set(shuffled)).toEqual(new Set(fifo));
    expect(shuffled).not.toEqual(shuffled.toSorted((a, b) => a - b));
    expect(shuffled.length).toBeGreaterThan(fifo.length);
  });
});
