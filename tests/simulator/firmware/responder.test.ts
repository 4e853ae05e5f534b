import { describe, expect, it } from 'vitest';
import { codecFor, formatHex, QuirkSet, type Revision } from '../../../protocol/index.ts';
import type { Effect, Input } from '../../../simulator/firmware/effects.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { type Terminal } from '../../../simulator/firmware/terminal.ts';
import { START, terminalOf, ask, LOGIN, play } from '../support/machine.ts';

describe('a terminal is asked', () => {
  const QUIRKS = new QuirkSet();
  function answerTo(input: Input, revision: Revision = 2013): { id: number; body: Uint8Array; terminal: Terminal } {
    const terminal = terminalOf({ revision });
    play(terminal, LOGIN);
    const effects: Effect[] = [];
    step(terminal, input, START + 40, effects);
    const sent = effects.find((effect) => effect.kind === 'send');
    return { id: sent?.id ?? 0, body: sent?.body ?? new Uint8Array(0), terminal };
  }
  const bodyOf = (id: number, revision: Revision, body: Uint8Array): unknown =>
    codecFor(id, revision)?.decode(body, 0, body.length, QUIRKS);

  it.each([
    [0x8300, undefined, 0],
    [0x8103, undefined, 0],
    [0x8105, undefined, 3],
    [0x8103, 'malformed', 2],
    [0x8103, 'unsupported', 3],
  ] as const)('%i, fault %s: answers 0x0001 with result %d', (asked, fault, result) => {
    const { id, body } = answerTo({
      kind: 'request',
      id: asked,
      serial: 0x0708,
      ...(fault === undefined ? { body: asked === 0x8103 ? { params: {} } : {} } : { fault }),
    });
    expect([id, formatHex(body)]).toEqual([0x0001, `0708${asked.toString(16)}0${result}`]);
  });

  it.each([2011, 2013, 2019] as const)('where it is: answers 0x0201 with its position now (%d)', (revision) => {
    const { id, body } = answerTo(ask(0x8201), revision);
    expect(id).toBe(0x0201);
    expect(bodyOf(0x0201, revision, body)).toMatchObject({ replySerial: 7, location: { time: START, alarm: 0 } });
  });

  it('for its parameters, which the platform can set where they have an effect', () => {
    const { terminal } = answerTo({
      kind: 'request',
      id: 0x8103,
      serial: 1,
      body: { params: { heartbeatInterval: 20, defaultReportInterval: 2, maximumSpeed: 90 } },
    });
    expect([terminal.heartbeatMs, terminal.reportMs]).toEqual([20_000, 2000]);
    const effects: Effect[] = [];
    step(terminal, ask(0x8104), START + 50, effects);
    const told = effects.find((effect) => effect.kind === 'send');
    expect(bodyOf(0x0104, 2013, told?.body ?? new Uint8Array(0))).toMatchObject({
      replySerial: 7,
      params: { heartbeatInterval: 20, defaultReportInterval: 2 },
    });
    expect(nextDeadline(terminal)).toBe(START + 2040);
  });

  it.each([0, 100_000])('to report every %d s: stays as it was', (seconds) => {
    const { terminal } = answerTo({
      kind: 'request',
      id: 0x8103,
      serial: 1,
      body: { params: { defaultReportInterval: seconds } },
    });
    expect(terminal.reportMs).toBe(10_000);
  });
});
