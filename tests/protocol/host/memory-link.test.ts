import { describe, expect, test } from 'vitest';
import { type MemoryLinkOptions, memoryLink } from '../../../protocol/host/memory-link.ts';
import { VirtualClock } from '../../../protocol/host/virtual-clock.ts';

function bench(options: Omit<MemoryLinkOptions, 'clock'> = {}) {
  const clock = new VirtualClock();
  const [a, b] = memoryLink({ clock, ...options });
  const log: string[] = [];
  const sink = (name: string) => ({
    receive: (chunk: Uint8Array) => log.push(`${name} ${Buffer.from(chunk).toString('latin1')}`),
    closed: (kind: string) => log.push(`${name} ${kind}`),
    drained: () => log.push(`${name} drained`),
  });
  a.open(sink('a'));
  b.open(sink('b'));
  const text = (octets: string) => Buffer.from(octets, 'latin1');
  return { clock, a, b, log, text };
}

describe('a memory link', () => {
  test('delivers chunks as written, on a later turn, copied', () => {
    const { clock, a, b, log, text } = bench();
    const octets = text('one');
    expect(a.write(octets)).toBe(true);
    octets.fill(0);
    a.write(text('two'));
    b.write(text('back'));
    a.write(text(''));
    expect(log).toEqual([]);
    clock.advance(0);
    expect(log).toEqual(['b one', 'b two', 'a back']);
  });

  test('lets octets travel for the latency', () => {
    const { clock, a, log, text } = bench({ latencyMs: 20 });
    a.write(text('x'));
    clock.advance(19);
    expect(log).toEqual([]);
    clock.advance(1);
    expect(log).toEqual(['b x']);
  });

  test('keeps octets that arrive before its owner opens it', () => {
    const clock = new VirtualClock();
    const [a, b] = memoryLink({ clock });
    a.open({ receive() {}, closed() {} });
    a.write(Buffer.from('early'));
    clock.advance(5);
    const seen: string[] = [];
    b.open({ receive: (chunk) => seen.push(Buffer.from(chunk).toString()), closed() {} });
    clock.advance(0);
    expect(seen).toEqual(['early']);
  });

  test('fills up while the other end does not read, and says when it drains', () => {
    const { clock, a, b, log, text } = bench({ highWater: 10 });
    b.pause();
    expect(a.write(text('12345'))).toBe(true);
    expect(a.write(text('67890'))).toBe(false);
    clock.advance(100);
    expect([a.backlog, log]).toEqual([10, []]);
    b.resume();
    clock.advance(0);
    expect([a.backlog, log]).toEqual([0, ['b 12345', 'b 67890', 'a drained']]);
  });

  test.each([
    ['local', ['b last', 'b ended', 'a local']],
    ['reset', ['b last', 'b reset', 'a reset']],
    ['timeout', ['b last', 'b reset', 'a timeout']],
  ] as const)('closed with %s ends on both sides, once', (kind, expected) => {
    const { clock, a, b, log, text } = bench();
    a.write(text('last'));
    b.write(text('never read'));
    a.close(kind);
    a.close('reset');
    expect(a.write(text('too late'))).toBe(false);
    clock.advance(10);
    b.close('local');
    clock.advance(10);
    expect(log).toEqual(expected);
  });

  test('that is cut tells nobody, until an end closes for itself', () => {
    const { clock, a, b, log, text } = bench();
    a.write(text('on the way'));
    a.cut();
    b.write(text('into nowhere'));
    a.write(text('into nowhere'));
    clock.advance(60_000);
    expect(log).toEqual([]);
    b.close('timeout');
    clock.advance(60_000);
    expect(log).toEqual(['b timeout']);
    expect(a.backlog).toBeGreaterThan(0);
  });
});
