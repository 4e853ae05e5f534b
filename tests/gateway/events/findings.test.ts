import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../gateway/fold/detect/finding.ts';
import { Rig } from '../support/rig.ts';
import { bits, findingOf, report, reports, SPEAKER, stepsOf, T, told, UNJUDGED } from './support.ts';

async function rigged() {
  const rig = await new Rig(UNJUDGED).start();
  const terminal = await rig.login(SPEAKER);
  const find = async (over: Partial<Finding> = {}): Promise<void> => {
    rig.core.judging.events.finding(findingOf({ at: rig.clock.now(), ...over }));
    rig.core.judging.applied();
    await rig.run(20);
  };
  return { rig, terminal, find };
}

describe('a finding', () => {
  it('goes from raised to its end under one id, with the evidence', async () => {
    const { rig, find } = await rigged();
    await find();
    await find({ step: 1, stage: 'reclassified', code: 'T202', was: 'T205', severity: 3, margin: 7 });
    await find({ step: 2, stage: 'confirmed', code: 'T202', severity: 3, margin: 10 });
    await find({ step: 3, stage: 'cleared', code: 'T202', reason: 'N604' });
    expect(told(rig)).toEqual(['T205 raised', 'T202 reclassified', 'T202 confirmed', 'T202 cleared']);
    const steps = stepsOf(rig);
    expect(new Set(steps.map(({ event }) => event)).size).toBe(1);
    expect(steps.map(({ status }) => status)).toEqual(['raised', 'raised', 'confirmed', 'cleared']);
    expect(steps[1]).toMatchObject({ was: 'T205', severity: 3, step: 1, judgement: { margin: 7, prior: -7 } });
    expect(rig.core.judging.events.open(T)).toEqual([]);
  });

  it('heard twice is told once', async () => {
    const { rig, find } = await rigged();
    await find();
    await find();
    await find({ step: 1, stage: 'confirmed' });
    await find({ step: 1, stage: 'confirmed' });
    expect(told(rig)).toEqual(['T205 raised', 'T205 confirmed']);
  });

  it('is updated where something changed, at most once a minute, and the last word is not lost', async () => {
    const { rig, find } = await rigged();
    await find();
    await find({ step: 1, stage: 'updated', margin: 5 });
    await rig.run(1000);
    await find({ step: 2, stage: 'updated', margin: 6.6 });
    await rig.run(1000);
    await find({ step: 3, stage: 'updated', margin: 8.6 });
    expect(told(rig)).toEqual(['T205 raised']);
    await rig.run(61_000);
    expect(told(rig)).toEqual(['T205 raised', 'T205 updated']);
    expect(stepsOf(rig)[1]!.judgement!.margin).toBe(8.6);
  });

  it('that becomes more serious is told at once', async () => {
    const { rig, find } = await rigged();
    await find({ severity: 1 });
    await find({ step: 1, stage: 'updated', severity: 3, margin: 8 });
    expect(stepsOf(rig).map(({ state, severity }) => `${state} ${severity}`)).toEqual(['raised 1', 'updated 3']);
  });

  it('of severity 3 that nobody heeds for four hours becomes severity 4, and stays so', async () => {
    const { rig, find } = await rigged();
    await find({ severity: 3 });
    await rig.run(4 * 3_600_000 + 2000);
    expect(told(rig)).toEqual(['T205 raised', 'T205 updated']);
    expect(stepsOf(rig)[1]).toMatchObject({ severity: 4, origin: 'time', ladder: ['unacknowledged'] });
    await find({ step: 1, stage: 'confirmed', severity: 3 });
    expect(stepsOf(rig)[2]).toMatchObject({ severity: 4 });
  });

  it('comes in the place of the alarm bit that says the same', async () => {
    const { rig, terminal, find } = await rigged();
    await report(rig, terminal, { alarm: bits(5, 1) });
    await find({ code: 'T201', severity: 3 });
    await reports(rig, terminal, 60_000, { alarm: bits(5, 1) });
    expect(told(rig)).toEqual(['A1 raised', 'A5 raised', 'T201 raised', 'A5 cleared']);
    const [, , found, ended] = stepsOf(rig);
    expect(ended).toMatchObject({ reason: 'superseded', supersededBy: found!.event });
    await find({ step: 1, stage: 'authorised', code: 'T201', order: 'WO-1' });
    await reports(rig, terminal, 60_000, { alarm: bits(5) });
    expect(told(rig).filter((one) => one.startsWith('A5'))).toEqual(['A5 raised', 'A5 cleared']);
    await reports(rig, terminal, 60_000);
    await report(rig, terminal, { alarm: bits(5) });
    expect(told(rig).filter((one) => one.startsWith('A5'))).toHaveLength(3);
  });
});

describe('a person', () => {
  it('acknowledges, closes with a reason and reopens; what is out of place is refused', async () => {
    const { rig, find } = await rigged();
    await find({ severity: 3 });
    const { event } = stepsOf(rig)[0]!;
    const act = async (action: 'acknowledge' | 'close' | 'reopen', reason?: string): Promise<unknown> => {
      const acting = rig.core.judging.act(T, { action, event, by: 'li', ...(reason === undefined ? {} : { reason }) });
      await rig.run(20);
      return acting;
    };
    expect(await act('reopen', 'x')).toBe('refused');
    expect(await act('acknowledge')).toBe('done');
    expect(await act('acknowledge')).toBe('refused');
    await rig.run(5 * 3_600_000);
    expect(await act('close', 'inspected on site')).toBe('done');
    expect(await act('close', 'again')).toBe('refused');
    await find({ step: 1, stage: 'updated', margin: 7 });
    await find({ step: 2, stage: 'confirmed', severity: 3 });
    expect(told(rig)).toEqual(['T205 raised', 'T205 updated', 'T205 closed', 'T205 reopened']);
    expect(stepsOf(rig)[1]).toMatchObject({ acknowledged: { by: 'li' }, severity: 3, origin: 'person' });
    expect(stepsOf(rig)[2]).toMatchObject({ by: 'li', reason: 'inspected on site', status: 'closed' });
    expect(await act('close', 'settled')).toBe('done');
    expect(await act('reopen', 'a witness came')).toBe('done');
    expect(stepsOf(rig).at(-1)).toMatchObject({ state: 'reopened', status: 'raised', reason: 'a witness came' });
  });

  it('who closes an alarm that goes on is not told of it again before it was over once', async () => {
    const { rig, terminal } = await rigged();
    await report(rig, terminal, { alarm: bits(25) });
    const { event } = stepsOf(rig)[0]!;
    const closing = rig.core.judging.act(T, { action: 'close', event, by: 'li', reason: 'gauge is broken' });
    await rig.run(20);
    expect(await closing).toBe('done');
    await reports(rig, terminal, 600_000, { alarm: bits(25) });
    expect(told(rig)).toEqual(['A25 raised', 'A25 closed']);
    await reports(rig, terminal, 60_000);
    await report(rig, terminal, { alarm: bits(25) });
    expect(told(rig)).toEqual(['A25 raised', 'A25 closed', 'A25 raised']);
  });
});
