import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import type { Causes } from '../../../simulator/world/causes.ts';
import { Drill } from '../support/drill.ts';

/** Hours with something of everything, as one hash of all that was sent. */
function hours(profile: string, seed: number): string {
  const drill = new Drill(profile, {}, { seed });
  drill.until(900).set({ acc: true, engine: true, supply: 14, speed: 50, multipath: 8 }).until(1800);
  drill.set({ gnssJam: -80 }).until(2000).set({ gnssJam: -140, csq: 0 }).until(2600).set({ csq: 12 }).until(3000);
  drill.set({ supply: 0 }).until(3300).set({ supply: 14 }).until(3600).set({ acc: false, speed: 0 }).until(7200);
  const hash = createHash('sha256');
  for (const { t, effect } of drill.effects) {
    if (effect.kind === 'send') hash.update(`${t} ${effect.id} ${effect.serial}`).update(effect.body);
  }
  return hash.digest('hex');
}

describe('the same seed', () => {
  it.each(Object.keys(PROFILES))('gives the same octets, and another one others (%s)', (profile) => {
    expect(hours(profile, 7)).toBe(hours(profile, 7));
    expect(hours(profile, 7)).not.toBe(hours(profile, 8));
  });

  it('gives these octets on any machine', () => {
    expect(hours('A', 7).substring(0, 16)).toMatchInlineSnapshot(`"71cb9a537391e588"`);
    expect(hours('D', 7).substring(0, 16)).toMatchInlineSnapshot(`"6629e42736f5ec2a"`);
  });

  it('gives the same sentences of the receiver', () => {
    const sentences = (seed: number): string => {
      const drill = new Drill('A', { acc: true, speed: 50, multipath: 8, supply: 14 }, { seed, nmea: true }).until(90);
      return drill.effects.flatMap(({ effect }) => (effect.kind === 'nmea' ? effect.sentences : [])).join('');
    };
    expect(sentences(1)).toBe(sentences(1));
    expect(sentences(1)).not.toBe(sentences(2));
  });

  it('gives the same however often the terminal is woken', () => {
    const parked = (every: number): unknown => {
      const drill = new Drill('E');
      for (let t = every; t <= 6000; t += every) drill.until(t);
      return drill.sent(0x0200).map(({ t, body }) => [t, Buffer.from(body).toString('hex')]);
    };
    expect(parked(7)).toEqual(parked(6000));
  });
});

describe('whatever befalls it', () => {
  const causes: fc.Arbitrary<Partial<Causes>> = fc.record(
    {
      supply: fc.constantFrom(0, 5, 8, 10.5, 12.6, 14, 24),
      system: fc.constantFrom(12 as const, 24 as const),
      backupPresent: fc.boolean(),
      acc: fc.boolean(),
      accWire: fc.constantFrom('ok' as const, 'cut' as const, 'tied_high' as const),
      vss: fc.constantFrom('ok' as const, 'cut' as const),
      speed: fc.constantFrom(0, 3, 60, 130),
      skyAttenuation: fc.constantFrom(0, 10, 60),
      gnssAntenna: fc.constantFrom('ok' as const, 'open' as const, 'short' as const, 'dummy' as const),
      gnssModule: fc.constantFrom('ok' as const, 'fault' as const),
      gnssJam: fc.constantFrom(-140, -96, -70),
      csq: fc.constantFrom(0, 3, 25),
      cellJam: fc.constantFrom(-40, 15),
      sim: fc.constantFrom('ok' as const, 'removed' as const, 'suspended' as const),
      network: fc.constantFrom('ok' as const, 'outage' as const),
      temperature: fc.constantFrom(-20, 25, 90),
      caseOpen: fc.boolean(),
      spoof: fc.constantFrom(
        undefined,
        { type: 'static' as const, jitter: 'none' as const },
        { type: 'drag' as const, metresPerSecond: 4 },
      ),
    },
    { requiredKeys: [] },
  );
  const step = fc.tuple(fc.integer({ min: 1, max: 900 }), causes, fc.boolean(), fc.boolean());

  it('the terminal never stands still, and comes back when all is well again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(PROFILES)), fc.array(step, { maxLength: 12 }), (profile, steps) => {
        const drill = new Drill(profile);
        let t = 0;
        for (const [seconds, change, reachable, answering] of steps) {
          drill.reachable = reachable;
          drill.answering = answering;
          drill.set(change).until((t += seconds));
        }
        drill.reachable = drill.answering = true;
        const well = new Drill(profile).causes;
        drill.set({ ...well, latitude: drill.causes.latitude, longitude: drill.causes.longitude, acc: true });
        drill.until(t + 1200);
        expect(drill.terminal.phase).toBe('online');
        expect(drill.terminal.blind.size).toBe(0);
        expect(drill.reports(t).length).toBeGreaterThan(10);
      }),
      { numRuns: 60 },
    );
  });
});
