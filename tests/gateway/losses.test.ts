import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { JournalOptions } from '../../gateway/journal/journal-options.ts';
import { memoryDisk } from '../../gateway/journal/memory-storage.ts';
import { Losses } from '../../gateway/losses.ts';
import { turn } from './journal/support.ts';
import { away, world, type World } from './journal/support-pump.ts';
import { factsOf } from './support/rig.ts';

/** Records go as soon as somebody looks, every 100 ms. */
const GREEDY: JournalOptions = { trimEveryMs: 100, retainMs: 0, trimPastOutlets: true, cursorFlushMs: 50 };

interface Told extends World {
  readonly losses: Losses;
  /** What the log says. */
  readonly logged: { outlet: string; from: number; to: number; records: number }[];
}

/** A journal that keeps what `keeps` says, with a pump to `outlet:test` that is not started yet. */
async function told(disk = memoryDisk(), keeps = GREEDY): Promise<Told> {
  const made = await world({ retryMs: 10, maxRetryMs: 10, readBytes: 1 }, { disk, keeps });
  const logged: Told['logged'] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as never) });
  const losses = new Losses({ journal: made.journal, clock: made.clock, log });
  made.journal.subscribe({ trimmed: () => losses.look() });
  return { ...made, losses, logged };
}

function factsOn(disk: World['storage']['disk']): unknown[] {
  return factsOf(disk, 'gateway').filter((fact) => (fact as { fact: string }).fact === 'lost');
}

/** Facts of a loss as they come, since retention takes those too in the end. */
function listen({ journal, storage }: Told): unknown[] {
  const facts: unknown[] = [];
  journal.subscribe({ committed: (batch) => void facts.push(...factsOn({ ...storage.disk, batches: [batch] })) });
  return facts;
}

describe('what retention takes from an outlet', () => {
  it('within a second is told as one loss, once', async () => {
    const here = await told();
    const { clock, journal, losses, write, logged } = here;
    journal.cursor('outlet:other');
    const facts = listen(here);
    for (let n = 0; n < 9; n++) {
      await write(`${n}`);
      if (n < 7) journal.advance('outlet:other', n + 1);
      await clock.run(100, turn);
    }
    expect(facts).toEqual([]);
    await clock.run(300, turn);
    const both = [
      { outlet: 'test', from: 1, to: 9, records: 9 },
      { outlet: 'other', from: 8, to: 9, records: 2 },
    ];
    expect(facts).toEqual(both.map((loss) => ({ fact: 'lost', ...loss })));
    expect(logged.map(({ outlet, from, to, records }) => ({ outlet, from, to, records }))).toEqual(both);
    expect(journal.state.lost).toBe(11);
    // What told of it is lost to them as well, and so on.
    await clock.run(50_000, turn);
    expect(facts).toHaveLength(2);
    await clock.run(15_000, turn);
    expect(facts.slice(2)).toMatchObject([
      { outlet: 'test', from: 10 },
      { outlet: 'other', from: 10 },
    ]);
    losses.stop();
    await clock.run(100, turn);
    const { length } = facts;
    await clock.run(5000, turn);
    expect(facts).toHaveLength(length);
  });

  it('is told after the start where the process was killed before it was, and the outlet goes on behind it', async () => {
    const disk = memoryDisk();
    const before = await told(disk);
    await before.write('a', 'b', 'c');
    await before.clock.run(500, turn);
    before.storage.cut();
    expect([factsOn(disk), disk.batches]).toEqual([[], []]);

    const after = await told(disk, {});
    const facts = listen(after);
    await after.losses.tell();
    await after.write('d');
    after.pump.start();
    await after.clock.run(2000, turn);
    expect(facts).toEqual([{ fact: 'lost', outlet: 'test', from: 1, to: 3, records: 3 }]);
    expect(after.outlet.taken.at(-1)).toBe('d');
    expect(after.journal.cursor('outlet:test')).toBe(5);
    expect(disk.letters).toEqual([]);
    after.storage.cut();

    const last = await told(disk, {});
    await last.losses.tell();
    expect(factsOn(disk)).toHaveLength(1);
  });

  it('is told where the outlet has read on behind it meanwhile', async () => {
    const here = await told();
    const { clock, journal, outlet, pump, write } = here;
    const facts = listen(here);
    outlet.answer = () => Promise.reject(away);
    pump.start();
    for (const text of ['under way', 'ready', 'gone', 'gone too']) await write(text);
    await clock.run(300, turn);
    expect(journal.state.tail).toBe(5);
    outlet.answer = () => Promise.resolve();
    await write('new');
    await clock.run(20, turn);
    expect(outlet.taken).toEqual(['under way', 'ready', 'new']);
    expect(journal.place('outlet:test')).toMatchObject({ cursor: 0, ahead: [{ from: 5, to: 5 }] });
    await clock.run(1000, turn);
    expect(facts).toMatchObject([{ fact: 'lost', outlet: 'test', from: 1, records: 4 }]);
  });

  it('is told when the disk takes it', async () => {
    const here = await told();
    const { clock, journal, losses, storage, write } = here;
    const facts = listen(here);
    await write('a');
    await clock.run(200, turn);
    storage.faults.full = true;
    await losses.tell();
    await clock.run(3000, turn);
    expect(facts).toEqual([]);
    storage.faults.full = false;
    await clock.run(3000, turn);
    expect(facts).toMatchObject([{ fact: 'lost', outlet: 'test', from: 1 }]);
    expect(journal.state.writable).toBe(true);
  });
});
