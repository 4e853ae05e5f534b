import { describe, expect, it } from 'vitest';
import { BatchCursor, codecFor, formatHex, QuirkSet, type Revision, seededRandom } from '../../../protocol/index.ts';
import type { Effect, Input } from '../../../simulator/firmware/effects.ts';
import { identityOf } from '../../../simulator/firmware/identity.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from '../../../simulator/firmware/settings.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { isSettled, newTerminal, type Terminal } from '../../../simulator/firmware/terminal.ts';
import { World } from '../../../simulator/world/world.ts';

const START = Date.parse('2026-01-05T08:00:00+08:00');

interface Options {
  readonly revision?: Revision;
  readonly settings?: Partial<FirmwareSettings>;
  readonly reportForMs?: number;
  /** Reports are due at this share of the interval, and every interval after. */
  readonly spread?: number;
}

function terminalOf({
  revision = 2013,
  settings,
  reportForMs = Number.POSITIVE_INFINITY,
  spread = 0.5,
}: Options): Terminal {
  const vehicle = new World(seededRandom('firmware')).vehicle(0);
  return newTerminal({
    identity: identityOf(0, revision, 13_800_000_001),
    vehicle,
    settings: { ...FACTORY_SETTINGS, ...settings },
    spread,
    powerAt: START,
    reportForMs,
  });
}

const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

/** An effect in one line: `send 0200 #2`, `stored 0704 #3 x14`. */
function inWords(effect: Effect): string {
  switch (effect.kind) {
    case 'dial':
    case 'made':
      return effect.kind;
    case 'hangUp':
      return `hangUp ${effect.how}`;
    case 'send':
      return `send ${hex4(effect.id)} #${effect.serial}${effect.again ? ' again' : ''}`;
    case 'stored':
      return `stored ${hex4(effect.id)} #${effect.serial} x${effect.reports.length}`;
    case 'dropped':
      return `dropped ${effect.count}`;
    case 'note':
      return effect.what;
    default:
      return effect satisfies never;
  }
}

const wake: Input = { kind: 'wake' };
const connected: Input = { kind: 'connected' };
const closed: Input = { kind: 'closed' };
const registered: Input = { kind: 'registered', replySerial: 0, result: 0, authCode: 'CODE' };
const ack = (replyId: number, replySerial: number, result = 0): Input => ({
  kind: 'acknowledged',
  replyId,
  replySerial,
  result,
});
const ask = (id: number, serial = 7): Input => ({ kind: 'request', id, serial });

/** At ms after power-on | input | effects, in order. */
type Row = readonly [at: number, input: Input, ...effects: string[]];
const LOGIN: readonly Row[] = [
  [0, wake, 'dial'],
  [10, connected, 'send 0100 #0'],
  [20, registered, 'registered', 'send 0102 #1'],
  [30, ack(0x0102, 1), 'online'],
];

/** Plays the rows; also wakes the terminal whenever it asked for it, so that a row's effects are all since the row before. */
function play(terminal: Terminal, rows: readonly Row[]): void {
  const effects: Effect[] = [];
  for (const [at, input, ...expected] of rows) {
    for (let due = nextDeadline(terminal); due < START + at; due = nextDeadline(terminal))
      step(terminal, wake, due, effects);
    step(terminal, input, START + at, effects);
    expect([at, ...effects.map(inWords)]).toEqual([at, ...expected]);
    effects.length = 0;
  }
}

describe('a terminal logs in', () => {
  it('registers once, authenticates, and keeps its code over links', () => {
    play(terminalOf({}), [
      ...LOGIN,
      [100, closed],
      [1100, wake, 'dial'],
      [1110, connected, 'send 0102 #2'],
      [1120, ack(0x0102, 2), 'online'],
    ]);
  });

  it('registers anew when its code is refused, and gives the link up when the new one is refused too', () => {
    play(terminalOf({}), [
      ...LOGIN.slice(0, 3),
      [30, ack(0x0102, 1, 1), 'codeRefused', 'send 0100 #2'],
      [40, { ...registered, replySerial: 2 } as Input, 'registered', 'send 0102 #3'],
      [50, ack(0x0102, 3, 1), 'codeRefused', 'hangUp local'],
      [1060, wake, 'dial'],
      [1070, connected, 'send 0100 #4'],
    ]);
  });

  it.each([
    ['0x8100', { ...registered, result: 4, authCode: '' } as Input],
    ['the general response', ack(0x0100, 0, 1)],
  ])('tries again slowly when its registration is refused by %s', (_by, refusal) => {
    play(terminalOf({ settings: { reportMs: 3_600_000 } }), [
      [0, wake, 'dial'],
      [10, connected, 'send 0100 #0'],
      [20, refusal, 'registrationRefused', 'hangUp local'],
      [30_019, wake],
      [30_020, wake, 'dial'],
    ]);
  });

  it('sends nothing else before the platform has agreed: neither reports nor answers', () => {
    play(terminalOf({}), [...LOGIN.slice(0, 2), [15, ask(0x8201)], [4000, wake], [4999, wake], [5000, wake, 'made']]);
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
    play(terminalOf({ settings: { reportMs: 3_600_000 } }), [
      [0, wake, 'dial'],
      [10_000, wake, 'hangUp timeout'],
      [11_000, wake, 'dial'],
    ]);
  });
});

describe('a terminal reports', () => {
  it('at its own moment of every interval, and forgets a report only when the platform has it', () => {
    const terminal = terminalOf({ reportForMs: 20_000 });
    play(terminal, [...LOGIN, [5000, wake, 'made', 'send 0200 #2'], [5010, ack(0x0200, 2), 'stored 0200 #2 x1']]);
    expect(isSettled(terminal)).toBe(false);
    play(terminal, [
      [15_000, wake, 'made', 'send 0200 #3'],
      [20_000, wake, 'send 0200 #3 again'],
    ]);
    expect(isSettled(terminal)).toBe(false);
    play(terminal, [[20_010, ack(0x0200, 3), 'stored 0200 #3 x1']]);
    expect(isSettled(terminal)).toBe(true);
  });

  it('repeats an unanswered message after 5, 10, 30 s with its serial, then gives up the link after 120 s', () => {
    play(terminalOf({ reportForMs: 10_000, settings: { heartbeatMs: 3_600_000 } }), [
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
  });

  it('from memory what was due in a blind area, each batch after the one before is acknowledged, live reports in between', () => {
    const terminal = terminalOf({ settings: { reportMs: 1000, retries: 0 } });
    const effects: Effect[] = [];
    step(terminal, wake, START, effects);
    step(terminal, { kind: 'unreachable' }, START + 30_000, effects);
    const blind = effects.filter((effect) => effect.kind === 'made').length;
    expect(blind).toBe(30);
    play(terminal, [
      [31_000, wake, 'made', 'dial'],
      [31_010, connected, 'send 0100 #0'],
      [31_020, registered, 'registered', 'send 0102 #1'],
      [31_030, ack(0x0102, 1), 'online', 'send 0704 #2'],
      [31_500, wake, 'made', 'send 0200 #3'],
      [31_510, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [31_520, ack(0x0704, 2), 'stored 0704 #2 x17', 'send 0704 #4'],
      [31_530, ack(0x0704, 4), 'stored 0704 #4 x14'],
    ]);
  });

  it('in 2011 sends what it stored as it would have been, one after another', () => {
    play(terminalOf({ revision: 2011, settings: { reportMs: 1000 }, reportForMs: 3000 }), [
      [0, wake, 'dial'],
      [2600, connected, 'made', 'made', 'made', 'send 0100 #0'],
      [2610, registered, 'registered', 'send 0102 #1'],
      [2620, ack(0x0102, 1), 'online', 'send 0200 #2'],
      [2630, ack(0x0200, 2), 'stored 0200 #2 x1', 'send 0200 #3'],
      [2640, ack(0x0200, 3), 'stored 0200 #3 x1', 'send 0200 #4'],
      [2650, ack(0x0200, 4), 'stored 0200 #4 x1'],
    ]);
  });

  it('turns to plain reports when the platform does not know 0x0704', () => {
    play(terminalOf({ reportForMs: 10_000 }), [
      [0, wake, 'dial'],
      [6000, connected, 'made', 'send 0100 #0'],
      [6010, registered, 'registered', 'send 0102 #1'],
      [6020, ack(0x0102, 1), 'online', 'send 0704 #2'],
      [6030, ack(0x0704, 2, 3), 'reportRefused'],
      [7030, wake, 'send 0200 #3'],
      [7040, ack(0x0200, 3), 'stored 0200 #3 x1'],
    ]);
  });

  it('keeps what the platform cannot store, waits longer each time, and tells again who it is after three refusals', () => {
    play(terminalOf({ settings: { reportMs: 60_000 }, spread: 0.5 }), [
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
  });

  it('keeps no more than its memory holds, and says what it lost', () => {
    play(terminalOf({ settings: { reportMs: 1000, blindDepth: 2 } }), [
      [0, wake, 'dial'],
      [3600, wake, 'made', 'made', 'made', 'dropped 1', 'made', 'dropped 1'],
    ]);
  });

  it('lets no more than a window of reports wait for answers', () => {
    play(terminalOf({ settings: { reportMs: 1000, window: 2 } }), [
      ...LOGIN,
      [2500, wake, 'made', 'send 0200 #2', 'made', 'send 0200 #3', 'made', 'send 0704 #4'],
      [2510, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [3500, wake, 'made', 'send 0200 #5'],
    ]);
  });

  it('takes an answer to nothing for what it is', () => {
    play(terminalOf({}), [...LOGIN, [40, ack(0x0200, 99), 'strayAnswer'], [50, ack(0x0200, 1), 'strayAnswer']]);
  });

  it('makes none after it was told to finish', () => {
    const terminal = terminalOf({});
    play(terminal, [
      ...LOGIN,
      [5000, wake, 'made', 'send 0200 #2'],
      [6000, { kind: 'finish' }],
      [6010, ack(0x0200, 2), 'stored 0200 #2 x1'],
    ]);
    expect(isSettled(terminal)).toBe(true);
    play(terminal, [[35_000, wake, 'send 0002 #3']]);
  });
});

describe('a terminal is silent', () => {
  it('for no longer than its heartbeat, which any message puts off', () => {
    play(terminalOf({ settings: { reportMs: 80_000 } }), [
      ...LOGIN,
      [30_019, wake],
      [30_020, wake, 'send 0002 #2'],
      [30_030, ack(0x0002, 2)],
      [40_000, wake, 'made', 'send 0200 #3'],
      [40_010, ack(0x0200, 3), 'stored 0200 #3 x1'],
      [69_999, wake],
      [70_000, wake, 'send 0002 #4'],
    ]);
  });
});

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
      ...(fault === undefined ? {} : { fault }),
    });
    expect([id, formatHex(body)]).toEqual([0x0001, `0708${hex4(asked)}0${result}`]);
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
      parameters: { heartbeatInterval: 20, defaultReportInterval: 2, maximumSpeed: 90 },
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
      parameters: { defaultReportInterval: seconds },
    });
    expect(terminal.reportMs).toBe(10_000);
  });
});

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
