import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CloseKind,
  type Link,
  type MemoryLink,
  memoryLink,
  seededRandom,
  VirtualClock,
} from '../../../protocol/index.ts';
import { HOLD_MS } from '../../../simulator/link/fault-lane.ts';
import { faultLink } from '../../../simulator/link/fault-link.ts';
import { type Faults, NO_FAULTS } from '../../../simulator/link/faults.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly link: Link;
  readonly far: MemoryLink;
  /** Chunks that the other end received, and how the ends learned that it is over. */
  readonly arrived: Uint8Array[];
  readonly heard: Uint8Array[];
  readonly closed: CloseKind[];
}

function bench(faults: Partial<Faults>, { seed = 'faults', datagram = false } = {}): Bench {
  const clock = new VirtualClock();
  const [near, far] = memoryLink({ clock, datagram });
  const link = faultLink(near, { ...NO_FAULTS, ...faults }, { clock, random: seededRandom(seed) });
  const arrived: Uint8Array[] = [];
  const heard: Uint8Array[] = [];
  const closed: CloseKind[] = [];
  far.open({ receive: (chunk) => void arrived.push(new Uint8Array(chunk)), closed: () => undefined });
  link.open({ receive: (chunk) => void heard.push(new Uint8Array(chunk)), closed: (kind) => void closed.push(kind) });
  return { clock, link, far, arrived, heard, closed };
}

/** Chunks 0, 1, 2 … of ten octets each that hold their number. */
const chunk = (i: number): Uint8Array => new Uint8Array(10).fill(i);
const joined = (chunks: readonly Uint8Array[]): number[] => chunks.flatMap((one) => [...one]);

function sendAll(on: Bench, count: number): void {
  for (let i = 0; i < count; i++) {
    on.link.write(chunk(i));
    on.clock.advance(5);
  }
  on.clock.advance(5000);
}

describe('a link with faults', () => {
  it('without any, passes chunks on as they are, both ways', () => {
    const on = bench({});
    sendAll(on, 3);
    on.far.write(chunk(9));
    on.clock.advance(1);
    expect(on.arrived).toEqual([chunk(0), chunk(1), chunk(2)]);
    expect(on.heard).toEqual([chunk(9)]);
  });

  it('may split, join and delay as it likes: the octets of a stream stay the same', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, split, join) => {
          const on = bench({ split, join, delay: 40 }, { seed });
          sendAll(on, 30);
          expect(joined(on.arrived)).toEqual(joined(Array.from({ length: 30 }, (_, i) => chunk(i))));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('cuts every chunk at the octet that was asked for', () => {
    const on = bench({ splitAt: 3 });
    sendAll(on, 2);
    expect(on.arrived.map(({ length }) => length)).toEqual([3, 7, 3, 7]);
    expect(joined(on.arrived)).toEqual(joined([chunk(0), chunk(1)]));
  });

  it('gathers chunks until they are as long as was asked for, and lets the rest go after a while', () => {
    const on = bench({ joinTo: 25 });
    sendAll(on, 5);
    expect(on.arrived.map(({ length }) => length)).toEqual([30, 20]);
    expect(joined(on.arrived)).toEqual(joined([0, 1, 2, 3, 4].map(chunk)));
  });

  it('leaves datagrams whole, whatever was asked for', () => {
    const on = bench({ splitAt: 3, joinTo: 25 }, { datagram: true });
    sendAll(on, 3);
    expect(on.arrived).toEqual([chunk(0), chunk(1), chunk(2)]);
  });

  it('that the network has forgotten is reset by the next octets of the terminal, of which the platform hears nothing', () => {
    const on = bench({ rebind: 1 });
    on.link.write(chunk(0));
    on.clock.advance(100);
    expect([on.arrived, on.closed]).toEqual([[], []]);
    on.far.write(chunk(9));
    on.clock.advance(100);
    expect(on.heard).toEqual([]);
    on.link.write(chunk(1));
    on.clock.advance(100);
    // A pipe that is closed takes nothing any more: this one still does.
    expect([on.arrived, on.closed, on.far.write(chunk(9))]).toEqual([[], ['reset'], true]);
  });

  it('loses, repeats and overtakes whole chunks only, and is the same again for the same seed', () => {
    const run = (seed: string): Uint8Array[] => {
      const on = bench({ loss: 0.2, duplicate: 0.2, reorder: 0.2 }, { seed });
      sendAll(on, 100);
      return on.arrived;
    };
    const arrived = run('one');
    const numbers = arrived.map((one) => one[0] as number);
    expect(arrived.every((one) => one.length === 10 && one.every((octet) => octet === one[0]))).toBe(true);
    expect(new Set(numbers).size).toBeLessThan(100);
    expect(numbers.length).toBeGreaterThan(new Set(numbers).size);
    expect(numbers.some((number, i) => i > 0 && number < (numbers[i - 1] as number))).toBe(true);
    expect(run('one')).toEqual(arrived);
    expect(run('two')).not.toEqual(arrived);
  });

  it('turns one bit over where it flips', () => {
    const on = bench({ flip: 1 });
    on.link.write(chunk(0));
    on.clock.advance(1);
    const bits = joined(on.arrived).reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0);
    expect(bits).toBe(1);
  });

  it('does not change the octets that its user handed over', () => {
    const on = bench({ flip: 1, split: 1 });
    const mine = chunk(7);
    on.link.write(mine);
    on.clock.advance(100);
    expect(mine).toEqual(chunk(7));
  });

  it.each(['join', 'reorder'] as const)('lets a chunk without a companion go after a while (%s)', (fault) => {
    const on = bench({ [fault]: 1 });
    on.link.write(chunk(1));
    on.clock.advance(HOLD_MS - 1);
    expect(on.arrived).toEqual([]);
    on.clock.advance(2);
    expect(on.arrived).toEqual([chunk(1)]);
  });

  it('half open: nothing passes, nobody is told, and only closing ends it', () => {
    const on = bench({ halfOpen: 1 });
    on.link.write(chunk(1));
    on.far.write(chunk(2));
    on.far.close('reset');
    on.clock.advance(10_000);
    expect([on.arrived, on.heard, on.closed]).toEqual([[], [], []]);
    on.link.close('timeout');
    on.clock.advance(1);
    expect(on.closed).toEqual(['timeout']);
  });

  it('reset: both ends learn of it, once', () => {
    const on = bench({ reset: 1 });
    on.link.write(chunk(1));
    on.clock.advance(10);
    expect(on.arrived).toEqual([]);
    expect(on.closed).toEqual(['reset']);
  });

  it('lets what is on its way arrive before an orderly close', () => {
    const on = bench({ delay: 1000 });
    for (let i = 0; i < 5; i++) on.link.write(chunk(i));
    on.link.close('local');
    on.clock.advance(1);
    expect(on.arrived.length).toBe(5);
    expect(on.closed).toEqual(['local']);
  });

  it('keeps a bounded number of chunks on their way', () => {
    const on = bench({ delay: 60_000 });
    for (let i = 0; i < 1000; i++) on.link.write(chunk(i));
    on.clock.advance(0);
    expect(on.link.backlog).toBeLessThanOrEqual(256 * 10);
    expect(on.arrived.length).toBeGreaterThanOrEqual(1000 - 256);
  });

  it('neither splits nor joins datagrams', () => {
    const on = bench({ split: 1, join: 1 }, { datagram: true });
    sendAll(on, 5);
    expect(on.arrived).toEqual([0, 1, 2, 3, 4].map(chunk));
  });
});
