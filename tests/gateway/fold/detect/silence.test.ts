import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drive, hear, newDetector, type Says, standing, START, told } from './drive.ts';

const iso = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const driving = (at: number) => ({
  speed: 38 + (at % 50) / 10,
  wheels: 38,
  east: at * 10.5,
  volts: 14,
  csq: 23 + (at % 3),
});
const parked = { acc: false, volts: 12.6, csq: 24 };

/** Twenty minutes of town. */
const town = (): Drive => new Drive().login().report(1200, 10, driving);
/** An hour in the open, reporting each minute. */
const rest = (): Drive => town().report(3600, 60, parked);

describe('a silence', () => {
  it('from a good signal, on the road, is suspicious within three minutes', () => {
    const { findings } = hear(town().wait(180).records);
    expect(told(findings)).toEqual(['T304 raised 3']);
    expect(findings[0]!.at - START).toBeLessThanOrEqual((1200 + 180) * 1000);
  });

  it('of a parked terminal is worth a warning within seven minutes', () => {
    const { findings } = hear(rest().wait(420).records);
    expect(told(findings)[0]).toBe('T304 raised 2');
  });

  it('that the terminal announced is sleep', () => {
    const drive = rest().closed('ended').wait(3000);
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('of four reports that come every half minute is no news yet', () => {
    const fast = (at: number) => ({ ...driving(at), speed: 78 + (at % 50) / 10, wheels: 80, east: at * 22 });
    const drive = new Drive().login().report(1200, 30, fast).wait(140, 10);
    expect(hear(drive.records).findings).toEqual([]);
    expect(told(hear(drive.wait(60, 10).records).findings)).toEqual(['T304 raised 3']);
  });

  it('of one that is carried with its ignition off is of as few records as one that stands stores', () => {
    const aboard = (at: number) => ({ acc: false, speed: 25, wheels: 0, east: at * 7, volts: 12.6, csq: 12 });
    const drive = rest().report(3600, 300, aboard);
    const { findings } = hear(drive.silence(500).login().report(1200, 300, aboard).wait(60).records);
    expect(findings.filter(({ code, severity }) => code.startsWith('T') && severity >= 2)).toEqual([]);
  });

  it('after the signal had faded is weak coverage', () => {
    const drive = town().report(600, 10, (at) => ({
      ...driving(at),
      csq: Math.max(1, 23 - Math.floor((at - 1200) / 20)),
    }));
    expect(hear(drive.wait(900).records).findings).toEqual([]);
  });

  it('at the mouth of a known tunnel is the tunnel, until it has lasted longer than anybody stays in it', () => {
    const zone = { id: 'z', kind: 'tunnel', radius: 300, vehicles: 12, losses: 97, passes: 100, q50: 140, q99: 420 };
    const drive = (): Drive =>
      new Drive()
        .feed('deadZone', { ...zone, latitude: 24.88, longitude: 102.83 + (1200 * 10.5) / (111_195 * 0.907) })
        .login()
        .report(1200, 10, (at) => ({ ...driving(at), east: at * 10.5 * (1 / 0.907) }));
    expect(hear(drive().wait(300).records).findings).toEqual([]);
    expect(told(hear(drive().wait(7200).records).findings)[0]).toMatch(/^T304 raised/);
  });

  it('of all at once is the network’s', () => {
    const fleet = Array.from({ length: 12 }, (_, n) => new Drive(`1391234560${n}`).login().report(1200, 10, driving));
    const records = fleet.flatMap((drive) => drive.records).toSorted((a, b) => a.receivedAt - b.receivedAt);
    const after = new Drive();
    after.now = 1200;
    const { findings } = hear([...records, ...after.wait(600).records]);
    expect(findings.filter(({ severity }) => severity >= 2)).toEqual([]);
  });

  it('while the gateway was down is the gateway’s', () => {
    const drive = town().gateway({ fact: 'stopped' }).silence(3600).gateway({ fact: 'started', version: '1' });
    const { findings } = hear(drive.wait(90).login().report(600, 10, driving).records);
    expect(told(findings)).toEqual(['N605 cleared 0']);
  });

  it('while nobody of its place is heard waits for the others, and is theirs', () => {
    const at = (n: number) => (second: number) => ({ acc: n === 0, east: second * 0.1, csq: 24 });
    const fleet = Array.from({ length: 6 }, (_, n) =>
      new Drive(`1391234560${n}`).login().report(3600, n === 0 ? 10 : 240, at(n)),
    );
    const records = fleet.flatMap((drive) => drive.records).toSorted((a, b) => a.receivedAt - b.receivedAt);
    const after = new Drive();
    after.now = 3600;
    const { findings } = hear([...records, ...after.wait(900).records]);
    expect(findings.filter(({ severity }) => severity >= 2)).toEqual([]);
  });

  it('from a stop at lights is one from the road', () => {
    const stopped = town().report(20, 10, { ...driving(1200), speed: 0, wheels: 0, east: 12_600 });
    expect(told(hear(stopped.wait(180).records).findings)).toEqual(['T304 raised 3']);
  });

  it('after signal and satellites faded on a slow ramp is a way into the ground', () => {
    const ramp = (at: number) => ({ speed: 9, wheels: 9, east: 12_600 + at - 1200, satellites: 3, volts: 14 });
    const drive = town().report(20, 10, (at) => ({ ...ramp(at), csq: 24 - (at - 1200) * 0.8 }));
    expect(hear(drive.wait(600).records).findings).toEqual([]);
  });

  it('under an order is authorised work', () => {
    const order = { id: 'WO-2', kind: 'maintenance', terminal: '13912345678', from: iso(4000), until: iso(9000) };
    expect(told(hear(rest().feed('workOrder', order).wait(3000).records).findings)).toEqual(['N606 authorised 0']);
  });

  it('of more than a day is a finding of its own', () => {
    const { findings } = hear(rest().wait(25 * 3600, 600).records);
    expect(standing(findings)).toEqual(['R705 raised', 'T304 raised']);
  });

  it('is asked about once it is overdue', () => {
    const { probes } = hear(town().wait(60).records);
    expect(probes.map(({ type }) => type)).toContain('locationQuery');
  });
});

/** Two thousand seconds without a link, on the road for 20 km. */
const away = { speed: 38, wheels: 38, volts: 14 };
const gone = (): Drive => town().wait(2000);
const back = (drive: Drive): Drive => drive.report(120, 10, (at) => ({ ...driving(at) }));

describe('the verdict on a silence', () => {
  it('with a saturated signal and no fix over kilometres is a full-band jammer', () => {
    const drive = gone().login();
    drive.stored(1210, 3200, 10, () => ({ ...away, fixed: false, csq: 31 }));
    expect(standing(hear(back(drive).wait(60).records).findings)).toEqual(['T303 confirmed', 'T305 raised']);
  });

  it('with a saturated signal and fixes is a cellular jammer', () => {
    const drive = gone().login();
    drive.stored(1210, 3200, 10, (at) => ({ ...driving(at), csq: 31 }));
    expect(standing(hear(back(drive).wait(60).records).findings)).toEqual(['T301 confirmed']);
  });

  it('with no network and good fixes is a card that was out', () => {
    const drive = rest().wait(6000).login();
    drive.stored(4810, 10_700, 30, (at) => ({ ...parked, csq: 99, acc: at > 7000, east: at > 7000 ? at : 0 }));
    expect(standing(hear(drive.report(120, 10, parked).wait(60).records).findings)).toEqual(['T302 confirmed']);
  });

  describe('of one that had gone below ground, and drove on without a link', () => {
    const ramp = (at: number) => ({ speed: 9, wheels: 9, east: 12_600 + at - 1200, satellites: 3, volts: 14 });
    const below = { acc: false, fixed: false, csq: 1, east: 12_600 };
    const verdict = (onRoad: (at: number) => Says): string[] => {
      const drive = town()
        .report(20, 10, (at) => ({ ...ramp(at), csq: 24 - (at - 1200) * 0.8 }))
        .wait(6000)
        .login();
      drive.stored(1270, 3200, 30, below).stored(3200, 5200, 10, onRoad).stored(5200, 7200, 30, below);
      return standing(hear(drive.report(120, 10, parked).wait(60).records).findings);
    };

    it('is a card that was out where there were fixes and no network', () => {
      expect(verdict((at) => ({ ...driving(at), csq: 99 }))).toContain('T302 raised');
    });

    it('is a full-band jammer where the signal was saturated and there were no fixes', () => {
      expect(verdict(() => ({ ...away, fixed: false, csq: 31 }))).toContain('T303 confirmed');
    });

    it('is the ground where it had neither', () => {
      expect(verdict(() => ({ ...away, fixed: false, csq: 1 }))).toEqual([]);
    });
  });

  it('below no ground, of one that stood in the open until sky and network were gone at once, is no garage', () => {
    const drive = rest()
      .report(30, 30, { ...parked, fixed: false, satellites: 0 })
      .wait(6000)
      .login();
    drive.stored(4890, 10_800, 60, { ...parked, fixed: false, csq: 1 });
    const back = drive.report(30, 10, { ...parked, fixed: false }).report(300, 10, parked);
    expect(standing(hear(back.wait(60).records).findings).some((one) => one.startsWith('T30'))).toBe(true);
  });

  it('with a boot, nothing stored and another place is a killed terminal that was driven elsewhere', () => {
    const drive = gone()
      .login({ boots: true })
      .report(120, 10, (at) => ({ ...driving(at), east: 60_000 + at * 10.5 }));
    expect(standing(hear(drive.wait(60).records).findings)).toEqual(['T102 confirmed', 'T305 raised']);
  });

  it('moves nobody unseen any more when stored records come late and show the way', () => {
    const late = gone().login().report(60, 10, driving);
    expect(standing(hear(late.records).findings)).toContain('T305 raised');
    late.stored(1210, 3200, 10, (at) => ({ ...driving(at), csq: 31 }));
    expect(standing(hear(back(late).wait(60).records).findings)).toEqual(['T301 confirmed']);
  });

  describe('of a parked terminal that died and booted where it was', () => {
    const DAY = 86_400;
    const died = (day: number, hour: number, away = 4000): Drive => {
      const drive = new Drive();
      drive.now = day * DAY;
      drive.login().report(1200, 10, (at) => driving(at - day * DAY));
      drive.report((hour - 8) * 3600 - 1200, 60, { ...parked, east: 12_600 });
      return drive.wait(away);
    };
    const booted = (drive: Drive): Drive => drive.login({ boots: true }).report(1200, 60, { ...parked, east: 12_600 });
    /** Days from the second of March. */
    const [SPRING, SUMMER] = [5, 130];

    it('is heat at noon in summer: nobody is told, while it lasts and when it is over', () => {
      expect(told(hear(booted(died(SUMMER, 13)).records).findings)).toEqual([]);
    });

    it('is a killed terminal at night, and in spring', () => {
      expect(standing(hear(booted(died(SUMMER, 21)).records).findings)).toEqual(['T102 confirmed']);
      expect(standing(hear(booted(died(SPRING, 13)).records).findings)).toEqual(['T102 confirmed']);
    });

    it('is no heat any more when it has lasted for the afternoon', () => {
      expect(told(hear(died(SUMMER, 12, 6 * 3600).records).findings)).toEqual(['T304 raised 2']);
    });
  });

  it('where it was silent twice before, with everything stored below ground, is its own garage', () => {
    const inside = { acc: false, fixed: false, volts: 12.6, csq: 1 };
    const visit = (drive: Drive): Drive => {
      const from = drive.now;
      const east = (at: number) => (at - from) * 10.5;
      drive.report(1200, 10, (at) => ({ ...driving(at), east: east(at) }));
      drive.wait(3600).login();
      drive.stored(from + 1210, from + 4800, 30, inside);
      drive.report(600, 10, (at) => ({ ...driving(at), east: 12_600 - (at - from - 4800) * 10.5 }));
      return drive.report(1200, 60, { ...parked, east: 6300 });
    };
    const drive = visit(visit(visit(new Drive().login())));
    const { findings } = hear(drive.records);
    expect(told(findings)).toEqual(['T304 raised 3', 'T304 cleared 0', 'N601 cleared 0', 'N601 cleared 0']);
  });

  it('with a weak signal all the way is weak coverage, whatever was suspected', () => {
    const slide = (at: number): number => Math.max(1, 24 - Math.floor(Math.max(0, at - 1160) / 10));
    const drive = town().wait(2000).login();
    drive.stored(1210, 3200, 10, (at) => ({ ...driving(at), csq: slide(at) }));
    const { findings } = hear(back(drive).wait(60).records);
    expect(told(findings).at(-1)).toBe('T304 cleared 0');
    expect(findings.at(-1)!.reason).toBe('N607');
  });

  it('in which the signal fell between two reports, with fixes, is a card or an antenna: said, not sure', () => {
    const drive = gone().login();
    drive.stored(1210, 3200, 10, (at) => ({ ...driving(at), csq: 1 }));
    expect(standing(hear(back(drive).wait(60).records).findings)).toEqual(['T302 reclassified']);
  });

  it('is licensed where it began, whoever drives away meanwhile: that is nobody’s order', () => {
    const place = { latitude: 24.88, longitude: 102.83 + (1200 * 10.5) / 111_195, radius: 500 };
    const order = { id: 'WO-9', kind: 'replacement', terminal: '13912345678', from: iso(0), until: iso(20_000), place };
    const drive = town()
      .feed('workOrder', order)
      .wait(4000)
      .login({ boots: true })
      .report(300, 10, (at) => ({ ...driving(at), east: 60_000 + at * 10.5 }));
    expect(standing(hear(drive.records).findings)).toEqual(['T305 raised']);
  });

  it('is the same whatever order the stored records come in, and however often', () => {
    const verdict = (order: (times: number[]) => number[]): string[] => {
      const drive = gone().login();
      drive.stored(1210, 3200, 10, (at) => ({ ...away, fixed: at % 70 === 0, csq: 25 + (at % 7) }), order);
      return standing(hear(back(drive).wait(900).records).findings);
    };
    const expected = verdict((times) => times);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, step) => {
        const shuffled = (times: number[]): number[] => {
          const turned = times.map((time, n) => ({ time, key: Math.imul(n + seed, 2_654_435_761) >>> 0 }));
          const all = turned.toSorted((a, b) => a.key - b.key).map(({ time }) => time);
          return [...all, ...all.filter((_, n) => n % step === 0)];
        };
        expect(verdict(shuffled)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});

describe('what a finding says', () => {
  const stories: Record<string, () => Drive> = {
    silence: () => town().wait(3000),
    jammer: () =>
      back(
        gone()
          .login()
          .stored(1210, 3200, 10, () => ({ ...away, fixed: false, csq: 31 })),
      ).wait(60),
    killed: () =>
      gone()
        .login({ boots: true })
        .report(120, 10, (at) => ({ ...driving(at), east: 60_000 + at * 10.5 }))
        .wait(60),
    cut: () => rest().report(300, 60, { ...parked, alarms: [8], volts: 0 }),
  };

  it.each(Object.keys(stories))('adds up to its margin, to the thousandth: %s', (name) => {
    const { findings } = hear(stories[name]!().records);
    expect(findings.length).toBeGreaterThan(0);
    for (const { prior, because, margin } of findings) {
      const sum = because.reduce((total, { nats }) => total + nats, prior);
      expect(Math.round(sum * 1000)).toBe(Math.round(margin * 1000));
    }
  });

  it('that an earlier version kept less of is judged all the same', () => {
    const drive = gone().login();
    const cut = drive.records.length;
    drive.stored(1210, 3200, 10, (at) => ({ ...driving(at), csq: 31 }));
    const before = hear(back(drive).wait(60).records.slice(0, cut)).detector;
    const kept = JSON.parse(before.snapshot(drive.terminal)!) as { gap: Record<string, unknown> };
    for (const name of ['road', 'drivenCsqSum', 'drivenCsqCount', 'drivenCsqNone', 'sawSky']) delete kept.gap[name];
    const after = newDetector();
    after.restore(drive.terminal, JSON.stringify(kept));
    const { findings } = hear(drive.records.slice(cut), after, cut + 1);
    expect(standing(findings)).toEqual(['T301 confirmed']);
  });

  it.each(Object.keys(stories))('is the same after a restart at any record, from snapshots: %s', (name) => {
    const { records } = stories[name]!();
    const whole = hear(records).findings.map((one) => JSON.stringify(one));
    for (let cut = 1; cut < records.length; cut += Math.ceil(records.length / 12)) {
      const keys = new Set<string>(['@context', '@fleet', '@zones', '@skies', '@desk']);
      const before = newDetector((key) => keys.add(key));
      const first = hear(records.slice(0, cut), before);
      const after = newDetector();
      for (const key of keys) {
        const kept = before.snapshot(key);
        if (kept !== null) after.restore(key, kept);
      }
      const second = hear(records.slice(cut), after, cut + 1);
      expect([...first.findings, ...second.findings].map((one) => JSON.stringify(one))).toEqual(whole);
    }
  });
});
