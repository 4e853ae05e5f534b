import { describe, expect, test } from 'vitest';
import { type CloseKind, type MemoryLink, memoryLink, VirtualClock } from '../../../protocol/index.ts';
import { MobileLink } from '../../../simulator/link/mobile-link.ts';

const OCTETS = Uint8Array.of(1, 2, 3);

/** A terminal on a mobile link, and the platform at the other end. */
class Pair {
  readonly clock = new VirtualClock();
  readonly link: MobileLink;
  readonly platform: MemoryLink;
  readonly arrived: number[] = [];
  readonly heard: number[] = [];
  covered = true;
  endedAs: CloseKind | undefined;
  platformEndedAs: CloseKind | undefined;

  constructor() {
    const [near, far] = memoryLink({ clock: this.clock });
    this.platform = far;
    far.open({ receive: (chunk) => this.arrived.push(...chunk), closed: (kind) => (this.platformEndedAs = kind) });
    this.link = new MobileLink(near, () => this.covered);
    this.link.open({ receive: (chunk) => this.heard.push(...chunk), closed: (kind) => (this.endedAs = kind) });
    this.pass();
  }

  pass(): void {
    this.clock.advance(10);
  }
}

describe('a mobile link', () => {
  test('passes octets both ways', () => {
    const pair = new Pair();
    pair.link.write(OCTETS);
    pair.platform.write(OCTETS);
    pair.pass();
    expect([pair.arrived, pair.heard]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test('keeps octets while there is no coverage, and sends them in order when there is', () => {
    const pair = new Pair();
    pair.covered = false;
    pair.link.write(Uint8Array.of(1));
    pair.link.write(Uint8Array.of(2));
    pair.pass();
    expect([pair.arrived, pair.link.backlog]).toEqual([[], 2]);
    pair.covered = true;
    pair.link.write(Uint8Array.of(3));
    pair.pass();
    expect([pair.arrived, pair.link.backlog]).toEqual([[1, 2, 3], 0]);
  });

  test('keeps no more than TCP would', () => {
    const pair = new Pair();
    pair.covered = false;
    for (let i = 0; i < 65; i++) pair.link.write(new Uint8Array(1024));
    pair.covered = true;
    pair.link.carryOn();
    pair.pass();
    expect(pair.arrived).toEqual([]);
  });

  test('that is stranded ends for nobody, whatever the terminal does', () => {
    const pair = new Pair();
    pair.link.strand();
    pair.link.write(OCTETS);
    pair.platform.write(OCTETS);
    pair.link.close('local');
    pair.pass();
    expect([pair.arrived, pair.heard, pair.platformEndedAs, pair.endedAs]).toEqual([[], [], undefined, 'local']);
  });

  test('that the network forgot answers the next octets with a reset, of which the platform hears nothing', () => {
    const pair = new Pair();
    pair.link.forget();
    pair.platform.write(OCTETS);
    pair.pass();
    expect([pair.heard, pair.endedAs]).toEqual([[], undefined]);
    pair.link.write(OCTETS);
    pair.pass();
    expect([pair.arrived, pair.endedAs, pair.platformEndedAs]).toEqual([[], 'reset', undefined]);
  });

  test('that breaks is reset at both ends', () => {
    const pair = new Pair();
    pair.link.break();
    pair.pass();
    expect([pair.endedAs, pair.platformEndedAs]).toEqual(['reset', 'reset']);
  });

  test('closes in order with coverage, and without a word where there is none', () => {
    const covered = new Pair();
    covered.link.close('local');
    covered.pass();
    const dark = new Pair();
    dark.covered = false;
    dark.link.close('local');
    dark.pass();
    expect([covered.platformEndedAs, dark.platformEndedAs, dark.endedAs]).toEqual(['ended', undefined, 'local']);
  });
});
