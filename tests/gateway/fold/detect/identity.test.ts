import { describe, expect, it } from 'vitest';
import { record } from '../../support/records.ts';
import { attributes, Drive, hear, standing, START, told } from './drive.ts';

const iso = (seconds: number): string => new Date(START + seconds * 1000).toISOString();
const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5, mileage: 1000 + at / 1000 });
const A = '860000000000017';
const B = '860000000000025';

const begun = (of: Parameters<Drive['login']>[0] = {}): Drive => new Drive().login(of).report(600, 10, town);

describe('who a terminal says it is', () => {
  it('is another device when its IMEI is another one', () => {
    const drive = begun({ imei: A }).closed('ended').silence(20).login({ imei: B }).report(60, 10, town);
    expect(told(hear(drive.records).findings)[0]).toBe('T402 raised 3');
  });

  it('is another card when only that is another one', () => {
    const drive = begun().other(attributes('89860000000000000001')).report(60, 10, town);
    drive.other(attributes('89860000000000000002')).report(60, 10, town);
    expect(standing(hear(drive.records).findings)).toEqual(['T401 raised']);
  });

  it.each([
    ['89860000000000000001', '89860000000000000002', '…0001', '…0002'],
    ['89860000000000300001', '89860000000000800001', '…300001', '…800001'],
  ])('is told apart from the card before by as few digits as do: %s and %s', (before, after, from, to) => {
    const drive = begun().other(attributes(before)).report(60, 10, town).other(attributes(after)).report(60, 10, town);
    expect(hear(drive.records).findings[0]?.because).toMatchObject([{ evidence: 'I3', says: { from, to } }]);
  });

  it('may be another one under an order that names it, and under no other', () => {
    const order = { id: 'WO-3', kind: 'replacement', terminal: '13912345678', from: iso(0), until: iso(5000) };
    const swapped = (newIds: object): string[] => {
      const drive = begun({ imei: A }).feed('workOrder', { ...order, newIds });
      return told(hear(drive.closed('ended').silence(20).login({ imei: B }).records).findings);
    };
    expect(swapped({ imei: B })).toEqual(['N606 authorised 0']);
    expect(swapped({ imei: '860000000000033' })[0]).toBe('T402 raised 3');
  });

  it('is told of the vehicle that the device belongs to when it comes in under another number', () => {
    const own = begun({ imei: A });
    const other = new Drive('13900000000');
    other.now = own.now + 30;
    const { findings } = hear([...own.records, ...other.login({ imei: A }).report(60, 10, town).records]);
    expect(findings[0]).toMatchObject({ code: 'T402', terminal: own.terminal });
  });

  it('with another firmware that nobody ordered was altered; an upgrade that was ordered is one', () => {
    const altered = begun({ version: 'V2' }).closed('ended').silence(30).login({ version: 'V1', boots: true });
    expect(told(hear(altered.records).findings)[0]).toBe('T405 raised 3');
    const order = {
      id: 'c',
      state: 'accepted',
      order: { type: 'deliverUpgradePackage', body: {}, expiresAt: 0, by: 'a' },
    };
    const ordered = begun({ version: 'V2' }).other(record('command', order)).closed('ended').silence(30);
    expect(hear(ordered.login({ version: 'V3', boots: true }).records).findings).toEqual([]);
  });
});

describe('two links for one terminal', () => {
  it('that take over from each other are two devices', () => {
    const drive = begun({ host: '10.0.0.1' });
    drive.login({ host: '192.0.2.9', serial: 7000 }).report(10, 10, { speed: 0, north: 30_000 });
    drive.login({ host: '10.0.0.1', serial: 64 }).report(10, 10, town);
    expect(told(hear(drive.records).findings)[0]).toBe('T403 raised 4');
  });

  it('far from each other are two devices, even if the second one alone goes on, with a card of its own', () => {
    const drive = begun({ host: '10.0.0.1' }).other(attributes('89860000000000000001')).report(10, 10, town);
    drive.login({ host: '192.0.2.9', serial: 0 }).report(10, 10, { speed: 0, north: 30_000 });
    drive.other(attributes('89860000000000000002')).report(600, 10, { speed: 0, north: 30_000 });
    expect(standing(hear(drive.records).findings)).toEqual(['T403 confirmed']);
  });

  it('that follow each other while the vehicle drives below ground are one device', () => {
    const drive = begun({ host: '10.0.0.1' }).report(290, 10, (at) => ({ ...town(at), fixed: false }));
    drive.login({ host: '10.0.9.9' }).report(10, 10, (at) => ({ ...town(at), fixed: false }));
    const { findings } = hear(drive.report(300, 10, (at) => ({ ...town(at), north: 2500 })).records);
    expect(findings.filter(({ axis }) => axis === 'identity')).toEqual([]);
  });

  it('that follow each other from new addresses with the same serials are one device on the move', () => {
    const drive = begun({ host: '10.0.0.1' }).login({ host: '10.0.9.9' }).report(600, 10, town);
    expect(hear(drive.login({ host: '10.0.0.1' }).report(600, 10, town).records).findings).toEqual([]);
  });
});

describe('clock and odometer', () => {
  it('a clock that steps back a day with a fix held was moved', () => {
    const drive = begun().report(60, 10, (at) => ({ ...town(at), clock: -86_400 }));
    expect(told(hear(drive.records).findings)[0]).toBe('T407 raised 3');
  });

  it.each([
    ['a time zone', 28_800],
    ['a time zone, the other way', -28_800],
    ['a roll-over of the week number', -619_315_200],
  ])('a clock that steps by %s was moved by its own program', (_, clock) => {
    const drive = begun().report(60, 10, (at) => ({ ...town(at), clock }));
    expect(told(hear(drive.records).findings)).toEqual(['F508 raised 1']);
  });

  it('a step of a day after one of a time zone is a hand’s, and stays so', () => {
    const drive = begun().report(60, 10, (at) => ({ ...town(at), clock: 28_800 }));
    drive
      .report(60, 10, (at) => ({ ...town(at), clock: -57_600 }))
      .report(60, 10, (at) => ({ ...town(at), clock: -86_400 }));
    expect(standing(hear(drive.records).findings)).toEqual(['T407 reclassified']);
    drive.report(60, 10, (at) => ({ ...town(at), clock: -57_600 }));
    expect(standing(hear(drive.records).findings)).toEqual(['T407 reclassified']);
  });

  it('what was stored while the clock was off lies where it was stored', () => {
    const off = (at: number) => ({ ...town(at), clock: 28_800 });
    const drive = begun().report(600, 10, off).silence(600).login();
    drive.stored(1210, 1800, 10, off).report(1800, 10, off);
    expect(standing(hear(drive.records).findings)).toEqual(['F508 raised']);
  });

  it('what was stored before the clock was moved lies where it says', () => {
    const off = (at: number) => ({ ...town(at), clock: 28_800 });
    const drive = begun().silence(600).login().report(25, 5, off);
    expect(standing(hear(drive.stored(610, 1200, 10, town).report(1800, 10, off).records).findings)).toEqual([
      'F508 raised',
    ]);
  });

  it('what was stored before the clock was put right lies where it was stored', () => {
    const off = (at: number) => ({ ...town(at), clock: 28_800 });
    const drive = begun().report(600, 10, off).silence(600).login().report(25, 5, town);
    expect(standing(hear(drive.stored(1210, 1800, 10, off).report(1800, 10, town).records).findings)).toEqual([
      'F508 raised',
    ]);
  });

  it('in a gap that is longer than the clock is off, what was stored lies by the clock as it was at the loss', () => {
    const off = (at: number) => ({ ...town(at), clock: 28_800 });
    const drive = begun()
      .report(600, 10, off)
      .silence(12 * 3600)
      .login();
    drive.stored(1210, 1200 + 12 * 3600, 60, (at) => ({ ...off(at), speed: 0, wheels: 0, east: 12_600 }));
    const gap = hear(drive.records).detector.snapshot(drive.terminal);
    const { seen } = (JSON.parse(gap!) as { gap: { seen: number[] } }).gap;
    expect(seen).not.toContain(0);
  });

  it('a clock that comes right at the first fix by a minute and a half was adrift', () => {
    const adrift = begun().report(600, 10, (at) => ({ ...town(at), wheels: 0, fixed: false, clock: 90 }));
    expect(hear(adrift.report(120, 10, town).records).findings).toEqual([]);
  });

  it('an odometer that runs backwards was rewritten', () => {
    const drive = begun().report(60, 10, (at) => ({ ...town(at), mileage: 10 }));
    expect(told(hear(drive.records).findings)[0]).toBe('T408 raised 2');
  });

  it('stored records with older readings are no rewriting', () => {
    const drive = begun()
      .silence(400)
      .login()
      .stored(610, 990, 10, (at) => ({ ...town(at), mileage: 900 }));
    const { findings } = hear(drive.report(60, 10, town).records);
    expect(findings.map(({ axis }) => axis)).not.toContain('odometer');
  });
});

describe('reports that do not come', () => {
  it('on a live link with the ignition on were set to come seldom', () => {
    const drive = begun();
    for (let n = 0; n < 12; n++) drive.silence(60).heartbeat();
    expect(standing(hear(drive.records).findings)).toEqual(['T406 raised']);
  });
});

describe('a terminal in another vehicle', () => {
  it('shows by the system voltage, and the silence in which it was moved there is part of that', () => {
    const parked = { acc: false, east: 6300 };
    const drive = begun()
      .report(3600, 60, { ...parked, volts: 12.6 })
      .wait(8000)
      .login({ boots: true });
    const { findings } = hear(drive.report(1800, 60, { ...parked, volts: 25.6 }).records);
    expect(told(findings)).toContain('T102 confirmed 3');
    expect(standing(findings)).toEqual(['T404 confirmed']);
    expect(findings.find(({ stage }) => stage === 'cleared')?.reason).toBe('T404');
  });
});
