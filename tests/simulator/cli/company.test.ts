import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../../simulator/link/target.ts';
import { sharesOf } from '../../../simulator/cli/company.ts';
import { loopbackAddress, type Share } from '../../../simulator/cli/share.ts';

const settingsOf = (terminals: number, target: string): Share['settings'] =>
  ({ terminals, target: parseTarget(target)! }) as Share['settings'];

describe('a large fleet', () => {
  it('is one share while one process can play it', () => {
    expect(sharesOf(settingsOf(18_000, 'tcp://127.0.0.1:8808'), 18_000)).toMatchObject([
      { from: 0, terminals: 18_000 },
    ]);
  });

  it('is shared evenly, each part once', () => {
    const shares = sharesOf(settingsOf(50_000, 'tcp://127.0.0.1:8808'), 18_000);
    expect(shares.map(({ from, terminals }) => [from, terminals])).toEqual([
      [0, 16_667],
      [16_667, 16_667],
      [33_334, 16_666],
    ]);
  });

  it('calls from as many addresses of the loopback network as it takes, none of them twice or in use elsewhere', () => {
    const addresses = Array.from({ length: 250 }, (_, i) => loopbackAddress(i * 4000));
    expect(new Set(addresses).size).toBe(250);
    expect(addresses[0]).toBe('127.1.0.1');
    expect(loopbackAddress(3999)).toBe('127.1.0.1');
    for (const address of [...addresses, loopbackAddress(999_999)]) expect(address).toMatch(/^127\.1\.\d\.\d{1,3}$/);
  });
});
