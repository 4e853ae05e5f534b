/** The command line of `xingji commission`, read and checked. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parse } from 'yaml';
import { type Expected, type Job, JOBS, type OrderBook, readOrderBook } from '../../commission/order.ts';
import type { Photo } from '../../commission/notebook.ts';
import type { Deed } from '../../commission/step.ts';
import { readTemplates, type Template } from '../../commission/template.ts';
import { ToolFault } from '../terminal/tool.ts';
import type { LinkFlags } from '../terminal/open-link.ts';

export interface CommissionFlags extends Omit<LinkFlags, 'serial'> {
  readonly serial?: string | true;
  readonly order?: string;
  readonly facts?: string;
  readonly expect?: readonly string[];
  readonly template?: string;
  readonly job?: string;
  readonly drills?: string;
  readonly installer?: string;
  readonly photo?: readonly string[];
  readonly wait: number;
  readonly out: string;
  readonly keys?: string;
  readonly bulk?: string;
  readonly yes?: true;
  readonly json?: true;
  readonly lang?: 'zh' | 'en';
}

/** What a list of drills may name, and what a hand does for it. */
export const DRILLS: Readonly<Record<string, readonly Deed[]>> = {
  power: ['cutPower', 'restorePower'],
  antenna: ['unplugAntenna', 'plugAntenna'],
  case: ['openCase', 'closeCase'],
  key: ['keyOff', 'keyOn'],
  drive: ['drive'],
};

const EXPECTABLE = [
  'plate',
  'plateColor',
  'vin',
  'division',
  'unit',
  'terminal',
  'terminalId',
  'imei',
  'iccid',
] as const satisfies readonly (keyof Expected)[];
const MAX_PHOTOS = 8;
const MAX_PHOTO_OCTETS = 4 << 20;
const IMAGES: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png' };

/** Deeds that somebody does; undefined where the list was not given. Throws ToolFault. */
export function deedsOf(list: string | undefined): ReadonlySet<Deed> | undefined {
  if (list === undefined) return undefined;
  if (list === 'none') return new Set();
  const names = list === 'all' ? Object.keys(DRILLS) : list.split(',');
  const unknown = names.find((name) => !Object.hasOwn(DRILLS, name));
  if (unknown !== undefined)
    throw new ToolFault(`--drills is '${list}', expected all, none, or some of ${Object.keys(DRILLS).join(',')}`, 2);
  return new Set(names.flatMap((name) => DRILLS[name]!));
}

export function jobIn(text: string | undefined): Job | undefined {
  if (text === undefined) return undefined;
  const job = JOBS.find((each) => each === text);
  if (job === undefined) throw new ToolFault(`--job is '${text}', expected one of ${JOBS.join(', ')}`, 2);
  return job;
}

/** What is said about the vehicle by itself, over what an order says. */
export function expectedIn(pairs: readonly string[] = []): Expected {
  const expected: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = EXPECTABLE.find((each) => each === pair.slice(0, at));
    const value = pair.slice(at + 1).trim();
    const wrong = name === undefined || value === '' || (name === 'division' && !/^\d{6}$/.test(value));
    if (wrong)
      throw new ToolFault(
        `--expect is '${pair}', expected NAME=VALUE with ${EXPECTABLE.join(', ')}; a division has six digits`,
        2,
      );
    expected[name] = name === 'terminal' ? value.replace(/^0+(?=.)/, '') : value;
  }
  return expected;
}

export function orderBookIn(path: string | undefined): OrderBook | undefined {
  if (path === undefined) return undefined;
  const book = readOrderBook(textOf(path, '--facts'));
  if ('wrong' in book) throw new ToolFault(book.wrong.map((line) => `${path}: ${line}`).join('\n'), 2);
  return book;
}

/** YAML, which JSON is as well. */
export function templatesIn(path: string | undefined): readonly Template[] {
  if (path === undefined) return [];
  let value: unknown;
  try {
    value = parse(textOf(path, '--template'));
  } catch (error) {
    throw new ToolFault(`${path}: ${(error as Error).message.split('\n')[0]}`, 2);
  }
  const templates = readTemplates(value);
  if ('wrong' in templates) throw new ToolFault(templates.wrong.map((line) => `${path}: ${line}`).join('\n'), 2);
  return templates;
}

/** Pictures that the installer took. */
export function photosIn(paths: readonly string[] = []): readonly Photo[] {
  if (paths.length > MAX_PHOTOS)
    throw new ToolFault(`--photo was given ${paths.length} times, at most ${MAX_PHOTOS}`, 2);
  return paths.map((path) => {
    const type = IMAGES[extname(path).toLowerCase()];
    if (type === undefined) throw new ToolFault(`--photo is '${path}', expected a .jpg or .png`, 2);
    const octets = octetsOf(path, '--photo');
    if (octets.length > MAX_PHOTO_OCTETS)
      throw new ToolFault(`${path} has ${octets.length} octets, at most ${MAX_PHOTO_OCTETS} go into a record`, 2);
    return { name: path.replaceAll('\\', '/').split('/').at(-1)!, type, octets };
  });
}

export function textOf(path: string, flag: string): string {
  return new TextDecoder().decode(octetsOf(path, flag));
}

function octetsOf(path: string, flag: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new ToolFault(`${flag} is '${path}', expected a file that can be read: ${(error as Error).message}`, 2);
  }
}
