import { expect, test } from 'vitest';
import { OF_EVERY_REPORT, Terminal } from '../../../../gateway/fold/detect/terminal.ts';
import { Drive, hear, newDetector, type Says } from './drive.ts';

type Numbers = Record<string, number>;

/** Names of numbers that lie behind those of every report. */
function others(): string[] {
  const near = new Set<string>(OF_EVERY_REPORT);
  const all = Object.getOwnPropertyNames(Object.getPrototypeOf(Terminal.prototype));
  return all.filter((name) => name !== 'constructor' && !near.has(name));
}

/** Those of them that are read or written while `what` is done. */
function asked(what: () => void): string[] {
  const names = new Set<string>();
  const rows = Object.getPrototypeOf(Terminal.prototype) as Numbers;
  for (const name of others()) {
    Object.defineProperty(Terminal.prototype, name, {
      configurable: true,
      get(this: Numbers) {
        names.add(name);
        return Reflect.get<Numbers, string>(rows, name, this);
      },
      set(this: Numbers, value: number) {
        names.add(name);
        Reflect.set(rows, name, value, this);
      },
    });
  }
  try {
    what();
  } finally {
    for (const name of others()) Reflect.deleteProperty(Terminal.prototype, name);
  }
  return [...names];
}

const driven = (at: number): Says => ({
  speed: 50,
  wheels: 50,
  east: at * 14,
  mileage: 1000 + at * 0.014,
  volts: 13.8,
});

test.each<[string, (at: number) => Says]>([
  ['drives', driven],
  ['drives and has no wheels to ask', (at) => ({ speed: 50, east: at * 14 })],
])('a report of one that %s asks for the first lines of its row only', (_, says) => {
  const every = 10;
  const drive = new Drive().login().report(1200, every, says);
  const before = drive.records.length;
  drive.report(every, every, says);
  const { detector } = hear(drive.records.slice(0, before), newDetector());
  expect(asked(() => hear(drive.records.slice(before), detector, before + 1))).toEqual([]);
});

test('these are five lines of sixteen numbers, each named once', () => {
  expect(new Set<string>(OF_EVERY_REPORT).size).toBe(5 * 16);
  expect(OF_EVERY_REPORT.length).toBe(5 * 16);
});
