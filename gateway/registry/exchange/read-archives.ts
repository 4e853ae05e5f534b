/**
 * Files of vehicles → archive facts: CSV with a line of names, JSON lines, or a JSON array. Every fault is told with its line; a file
 * with any is not taken at all.
 */
import { type Facts, factFaults } from '../../../bridge/index.ts';
import { plateColorCode } from '../plate-color.ts';
import { terminalKey } from '../terminal-key.ts';
import { parseCsv } from './csv.ts';

type ArchiveFact = Facts['archive'];
export type ArchiveFormat = 'csv' | 'json';

export interface LineFault {
  /** From 1; in a JSON array the place of the item. */
  readonly line: number;
  readonly fault: string;
}

export interface ReadArchives {
  readonly facts: readonly ArchiveFact[];
  /** Line of each fact. */
  readonly lines: readonly number[];
  /** The first so many; `faulty` counts all lines with one. */
  readonly faults: readonly LineFault[];
  readonly faulty: number;
}

/** Faults told; the rest are counted. */
const MAX_FAULTS = 1000;

/** Columns, with the names under which files have them. */
const COLUMNS: Readonly<Record<keyof Omit<ArchiveFact, 'deleted'>, readonly string[]>> = {
  id: ['编号'],
  vehicle: ['车辆', '车辆编号'],
  plate: ['车牌', '车牌号', '车牌号码', '号牌号码'],
  plateColor: ['车牌颜色', '号牌颜色'],
  vin: ['车架号', '车辆识别代号'],
  division: ['行政区划', '行政区划代码'],
  unit: ['单位', '使用单位', '所属单位'],
  terminal: ['终端', '终端号', '终端手机号', 'SIM卡号'],
  terminalId: ['终端ID', '终端编号'],
  imei: [],
  iccid: [],
};
export const ARCHIVE_COLUMNS = Object.keys(COLUMNS) as readonly (keyof typeof COLUMNS)[];

const BY_NAME: ReadonlyMap<string, keyof typeof COLUMNS> = new Map(
  ARCHIVE_COLUMNS.flatMap((column) =>
    [column, ...COLUMNS[column]].map((name) => [name.toLowerCase(), column] as const),
  ),
);

interface Item {
  readonly line: number;
  readonly value?: unknown;
  /** Why there is no value. */
  readonly fault?: string;
}

/** Octets of a file as text: UTF-8, or GB 18030 as spreadsheets on Chinese machines write. */
export function decodeText(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('gb18030').decode(octets);
  }
}

function* csvItems(text: string): Generator<Item> {
  const rows = parseCsv(text);
  const first = rows.next();
  if (first.done === true) return;
  const head = first.value;
  const columns = head.cells.map((name) => BY_NAME.get(name.toLowerCase()));
  const unknown = head.cells.filter((_, at) => columns[at] === undefined);
  if (unknown.length > 0) {
    const known = ARCHIVE_COLUMNS.join(', ');
    yield {
      line: head.line,
      fault: `${unknown.map((name) => `"${name}"`).join(', ')}: is no known column, expected ${known}`,
    };
    return;
  }
  for (const { line, cells } of rows) {
    if (cells.length > columns.length) {
      yield { line, fault: `has ${cells.length} cells, expected ${columns.length}` };
      continue;
    }
    const entries = cells.flatMap((cell, at): [string, string | number][] => {
      const column = columns[at]!;
      if (cell === '') return [];
      return [[column, column === 'plateColor' ? (plateColorCode(cell) ?? cell) : cell]];
    });
    yield { line, value: Object.fromEntries(entries) };
  }
}

function parsed(line: number, text: string): Item {
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch {
    return { line, fault: 'is not JSON' };
  }
}

function* jsonItems(text: string): Generator<Item> {
  if (/^\s*\[/.test(text)) {
    const whole = parsed(1, text);
    if (!Array.isArray(whole.value)) yield whole;
    else for (const [at, value] of whole.value.entries()) yield { line: at + 1, value: value as unknown };
    return;
  }
  let line = 0;
  for (const each of text.replace(/^\ufeff/, '').split('\n')) {
    line++;
    if (each.trim() !== '') yield parsed(line, each);
  }
}

/** `id` may be left out where there is a vehicle: then it is the vehicle's. */
function withId(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'id' in value || !('vehicle' in value)) return value;
  return { id: value.vehicle, ...value };
}

/** Two of these may not stand in one file: it would not say which holds. */
const KEYS: readonly (readonly [what: string, key: (fact: ArchiveFact) => string])[] = [
  ['id', ({ id }) => id],
  ['terminal', ({ terminal }) => terminalKey(terminal)],
  ['plate', ({ plate, plateColor }) => `${plate} ${plateColorCode(plateColor) ?? plateColor}`],
];

/** Reads all of a text. `progress` hears of the lines now and then. */
export function readArchives(text: string, format: ArchiveFormat, progress?: (line: number) => void): ReadArchives {
  const facts: ArchiveFact[] = [];
  const lines: number[] = [];
  const faults: LineFault[] = [];
  const seen = KEYS.map(() => new Map<string, number>());
  let faulty = 0;
  for (const item of format === 'csv' ? csvItems(text) : jsonItems(text)) {
    const { line } = item;
    const value = withId(item.value);
    const found = item.fault === undefined ? [...factFaults('archive', value)] : [item.fault];
    if (found.length === 0) {
      const fact = value as ArchiveFact;
      for (const [at, [what, key]] of KEYS.entries()) {
        const before = seen[at]!.get(key(fact));
        if (before !== undefined) found.push(`${what}: is ${fact[what as 'id']}, as in line ${before}`);
        else seen[at]!.set(key(fact), line);
      }
      facts.push(fact);
      lines.push(line);
    }
    if (found.length > 0) faulty++;
    for (const fault of found) if (faults.length < MAX_FAULTS) faults.push({ line, fault });
    if (lines.length % 1000 === 0) progress?.(line);
  }
  return { facts, lines, faults, faulty };
}
