import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../simulator/firmware/effects.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { START, terminalOf, wake, connected, closed, registered, ack, ask, LOGIN, played } from '../support/machine.ts';

describe('a terminal logs in', () => {
  it('registers once, authenticates, and keeps its code over links', () => {
    const { told, rows } = played({}, [
      ...LOGIN,
      [100, closed],
      [1100, wake, 'dial'],
      [1110, connected, 'send 0102 #2'],
      [1120, ack(0x0102, 2), 'online'],
    ]);
    expect(told).toEqual(rows);
  });

  it('registers anew when its code is refused, and gives the link up when the new one is refused too', () => {
    const { told, rows } = played({}, [
      ...LOGIN.slice(0, 3),
      [30, ack(0x0102, 1, 1), 'codeRefused', 'send 0100 #2'],
      [40, { ...registered, replySerial: 2 }, 'registered', 'send 0102 #3'],
      [50, ack(0x0102, 3, 1), 'codeRefused', 'hangUp local'],
      [1060, wake, 'dial'],
      [1070, connected, 'send 0100 #4'],
    ]);
    expect(told).toEqual(rows);
  });

  it.each([
    ['0x8100', { ...registered, result: 4, authCode: '' }],
    ['the general response', ack(0x0100, 0, 1)],
  ])('tries again slowly when its registration is refused by %s', (_by, refusal) => {
    const { told, rows } = played({ settings: { reportMs: 3_600_000 } }, [
      [0, wake, 'dial'],
      [10, connected, 'send 0100 #0'],
      [20, refusal, 'registrationRefused', 'hangUp local'],
      [30_019, wake],
      [30_020, wake, 'dial'],
    ]);
    expect(told).toEqual(rows);
  });

  it('sends nothing else before the platform has agreed: neither reports nor answers', () => {
    const { told, rows } = played({}, [
      ...LOGIN.slice(0, 2),
      [15, ask(0x8201)],
      [4000, wake],
      [4999, wake],
      [5000, wake, 'made'],
    ]);
    expect(told).toEqual(rows);
  });

  it('dials ever more slowly while nobody answers, up to a minute', () => {
    const terminal = terminalOf({ settings: { reportMs: 3_600_000 } });
    const effects: Effect[] = [];
    const pauses: number[] = [];
    let at = START;
    for (let i = 0; i < 9; i++) {
      step(terminal, wake, at, effects);
      step(terminal, { kind: 'unreachable' }, at, effects);
      pauses.push(nextDeadline(terminal) - at);
      at = nextDeadline(terminal);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('gives up a call that is not answered', () => {
    const { told, rows } = played({ settings: { reportMs: 3_600_000 } }, [
      [0, wake, 'dial'],
      [10_000, wake, 'hangUp timeout'],
      [11_000, wake, 'dial'],
    ]);
    expect(told).toEqual(rows);
  });
});
