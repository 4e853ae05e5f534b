import { describe, expect, it } from 'vitest';
import { attributes, Drive, hear, standing, told } from './drive.ts';

const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5, volts: 14, csq: 23 });
const parked = { acc: false, east: 12_600, volts: 12.6, csq: 24 };
const driven = (): Drive => new Drive().login().report(1200, 10, town);

describe('a terminal whose serial numbers outlive its links', () => {
  it('has booted when they begin anew, though what was left of its link was reset', () => {
    const drive = driven();
    for (let n = 0; n < 4; n++) drive.closed('reset').silence(5).login().report(300, 10, town);
    for (let n = 0; n < 3; n++) drive.silence(30).closed('reset').login({ boots: true }).report(570, 10, town);
    expect(told(hear(drive.records).findings)).toEqual(['F505 raised 2']);
  });
});

describe('a receiver', () => {
  const garage = (): Drive => driven().report(3 * 3600, 60, { ...parked, fixed: false });
  const blind = (at: number) => ({ ...town(at), fixed: false });

  it('that was below ground for hours may search for some minutes', () => {
    expect(hear(garage().report(230, 10, blind).report(600, 10, town).records).findings).toEqual([]);
  });

  it('that finds nothing for longer than any search is denied its satellites', () => {
    expect(standing(hear(garage().report(410, 10, blind).records).findings)).toEqual(['T205 raised']);
  });

  it('that wavers while it is parked and never does under way is fed a place', () => {
    const rest = (at: number) => ({ ...parked, east: 12_600 + ((at / 60) % 5) * 0.6 });
    const drive = driven().report(3600, 60, rest);
    const fed = { acc: true, east: 12_600, volts: 14, csq: 23 };
    expect(standing(hear(drive.report(900, 10, fed).records).findings)).toEqual(['T204 raised']);
  });
});

describe('a silence', () => {
  it('is not told of by what was stored between the boot and the login', () => {
    const back = (at: number) => ({ ...town(at), east: 60_000 + at * 10.5 });
    const drive = driven().wait(2000).login({ boots: true });
    drive.stored(3160, 3200, 10, (at) => ({ ...back(at), fixed: false }));
    expect(standing(hear(drive.report(120, 10, back).wait(60).records).findings)).toEqual([
      'T102 confirmed',
      'T305 raised',
    ]);
  });

  it('in which another card was put in is one act with that', () => {
    const drive = driven().other(attributes('89860000000000000001')).report(3600, 60, parked).wait(1200).login();
    drive.stored(4810, 5990, 30, () => ({ ...parked, csq: 99 }));
    drive.other(attributes('89860000000000000002')).report(300, 60, parked);
    const { findings } = hear(drive.records);
    expect(standing(findings)).toEqual(['T401 raised']);
    expect(findings.find(({ code, stage }) => code === 'T304' && stage === 'cleared')?.reason).toBe('T401');
  });

  it('of a terminal that slept an hour at most is no sleep when it has lasted for four', () => {
    const nights = driven();
    for (let n = 0; n < 6; n++) nights.report(120, 60, parked).closed('ended').silence(3480).login();
    const drive = nights
      .report(120, 60, parked)
      .closed('ended')
      .wait(4 * 3600, 300)
      .login();
    const { findings } = hear(drive.report(900, 60, parked).records);
    expect(standing(findings).map((one) => one.slice(0, 4))).toEqual(['T304']);
  });
});

describe('a supply', () => {
  const rest = { ...parked, volts: 12.5 };
  const bench = { ...parked, volts: 12.5, steady: true };

  it('without noise or engine for days after a cut is that of a bench', () => {
    const drive = driven()
      .report(4 * 3600, 60, rest)
      .report(300, 60, { acc: false, east: 12_600, alarms: [8] });
    const { findings } = hear(drive.report(6 * 86_400, 300, bench).records);
    const removed = findings.findLast(({ code }) => code === 'T103')!;
    expect(removed.because.map(({ evidence }) => evidence)).toEqual(expect.arrayContaining(['L2', 'V4']));
  });

  it('as uneven as ever after a cut is the vehicle’s own', () => {
    const drive = driven()
      .report(4 * 3600, 60, rest)
      .report(300, 60, { acc: false, east: 12_600, alarms: [8] });
    const { findings } = hear(drive.report(6 * 86_400, 300, rest).records);
    expect(findings.some(({ code }) => code === 'T103')).toBe(false);
  });
});
