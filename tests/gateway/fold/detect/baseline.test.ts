import { describe, expect, it } from 'vitest';
import { baselineIn, takeBaseline, type ToldBaseline } from '../../../../gateway/fold/detect/baseline.ts';
import { Terminal } from '../../../../gateway/fold/detect/terminal.ts';
import { NOON } from '../../../support/terminal-frames.ts';
import { record, show, TERMINAL } from '../../support/records.ts';
import { Drive, hear } from './drive.ts';

const MEASURED = { restMv: 12_600, csq: 24, satellites: 18 };

function told(fact: object, receivedAt = NOON): ToldBaseline | undefined {
  let found: ToldBaseline | undefined;
  const b = record('feed', { feed: 'lifeCycle', fact }, { terminal: '', receivedAt });
  show([b], (view) => {
    found = baselineIn(view);
  });
  return found;
}

const COMMISSIONED = {
  id: TERMINAL,
  terminal: TERMINAL,
  state: 'commissioned',
  at: new Date(NOON).toISOString(),
  baseline: MEASURED,
};

describe('what was measured at commissioning', () => {
  it('is what a terminal is judged by', () => {
    const t = new Terminal(TERMINAL);
    takeBaseline(t, told(COMMISSIONED)!);
    expect([t.supplyRest, t.csqNorm, t.csqMean, t.satellitesNorm]).toEqual([12_600, 240, 240, 180]);
  });

  it('takes the place of what was learnt before, save where it is told long after', () => {
    const t = Object.assign(new Terminal(TERMINAL), { supplyRest: 11_900 });
    takeBaseline(t, told(COMMISSIONED, NOON + 7 * 86_400_000)!);
    expect([t.supplyRest, t.satellitesNorm]).toEqual([11_900, 180]);
    takeBaseline(t, told(COMMISSIONED)!);
    expect(t.supplyRest).toBe(12_600);
  });

  it('is in no other fact', () => {
    const { baseline: _, ...bare } = COMMISSIONED;
    expect([told(bare), told({ id: TERMINAL, deleted: true })]).toEqual([undefined, undefined]);
  });

  it('reaches the detector, and accuses nobody who was never heard', () => {
    const drive = new Drive();
    drive.records.push(record('feed', { feed: 'lifeCycle', fact: COMMISSIONED }, { terminal: '', receivedAt: NOON }));
    const { detector, findings } = hear(drive.records);
    detector.advance(NOON + 30 * 86_400_000, { finding: (finding) => findings.push(finding) });
    expect(findings).toEqual([]);
    expect(detector.snapshot(TERMINAL)).toContain('"supplyRest":12600');
  });
});
