import { describe, expect, it } from 'vitest';
import { record } from '../../support/records.ts';
import { Drive, hear, standing, told } from './drive.ts';

const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5 });

describe('rules of use', () => {
  it('a vehicle that moves while sealed is a finding, in its division only', () => {
    const archive = { id: 'a', vehicle: 'v', plate: '云A1', plateColor: 2, division: '530102', unit: 'u' };
    const moved = (division: string): string[] => {
      const drive = new Drive().feed('archive', { ...archive, terminal: '013912345678' });
      drive.feed('calendar', { id: 'c', date: '2026-03-02', kind: 'sealed', division });
      return standing(hear(drive.login().report(120, 10, town).records).findings);
    };
    expect(moved('5301')).toEqual(['R701 raised']);
    expect(moved('31')).toEqual([]);
  });

  it('a vehicle that is driven by orders needs one', () => {
    const archive = { id: 'a', vehicle: 'v', plate: '云A1', plateColor: 2, division: '530102', unit: 'u' };
    const order = { id: 'o', plate: '云A1', purpose: '公务', approver: 'x', filedAt: '2026-03-01T00:00:00Z' };
    const driven = (from: string, until: string): string[] => {
      const drive = new Drive().feed('archive', { ...archive, terminal: '13912345678' });
      drive.feed('order', { ...order, from, until });
      return standing(hear(drive.login().report(120, 10, town).records).findings);
    };
    expect(driven('2026-03-02T00:00:00Z', '2026-03-02T08:00:00Z')).toEqual([]);
    expect(driven('2026-03-01T00:00:00Z', '2026-03-01T08:00:00Z')).toEqual(['R702 raised']);
  });

  it('a terminal that deregisters itself is told of, unless it is to be removed', () => {
    const gone = record('registration', { fact: 'deregistered', terminal: '13912345678' });
    const drive = (): Drive => new Drive().login().report(120, 10, town);
    expect(told(hear(drive().other(gone).records).findings)).toEqual(['T409 raised 3']);
    const order = {
      id: 'WO',
      kind: 'removal',
      terminal: '13912345678',
      from: '2026-03-01T00:00:00Z',
      until: '2026-03-03T00:00:00Z',
    };
    const { findings } = hear(drive().feed('workOrder', order).other(gone).records);
    expect(told(findings)).toEqual(['N606 authorised 0']);
  });

  it('a terminal that boots again and again is at fault, not tampered with', () => {
    const drive = new Drive().login().report(600, 10, town);
    for (let n = 0; n < 5; n++) drive.silence(40).login({ boots: true }).report(560, 10, town);
    expect(standing(hear(drive.records).findings)).toEqual(['F505 raised']);
  });
});
