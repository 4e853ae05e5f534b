import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockPacker, BlockReader, nothingBefore, POINT_OCTETS } from '../../../../gateway/fold/store/track-block.ts';
import { WaitingPoints } from '../../../../gateway/fold/store/waiting-points.ts';
import { locationBody, NOON } from '../../../support/terminal-frames.ts';

interface Point {
  readonly octets: Uint8Array;
  readonly mileage: number | undefined;
  readonly lag: number;
  readonly seq: number;
  readonly backfill: boolean;
  /** Nothing is known of what is before it. */
  readonly fresh: boolean;
}

const MAX_U32 = 0xffff_ffff;
const points: fc.Arbitrary<Point[]> = fc.array(
  fc.record({
    octets: fc.uint8Array({ minLength: 28, maxLength: 28 }),
    mileage: fc.option(fc.integer({ min: 0, max: MAX_U32 }), { nil: undefined }),
    lag: fc.integer({ min: -(2 ** 46), max: 2 ** 46 }),
    seq: fc.integer({ min: 0, max: 2 ** 50 }),
    backfill: fc.boolean(),
    fresh: fc.boolean(),
  }),
  { maxLength: 20 },
);

function packed(all: readonly Point[]): Uint8Array {
  const waiting = new WaitingPoints();
  const packer = new BlockPacker(all.length * POINT_OCTETS);
  const before = nothingBefore();
  for (const [i, { octets, fresh, ...about }] of all.entries()) {
    waiting.add(octets, 0, { terminal: '1', time: 0, ...about });
    if (fresh) before.fresh = true;
    packer.add(waiting, i, before);
  }
  return packer.octets;
}

function unpacked(octets: Uint8Array): Omit<Point, 'fresh'>[] {
  const reader = new BlockReader();
  const found: Omit<Point, 'fresh'>[] = [];
  reader.open(octets);
  while (reader.next()) {
    const { body, bodyEnd, lag, seq, backfill } = reader;
    const mileage = bodyEnd === 28 ? undefined : new DataView(body.buffer).getUint32(30);
    found.push({ octets: new Uint8Array(body.subarray(0, 28)), mileage, lag, seq, backfill });
  }
  return found;
}

const shown = (all: readonly Point[]): Omit<Point, 'fresh'>[] =>
  all.map(({ octets, mileage, lag, seq, backfill }) => ({ octets, mileage, lag, seq, backfill }));

describe('a block of positions', () => {
  it('gives back every octet of what was put in, whatever it was and wherever it starts afresh', () => {
    fc.assert(
      fc.property(points, (all) => {
        expect(unpacked(packed(all))).toEqual(shown(all));
      }),
    );
  });

  it('that was cut anywhere has the points before the cut, and no others', () => {
    fc.assert(
      fc.property(points, fc.nat(), (all, at) => {
        const octets = packed(all);
        const found = unpacked(octets.subarray(0, at % (octets.length + 1)));
        expect(found).toEqual(shown(all).slice(0, found.length));
      }),
    );
  });

  it('can be read on from a fresh start, without what is before it', () => {
    fc.assert(
      fc.property(points, points, (first, [start, ...rest]) => {
        const second = start === undefined ? [] : [{ ...start, fresh: true }, ...rest];
        const octets = packed([...first, ...second]);
        expect(unpacked(octets.subarray(packed(first).length))).toEqual(shown(second));
      }),
    );
  });

  it('ends at octets that were never a block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        expect(unpacked(octets).length).toBeLessThanOrEqual(octets.length / 4);
      }),
    );
  });

  it('is what the table says, octet by octet', () => {
    const one = { octets: new Uint8Array(28), mileage: undefined, lag: 250, seq: 7, backfill: false, fresh: false };
    const moved = new Uint8Array(28);
    moved.set([0x26, 0x03, 0x01, 0x12, 0x00, 0x01], 22);
    moved[11] = 200;
    const two = { ...one, octets: moved, mileage: 5, lag: 249, seq: 8, backfill: true };
    expect([...packed([one, two])]).toEqual(
      [
        [0x04, 0x00, 0xf4, 0x03, 14],
        [0x1b, 0x84, 0x90, 0x03, 0x82, 0x8c, 0xb0, 0x02, 0x82, 0x80, 0x90, 0x01, 10, 1, 2],
      ].flat(),
    );
  });

  it('takes a dozen octets or two for a point of a vehicle that moves', () => {
    const drive = Array.from({ length: 60 }, (_, second) => ({
      octets: locationBody({
        time: NOON + second * 1000,
        latitude: 24.88 + second / 1e4,
        longitude: 102.83 + second / 2e4,
      }).subarray(0, 28),
      mileage: 12_345 + (second >> 3),
      lag: 300 + (second % 7),
      seq: 1000 * second,
      backfill: false,
      fresh: false,
    }));
    expect(packed(drive).length / drive.length).toBeLessThan(14);
  });
});
