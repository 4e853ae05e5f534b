import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../gateway/fold/detect/finding.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { Drive, hear, hearCut, standing, START } from './drive.ts';

const ROUND_S = 3600;
/** Round and round on the same kilometres, one round an hour: where the sky is lost is the same place each time. */
const way = (at: number) => ({ speed: 48 + (at % 50) / 10, wheels: 48, east: (at % ROUND_S) * 13, volts: 14 });
/** Of each round, when the sky is gone. */
const LOST_AT = 1200;
const lost =
  (rounds: readonly number[], seconds: number) =>
  (at: number): boolean =>
    rounds.includes(Math.floor(at / ROUND_S)) && at % ROUND_S >= LOST_AT && at % ROUND_S < LOST_AT + seconds;

const CARRIER = '13911111111';

function vehicle(id: string, hours: number, dark: (at: number) => boolean): RecordInput[] {
  const drive = new Drive(id);
  return drive.login().report(hours * ROUND_S, 10, (at) => ({ ...way(at), fixed: !dark(at) })).records;
}

const inOrder = (...of: RecordInput[][]): RecordInput[] => of.flat().toSorted((a, b) => a.receivedAt - b.receivedAt);

/** In each of these rounds another vehicle is beside it and is dark for a minute; it is so itself for `seconds`. */
function rounds(hours: number, seconds: number, more: readonly RecordInput[] = []): RecordInput[] {
  const all = Array.from({ length: hours }, (_, n) => n);
  const others = all.map((n) => vehicle(String(13_922_222_220 + n), hours, lost([n], 60)));
  return inOrder(vehicle(CARRIER, hours, lost(all, seconds)), ...others, [...more]);
}

const saidOf = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ axis, terminal }) => axis === 'gnss' && terminal === CARRIER);
const rests = (findings: readonly Finding[]): string[][] =>
  saidOf(findings).map(({ because }) => because.map(({ evidence }) => evidence));

describe('a vehicle beside which others lose the sky', () => {
  it('and have it back without it, three times, carries what takes it', () => {
    const { findings } = hear(rounds(4, 600));
    const before = saidOf(findings).filter(({ at }) => at < START + 2 * ROUND_S * 1000);
    expect(new Set(before.map(({ code }) => code))).toEqual(new Set(['T205']));
    expect(rests(before).flat()).not.toContain('G4');
    expect(standing(saidOf(findings))).toEqual(['T202 raised']);
    expect(rests(findings).at(-1)).toContain('G4');
    expect(
      saidOf(findings)
        .at(-1)!
        .because.find(({ evidence }) => evidence === 'G4')!.says,
    ).toEqual({ times: 3 });
  });

  it('carries it when it is alone too', () => {
    const alone = inOrder(
      vehicle(CARRIER, 4, lost([0, 1, 2, 3], 600)),
      ...[0, 1, 2].map((n) => vehicle(String(13_922_222_220 + n), 4, lost([n], 60))),
    );
    const { findings } = hear(alone);
    const last = saidOf(findings).filter(({ at }) => at >= START + 3 * ROUND_S * 1000);
    expect(last.at(-1)!.because.map(({ evidence }) => evidence)).toContain('G4');
  });

  it('two times is no more than another that was there', () => {
    expect(rests(hear(rounds(2, 600)).findings).flat()).not.toContain('G4');
  });

  it('and that has it back as they do is one of them', () => {
    expect(rests(hear(rounds(5, 70)).findings).flat()).not.toContain('G4');
  });

  it('is believed less of for each time that they lose it there without it', () => {
    const dark = (at: number): boolean => at % 300 >= 240 && at % ROUND_S < LOST_AT + 900;
    const strangers = [8, 9].flatMap((n) => vehicle(String(13_933_333_330 + n), 4, dark));
    expect(rests(hear(rounds(4, 600, strangers)).findings).flat()).not.toContain('G4');
  });

  it('is the same one after a start in between', () => {
    const records = rounds(4, 600);
    const whole = hear(records).findings.map((one) => JSON.stringify(one));
    for (const share of [0.3, 0.6, 0.85]) {
      const cut = Math.round(share * records.length);
      expect(hearCut(records, cut).map((one) => JSON.stringify(one))).toEqual(whole);
    }
  });
});
