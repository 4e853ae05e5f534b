import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../bridge/index.ts';
import { memoryDisk } from '../../../gateway/journal/memory-storage.ts';
import type { PumpObserver, PumpOptions } from '../../../gateway/journal/pump.ts';
import type { RecordView } from '../../../gateway/journal/record-view.ts';
import { turn } from './support.ts';
import { away, type World, world } from './support-pump.ts';

const OPTIONS: PumpOptions = { maxBatch: 10, liveMs: 10_000, leapRecords: 20, retryMs: 10, maxRetryMs: 20 };

/** `old-1` … `old-n`, the first of which the outlet has failed to take for a minute. */
async function afterOutage(n: number, given: Parameters<typeof world>[1] = {}): Promise<World> {
  const made = await world(OPTIONS, given);
  made.outlet.answer = () => Promise.reject(away);
  made.pump.start();
  for (let i = 1; i <= n; i += 1) await made.write(`old-${i}`);
  await made.clock.run(60_000, turn);
  return made;
}

/** Deliveries take 10 ms, and a new record comes every 10 ms, for so long. */
async function live({ clock, outlet, write }: World, ms: number, name = 'new'): Promise<void> {
  outlet.answer = () => new Promise((resolve) => void clock.wake(clock.monotonic() + 10, resolve));
  // It is met again at the next attempt; from then on records are new.
  await clock.run(50, turn);
  for (let i = 1; i <= ms / 10; i += 1) {
    await write(`${name}-${i}`);
    await clock.run(10, turn);
  }
}

function numbers(ids: readonly string[], prefix: string): number[] {
  return ids.filter((id) => id.startsWith(prefix)).map((id) => Number(id.slice(prefix.length)));
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

describe('after an outage', () => {
  it('new records do not wait for the backlog, and the backlog drains beside them', async () => {
    const made = await afterOutage(1000);
    await live(made, 3000);
    const { taken } = made.outlet;
    const halfTime = taken.indexOf('new-100');
    expect(halfTime).toBeGreaterThan(0);
    expect(halfTime).toBeLessThan(taken.indexOf('old-1000'));
    expect(numbers(taken.slice(0, halfTime), 'old-').length).toBeGreaterThan(300);
    expect(taken).toContain('old-1000');
  });

  it('both keep their order, and nothing is left out or comes twice', async () => {
    const made = await afterOutage(1000);
    await live(made, 5000);
    await made.clock.run(1000, turn);
    expect(numbers(made.outlet.taken, 'old-')).toEqual(upTo(1000));
    expect(numbers(made.outlet.taken, 'new-')).toEqual(upTo(500));
    expect(made.pump.state).toMatchObject({ cursor: 1500, backlog: 0, secondsToDrain: 0 });
    expect(made.journal.place('outlet:test').ahead).toEqual([]);
  });

  it('says how much is left, and when it will be gone', async () => {
    const made = await afterOutage(10_000);
    expect(made.pump.state).toMatchObject({ backlog: 10_000, secondsToDrain: null });
    await live(made, 8000);
    const { backlog, secondsToDrain } = made.pump.state;
    // Ten envelopes every 10 ms, less a new one: some 500 a second or more.
    expect(secondsToDrain).toBeGreaterThan(backlog / 1000);
    expect(secondsToDrain).toBeLessThan(backlog / 200);
    made.outlet.answer = () => Promise.reject(away);
    await made.clock.run(20_000, turn);
    expect(made.pump.state.secondsToDrain).toBeNull();
  });

  it('everything goes in order where little waits', async () => {
    const made = await afterOutage(15);
    await live(made, 300);
    expect(made.outlet.taken.slice(0, 16)).toEqual([...upTo(15).map((i) => `old-${i}`), 'new-1']);
  });

  it('everything goes in order where that is wanted', async () => {
    const made = await world({ ...OPTIONS, liveMs: Number.POSITIVE_INFINITY });
    made.outlet.answer = () => Promise.reject(away);
    made.pump.start();
    for (let i = 1; i <= 500; i += 1) await made.write(`old-${i}`);
    await made.clock.run(60_000, turn);
    await live(made, 3000);
    expect(made.outlet.taken.indexOf('new-1')).toBeGreaterThan(made.outlet.taken.indexOf('old-501'));
  });
});

describe('a place in the journal with a gap', () => {
  it('is exact across a crash: what was delivered ahead is not delivered again, what was not is', async () => {
    const disk = memoryDisk();
    const before = await afterOutage(1000, { disk });
    await live(before, 1000);
    // What is on disk may be older by the time of a flush, no more.
    before.outlet.answer = () => new Promise(() => {});
    await before.clock.run(500, turn);
    expect(before.journal.place('outlet:test').ahead).toHaveLength(1);
    before.storage.cut();
    const done = new Set(before.outlet.taken);
    const after = await world(OPTIONS, { disk });
    after.pump.start();
    await live(after, 3000, 'newer');
    await after.clock.run(500, turn);
    expect(numbers(after.outlet.taken, 'old-')).toEqual(upTo(1000).filter((i) => !done.has(`old-${i}`)));
    expect(numbers(after.outlet.taken, 'new-')).toEqual(upTo(100).filter((i) => !done.has(`new-${i}`)));
    expect(numbers(after.outlet.taken, 'newer-')).toEqual(upTo(300));
  });

  it('bears an outlet that comes and goes: every outage leaves a gap, and all are drained in order', async () => {
    const made = await world(OPTIONS);
    made.pump.start();
    let n = 0;
    for (let outage = 0; outage < 5; outage += 1) {
      made.outlet.answer = () => Promise.reject(away);
      for (let i = 0; i < 300; i += 1) await made.write(`old-${(n += 1)}`);
      await made.clock.run(30_000, turn);
      await live(made, 100);
    }
    expect(made.journal.place('outlet:test').gaps().length).toBeGreaterThan(2);
    await made.clock.run(60_000, turn);
    expect(numbers(made.outlet.taken, 'old-').toSorted((a, b) => a - b)).toEqual(upTo(1500));
    expect(made.pump.state).toMatchObject({ cursor: 1550, backlog: 0 });
  });
});

describe('what is urgent in a backlog', () => {
  const urgent = () => (view: RecordView) =>
    new TextDecoder().decode(view.b.subarray(view.payloadStart, view.payloadEnd)).endsWith('00');

  it('goes before the rest of it, once, and is not told of as backlog any more than it is', async () => {
    const lanes: string[] = [];
    const observer: PumpObserver = { delivered: (n, _, lane) => void lanes.push(`${lane} ${n}`) };
    const made = await afterOutage(2000, { urgent, observer });
    await live(made, 300);
    const alarms = upTo(20).map((i) => `old-${i * 100}`);
    const last = made.outlet.taken.indexOf('old-2000');
    expect(made.outlet.taken.filter((id) => id.endsWith('00'))).toEqual(alarms);
    expect(numbers(made.outlet.taken.slice(0, last), 'old-').length).toBeLessThan(500);
    expect(lanes).toContain('urgent 10');
    await live(made, 6000);
    expect(numbers(made.outlet.taken, 'old-').toSorted((a, b) => a - b)).toEqual(upTo(2000));
  });

  it('costs no other record: not even the one whose number it bears', async () => {
    const stories = () => (view: RecordView) => view.b[view.payloadStart] === 's'.charCodeAt(0);
    const made = await world(OPTIONS, { urgent: stories });
    made.outlet.answer = () => Promise.reject(away);
    made.pump.start();
    for (let i = 1; i <= 1000; i += 1) await made.write(i % 100 === 0 ? `story-${i}` : `old-${i}`);
    await made.clock.run(60_000, turn);
    await live(made, 5000);
    await made.clock.run(1000, turn);
    const { taken } = made.outlet;
    expect(numbers(taken, 'story-')).toEqual(upTo(10).map((i) => i * 100));
    expect(taken.indexOf('story-1000')).toBeLessThan(taken.indexOf('old-501'));
    expect(numbers(taken, 'old-')).toEqual(upTo(1000).filter((i) => i % 100 !== 0));
  });

  it('that cannot be made into anything is one dead letter', async () => {
    const odd = () => (view: RecordView) => view.b[view.payloadStart] === '!'.charCodeAt(0);
    const made = await world(OPTIONS, { urgent: odd });
    made.outlet.answer = () => Promise.reject(away);
    made.pump.start();
    for (let i = 1; i <= 500; i += 1) await made.write(i === 300 ? '!' : `old-${i}`);
    await made.clock.run(60_000, turn);
    await live(made, 3000);
    await made.clock.run(1000, turn);
    expect(made.pump.state).toMatchObject({ backlog: 0, buried: 1 });
    expect(made.storage.disk.letters).toMatchObject([{ id: 'record-300' }]);
  });

  it('comes again after a crash rather than not at all', async () => {
    const disk = memoryDisk();
    const before = await afterOutage(2000, { disk, urgent });
    await live(before, 300);
    before.storage.cut();
    const after = await world(OPTIONS, { disk, urgent });
    after.pump.start();
    await live(after, 6000);
    const all = new Set([...before.outlet.taken, ...after.outlet.taken]);
    expect(upTo(2000).filter((i) => !all.has(`old-${i}`))).toEqual([]);
    expect(after.outlet.taken).toContain('old-2000');
  });
});

it('a delivery that takes long makes the next ones smaller', async () => {
  const made = await world({ maxBatch: 400, slowMs: 2000, liveMs: Number.POSITIVE_INFINITY });
  await made.write(...upTo(3000).map(String));
  made.outlet.answer = (ids) =>
    new Promise((resolve) => void made.clock.wake(made.clock.monotonic() + ids.length * 10, resolve));
  made.pump.start();
  await made.clock.run(60_000, turn);
  const sizes = made.outlet.attempts.map((ids) => ids.split(' ').length);
  const slow = sizes.indexOf(400);
  // The one behind it was ready already.
  expect(sizes[slow + 2]).toBe(200);
});

it('an other side that asks to be left alone for longer is', async () => {
  const made = await world(OPTIONS);
  const busy = new DeliveryError('TEST_BUSY', 'later', { retry: true, afterMs: 7000 });
  made.outlet.answer = () => Promise.reject(busy);
  made.pump.start();
  await made.write('a');
  await made.clock.run(20_000, turn);
  expect(made.outlet.at.map((at) => Math.round(at / 1000))).toEqual([0, 7, 14]);
});
