import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionId, recordId } from '../../../bridge/index.ts';

/** The basic part of a location report with a valid time. */
const TIME = [0x26, 0x11, 0x21, 0x10, 0x30, 0x06];
const basic = (head: Iterable<number>, time: readonly number[] = TIME): Uint8Array =>
  Uint8Array.from([...head, ...time]);
const head = fc.uint8Array({ minLength: 22, maxLength: 22 });

describe('the id of a position', () => {
  it('is the same wherever its octets stand and whatever the serial, when the terminal knows the time', () => {
    fc.assert(
      fc.property(head, fc.nat(40), fc.nat(0xffff), fc.nat(0xffff), (octets, at, one, other) => {
        const alone = basic(octets);
        const within = new Uint8Array(at + 60).fill(0xaa);
        within.set(alone, at);
        expect(positionId('13912345678', within, at, other)).toBe(positionId('13912345678', alone, 0, one));
      }),
    );
  });

  it('differs with any octet and with the terminal', () => {
    fc.assert(
      fc.property(head, fc.nat(21), fc.integer({ min: 1, max: 255 }), (octets, at, change) => {
        const changed = octets.slice();
        changed[at] = (changed[at] ?? 0) ^ change;
        const id = positionId('13912345678', basic(octets), 0, 1);
        expect(positionId('13912345678', basic(changed), 0, 1)).not.toBe(id);
        expect(positionId('13912345679', basic(octets), 0, 1)).not.toBe(id);
      }),
    );
  });

  it('begins with the terminal and the time, and spells the hash', () => {
    expect(positionId('13912345678', basic(new Uint8Array(22)), 0, 7)).toMatch(
      /^13912345678-261121103006-[0-9a-f]{16}$/,
    );
    // Ids are in the stores of consumers: this one may not change.
    expect(positionId('13912345678', basic(Array.from({ length: 22 }, (_, i) => i)), 0, 7)).toBe(
      '13912345678-261121103006-9f92a45c962b4c06',
    );
  });

  it.each([
    ['zeros', [0, 0, 0, 0, 0, 0]],
    ['month 13', [0x26, 0x13, 0x21, 0x10, 0x30, 0x06]],
    ['hour 24', [0x26, 0x11, 0x21, 0x24, 0x30, 0x06]],
    ['digits beyond nine', [0x26, 0x11, 0x2a, 0x10, 0x30, 0x06]],
    ['filled with ones', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('is told apart by the serial when the time is none: %s', (_what, time) => {
    const octets = basic(new Uint8Array(22), time);
    const id = positionId('13912345678', octets, 0, 7);
    expect(id).toMatch(/^13912345678-notime-[0-9a-f]{16}$/);
    expect(positionId('13912345678', octets, 0, 7)).toBe(id);
    expect(positionId('13912345678', octets, 0, 8)).not.toBe(id);
  });

  it('of fewer octets than there should be is an id all the same', () => {
    expect(positionId('1', new Uint8Array(9), 0, 7)).toMatch(/^1-notime-[0-9a-f]{16}$/);
  });

  it('does not collide among a hundred thousand positions of one second', () => {
    const ids = new Set<string>();
    const octets = basic(new Uint8Array(22));
    const view = new DataView(octets.buffer);
    for (let i = 0; i < 100_000; i++) {
      view.setUint32(8, 25_000_000 + i);
      ids.add(positionId('13912345678', octets, 0, 0));
    }
    expect(ids.size).toBe(100_000);
  });
});

it('the id of a record is the journal and the place in it', () => {
  expect(recordId('edge-1', 4711)).toBe('edge-1-4711');
});
