import { describe, expect, it } from 'vitest';
import { antennaStateOf, decodeSentenceOctets } from '../../../protocol/index.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

/** The sentences of the last second, decoded. */
function said(causes: Partial<Causes>, until = 70): { kind: unknown; body: Record<string, unknown>; id: string }[] {
  const drill = new Drill('A', {}, { nmea: true }).until(60).set(causes).until(until);
  const last = drill.effects.flatMap(({ effect }) => (effect.kind === 'nmea' ? [effect.sentences] : [])).at(-1) ?? [];
  return last.map((line) => {
    const sentence = decodeSentenceOctets(new TextEncoder().encode(line));
    expect(sentence, line).not.toHaveProperty('fault');
    return sentence as never;
  });
}
const body = (causes: Partial<Causes>, kind: string): Record<string, unknown> =>
  said(causes).find((sentence) => sentence.kind === kind)!.body;

describe('the receiver', () => {
  it('says every second where it is, how it moves, what it sees, what time it is and how its antenna is', () => {
    expect(new Set(said({}).map(({ kind }) => kind))).toEqual(
      new Set(['GGA', 'GLL', 'GSA', 'GSV', 'RMC', 'VTG', 'ZDA', 'TXT']),
    );
    const drill = new Drill('A', {}, { nmea: true }).until(60);
    const seconds = drill.effects.flatMap(({ t, effect }) => (effect.kind === 'nmea' ? [t] : []));
    expect(seconds).toEqual(Array.from({ length: 36 }, (_, i) => 25 + i));
  });

  it('is where the reports say', () => {
    const drill = new Drill('A', { acc: true, speed: 72, supply: 14 }, { nmea: true }).until(65);
    const lines = drill.effects.flatMap(({ t, effect }) =>
      effect.kind === 'nmea' && t === 60 ? effect.sentences : [],
    );
    const report = drill.reports().find(({ t }) => t === 60)!;
    const rmc = lines.map(
      (line) =>
        decodeSentenceOctets(new TextEncoder().encode(line)) as never as { kind: string; body: Record<string, number> },
    );
    const minimum = rmc.find(({ kind }) => kind === 'RMC')!.body;
    expect(minimum['latitude']).toBeCloseTo(report.latitude, 5);
    expect(minimum['longitude']).toBeCloseTo(report.longitude, 5);
    expect(minimum['speedKnots']! * 1.852).toBeCloseTo(72, 1);
  });

  it('counts in GSA and GSV what it counts in the report', () => {
    const all = said({ skyAttenuation: 12 });
    const gga = all.find(({ kind }) => kind === 'GGA')!.body;
    const used = all
      .filter(({ kind }) => kind === 'GSA')
      .flatMap((sentence) => sentence.body['satellites'] as number[]);
    expect(Math.abs(used.length - Number(gga['satellites']))).toBeLessThanOrEqual(2);
    const beidou = all
      .filter(({ id }) => id === 'BDGSV')
      .flatMap((sentence) => sentence.body['satellites'] as object[]);
    expect(beidou.length).toBe(11);
  });

  it.each([
    ['ok', 'ok'],
    ['open', 'open'],
    ['short', 'short'],
    ['dummy', 'ok'],
  ] as const)('with its antenna %s says %s', (gnssAntenna, state) => {
    expect(antennaStateOf(String(body({ gnssAntenna }, 'TXT')['text']))).toBe(state);
  });

  it('without a sky says that it has no place', () => {
    expect(body({ skyAttenuation: 60 }, 'RMC')).toMatchObject({ status: 'void' });
    expect(body({ skyAttenuation: 60 }, 'RMC')['latitude']).toBeUndefined();
    expect(body({ skyAttenuation: 60 }, 'GGA')).toMatchObject({ quality: 'none', satellites: 0 });
  });

  it('that has failed says nothing', () => {
    expect(said({ gnssModule: 'fault' })).toEqual([]);
  });

  it('sees less of each satellite under a cover', () => {
    const strongest = (causes: Partial<Causes>): number =>
      Math.max(
        ...said(causes)
          .filter(({ kind }) => kind === 'GSV')
          .flatMap((each) => (each.body['satellites'] as { cn0: number }[]).map(({ cn0 }) => cn0)),
      );
    expect(strongest({}) - strongest({ gnssCover: 20 })).toBeCloseTo(20, -0.5);
  });
});
