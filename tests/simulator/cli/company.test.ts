import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../simulator/link/target.ts';
import { sharesOf } from '../../../simulator/cli/company.ts';
import type { Share } from '../../../simulator/cli/share.ts';

const settingsOf = (terminals: number, target: string): Share['settings'] =>
  ({ terminals, target: parseTarget(target)! }) as Share['settings'];

describe('a large fleet', () => {
  it('is one share while one process can play it', () => {
    expect(sharesOf(settingsOf(18_000, 'tcp://127.0.0.1:8808'), 18_000)).toMatchObject([
      { from: 0, terminals: 18_000, localAddress: undefined },
    ]);
  });

  it('is shared evenly, each part once, each with an address of its own on loopback', () => {
    const shares = sharesOf(settingsOf(50_000, 'tcp://127.0.0.1:8808'), 18_000);
    expect(shares.map(({ from, terminals }) => [from, terminals])).toEqual([
      [0, 16_667],
      [16_667, 16_667],
      [33_334, 16_666],
    ]);
    expect(new Set(shares.map(({ localAddress }) => localAddress)).size).toBe(3);
  });

  it('takes no other address than its own to a platform elsewhere', () => {
    const shares = sharesOf(settingsOf(50_000, 'tcp://10.1.2.3:8808'), 18_000);
    expect(shares.map(({ localAddress }) => localAddress)).toEqual([undefined, undefined, undefined]);
  });
});
