import { describe, expect, it } from 'vitest';
import { Backtest } from '../../../gateway/events/backtest.ts';
import type { Detector, DetectorSink, Finding } from '../../../gateway/fold/detect/finding.ts';
import { RECORD_KIND } from '../../../gateway/journal/record.ts';
import { Rig } from '../support/rig.ts';
import { bits, findingOf, report, reports, SPEAKER, UNJUDGED } from './support.ts';

/** Finds what it is given with the first frame that it hears. */
function finding(findings: readonly Partial<Finding>[]): () => Detector {
  let left = [...findings];
  return () => ({
    apply(view, sink: DetectorSink) {
      if (view.kind !== RECORD_KIND.frame) return;
      for (const one of left) sink.finding(findingOf({ at: view.receivedAt, ...one }));
      left = [];
    },
    advance: () => {},
    nextDeadline: () => Infinity,
    behind: false,
    snapshot: () => null,
    restore: () => {},
  });
}

async function hour(): Promise<Rig> {
  const rig = await new Rig(UNJUDGED).start();
  const terminal = await rig.login(SPEAKER);
  await reports(rig, terminal, 60_000, { alarm: bits(1) });
  rig.core.judging.events.finding(findingOf({ at: rig.clock.now() }));
  await rig.run(20);
  await reports(rig, terminal, 60_000);
  await report(rig, terminal, { alarm: bits(9) });
  await rig.run(1000);
  return rig;
}

function tested(rig: Rig, findings: readonly Partial<Finding>[]) {
  const backtest = new Backtest({ detector: finding(findings) });
  for (const batch of rig.disk.batches) backtest.hear(batch, 0);
  return backtest;
}

describe('a backtest', () => {
  it('finds the same with the same detector', async () => {
    const { differences, ...counts } = tested(await hour(), [{}]).report();
    expect(differences).toEqual([]);
    expect(counts).toMatchObject({ before: 3, now: 3, same: 3 });
  });

  it('lists what is new, gone and judged otherwise', async () => {
    const rig = await hour();
    const other = [{ code: 'T202', severity: 3 } as const, { key: 'k2', axis: 'power', code: 'T101' } as const];
    const { differences } = tested(rig, other).report();
    expect(differences.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'new']);
    expect(differences.find(({ kind }) => kind === 'changed')).toMatchObject({
      before: { code: 'T205', severity: 2 },
      now: { code: 'T202', severity: 3 },
    });
    expect(tested(rig, []).report().differences).toMatchObject([{ kind: 'gone', before: { code: 'T205' } }]);
  });

  it('can be asked for a time and a terminal', async () => {
    const backtest = tested(await hour(), []);
    expect(backtest.report({ terminal: '1' })).toMatchObject({ before: 0, now: 0 });
    expect(backtest.report({ to: 0 })).toMatchObject({ before: 0, now: 0, differences: [] });
  });
});
