import { describe, expect, test } from 'vitest';
import { fit, lossOf, USUAL_FIT } from '../../../bench/detect/fit-model.ts';
import type { Sample } from '../../../bench/detect/samples.ts';
import { readWeights } from '../../../bench/detect/variations.ts';

const start = readWeights();
const sample = (scenario: string, ids: readonly string[], right: readonly string[], guilty: boolean): Sample => ({
  scenario,
  bench: 'power',
  items: ids.map((id) => ({ id, strength: 1000 })),
  right,
  guilty,
});
const SAMPLES = [
  sample('G01', ['A08', 'V1', 'A07n'], ['PCUT'], true),
  sample('G02', ['A08', 'V1'], ['PCUT'], true),
  sample('I18', ['A08', 'V2', 'A07g'], ['OK', 'FLAT', 'FLT'], false),
  sample('I19', ['V1'], ['OK', 'FLAT', 'FLT'], false),
];

describe('fitting', () => {
  const fitted = fit(start, SAMPLES, { ...USUAL_FIT, hold: 0.1 });

  test('explains what it was given better, the same way every time', () => {
    expect(lossOf(fitted, SAMPLES)).toBeLessThan(lossOf(start, SAMPLES));
    expect(fit(start, SAMPLES, { ...USUAL_FIT, hold: 0.1 })).toEqual(fitted);
  });

  test('keeps directions, caps, priors, and what was never seen', () => {
    expect(fitted.priors).toEqual(start.priors);
    for (const [id, { weights, cap }] of Object.entries(fitted.evidence)) {
      expect(Object.keys(weights)).toEqual(Object.keys(start.evidence[id]!.weights));
      for (const [name, nats] of Object.entries(weights)) {
        const began = start.evidence[id]!.weights[name]!;
        expect(nats * began, `${id} ${name}`).toBeGreaterThanOrEqual(0);
        expect(Math.abs(nats)).toBeLessThanOrEqual(Math.max(cap, Math.abs(began)));
      }
    }
    expect(fitted.evidence['I1']).toEqual(start.evidence['I1']);
  });

  test('holds weights where they began, the more so the more it is told to', () => {
    const loose = fit(start, SAMPLES, { ...USUAL_FIT, hold: 0.01 });
    const tight = fit(start, SAMPLES, { ...USUAL_FIT, hold: 1000 });
    const away = (table: typeof start): number =>
      Math.abs(table.evidence['A08']!.weights['PCUT']! - start.evidence['A08']!.weights['PCUT']!) +
      Math.abs(table.evidence['V2']!.weights['FLAT']! - start.evidence['V2']!.weights['FLAT']!);
    expect(away(tight)).toBeLessThan(away(loose) + 1e-9);
    expect(away(tight)).toBeLessThan(0.5);
  });
});
