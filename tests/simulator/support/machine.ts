/** Terminals without a fleet: played row by row, so that what the firmware does can be read as a table. */
import { type Revision, seededRandom } from '../../../protocol/index.ts';
import type { Effect, Input, Registered } from '../../../simulator/firmware/effects.ts';
import { identityOf } from '../../../simulator/firmware/identity.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from '../../../simulator/firmware/settings.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { newTerminal, type Terminal } from '../../../simulator/firmware/terminal.ts';
import { World } from '../../../simulator/world/world.ts';

export const START = Date.parse('2026-01-05T08:00:00+08:00');

export interface Options {
  readonly revision?: Revision;
  readonly settings?: Partial<FirmwareSettings>;
  readonly reportForMs?: number;
  /** Reports are due at this share of the interval, and every interval after. */
  readonly spread?: number;
}

export function terminalOf({
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
    case 'send': {
      const part = effect.total === 0 ? '' : ` ${effect.number}/${effect.total}`;
      return `send ${hex4(effect.id)} #${effect.serial}${part}${effect.again ? ' again' : ''}`;
    }
    case 'nmea':
      return `nmea x${effect.sentences.length}`;
    case 'attach':
      return `attach ${effect.order.host}:${effect.order.port}`;
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

export const wake: Input = { kind: 'wake' };
export const connected: Input = { kind: 'connected' };
export const closed: Input = { kind: 'closed' };
export const registered: Registered = { kind: 'registered', replySerial: 0, result: 0, authCode: 'CODE' };
export const ack = (replyId: number, replySerial: number, result = 0): Input => ({
  kind: 'acknowledged',
  replyId,
  replySerial,
  result,
});
export const ask = (id: number, serial = 7, body: unknown = {}): Input => ({ kind: 'request', id, serial, body });

/** At ms after power-on | input | effects, in order. */
export type Row = readonly [at: number, input: Input, ...effects: string[]];
export const LOGIN: readonly Row[] = [
  [0, wake, 'dial'],
  [10, connected, 'send 0100 #0'],
  [20, registered, 'registered', 'send 0102 #1'],
  [30, ack(0x0102, 1), 'online'],
];

/** What came of each row, beside what should have. */
interface Played {
  readonly told: unknown[];
  readonly rows: unknown[];
}

/** Plays the rows; wakes the terminal whenever it asked for that in between. */
export function play(terminal: Terminal, rows: readonly Row[]): unknown[] {
  return rows.map(([at, input]) => {
    const effects: Effect[] = [];
    for (let due = nextDeadline(terminal); due < START + at; due = nextDeadline(terminal)) {
      step(terminal, wake, due, effects);
    }
    step(terminal, input, START + at, effects);
    return [at, ...effects.map(inWords)];
  });
}

export function continued(terminal: Terminal, rows: readonly Row[]): Played {
  return { told: play(terminal, rows), rows: rows.map(([at, _input, ...effects]) => [at, ...effects]) };
}

/** One terminal from the factory, row by row. */
export function played(options: Options, rows: readonly Row[]): Played {
  return continued(terminalOf(options), rows);
}
