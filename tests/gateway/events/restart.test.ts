import { describe, expect, it } from 'vitest';
import { DueTimes } from '../../../gateway/events/due.ts';
import { eventId, eventOf, idFloor } from '../../../gateway/events/event-id.ts';
import { stepId } from '../../../gateway/events/step.ts';
import fc from 'fast-check';
import { Rig } from '../support/rig.ts';
import { bits, report, SPEAKER, stepsOf, told, UNJUDGED } from './support.ts';

/** The same hour of alarms, with the process killed at these times (ms from the start). */
async function hour(kills: readonly number[]): Promise<string[]> {
  const rig = await new Rig(UNJUDGED).start();
  const first = await rig.login(SPEAKER);
  const { code } = first;
  let terminal = first;
  const began = rig.clock.now();
  const left = [...kills];
  for (let i = 0; i < 120; i++) {
    const alarm = i % 20 < 6 ? bits(1, i % 3) : 0;
    await report(rig, terminal, { alarm });
    await rig.run(9980);
    if (left.length === 0 || rig.clock.now() - began < left[0]!) continue;
    left.shift();
    rig.kill();
    await rig.start();
    terminal = await rig.login(SPEAKER, code);
  }
  await rig.run(60_000);
  return stepsOf(rig).map((step) => `${stepId(step)} ${step.code} ${step.state} ${step.at}`);
}

describe('events across a crash', () => {
  it('have the same ids and are told once, whenever it comes', async () => {
    const whole = await hour([]);
    expect(whole.length).toBeGreaterThan(20);
    expect(new Set(whole).size).toBe(whole.length);
    const without = (steps: readonly string[]): string[] => steps.map((step) => step.replace(/ \d+$/, '')).toSorted();
    for (const at of [5000, 30_000, 62_000, 95_000, 300_000, 601_000]) {
      const steps = await hour([at, at + 200_000]);
      expect(without(steps)).toEqual(without(whole));
    }
  });
});

describe('a disk that fails', () => {
  it('loses no step and doubles none, in their order', async () => {
    const rig = await new Rig(UNJUDGED).start();
    const terminal = await rig.login(SPEAKER);
    // The report is on disk, the step that follows from it is not.
    rig.storage.faults.failIn = 2;
    await report(rig, terminal, { alarm: bits(1) });
    expect(stepsOf(rig)).toEqual([]);
    await rig.run(10_000);
    await report(rig, terminal, { alarm: bits(1, 2) });
    await rig.run(1000);
    expect(stepsOf(rig).map(({ code, state }) => `${code} ${state}`)).toEqual(['A1 raised', 'A2 raised']);
    await rig.core.judging.settled();
  });

  it('keeps steps for the next start where it takes none before the end', async () => {
    const rig = await new Rig(UNJUDGED).start();
    const terminal = await rig.login(SPEAKER);
    rig.storage.faults.failIn = 2;
    await report(rig, terminal, { alarm: bits(1) });
    rig.kill();
    await rig.start();
    await rig.run(1000);
    expect(stepsOf(rig).map(({ code, state }) => `${code} ${state}`)).toEqual(['A1 raised']);
  });
});

describe('a gateway that has hung up', () => {
  it('has written what follows from its last records, and lets no time pass by itself', async () => {
    const rig = await new Rig(UNJUDGED).start();
    const terminal = await rig.login(SPEAKER);
    await report(rig, terminal, { alarm: bits(1) });
    // Cleared when it stays away.
    await report(rig, terminal);
    const hungUp = rig.core.hangUp();
    await rig.run(1000);
    await hungUp;
    const { head } = rig.journal.state;
    expect(told(rig)).toEqual(['A1 raised']);
    expect(rig.core.judging.events.nextDeadline()).toBeLessThan(rig.clock.now() + 600_000);
    await rig.run(600_000);
    expect(rig.journal.state.head).toBe(head);
  });
});

describe('ids of events', () => {
  it('sort by time, and are read back from themselves and from steps', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 42), fc.nat(1000), fc.string(), (time, later, key) => {
        const id = eventId(time, key);
        expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
        expect(eventOf(id)).toBe(id);
        expect(eventOf(`${id}-12`)).toBe(id);
        expect(id >= idFloor(time) && id < idFloor(time + 1)).toBe(true);
        expect(eventId(time + later + 1, key) > id).toBe(true);
      }),
    );
    expect(eventOf('T101')).toBeUndefined();
  });
});

describe('what is due', () => {
  it('comes in order, each once, at the time it was set to last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.nat(50))), (sets) => {
        const due = new DueTimes();
        const last = new Map<string, number>();
        for (const [key, at] of sets) {
          due.set(key, at === 50 ? Infinity : at);
          if (at === 50) last.delete(key);
          else last.set(key, at);
        }
        const expected = [...last].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([key]) => key);
        const taken: string[] = [];
        for (let key = due.take(50); key !== undefined; key = due.take(50)) taken.push(key);
        expect(taken).toEqual(expected);
        expect(due.next()).toBe(Infinity);
      }),
    );
  });
});
