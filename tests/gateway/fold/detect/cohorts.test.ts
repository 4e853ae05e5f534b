import { describe, expect, it } from 'vitest';
import { Cohorts } from '../../../../gateway/fold/detect/cohorts.ts';
import type { Axis, Finding } from '../../../../gateway/fold/detect/finding.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { attributes, Drive, hear, hearCut, standing, told } from './drive.ts';

const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5 });
const card = (issuer: string, n: number): string => `${issuer}${String(n).padStart(14, '0')}`;

/** `many` terminals, each `apart` seconds after the one before, as one journal. */
function fleet(many: number, apart: number, tell: (drive: Drive, n: number) => Drive): RecordInput[] {
  const drives = Array.from({ length: many }, (_, n) => {
    const drive = new Drive(String(13_900_000_000 + n));
    drive.now = n * apart;
    return tell(drive.login(), n);
  });
  return drives.flatMap(({ records }) => records).toSorted((a, b) => a.receivedAt - b.receivedAt);
}

/** What is said of this axis, and not of the silences in which the records end. */
const saidOf = (axis: Axis, records: readonly RecordInput[]): Finding[] =>
  hear(records).findings.filter((one) => one.axis === axis);
const stands = (axis: Axis, records: readonly RecordInput[]): string[] => standing(saidOf(axis, records));

describe('cards that change', () => {
  const change = (to: (n: number) => string | undefined) =>
    fleet(40, 900, (drive, n) => {
      drive.other(attributes(card('898600', n))).report(60, 10, town);
      const other = to(n);
      return other === undefined ? drive : drive.silence(200).other(attributes(other)).report(60, 10, town);
    });

  it('in a fleet, from one issuer to another, are exchanged by the issuer, those before it was known as well', () => {
    const findings = saidOf(
      'identity',
      change((n) => card('898601', n)),
    );
    expect(told(findings)).toEqual([...new Array(4).fill('T401 raised 3'), ...new Array(4).fill('T401 cleared 0')]);
    expect(findings.at(-1)?.reason).toBe('N608');
  });

  it('in one or two of them were exchanged by somebody', () => {
    expect(
      stands(
        'identity',
        change((n) => (n < 2 ? card('898601', n) : undefined)),
      ),
    ).toEqual(['T401 raised', 'T401 raised']);
  });

  it('for others of the same issuer were exchanged by somebody, however many', () => {
    expect(
      stands(
        'identity',
        change((n) => (n < 8 ? card('898600', n + 500) : undefined)),
      ),
    ).toHaveLength(8);
  });

  it('are judged the same after a start in between', () => {
    const records = change((n) => card('898601', n));
    const whole = hear(records).findings.map((one) => JSON.stringify(one));
    for (const cut of [35, 58, 61, 64, 120]) {
      expect(hearCut(records, cut).map((one) => JSON.stringify(one))).toEqual(whole);
    }
  });
});

describe('wheels that stand still', () => {
  const road = (at: number) => ({ speed: 70 + (at % 50) / 10, wheels: 72, east: at * 20 });
  const frozen = (many: number) =>
    fleet(20, 3600, (drive, n) => {
      const began = drive.now;
      const since = (at: number) => road(at - began);
      drive.other(attributes(card('898600', n))).report(1200, 10, since);
      drive.report(900, 10, { acc: false, east: 24_000, wheels: 0 });
      return drive.report(400, 10, (at) => ({
        ...since(at - 900),
        ...(n < many ? { wheels: 0 } : {}),
      }));
    });

  it('in all that run the same program are its fault, those before it was known as well', () => {
    expect(new Set(stands('odometer', frozen(20)))).toEqual(new Set(['F507 raised', 'F507 reclassified']));
  });

  it('in two of them have lost their wires', () => {
    expect(stands('odometer', frozen(2))).toEqual(['T106 raised', 'T106 raised']);
  });
});

describe('clocks that step', () => {
  const stepped = (many: number) =>
    fleet(20, 600, (drive, n) => {
      drive.other(attributes(card('898600', n))).report(60, 10, town);
      return drive.report(60, 10, (at) => ({ ...town(at), clock: n < many ? -86_400 : 0 }));
    });

  it('by the same in all that run the same program are its fault', () => {
    expect(new Set(stands('clock', stepped(20)))).toEqual(new Set(['F508 raised', 'F508 reclassified']));
  });

  it('in two of them were moved', () => {
    expect(stands('clock', stepped(2))).toEqual(['T407 raised', 'T407 raised']);
  });
});

describe('cohorts', () => {
  const WEEK_S = 7 * 86_400;

  it('count each terminal once, and forget what is a week old', () => {
    const cohorts = new Cohorts();
    const tell = (n: number, at: number) => cohorts.befell('x', `t${n}`, { at, members: 20 });
    for (let again = 0; again < 9; again++) expect(tell(1, again)).toBeUndefined();
    for (let n = 2; n <= 4; n++) expect(tell(n, 100)).toBeUndefined();
    expect(tell(5, WEEK_S + 200)).toBeUndefined();
  });

  it('want more of many', () => {
    const needed = (members: number): number => {
      const cohorts = new Cohorts();
      for (let n = 1; ; n++) if (cohorts.befell('x', `t${n}`, { at: n, members }) !== undefined) return n;
    };
    expect([20, 100, 1000, 20_000].map(needed)).toEqual([5, 8, 50, 256]);
  });

  it('keep the latest where there are too many', () => {
    const cohorts = new Cohorts();
    for (let n = 0; n < 300; n++) cohorts.befell(`c${n}`, 't', { at: n, members: 9 });
    expect((JSON.parse(cohorts.snapshot()) as { changes: unknown[] }).changes).toHaveLength(256);
    for (let n = 0; n < 5000; n++) cohorts.runs('', `V${n}`);
    expect([cohorts.like('V0'), cohorts.like('V4999')]).toEqual([1, 0]);
  });
});
