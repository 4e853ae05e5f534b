/**
 * How terminals of a unit are to be set up, and what is asked of their surroundings. Several stand in one file; the one
 * that names the vehicle's unit is taken, else the longest division that holds it, else the one that names neither.
 */
import type { Json } from '../../protocol/index.ts';

/** What a step measures must lie within these. */
export interface Limits {
  /** Seconds that the terminal's clock may be off. */
  readonly clockS: number;
  /** Seconds until a fix, from the beginning of that step. */
  readonly fixS: number;
  readonly satellites: number;
  readonly beidou: number;
  /** dB-Hz, mean of the four strongest BeiDou satellites. */
  readonly cn0: number;
  /** As the modem reads it, 0 to 31. */
  readonly csq: number;
  /** Percent of the battery inside. */
  readonly backupPercent: number;
  /** Millivolts that the battery inside must have, where it tells volts. */
  readonly backupMv: number;
  /** Volts at rest, by the vehicle's system. */
  readonly restV: { readonly 12: readonly [number, number]; readonly 24: readonly [number, number] };
  /** Seconds that a drill waits for a hand, and that the terminal may take to tell. */
  readonly drillS: number;
}

export interface Template {
  readonly name: string;
  readonly units: readonly string[];
  /** Leading digits of GB/T 2260 codes. */
  readonly divisions: readonly string[];
  /** Where its terminals report to. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
  /** Addresses that a new terminal comes with: another one belongs to somebody. */
  readonly factoryServers: readonly string[];
  /** Parameters by their names, in the form of `xingji decode`. */
  readonly params: Readonly<Record<string, Json>>;
  readonly limits: Limits;
}

export const USUAL_LIMITS: Limits = {
  clockS: 30,
  fixS: 120,
  satellites: 6,
  beidou: 4,
  cn0: 30,
  csq: 12,
  backupPercent: 50,
  backupMv: 3600,
  restV: { 12: [11.8, 14.8], 24: [23.6, 29.6] },
  drillS: 30,
};

/** Asks nothing of the parameters but that BeiDou is used. */
export const NO_TEMPLATE: Template = {
  name: 'none',
  units: [],
  divisions: [],
  server: undefined,
  factoryServers: [],
  params: {},
  limits: USUAL_LIMITS,
};

const FIELDS = ['name', 'units', 'divisions', 'server', 'factoryServers', 'params', 'limits'];

/** Reads templates as they were parsed: one, or a list; `wrong` has a line for each fault, by its path. */
export function readTemplates(value: unknown): readonly Template[] | { readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  const all = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  const read = all.map((each, i) => templateOf(each, Array.isArray(value) ? `${i}.` : '', wrong));
  return wrong.length > 0 ? { wrong } : read;
}

function templateOf(value: unknown, at: string, wrong: string[]): Template {
  if (!isRecord(value)) {
    wrong.push(`${at}: expected a template with ${FIELDS.join(', ')}`);
    return NO_TEMPLATE;
  }
  for (const name of Object.keys(value))
    if (!FIELDS.includes(name)) wrong.push(`${at}${name}: no such field, expected ${FIELDS.join(', ')}`);
  const { name = 'unnamed', units = [], divisions = [], server, factoryServers = [], params = {}, limits = {} } = value;
  if (typeof name !== 'string') wrong.push(`${at}name: expected a text`);
  for (const [field, list] of Object.entries({ units, divisions, factoryServers }))
    if (!isTexts(list)) wrong.push(`${at}${field}: expected a list of texts`);
  if (!isRecord(params)) wrong.push(`${at}params: expected parameters by name`);
  return {
    name: String(name),
    units: isTexts(units) ? units : [],
    divisions: isTexts(divisions) ? divisions : [],
    server: serverOf(server, at, wrong),
    factoryServers: isTexts(factoryServers) ? factoryServers : [],
    params: params as Template['params'],
    limits: limitsOf(limits, at, wrong),
  };
}

function serverOf(value: unknown, at: string, wrong: string[]): Template['server'] {
  if (value === undefined) return undefined;
  const [, host, port] = /^\[?([^\s\]]+?)\]?:(\d{1,5})$/.exec(typeof value === 'string' ? value : '') ?? [];
  if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return { host, port: Number(port) };
  wrong.push(`${at}server: is ${JSON.stringify(value)}, expected host:port`);
  return undefined;
}

function limitsOf(value: unknown, at: string, wrong: string[]): Limits {
  if (!isRecord(value)) {
    wrong.push(`${at}limits: expected limits by name`);
    return USUAL_LIMITS;
  }
  for (const [name, limit] of Object.entries(value)) {
    const known = name in USUAL_LIMITS;
    const fits = name === 'restV' ? isRanges(limit) : typeof limit === 'number' && limit >= 0;
    if (!known) wrong.push(`${at}limits.${name}: no such limit, expected ${Object.keys(USUAL_LIMITS).join(', ')}`);
    else if (!fits)
      wrong.push(`${at}limits.${name}: expected ${name === 'restV' ? '{"12":[least,most]} and "24"' : 'a number'}`);
  }
  const { restV = {}, ...numbers } = value as Partial<Limits>;
  return { ...USUAL_LIMITS, ...numbers, restV: { ...USUAL_LIMITS.restV, ...restV } };
}

/** The template for a vehicle; undefined where none is for it. */
export function templateFor(
  templates: readonly Template[],
  { unit = '', division = '' }: { readonly unit?: string; readonly division?: string },
): Template | undefined {
  const ofUnit = templates.find(({ units }) => units.includes(unit));
  if (ofUnit !== undefined) return ofUnit;
  const lengthIn = ({ divisions }: Template): number =>
    Math.max(0, ...divisions.filter((prefix) => division !== '' && division.startsWith(prefix)).map((p) => p.length));
  const nearest = templates.toSorted((a, b) => lengthIn(b) - lengthIn(a))[0];
  if (nearest !== undefined && lengthIn(nearest) > 0) return nearest;
  return templates.find(({ units, divisions }) => units.length === 0 && divisions.length === 0);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isRange = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number');

const isRanges = (value: unknown): boolean =>
  isRecord(value) && Object.entries(value).every(([system, range]) => ['12', '24'].includes(system) && isRange(range));
