import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import type { Journal } from '../../../gateway/journal/journal.ts';
import { PumpFeed } from '../../../gateway/journal/pump-feed.ts';
import type { Clock } from '../../../protocol/index.ts';
import { turn } from './support.ts';
import { world } from './support-pump.ts';

it('a pump passes over what nobody would hear without making it, and goes on with what comes when somebody does', async () => {
  const { pump, outlet, write, journal, clock } = await world();
  pump.start();
  outlet.deaf = true;
  // `!` is a record that cannot be projected: it would be buried.
  await write('a', '!', 'b');
  await clock.run(10, turn);
  expect([pump.state.cursor, pump.state.delivered, pump.state.buried]).toEqual([journal.state.head, 0, 0]);
  outlet.deaf = false;
  await write('c');
  await clock.run(10, turn);
  expect(outlet.taken).toEqual(['c']);
  expect(pump.state.backlog).toBe(0);
});

it('a range of which retention took the end has nothing of what follows it', async () => {
  const { journal, clock, write } = await world();
  for (const text of ['a', 'b', 'c']) await write(text);
  const trimmed = {
    state: { ...journal.state, tail: 3 },
    subscribe: () => () => {},
    read: (after: number, bytes: number) => journal.read(Math.max(after, 2), bytes),
  } as Partial<Journal> as Journal;
  const seen: number[] = [];
  const feed = new PumpFeed({
    journal: trimmed,
    clock,
    reader: 'outlet:test',
    project: ({ seq }) => {
      seen.push(seq);
      return [];
    },
    wants: () => true,
    after: 0,
    to: 2,
    readBytes: 1024,
  });
  expect(await feed.next(10)).toMatchObject({ envelopes: [], upTo: 2 });
  expect(await feed.next(10)).toBeUndefined();
  expect(seen).toEqual([]);
});

describe('a large chunk', () => {
  const many = Array.from({ length: 2400 }, (_, i) => `m${i}`);

  it('is collected over several turns of the loop, and is one delivery', async () => {
    const { clock, outlet, pump, write, journal } = await world({ maxBatch: 9600 });
    await write(...many);
    pump.start();
    await turn();
    expect(outlet.attempts).toEqual([]);
    await clock.run(10, turn);
    expect(outlet.attempts).toEqual([many.join(' ')]);
    expect(journal.cursor('outlet:test')).toBe(2400);
  });

  it('is collected in small turns, and in large ones where a chunk of it waits', async () => {
    const { clock, write, journal } = await world();
    await write(...many);
    /** Turns of the loop until a chunk of up to `max` is there. */
    const turnsOf = async (max: number): Promise<number> => {
      let turns = 1;
      const counting: Clock = {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        wake: (at, call) => (turns++, clock.wake(at, call)),
      };
      const envelope = { kind: 'state' } as unknown as Envelope;
      const project = (): readonly Envelope[] => [envelope];
      const range = { after: 0, to: 2400, readBytes: 1 << 20 };
      const feed = new PumpFeed({
        journal,
        clock: counting,
        reader: 'outlet:turns',
        project,
        wants: () => true,
        ...range,
      });
      const chunk = feed.next(max);
      await clock.run(20, turn);
      expect((await chunk)?.envelopes).toHaveLength(Math.min(max, 2400));
      feed.stop();
      return turns;
    };
    expect(await turnsOf(2400)).toBe(3);
    expect(await turnsOf(4800)).toBe(10);
  });

  it('that is stopped half-way loses nothing', async () => {
    const { outlet, pump, write, journal } = await world({ maxBatch: 9600 });
    await write(...many);
    pump.start();
    await turn();
    await pump.stop();
    expect(outlet.taken).toEqual(many.slice(0, journal.cursor('outlet:test')));
  });
});

describe('a pump to an outlet that wants records gathered', () => {
  const many = (name: string): string[] => Array.from({ length: 20 }, (_, i) => `${name}${i}`);

  it('waits after many for what comes in that time, and delivers all of it at once', async () => {
    const { clock, outlet, pump, write } = await world({}, { gatherMs: 100 });
    pump.start();
    await write(...many('a'));
    await clock.run(10, turn);
    for (const name of ['b', 'c', 'd']) {
      await write(...many(name));
      await clock.run(20, turn);
    }
    expect(outlet.at).toEqual([0]);
    await clock.run(40, turn);
    expect(outlet.at).toEqual([0, 100]);
    expect(outlet.taken).toEqual(['a', 'b', 'c', 'd'].flatMap(many));
    expect(pump.state.backlog).toBe(0);
  });

  it('waits for nothing where few come, nor while more are there than it takes at a time', async () => {
    const few = await world({}, { gatherMs: 100 });
    few.pump.start();
    for (const name of ['a', 'b', 'c']) {
      await few.write(name);
      await few.clock.run(10, turn);
    }
    expect(few.outlet.at).toEqual([0, 10, 20]);
    const lots = await world({ maxBatch: 20 }, { gatherMs: 100 });
    await lots.write(...['a', 'b', 'c', 'd'].flatMap(many));
    lots.pump.start();
    await lots.clock.run(10, turn);
    expect(lots.outlet.taken.length).toBe(80);
  });

  it('does not keep a pump from stopping', async () => {
    const { clock, outlet, pump, write } = await world({}, { gatherMs: 60_000 });
    pump.start();
    await write(...many('a'));
    await clock.run(10, turn);
    await write('b');
    await pump.stop();
    expect(outlet.taken).toEqual(many('a'));
  });
});
