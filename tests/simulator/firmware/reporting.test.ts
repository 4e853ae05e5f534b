import { describe, expect, it } from 'vitest';
import { isSettled } from '../../../simulator/firmware/terminal.ts';
import { terminalOf, wake, connected, registered, ack, LOGIN, play, continued, played } from '../support/machine.ts';

describe('a terminal reports', () => {
  it('at its own moment of every interval, and forgets a report only when the platform has it', () => {
    const terminal = terminalOf({ reportForMs: 20_000 });
    play(terminal, LOGIN);
    expect(
      play(terminal, [
        [5000, wake],
        [5010, ack(0x0200, 2)],
      ]),
    ).toEqual([
      [5000, 'made', 'send 0200 #2'],
      [5010, 'stored 0200 #2 x1'],
    ]);
    expect(isSettled(terminal)).toBe(false);
    expect(
      play(terminal, [
        [15_000, wake],
        [20_000, wake],
      ]),
    ).toEqual([
      [15_000, 'made', 'send 0200 #3'],
      [20_000, 'send 0200 #3 again'],
    ]);
    expect(isSettled(terminal)).toBe(false);
    expect(play(terminal, [[20_010, ack(0x0200, 3)]])).toEqual([[20_010, 'stored 0200 #3 x1']]);
    expect(isSettled(terminal)).toBe(true);
  });

  it('repeats an unanswered message after 5, 10, 30 s with its serial, then gives up the link after 120 s', () => {
    const { told, rows } = played({ reportForMs: 10_000, settings: { heartbeatMs: 3_600_000 } }, [
      ...LOGIN,
      [5000, wake, 'made', 'send 0200 #2'],
      [9999, wake],
      [10_000, wake, 'send 0200 #2 again'],
      [19_999, wake],
      [20_000, wake, 'send 0200 #2 again'],
      [49_999, wake],
      [50_000, wake, 'send 0200 #2 again'],
      [169_999, wake],
      [170_000, wake, 'replyTimeout', 'hangUp timeout'],
      [171_000, wake, 'dial'],
      [171_010, connected, 'send 0102 #3'],
      [171_020, ack(0x0102, 3), 'online', 'send 0704 #4'],
      [171_030, ack(0x0704, 4), 'stored 0704 #4 x1'],
    ]);
    expect(told).toEqual(rows);
  });

  it('from memory what was due in a blind area, each batch after the one before is acknowledged, live ones in between', () => {
    const terminal = terminalOf({ settings: { reportMs: 1000, dialTimeoutMs: 60_000 } });
    const blind = play(terminal, [
      [0, wake],
      [30_000, { kind: 'unreachable' }],
      [31_000, wake],
    ]).flat();
    expect(blind.filter((effect) => effect === 'made').length).toBe(31);
    const { told, rows } = continued(terminal, [
      [31_010, connected, 'send 0100 #0'],
      [31_020, registered, 'registered', 'send 0102 #1'],
      [31_030, ack(0x0102, 1), 'online', 'send 0704 #2'],
      [31_500, wake, 'made', 'send 0200 #3'],
      [31_510, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [31_520, ack(0x0704, 2), 'stored 0704 #2 x17', 'send 0704 #4'],
      [31_530, ack(0x0704, 4), 'stored 0704 #4 x14'],
    ]);
    expect(told).toEqual(rows);
  });

  it('in 2011 sends what it stored as it would have been, one after another', () => {
    const { told, rows } = played({ revision: 2011, settings: { reportMs: 1000 }, reportForMs: 3000 }, [
      [0, wake, 'dial'],
      [2600, connected, 'made', 'made', 'made', 'send 0100 #0'],
      [2610, registered, 'registered', 'send 0102 #1'],
      [2620, ack(0x0102, 1), 'online', 'send 0200 #2'],
      [2630, ack(0x0200, 2), 'stored 0200 #2 x1', 'send 0200 #3'],
      [2640, ack(0x0200, 3), 'stored 0200 #3 x1', 'send 0200 #4'],
      [2650, ack(0x0200, 4), 'stored 0200 #4 x1'],
    ]);
    expect(told).toEqual(rows);
  });

  it('turns to plain reports when the platform does not know 0x0704', () => {
    const { told, rows } = played({ reportForMs: 10_000 }, [
      [0, wake, 'dial'],
      [6000, connected, 'made', 'send 0100 #0'],
      [6010, registered, 'registered', 'send 0102 #1'],
      [6020, ack(0x0102, 1), 'online', 'send 0704 #2'],
      [6030, ack(0x0704, 2, 3), 'reportRefused'],
      [7030, wake, 'send 0200 #3'],
      [7040, ack(0x0200, 3), 'stored 0200 #3 x1'],
    ]);
    expect(told).toEqual(rows);
  });

  it('keeps what the platform cannot store, waits longer each time, and tells again who it is after three refusals', () => {
    const { told, rows } = played({ settings: { reportMs: 60_000 }, spread: 0.5 }, [
      ...LOGIN,
      [30_000, wake, 'made', 'send 0200 #2'],
      [30_010, ack(0x0200, 2, 1), 'reportRefused'],
      [31_009, wake],
      [31_010, wake, 'send 0704 #3'],
      [31_020, ack(0x0704, 3, 1), 'reportRefused'],
      [33_020, wake, 'send 0704 #4'],
      [33_030, ack(0x0704, 4, 1), 'reportRefused', 'send 0102 #5'],
      [33_040, ack(0x0102, 5), 'online'],
      [37_030, wake, 'send 0704 #6'],
      [37_040, ack(0x0704, 6), 'stored 0704 #6 x1'],
      [67_029, wake],
      [67_030, wake, 'send 0002 #7'],
    ]);
    expect(told).toEqual(rows);
  });

  it('keeps no more than its memory holds, and says what it lost', () => {
    const { told, rows } = played({ settings: { reportMs: 1000, blindDepth: 2 } }, [
      [0, wake, 'dial'],
      [3600, wake, 'made', 'made', 'made', 'dropped 1', 'made', 'dropped 1'],
    ]);
    expect(told).toEqual(rows);
  });

  it('lets no more than a window of reports wait for answers', () => {
    const { told, rows } = played({ settings: { reportMs: 1000, window: 2 } }, [
      ...LOGIN,
      [2500, wake, 'made', 'send 0200 #2', 'made', 'send 0200 #3', 'made', 'send 0704 #4'],
      [2510, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [3500, wake, 'made', 'send 0200 #5'],
    ]);
    expect(told).toEqual(rows);
  });

  it('takes an answer to nothing for what it is', () => {
    const { told, rows } = played({}, [
      ...LOGIN,
      [40, ack(0x0200, 99), 'strayAnswer'],
      [50, ack(0x0200, 1), 'strayAnswer'],
      // A response that is acknowledged, as some platforms do.
      [60, ack(0x0104, 99)],
    ]);
    expect(told).toEqual(rows);
  });

  it('no more once it was told to finish, though it stays', () => {
    const terminal = terminalOf({});
    play(terminal, [...LOGIN, [5000, wake], [6000, { kind: 'finish' }], [6010, ack(0x0200, 2)]]);
    expect(isSettled(terminal)).toBe(true);
    expect(
      play(terminal, [
        [34_999, wake],
        [35_000, wake],
      ]),
    ).toEqual([[34_999], [35_000, 'send 0002 #3']]);
  });
});

describe('a terminal is silent', () => {
  it('for no longer than its heartbeat, which any message puts off', () => {
    const { told, rows } = played({ settings: { reportMs: 80_000 } }, [
      ...LOGIN,
      [30_019, wake],
      [30_020, wake, 'send 0002 #2'],
      [30_030, ack(0x0002, 2)],
      [40_000, wake, 'made', 'send 0200 #3'],
      [40_010, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [69_999, wake],
      [70_000, wake, 'send 0002 #4'],
    ]);
    expect(told).toEqual(rows);
  });
});
