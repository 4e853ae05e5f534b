import { describe, expect, it } from 'vitest';
import { Drive, hear, newDetector, standing, START, told } from './drive.ts';

const OPEN = 5;
const MODULE = 4;
const driving = (at: number) => ({ speed: 78 + (at % 50) / 10, wheels: 78, east: at * 22, volts: 14 });
const blind = (at: number) => ({ ...driving(at), fixed: false });
const parked = { acc: false, volts: 12.6 };
const road = (): Drive => new Drive().login().report(1200, 10, driving);

describe('satellites', () => {
  it('that are gone for three minutes on an open road are denied, which is serious', () => {
    const { findings } = hear(road().report(180, 10, blind).records);
    expect(told(findings).at(-1)).toBe('T205 updated 3');
    expect(findings[0]!.factTime).toBeGreaterThanOrEqual(START + 1200 * 1000);
  });

  it('that are gone for a minute and a half are worth a note, and it is withdrawn', () => {
    const { findings } = hear(road().report(90, 10, blind).report(300, 10, driving).records);
    expect(findings.every(({ severity }) => severity <= 1)).toBe(true);
    expect(standing(findings)).toEqual([]);
  });

  it('that are gone as the link comes back have not been gone all the while', () => {
    const drive = road().wait(500).login();
    drive.stored(1210, 1690, 10, (at) => ({ ...driving(at), csq: 1 }));
    const { findings } = hear(drive.report(70, 10, blind).report(300, 10, driving).records);
    expect(findings.filter(({ axis }) => axis === 'gnss')).toEqual([]);
  });

  it('that go along with the signal, at once, are in a tunnel that no map knows', () => {
    const tunnel = road().report(200, 10, (at) => ({ ...blind(at), csq: 16 }));
    const { findings } = hear(tunnel.report(300, 10, driving).records);
    expect(findings.length).toBeGreaterThan(0);
    expect(Math.max(...findings.map(({ severity }) => severity))).toBe(1);
    expect(standing(findings)).toEqual([]);
  });

  it('that stay away when the signal is back, out of the tunnel, are denied', () => {
    const tunnel = road().report(120, 10, (at) => ({ ...blind(at), csq: 16 }));
    const { findings } = hear(tunnel.report(120, 10, blind).records);
    expect(told(findings).at(-1)).toBe('T205 updated 3');
  });

  it('that are gone long before the signal falls have nothing to do with it', () => {
    const drive = road().report(90, 10, blind);
    const { findings } = hear(drive.report(110, 10, (at) => ({ ...blind(at), csq: 16 })).records);
    expect(told(findings).at(-1)).toBe('T205 updated 3');
  });

  it('that were lost while nobody heard it are held against the place of the last stored fix', () => {
    const zone = { id: 'z', kind: 'tunnel', radius: 300, vehicles: 9, losses: 90, passes: 100, q50: 60, q99: 420 };
    const drive = new Drive().feed('deadZone', { ...zone, latitude: 24.88, longitude: 102.83 + 37_400 / 111_195 });
    drive.login().report(1200, 10, driving).silence(500).login();
    drive.stored(1210, 1700, 10, (at) => ({ ...driving(at), csq: 1 }));
    const { findings } = hear(drive.report(200, 10, blind).report(300, 10, driving).records);
    expect(findings.filter(({ axis }) => axis === 'gnss')).toEqual([]);
  });

  it('of one that was driven into a garage while nobody heard it are not lost where it stood before', () => {
    const slow = { ...parked, speed: 20, wheels: 20, acc: true };
    const drive = road()
      .report(900, 60, { ...parked, east: 26_400 })
      .wait(1800)
      .login();
    drive.stored(2120, 3600, 10, (at) => ({ ...slow, east: 26_400 + 5 * (at - 2100), csq: 20 }));
    drive.report(1200, 60, { ...parked, fixed: false });
    expect(hear(drive.records).findings.filter(({ axis, severity }) => axis === 'gnss' && severity > 0)).toEqual([]);
  });

  it('are not lost by one that stands where its odometer has gone on unheard', () => {
    const heard = (mileage: number, fixed: boolean) => ({ ...parked, mileage, fixed });
    const drive = (after: number) =>
      road().report(900, 60, heard(1000, true)).wait(1800).login({ boots: true }).report(1200, 60, heard(after, false));
    const said = (after: number) => hear(drive(after).records).findings.filter(({ axis }) => axis === 'gnss');
    expect(said(1000)[0]?.code).toBe('T205');
    expect(said(1007)).toEqual([]);
  });

  it('that are suspected on the road are looked at more closely for ten minutes, once', () => {
    const { probes } = hear(road().report(500, 10, blind).records);
    const tracked = probes.filter(({ type }) => type === 'temporaryTrackingControl');
    expect(tracked.map(({ body }) => body)).toEqual([{ interval: 5, validity: 600 }]);
  });

  it('that are jammed for long may be so by a place, until the vehicle has driven ten kilometres away from it', () => {
    const stages = (kmPerSecond: number): readonly string[] => {
      const says = (at: number) => ({
        ...blind(at),
        agcDrop: 12,
        mileage: Math.round(10_000 + at * 10 * kmPerSecond) / 10,
      });
      const { findings } = hear(road().report(900, 10, says).records, newDetector(undefined, 'jam-aware'));
      return findings.filter(({ code }) => code === 'T202').map(({ stage }) => stage);
    };
    expect(stages(0.005)).toContain('raised');
    expect(stages(0.005)).not.toContain('confirmed');
    expect(stages(0.022)).toContain('confirmed');
  });

  it('that blink for an hour are jammed in pulses', () => {
    const drive = road().report(1800, 10, (at) => (at % 30 === 0 ? blind(at) : driving(at)));
    expect(standing(hear(drive.records).findings)).toEqual(['T202 raised']);
  });

  it('that are gone while it creeps through a known tunnel are the tunnel’s', () => {
    const zone = { id: 'z', kind: 'tunnel', radius: 500, vehicles: 9, losses: 90, passes: 100, q50: 150, q99: 900 };
    const drive = new Drive().feed('deadZone', { ...zone, latitude: 24.88, longitude: 102.83 + 26_400 / 111_195 });
    drive
      .login()
      .report(1200, 10, driving)
      .report(800, 10, (at) => ({ ...blind(at), wheels: 22 }));
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('that are gone from a car that nobody moved were covered', () => {
    const drive = road()
      .report(3600, 60, parked)
      .report(900, 60, { ...parked, fixed: false });
    expect(standing(hear(drive.records).findings)).toEqual(['T205 raised']);
  });

  it('that are all there between two reports without a fix are not covered: a jammer that passes again and again', () => {
    const drive = road().report(3600, 60, { ...parked, east: 26_400 });
    for (let n = 0; n < 6; n++) {
      drive.report(60, 60, { ...parked, east: 26_400, fixed: false });
      drive.report(60, 60, { ...parked, east: 26_400, fixed: false, satellites: 11, agcDrop: 0 });
    }
    expect(hear(drive.records, newDetector(undefined, 'jam-aware')).findings).toEqual([]);
  });

  it('that are gone in the first report after a stop, of one that says little, were left behind on the way to where it stands', () => {
    const drive = road().report(60, 60, { ...parked, east: 26_400 });
    drive.report(1200, 300, { ...parked, east: 26_400, fixed: false });
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('that a waiting car does not see in a garage are nothing', () => {
    const drive = road().report(7200, 10, (at) => ({ fixed: false, wheels: 0, volts: 14, east: at }));
    expect(hear(drive.records).findings).toEqual([]);
  });
});

describe('the antenna', () => {
  it('that the terminal reports as open for half a minute was cut', () => {
    const drive = road().report(60, 10, (at) => ({ ...blind(at), alarms: [OPEN] }));
    expect(told(hear(drive.records).findings)[0]).toBe('T201 raised 3');
  });

  it('that is open for one report of a vehicle that is parked, and says the next a minute later, is no news yet', () => {
    const open = { ...parked, alarms: [OPEN] };
    const drive = road().report(1200, 60, parked).report(60, 60, open);
    expect(hear(drive.records).findings).toEqual([]);
    expect(told(hear(drive.report(60, 60, open).records).findings)[0]).toBe('T201 raised 3');
  });

  it('that comes and goes has a bad contact', () => {
    const drive = road();
    for (let n = 0; n < 8; n++) {
      drive.report(20, 10, (at) => ({ ...driving(at), alarms: [OPEN] })).report(60, 10, driving);
    }
    expect(standing(hear(drive.records).findings)).toContain('F502 raised');
  });

  it('that came and went before is not cut while it is open for a minute, but for more than half an hour', () => {
    const open = (at: number) => ({ ...blind(at), alarms: [OPEN] });
    const drive = road();
    for (let n = 0; n < 8; n++) drive.report(20, 10, open).report(60, 10, driving);
    const said = () => hear(drive.records).findings.filter(({ code }) => code === 'T201');
    drive.report(120, 10, open);
    expect(said()).toEqual([]);
    drive.report(1800, 10, open);
    expect(said().length).toBeGreaterThan(0);
  });

  it('of a receiver that reports itself broken is not jammed', () => {
    const drive = road().report(1200, 10, (at) => ({ ...blind(at), alarms: [MODULE] }));
    expect(standing(hear(drive.records).findings)).toEqual(['F501 raised']);
  });
});

describe('a fix that stands still', () => {
  it('while the wheels turn for kilometres is fed to the receiver', () => {
    const still = { speed: 0, wheels: 50, volts: 14, east: 26_400 };
    expect(standing(hear(road().report(900, 10, still).records).findings)).toEqual(['T204 confirmed']);
  });

  it('while the car stands at lights is a car at lights', () => {
    const still = { speed: 0, wheels: 0, volts: 14, east: 26_400 };
    expect(hear(road().report(900, 10, still).records).findings).toEqual([]);
  });

  it.each([
    [1, 60],
    [1, 118],
    [2, 55],
    [10, 10],
  ])('is not one that follows the road, reported every %d s at %d km/h', (every, speed) => {
    const metres = (at: number) => (at * speed) / 3.6;
    const along = (at: number) => ({ speed, wheels: speed, volts: 14, east: metres(at) });
    expect(hear(new Drive().login().report(540, every, along).records).findings).toEqual([]);
  });

  it('in the report in which a parked car sets off is none', () => {
    const rest = { ...parked, east: 26_400, wheels: 0 };
    const drive = road();
    for (let n = 0; n < 5; n++) drive.report(600, 60, rest).report(10, 10, { ...driving(1200), east: 26_400 });
    expect(hear(drive.records).findings).toEqual([]);
  });

  it('is found as well where it wanders between houses, as it says itself that it stands', () => {
    const wanders = (at: number) => ({
      speed: 0,
      wheels: 50,
      volts: 14,
      east: 26_400 + 120 * Math.sin(at),
      north: 90 * Math.cos(at),
    });
    expect(standing(hear(road().report(900, 10, wanders).records).findings)).toEqual(['T204 confirmed']);
  });

  it('is found as well in reports a second apart', () => {
    const still = { speed: 0, wheels: 50, volts: 14, east: 26_400 };
    expect(standing(hear(road().report(900, 1, still).records).findings)).toEqual(['T204 confirmed']);
  });
});

describe('a vehicle that stands', () => {
  const idle = { speed: 0, wheels: 0, volts: 14, east: 26_400 };
  const wavers = (at: number) => ({ ...idle, east: 26_400 + ((at / 10) % 7) * 0.6 });

  it('with a fix that always wavered and never does any more is fed a place', () => {
    const drive = road().report(900, 10, wavers).report(900, 10, idle);
    expect(standing(hear(drive.records).findings)).toEqual(['T204 raised']);
  });

  it('with a fix that never wavered has a receiver that holds still', () => {
    expect(hear(road().report(3600, 10, idle).records).findings).toEqual([]);
  });

  it('and loses its fix after it was left is covered, or jammed', () => {
    const left = { ...parked, east: 26_400 };
    const drive = road()
      .report(1800, 60, left)
      .report(900, 60, { ...left, fixed: false });
    expect(told(hear(drive.records).findings)[0]).toBe('T205 raised 2');
  });

  it('and loses its fix while its driver waits rolls on into a garage', () => {
    const drive = road()
      .report(1800, 10, wavers)
      .report(60, 10, { ...idle, fixed: false });
    drive.report(900, 60, { ...parked, east: 26_400, fixed: false });
    expect(hear(drive.records).findings).toEqual([]);
  });
});

describe('an odometer', () => {
  const counts =
    (share: number, from = 0, had = 1000) =>
    (at: number) => ({
      ...driving(at),
      mileage: Math.round((had + ((at - from) * 22 * 0.907 * share) / 1000) * 10) / 10,
    });

  it('that counts otherwise after a silence in which the terminal was dead is that of another vehicle', () => {
    const drive = new Drive().login().report(1800, 10, counts(1));
    drive
      .report(3600, 60, { ...parked, east: 39_600, mileage: 1035.9 })
      .wait(9000)
      .login({ boots: true });
    const from = drive.now;
    drive.report(120, 60, { ...parked, east: 39_600, mileage: 1035.9 });
    drive.report(2400, 10, (at) => ({ ...counts(1.2, from, 1036)(at), east: 39_600 + (at - from) * 22 }));
    expect(standing(hear(drive.records).findings)).toContain('T404 confirmed');
  });

  it('that is off by a fifth after such a silence is that of another vehicle, though nobody knew what it counted', () => {
    const drive = new Drive().login().report(200, 10, counts(1));
    drive
      .report(3600, 60, { ...parked, east: 4400, mileage: 1004 })
      .wait(9000)
      .login({ boots: true });
    const from = drive.now;
    drive.report(120, 60, { ...parked, east: 4400, mileage: 1004 });
    drive.report(2400, 10, (at) => ({ ...counts(1.2, from, 1004)(at), east: 4400 + (at - from) * 22 }));
    expect(standing(hear(drive.records).findings)).toContain('T404 confirmed');
  });

  it('that counts otherwise on the way is nothing by itself', () => {
    const drive = new Drive()
      .login()
      .report(1800, 10, counts(1))
      .report(2400, 10, counts(1.2, 1800, 1035.9));
    expect(hear(drive.records).findings).toEqual([]);
  });
});
