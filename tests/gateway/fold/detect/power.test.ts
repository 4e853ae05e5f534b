import { describe, expect, it } from 'vitest';
import { Drive, hear, standing, START, told } from './drive.ts';

const OFF = 8;
const LOW = 7;
const parked = { acc: false, volts: 12.6, east: 6600 };
const iso = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

/** In town: no speed is held for long. */
const driven = (): Drive =>
  new Drive().login().report(600, 10, (at) => ({ speed: 38 + (at % 50) / 10, wheels: 40, east: at * 11, volts: 14 }));

/** Parked for an hour after a drive. */
const settled = (): Drive => driven().report(3600, 60, { ...parked, east: 6600 });

describe('main power', () => {
  it('that is gone from a healthy supply was cut, and is said when that has outlasted a dip', () => {
    const cut = settled().report(60, 60, { ...parked, alarms: [OFF], volts: 0.2 });
    expect(hear([...cut.records]).findings).toEqual([]);
    const { findings } = hear(cut.wait(10, 5).records);
    expect(findings[0]!.at - findings[0]!.factTime).toBe(8000);
    expect(told(findings)[0]).toBe('T101 raised 3');
    expect(findings[0]!.because.map(({ evidence }) => evidence)).toEqual(expect.arrayContaining(['A08', 'V1', 'A07n']));
  });

  it('that falls under way as a battery does without an alternator accuses nobody, for some twenty kilometres', () => {
    const road = (at: number, volts: number) => ({ speed: 38 + (at % 50) / 10, wheels: 40, east: at * 11, volts });
    const failed = driven().report(2400, 10, (at) => road(at, 12.3 - (at - 600) / 2000));
    expect(hear([...failed.records]).findings.filter(({ code }) => code.startsWith('T'))).toEqual([]);
    const on = failed.report(3600, 10, (at) => road(at, 11.1 - (at - 3000) / 3600));
    expect(standing(hear(on.records).findings)).toEqual(['T105 raised']);
  });

  it('that is away for as long as a starter is held, time and again, was cut by nobody', () => {
    const frost = settled();
    for (let n = 0; n < 3; n++) {
      frost.report(60, 60, { ...parked, volts: 12 }).report(3, 3, { ...parked, alarms: [OFF], volts: 5.4 });
      frost.report(5, 5, { ...parked, volts: 11.8 });
    }
    expect(hear(frost.wait(120).records).findings).toEqual([]);
  });

  it('that is gone as a last word is said though nothing more is heard', () => {
    const { findings } = hear(
      settled()
        .report(3, 3, { ...parked, alarms: [OFF], volts: 0.2 })
        .wait(3600).records,
    );
    expect(told(findings)[0]).toBe('T101 raised 3');
    expect(findings.some(({ code }) => code === 'T304')).toBe(false);
  });

  it('that sank for hours before it was gone is a flat battery, and nobody cut it', () => {
    const sinking = settled().report(6 * 3600, 300, (at) => {
      const volts = 12.2 - (at - 4200) / 9000;
      return { ...parked, volts, alarms: volts < 11 ? [LOW] : [] };
    });
    const { findings } = hear(sinking.report(600, 60, { ...parked, volts: 6, alarms: [LOW, OFF] }).records);
    expect(told(findings)[0]).toBe('F503 raised 1');
    expect(told(findings)).toContain('F503 confirmed 1');
    expect(standing(findings)).toEqual(['F503 raised']);
  });

  it('that sank from healthy to nothing while it stood for an hour was drained by somebody', () => {
    const sinking = settled().report(5400, 300, (at) => {
      const volts = 12.6 - (at - 4200) / 1500;
      return { ...parked, volts, alarms: volts < 11 ? [LOW] : [] };
    });
    const { findings } = hear(sinking.records);
    expect(told(findings).at(-1)).toBe('T105 reclassified 2');
  });

  it('that is a flat battery accuses nobody of a drive that its terminal did not see', () => {
    const sinking = settled().report(6 * 3600, 300, (at) => {
      const volts = 12.2 - (at - 4200) / 9000;
      return { ...parked, volts, alarms: volts < 11 ? [LOW] : [] };
    });
    const lost = sinking.report(600, 60, { ...parked, volts: 6, alarms: [LOW, OFF] }).wait(600);
    const found = lost.login().report(300, 10, { speed: 40, wheels: 40, east: 9800, volts: 14 });
    const { findings } = hear(found.wait(60).records);
    expect(findings.some(({ code }) => code === 'F503')).toBe(true);
    expect(findings.some(({ code }) => code === 'T305')).toBe(false);
  });

  it('that is back for a moment as a dying battery goes from low to nothing was low all the same', () => {
    const mute = { acc: false, east: 6600 };
    const drive = new Drive()
      .login()
      .report(600, 10, (at) => ({ speed: 38 + (at % 50) / 10, wheels: 40, east: at * 11 }));
    const low = drive.report(3600, 60, mute).report(2 * 3600, 300, { ...mute, alarms: [LOW] });
    const dying = low.report(3, 3, mute).report(60, 3, { ...mute, alarms: [OFF] });
    const { findings } = hear(dying.records);
    expect(standing(findings)).toEqual(['F503 raised']);
  });

  it('that sank where only stored records tell was healthy as the link was lost, and is a flat battery', () => {
    const drive = settled()
      .wait(8 * 3600)
      .login({ boots: true });
    drive.stored(4260, 30_000, 300, (at) => ({
      ...parked,
      csq: 1,
      volts: Math.max(6, 12.6 - (at - 4200) / 4000),
      alarms: at > 24_000 ? [OFF] : at > 10_000 ? [LOW] : [],
    }));
    const { findings } = hear(drive.report(300, 60, parked).wait(60).records);
    expect(standing(findings)).toEqual(['F503 confirmed']);
    expect(findings.some(({ code }) => code === 'T101')).toBe(false);
  });

  it('that was flat in the night says nothing of a silence on the way to work', () => {
    const flat = settled().report(3 * 3600, 300, { ...parked, volts: 10.6, alarms: [LOW] });
    const on = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 40, east: 6600 + (at - 15_000) * 11, volts: 14 });
    const lost = flat.report(900, 10, (at) => ({ ...on(at), csq: at > 15_600 ? 4 : 24 })).wait(700, 10);
    const { findings } = hear(lost.login().report(600, 10, on).wait(60).records);
    expect(told(findings)).toContain('F503 raised 1');
    expect(findings.filter(({ code, severity }) => code.startsWith('T') && severity >= 2)).toEqual([]);
  });

  it('that is cut again after the work is done is not let go by its order', () => {
    const order = { id: 'WO-1', kind: 'maintenance', terminal: '13912345678', from: iso(3600), until: iso(9000) };
    const drive = settled().feed('workOrder', order);
    drive.report(300, 60, { ...parked, alarms: [OFF], volts: 0.2 }).report(3 * 3600, 60, parked);
    const { findings } = hear(drive.report(300, 60, { ...parked, alarms: [OFF], volts: 0.2 }).records);
    expect(told(findings)[0]).toBe('N606 authorised 0');
    expect(standing(findings)).toEqual(['T101 confirmed']);
  });

  it('that an alternator lowers to what a battery has by itself is no evidence', () => {
    const charged = settled().report(3000, 10, (at) => ({
      speed: 40 + (at % 50) / 10,
      wheels: 40,
      east: at * 10,
      volts: at < 6000 ? 14.6 : 12.3,
    }));
    const { findings } = hear(charged.report(60, 10, { ...parked, alarms: [OFF], volts: 0.2 }).records);
    expect(findings[0]!.because.map(({ evidence }) => evidence)).not.toContain('V3');
  });

  it('that falls while the vehicle drives on is no battery: the flat battery is feigned', () => {
    const feigned = settled().report(7200, 10, (at) => ({
      speed: 40,
      wheels: 40,
      east: at * 10,
      volts: Math.max(9, 14 - (at - 4200) / 1500),
    }));
    const { findings } = hear(feigned.records);
    expect(standing(findings)).toContain('T105 raised');
    expect(findings.some(({ code, severity }) => code === 'F503' && severity > 0)).toBe(false);
  });

  it('that a starter pulls down for a moment is nothing', () => {
    const drive = settled();
    for (let n = 0; n < 20; n++)
      drive.report(60, 60, { ...parked, volts: 9.2 }).report(600, 60, { ...parked, acc: true, volts: 14.1 });
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('that is gone is not excused by what was suspected days before, and began when it was gone', () => {
    const order = { id: 'WO-1', kind: 'maintenance', terminal: '13912345678', from: iso(200_000), until: iso(260_000) };
    const drive = driven();
    // Idling off the charger once: a fall of the supply that came to nothing.
    drive.report(1200, 10, (at) => ({
      speed: 38 + (at % 50) / 10,
      wheels: 40,
      east: at * 11,
      volts: at < 1000 ? 14 : 12.4,
    }));
    drive
      .feed('workOrder', order)
      .wait(216_000 - drive.now, 600)
      .login()
      .report(300, 60, parked);
    const { findings } = hear(drive.report(120, 60, { ...parked, alarms: [OFF], volts: 0 }).records);
    expect(standing(findings).filter((one) => one.startsWith('T101'))).toEqual([]);
  });

  it('that is gone while parked, as only stored records tell, was cut: no contact works loose by itself', () => {
    const drive = settled().wait(4000).login();
    drive.stored(4260, 8200, 60, (at) => ({ ...parked, csq: 1, alarms: at > 5000 && at < 5600 ? [OFF] : [] }));
    expect(standing(hear(drive.report(300, 60, parked).wait(60).records).findings)).toContain('T101 confirmed');
  });

  it('that is gone a third time within a day is more serious', () => {
    const drive = settled();
    for (let n = 0; n < 3; n++) {
      drive.report(120, 60, { ...parked, alarms: [OFF], volts: 0.2 }).report(3600, 60, parked);
    }
    const { findings } = hear(drive.records);
    expect(Math.max(...findings.map(({ severity }) => severity))).toBe(4);
    expect(new Set(findings.map(({ key }) => key)).size).toBe(1);
  });

  it('that an order lets be taken away is authorised, before and after it is gone', () => {
    const order = { id: 'WO-1', kind: 'maintenance', terminal: '13912345678', from: iso(3600), until: iso(9000) };
    const before = settled()
      .feed('workOrder', order)
      .report(300, 60, { ...parked, alarms: [OFF], volts: 0 });
    expect(told(hear(before.records).findings)).toEqual(['N606 authorised 0']);
    const after = settled()
      .report(300, 60, { ...parked, alarms: [OFF], volts: 0 })
      .feed('workOrder', order);
    expect(told(hear(after.records).findings)).toEqual(['T101 raised 3', 'T101 confirmed 3', 'N606 authorised 0']);
  });

  it('that is gone hours before the window of an order is not excused by it', () => {
    const order = { id: 'WO-1', kind: 'maintenance', terminal: '13912345678', from: iso(20_000), until: iso(30_000) };
    const drive = settled()
      .feed('workOrder', order)
      .report(300, 60, { ...parked, alarms: [OFF], volts: 0 });
    expect(standing(hear(drive.records).findings)).toEqual(['T101 confirmed']);
  });

  it('that is gone while use is sealed is critical', () => {
    const drive = new Drive().feed('calendar', { id: 'c', date: '2026-03-02', kind: 'sealed' });
    drive
      .login()
      .report(3600, 60, parked)
      .report(60, 60, { ...parked, alarms: [OFF], volts: 0 })
      .wait(30);
    expect(told(hear(drive.records).findings)).toEqual(['T101 raised 4', 'T101 confirmed 4']);
  });
});

describe('wheels that turn with the ignition off', () => {
  it('show that the wire was cut, the more so with a charging supply', () => {
    const drive = driven();
    const cut = drive.report(600, 60, (at) => ({
      acc: false,
      speed: 38 + (at % 50) / 10,
      wheels: 40,
      east: at * 11,
      volts: 14,
    }));
    expect(standing(hear(cut.records).findings)).toEqual(['T106 raised']);
  });

  it('and nobody altered the reports of a vehicle that was towed: it reports as a parked one', () => {
    const drive = settled().report(900, 30, (at) => ({
      acc: false,
      speed: 45,
      wheels: 0,
      east: 6600 + (at - 4200) * 12,
    }));
    for (let n = 0; n < 20; n++) drive.silence(60).heartbeat();
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('and a ferry does not turn them', () => {
    const drive = driven();
    const afloat = drive.report(2400, 60, (at) => ({ acc: false, speed: 22, wheels: 0, east: at * 6, volts: 12.6 }));
    expect(hear(afloat.records).findings).toEqual([]);
  });
});
