import { describe, expect, it } from 'vitest';
import type { DeliveryError } from '../../../bridge/index.ts';
import { memoryDisk } from '../../../gateway/journal/memory-storage.ts';
import type { PumpObserver } from '../../../gateway/journal/pump.ts';
import { turn } from './support.ts';
import { away, rejected, world } from './support-pump.ts';

describe('a pump', () => {
  it('delivers what is in the journal when it starts, then what is committed, without a clock', async () => {
    const { journal, outlet, pump, write } = await world();
    await write('a', 'b');
    pump.start();
    await turn();
    expect(outlet.taken).toEqual(['a', 'b']);
    await write('c');
    await turn();
    expect(outlet.taken).toEqual(['a', 'b', 'c']);
    expect(journal.cursor('outlet:test')).toBe(3);
    expect(pump.state).toEqual({
      cursor: 3,
      backlog: 0,
      secondsToDrain: 0,
      delivered: 3,
      retries: 0,
      buried: 0,
      lastError: undefined,
    });
  });

  it('registers its cursor before it starts, so that nothing is trimmed from under it', async () => {
    const { journal } = await world();
    expect([...journal.readers()]).toEqual([['outlet:test', 0]]);
  });

  it('moves its cursor only when the other side has the chunk', async () => {
    const { journal, outlet, pump, write } = await world();
    let arrived = (): void => {};
    outlet.answer = () =>
      new Promise((resolve) => {
        arrived = resolve;
      });
    pump.start();
    await write('a');
    expect(outlet.attempts).toEqual(['a']);
    expect(pump.state).toMatchObject({ cursor: 0, backlog: 1, delivered: 0 });
    arrived();
    await turn();
    expect(journal.cursor('outlet:test')).toBe(1);
  });

  it('goes on from its cursor after a restart, with the same ids for what was under way', async () => {
    const disk = memoryDisk();
    const before = await world({}, { disk });
    before.pump.start();
    await before.write('a');
    await before.clock.run(300, turn);
    before.outlet.answer = () => new Promise(() => {});
    await before.write('b', 'c');
    before.storage.cut();
    const after = await world({}, { disk });
    after.pump.start();
    await turn();
    expect(after.outlet.attempts).toEqual(['b c']);
  });

  it('passes over what the outlet does not want and what is no envelope', async () => {
    const { clock, journal, outlet, pump, write } = await world();
    await write('a', 'unwanted', '', 'b,unwanted2,c');
    await write('', 'unwanted');
    pump.start();
    await clock.run(10, turn);
    expect(outlet.taken).toEqual(['a', 'b', 'c']);
    expect(journal.cursor('outlet:test')).toBe(6);
  });

  it('lets others have the loop while it passes over what nobody wants', async () => {
    const { clock, journal, pump, write } = await world({ maxBatch: 4 });
    await write(...Array.from({ length: 1000 }, () => 'unwanted'));
    pump.start();
    await turn();
    const cursor = journal.cursor('outlet:test');
    expect(cursor).toBeGreaterThan(0);
    expect(cursor).toBeLessThan(100);
    await clock.run(100, turn);
    expect(journal.cursor('outlet:test')).toBe(1000);
  });

  it('cuts chunks at maxBatch, but keeps the envelopes of a record together', async () => {
    const { outlet, pump, write } = await world({ maxBatch: 4 });
    await write('a', 'b', 'c', 'd,e,f', 'g', 'h');
    pump.start();
    await turn();
    expect(outlet.attempts).toEqual(['a b c d e f', 'g h']);
  });

  it('grows its chunks while there is a backlog', async () => {
    const { outlet, pump, write } = await world({ maxBatch: 128 });
    await write(...Array.from({ length: 400 }, (_, i) => String(i)));
    pump.start();
    await turn();
    const sizes = outlet.attempts.map((ids) => ids.split(' ').length);
    expect(sizes[0]).toBe(32);
    expect(Math.max(...sizes)).toBe(128);
    expect(outlet.taken).toEqual(Array.from({ length: 400 }, (_, i) => String(i)));
  });

  it('tells its observer what it does', async () => {
    const heard: string[] = [];
    const observer: PumpObserver = {
      delivered: (n, upTo) => void heard.push(`delivered ${n} up to ${upTo}`),
      retrying: (error) => void heard.push(`retrying ${(error as DeliveryError).code}`),
      buried: ({ id }) => void heard.push(`buried ${id}`),
    };
    const { clock, outlet, pump, write } = await world({}, { observer });
    const answers = [away, rejected];
    outlet.answer = () => {
      const error = answers.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
    pump.start();
    await write('a');
    await clock.run(1000, turn);
    await write('b');
    await clock.run(1000, turn);
    expect(heard).toEqual(['retrying TEST_AWAY', 'buried a', 'delivered 1 up to 1', 'delivered 1 up to 2']);
  });
});

describe('an other side that is away', () => {
  it('is tried with the same chunk, at growing distances with jitter, up to a bound', async () => {
    const { clock, outlet, pump, write } = await world({ retryMs: 500, maxRetryMs: 4000 });
    outlet.answer = () => Promise.reject(away);
    pump.start();
    await write('a', 'b');
    await clock.run(40_000, turn);
    expect(new Set(outlet.attempts)).toEqual(new Set(['a b']));
    const gaps = outlet.at.slice(1).map((at, i) => at - outlet.at[i]!);
    const whole = [500, 1000, 2000, ...gaps.slice(3).map(() => 4000)];
    for (const [i, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(whole[i]! / 2);
      expect(gap).toBeLessThanOrEqual(whole[i]!);
    }
    expect(new Set(gaps.slice(3)).size).toBeGreaterThan(3);
    expect(pump.state).toMatchObject({ cursor: 0, backlog: 2, lastError: 'TEST_AWAY: nobody there' });
  });

  it('gets smaller chunks for a while', async () => {
    const { clock, outlet, pump, write } = await world({ maxBatch: 64, retryMs: 100 });
    await write(...Array.from({ length: 500 }, (_, i) => String(i)));
    let failures = 0;
    outlet.answer = (ids) => {
      if (ids.length < 64 || failures === 4) return Promise.resolve();
      failures += 1;
      return Promise.reject(away);
    };
    pump.start();
    await clock.run(10_000, turn);
    const sizes = outlet.attempts.map((ids) => ids.split(' ').length);
    const failed = sizes.indexOf(64);
    // The chunk that failed is the same to the end and the one behind it was ready; the next is smaller.
    expect(sizes.slice(failed, failed + 7)).toEqual([64, 64, 64, 64, 64, 64, 32]);
    expect(outlet.taken).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
  });

  it('gets everything in order when it comes back, and the next wait is short again', async () => {
    const { clock, outlet, pump, write } = await world({ retryMs: 500 });
    let error: Error | undefined = away;
    outlet.answer = () => (error === undefined ? Promise.resolve() : Promise.reject(error));
    pump.start();
    await write('a');
    await clock.run(60_000, turn);
    await write('b', 'c');
    error = undefined;
    await clock.run(30_000, turn);
    expect(outlet.taken).toEqual(['a', 'b', 'c']);
    expect(pump.state).toMatchObject({ backlog: 0, lastError: undefined });
    error = away;
    const before = outlet.attempts.length;
    await write('d');
    await clock.run(500, turn);
    expect(outlet.attempts.length).toBe(before + 2);
  });

  it.each([
    ['an unknown error', new Error('socket hang up')],
    ['something that is no error', 'broken'],
    ['nothing at all', undefined],
  ])('counts so for %s', async (_, error) => {
    const { clock, outlet, pump, write } = await world();
    let fail = true;
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- that is what the case is about
    outlet.answer = () => (fail ? Promise.reject(error) : Promise.resolve());
    pump.start();
    await write('a');
    fail = false;
    await clock.run(1000, turn);
    expect(outlet.taken).toEqual(['a']);
    expect(pump.state).toMatchObject({ retries: 1, buried: 0 });
  });

  it('holds no more of the journal the longer it lasts', async () => {
    const { clock, journal, outlet, pump, write } = await world({ maxBatch: 10 });
    outlet.answer = () => Promise.reject(away);
    let reads = 0;
    const read = journal.read.bind(journal);
    journal.read = (after, maxBytes) => {
      reads += 1;
      return read(after, maxBytes);
    };
    pump.start();
    await write('first');
    await clock.run(10_000, turn);
    const before = reads;
    for (let i = 0; i < 500; i += 1) await write(String(i));
    await clock.run(600_000, turn);
    // One chunk waits in the outlet, one behind it; the other 490 records are where they are safe.
    expect(reads - before).toBeLessThanOrEqual(1);
    expect(pump.state.backlog).toBe(501);
  });

  it('that does not answer is not waited for: the signal is given, and the chunk is tried again', async () => {
    const { clock, outlet, pump, write } = await world({ attemptMs: 5000 });
    const signals: AbortSignal[] = [];
    outlet.answer = (_, signal) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise(() => {}) : Promise.resolve();
    };
    pump.start();
    await write('a');
    await clock.run(4999, turn);
    expect(signals[0]!.aborted).toBe(false);
    await clock.run(1001, turn);
    expect(signals[0]!.aborted).toBe(true);
    expect(outlet.attempts).toEqual(['a', 'a']);
    expect(outlet.taken).toEqual(['a']);
  });
});

describe('a journal that fails', () => {
  it('by records that are missing makes a dead letter of the gap and goes on', async () => {
    const disk = memoryDisk();
    const before = await world({}, { disk });
    for (const text of ['a', 'b', 'c']) await before.write(text);
    await before.journal.close();
    disk.batches.splice(1, 1);
    const { outlet, pump, journal } = await world({}, { disk });
    pump.start();
    await turn();
    expect(outlet.taken).toEqual(['a', 'c']);
    expect(disk.letters).toMatchObject([{ seq: 2, id: 'missing-2', reason: 'Records 2 to 2 are missing.' }]);
    expect(journal.cursor('outlet:test')).toBe(3);
  });

  it('by octets that are no records costs the rest of that batch, and says so', async () => {
    const disk = memoryDisk();
    const before = await world({}, { disk });
    await before.write('a', 'b', 'c');
    await before.write('d');
    await before.journal.close();
    const [first] = disk.batches;
    // The second record's length now points outside.
    const second = 4 + ((first!.body[2]! << 8) | first!.body[3]!);
    disk.batches[0] = { ...first!, body: first!.body.with(second, 0x7f) };
    const { outlet, pump, journal } = await world({}, { disk });
    pump.start();
    await turn();
    expect(outlet.taken).toEqual(['a', 'd']);
    expect(disk.letters).toMatchObject([
      { seq: 2, id: 'batch-1', reason: expect.stringContaining('a length points outside') },
    ]);
    expect(journal.cursor('outlet:test')).toBe(4);
  });

  it('by not being readable makes the pump wait, not skip', async () => {
    const disk = memoryDisk();
    const before = await world({}, { disk });
    await before.write('a');
    await before.journal.close();
    const { clock, storage, outlet, pump } = await world({}, { disk });
    const { JournalError } = await import('../../../gateway/journal/errors.ts');
    const read = storage.read.bind(storage);
    let broken = true;
    storage.read = (after, maxBytes) =>
      broken ? Promise.reject(new JournalError('DATA_UNREADABLE', 'bad sector')) : read(after, maxBytes);
    pump.start();
    await clock.run(5000, turn);
    expect(pump.state.lastError).toContain('bad sector');
    broken = false;
    await clock.run(30_000, turn);
    expect(outlet.taken).toEqual(['a']);
  });
});

describe('stopping a pump', () => {
  it('waits for the delivery under way and keeps what it achieved', async () => {
    const { clock, journal, outlet, pump, write } = await world();
    let arrived = (): void => {};
    outlet.answer = () =>
      new Promise((resolve) => {
        arrived = resolve;
      });
    pump.start();
    await write('a');
    let stopped = false;
    const stopping = pump.stop().then(() => {
      stopped = true;
    });
    await clock.run(1000, turn);
    expect(stopped).toBe(false);
    arrived();
    await stopping;
    expect(journal.cursor('outlet:test')).toBe(1);
    await write('b');
    expect(outlet.attempts).toEqual(['a']);
  });

  it('is done when the read under way is', async () => {
    const { journal, pump } = await world();
    const { promise, resolve } = Promise.withResolvers<readonly []>();
    journal.read = () => promise;
    pump.start();
    const stopping = pump.stop();
    resolve([]);
    await expect(stopping).resolves.toBeUndefined();
  });

  it('does not wait longer than stopMs', async () => {
    const { clock, journal, outlet, pump, write } = await world({ stopMs: 2000 });
    outlet.answer = () => new Promise(() => {});
    pump.start();
    await write('a');
    let stopped = false;
    void pump.stop().then(() => {
      stopped = true;
    });
    await clock.run(1999, turn);
    expect(stopped).toBe(false);
    await clock.run(1, turn);
    expect(stopped).toBe(true);
    expect(journal.cursor('outlet:test')).toBe(0);
  });

  it.each(['waits for a record', 'waits for another attempt', 'was never started'])(
    'is done at once where it %s',
    async (where) => {
      const { journal, outlet, pump, write, clock } = await world();
      if (where !== 'was never started') pump.start();
      if (where === 'waits for another attempt') {
        outlet.answer = () => Promise.reject(away);
        await write('a');
      }
      await turn();
      await pump.stop();
      await journal.close();
      expect(clock.pending).toBe(0);
    },
  );
});
