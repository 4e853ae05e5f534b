import { describe, expect, it } from 'vitest';
import { BatchCursor, codecFor, QuirkSet, type Revision } from '../../../protocol/index.ts';
import type { Effect } from '../../../simulator/firmware/effects.ts';
import { step } from '../../../simulator/firmware/step.ts';
import { START, terminalOf, wake, connected, registered, ack, LOGIN } from '../support/machine.ts';

describe('what a terminal says', () => {
  function firstOf(id: number, revision: Revision): Uint8Array {
    const terminal = terminalOf({ revision });
    const effects: Effect[] = [];
    for (const [at, input] of LOGIN) step(terminal, input, START + at, effects);
    step(terminal, wake, START + 5000, effects);
    const sent = effects.find((effect) => effect.kind === 'send' && effect.id === id);
    return sent?.kind === 'send' ? sent.body : new Uint8Array(0);
  }

  it.each([2011, 2013, 2019] as const)('can be read by the catalogue, without a quirk (%d)', (revision) => {
    const quirks = new QuirkSet();
    const read = (id: number): unknown => {
      const body = firstOf(id, revision);
      return codecFor(id, revision)?.decode(body, 0, body.length, quirks);
    };
    expect(read(0x0100)).toMatchObject({ manufacturerId: 'XJSIM', plateColor: 'yellow', terminalId: 'X000000' });
    expect(read(0x0102)).toMatchObject(
      revision === 2019
        ? { authCode: 'CODE', imei: '860000000000009', softwareVersion: 'XJ-808S 1.0' }
        : { authCode: 'CODE' },
    );
    expect(read(0x0200)).toMatchObject({
      time: START + 5000,
      items: { satellites: expect.any(Number), io: expect.any(Number) },
    });
    expect(quirks.bits).toBe(0);
  });

  it('stays within one packet when it is a batch, and fills it', () => {
    const terminal = terminalOf({ settings: { reportMs: 1000 } });
    const effects: Effect[] = [];
    step(terminal, wake, START, effects);
    step(terminal, connected, START + 100_000, effects);
    step(terminal, registered, START + 100_010, effects);
    step(terminal, ack(0x0102, 1), START + 100_020, effects);
    const batch = effects.find((effect) => effect.kind === 'send' && effect.id === 0x0704);
    const body = batch?.kind === 'send' ? batch.body : new Uint8Array(0);
    expect(body.length).toBeLessThanOrEqual(1023);
    expect(body.length).toBeGreaterThan(1023 - 70);
    const quirks = new QuirkSet();
    const cursor = new BatchCursor(body, 0, body.length, quirks);
    const times: number[] = [];
    while (cursor.next()) times.push(codecFor(0x0200, 2013).decode(body, cursor.from, cursor.to, quirks).time);
    expect(cursor.blindZone).toBe(true);
    expect(times).toEqual(Array.from({ length: cursor.count }, (_, i) => START + i * 1000));
    expect(quirks.bits).toBe(0);
  });

  it('is the same octets for the same seed, terminal and time', () => {
    expect(firstOf(0x0200, 2019)).toEqual(firstOf(0x0200, 2019));
    expect(firstOf(0x0200, 2019).length).toBeGreaterThan(50);
  });
});
