import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../bridge/index.ts';
import { turn } from './support.ts';
import { away, rejected, world } from './support-pump.ts';

describe('an envelope that the other side will not take', () => {
  const bad = new Set(['c', 'g']);
  function refuseBad(ids: readonly string[]): Promise<void> {
    return ids.some((id) => bad.has(id)) ? Promise.reject(rejected) : Promise.resolve();
  }

  it('is found by halves and buried; the rest is delivered in order', async () => {
    const { storage, outlet, pump, write } = await world();
    outlet.answer = refuseBad;
    await write('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    pump.start();
    await turn();
    expect(outlet.taken).toEqual(['a', 'b', 'd', 'e', 'f', 'h']);
    expect(storage.disk.letters).toMatchObject([
      { reader: 'outlet:test', seq: 3, id: 'c', reason: 'TEST_REJECTED: no such field' },
      { reader: 'outlet:test', seq: 7, id: 'g' },
    ]);
    expect(pump.state).toMatchObject({ cursor: 8, delivered: 6, buried: 2, retries: 0 });
    expect(outlet.attempts.length).toBeLessThanOrEqual(13);
  });

  it('is found as well when the other side goes away in the middle of it', async () => {
    const { clock, storage, outlet, pump, write } = await world();
    let attempts = 0;
    outlet.answer = (ids) => {
      attempts += 1;
      return attempts % 2 === 0 ? Promise.reject(away) : refuseBad(ids);
    };
    await write('a', 'b', 'c', 'd');
    pump.start();
    await clock.run(60_000, turn);
    expect(outlet.taken).toEqual(['a', 'b', 'd']);
    expect(storage.disk.letters.map(({ id }) => id)).toEqual(['c']);
  });

  it('holds the pump until it is buried on disk: nothing is passed over', async () => {
    const { clock, storage, journal, outlet, pump, write } = await world();
    await write('c');
    outlet.answer = refuseBad;
    storage.faults.full = true;
    pump.start();
    await clock.run(10_000, turn);
    expect(journal.cursor('outlet:test')).toBe(0);
    storage.faults.full = false;
    await clock.run(60_000, turn);
    expect(storage.disk.letters.map(({ id }) => id)).toEqual(['c']);
    expect(journal.cursor('outlet:test')).toBeGreaterThanOrEqual(1);
  });

  it('is also one that cannot be made from its record', async () => {
    const { storage, outlet, pump, write } = await world();
    await write('a', '!', 'b');
    pump.start();
    await turn();
    expect(outlet.taken).toEqual(['a', 'b']);
    expect(storage.disk.letters).toMatchObject([{ seq: 2, id: 'record-2', reason: 'Error: not foreseen' }]);
  });
});

describe('a dead letter that somebody wants sent again', () => {
  async function buried() {
    const resent: string[] = [];
    const made = await world({ lettersEveryMs: 5000 }, { observer: { resent: ({ id }) => void resent.push(id) } });
    made.outlet.answer = (ids) => (ids.includes('b') ? Promise.reject(rejected) : Promise.resolve());
    await made.write('a', 'b', 'c');
    made.pump.start();
    await turn();
    const want = (): void => made.storage.disk.letters.forEach((letter) => void made.storage.disk.wanted.add(letter));
    return { ...made, resent, want };
  }

  it('is delivered within seconds, and is none any more', async () => {
    const { clock, storage, outlet, resent, want } = await buried();
    await clock.run(20_000, turn);
    expect(outlet.taken).toEqual(['a', 'c']);
    outlet.answer = () => Promise.resolve();
    want();
    await clock.run(6000, turn);
    expect(outlet.taken).toEqual(['a', 'c', 'b']);
    expect(resent).toEqual(['b']);
    expect(storage.disk.letters).toEqual([]);
  });

  it('is found by the record that it was made of, whatever number it bears', async () => {
    const made = await world({ lettersEveryMs: 5000 });
    made.outlet.answer = () => Promise.reject(rejected);
    await made.write('a', 'story-2');
    made.pump.start();
    await turn();
    const { letters, wanted } = made.storage.disk;
    expect(letters).toMatchObject([
      { id: 'a', seq: 1 },
      { id: 'story-2', seq: 2 },
    ]);
    made.outlet.answer = () => Promise.resolve();
    for (const letter of letters) wanted.add(letter);
    await made.clock.run(6000, turn);
    expect(made.outlet.taken).toEqual(['a', 'story-2']);
  });

  it('is one again, with the reason of today, where it is refused again', async () => {
    const { clock, storage, outlet, want } = await buried();
    const reason = new DeliveryError('TEST_REJECTED', 'still no such field', { retry: false });
    outlet.answer = () => Promise.reject(reason);
    want();
    await clock.run(20_000, turn);
    expect(storage.disk.letters).toMatchObject([{ id: 'b', reason: 'TEST_REJECTED: still no such field' }]);
    expect(outlet.attempts.filter((ids) => ids === 'b')).toHaveLength(2);
  });

  it('stays wanted while the other side is away', async () => {
    const { clock, storage, outlet, want } = await buried();
    outlet.answer = () => Promise.reject(away);
    want();
    await clock.run(20_000, turn);
    expect(storage.disk.wanted.size).toBe(1);
    outlet.answer = () => Promise.resolve();
    await clock.run(6000, turn);
    expect(outlet.taken).toEqual(['a', 'c', 'b']);
  });
});
