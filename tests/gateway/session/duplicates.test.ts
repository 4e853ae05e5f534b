import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../protocol/index.ts';
import { RecentFrames } from '../../../gateway/session/duplicates.ts';

const frame = (serial: number, hash = 1, id = 0x0200) => ({ id, serial, hash, link: 5 });

describe('the recent frames of a terminal', () => {
  it('know a frame by serial, id and content', () => {
    const recent = new RecentFrames();
    const place = recent.add(frame(7, 99));
    expect(recent.find(0x0200, 7, 99)).toBe(place);
    expect([recent.find(0x0200, 8, 99), recent.find(0x0201, 7, 99), recent.find(0x0200, 7, 98)]).toEqual([0, 0, 0]);
    expect(recent.linkOf(place)).toBe(5);
  });

  it('tell whether a frame is on its way or on disk, each by itself though serials are equal', () => {
    const recent = new RecentFrames();
    const [first, second] = [recent.add(frame(0, 1)), recent.add(frame(0, 2))];
    recent.committed(first, 41);
    expect([recent.isPending(first), recent.isPending(second)]).toEqual([false, true]);
    recent.refused(second);
    expect([recent.find(0x0200, 0, 1), recent.find(0x0200, 0, 2)]).toEqual([first, 0]);
  });

  it('take a refused frame as new when it comes again', () => {
    const recent = new RecentFrames();
    recent.refused(recent.add(frame(3)));
    expect(recent.find(0x0200, 3, 1)).toBe(0);
    const again = recent.add(frame(3));
    expect(recent.find(0x0200, 3, 1)).toBe(again);
  });

  it('know what is on disk by sequence numbers of any length, and tell the first of all from none', () => {
    for (const seq of [1, 0xffff_ffff, 2 ** 32, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER]) {
      const recent = new RecentFrames();
      expect(recent.find(0, 0, 0)).toBe(0);
      const place = recent.add({ id: 0, serial: 0, hash: 0, link: 1 }, seq);
      expect([recent.find(0, 0, 0), recent.isPending(place)]).toEqual([place, false]);
    }
  });

  it('do not let a late refusal undo a commit', () => {
    const recent = new RecentFrames();
    const place = recent.add(frame(3));
    recent.committed(place, 12);
    recent.refused(place);
    expect(recent.find(0x0200, 3, 1)).toBe(place);
  });

  it('are the last 32: what is older is new again, and word of it changes nothing', () => {
    const recent = new RecentFrames();
    const oldest = recent.add(frame(0));
    for (let serial = 1; serial < 32; serial++) recent.add(frame(serial));
    expect(recent.find(0x0200, 0, 1)).toBe(oldest);
    const newest = recent.add(frame(32));
    expect(recent.find(0x0200, 0, 1)).toBe(0);
    recent.committed(oldest, 8);
    expect(recent.isPending(newest)).toBe(true);
  });

  it('are what they were when there come to be more of them', () => {
    const recent = new RecentFrames();
    const places = Array.from({ length: 32 }, (_, n) => {
      const place = recent.add({ ...frame(n, n + 100), link: n });
      if (n % 3 === 0) recent.committed(place, n + 1);
      if (n % 3 === 1) recent.refused(place);
      return place;
    });
    places.forEach((place, n) => {
      expect(recent.find(0x0200, n, n + 100)).toBe(n % 3 === 1 ? 0 : place);
      expect([recent.linkOf(place), recent.isPending(place)]).toEqual([n, n % 3 === 2]);
    });
  });

  it('give places that stay within 16 bits, never 0, and are told apart over the turn', () => {
    const recent = new RecentFrames();
    let last = 0;
    for (let i = 0; i < 70_000; i++) {
      const place = recent.add(frame(i & 0xffff, i));
      if (place < 1 || place > 0xffff || place === last) expect.fail(`frame ${i} was given place ${place}`);
      if (last !== 0 && !recent.isPending(last)) expect.fail(`place ${last} was forgotten for ${place}`);
      last = place;
    }
    expect(recent.find(0x0200, 69_999 & 0xffff, 69_999)).toBe(last);
  });
});

describe('the hash of content', () => {
  it('depends on the octets and not on where they lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 0, max: 7 }), (octets, at) => {
        const shifted = new Uint8Array(octets.length + at + 3).fill(0xa5);
        shifted.set(octets, at);
        expect(contentHash(shifted, at, at + octets.length)).toBe(contentHash(octets, 0, octets.length));
      }),
    );
  });

  it('tells reports apart that differ in one octet', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (octets, n, by) => {
          const other = Uint8Array.from(octets);
          other[n % octets.length]! ^= by;
          expect(contentHash(other, 0, other.length)).not.toBe(contentHash(octets, 0, octets.length));
        },
      ),
    );
  });
});
