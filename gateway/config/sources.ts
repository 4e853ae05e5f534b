/** Collects what was given, and where: the file, the environment, the command line. Nothing is interpreted yet. */
import { parseDocument } from 'yaml';
import { distance, nearest } from './nearest.ts';
import { SECTIONS, SETTINGS, flagKey, type Setting } from './settings.ts';
import { show } from './value.ts';

/** One thing that is wrong with the configuration. */
export interface ConfigFault {
  /** The setting as in the file (`jt808.idleTimeout`), or the name that is not known. */
  readonly path: string;
  /** Where it was given: `--jt808`, `XINGJI_JT808`, the name of the file. */
  readonly source: string;
  /** What was found, secrets hidden. */
  readonly got: string;
  readonly expected: string;
}

/** A setting as it was written. */
export interface Given {
  readonly setting: Setting;
  readonly raw: unknown;
  readonly source: string;
}

export interface Collected {
  readonly given: Given[];
  readonly faults: ConfigFault[];
}

export type ReadText = (path: string) => string;

/** Variables of this name space that are no settings of the gateway. */
const OTHER_VARIABLES: ReadonlySet<string> = new Set(['XINGJI_CONFIG', 'XINGJI_REAL']);

function reason(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.message) : String(error);
}

/** Its value is not shown: it may be a secret under a mistyped name. */
function unknown(path: string, source: string, names: Iterable<string>): ConfigFault {
  const near = nearest(path, names);
  return {
    path,
    source,
    got: 'no such setting',
    expected: near === undefined ? 'a name of docs/configuration.md' : `perhaps ${near}`,
  };
}

/** A secret kept in a file of its own, as container platforms mount them; the line end is not part of it. */
function readSecret(setting: Setting, file: unknown, source: string, read: ReadText, into: Collected): void {
  try {
    if (typeof file !== 'string') throw new Error('not a path');
    into.given.push({ setting, raw: read(file).replace(/\r?\n$/, ''), source: `${source} (${file})` });
  } catch (error) {
    into.faults.push({
      path: `${setting.path}File`,
      source,
      got: `${show(undefined, file)}: ${reason(error)}`,
      expected: 'a file that can be read',
    });
  }
}

/** The section that a section stands in. */
function parentOf(section: string): string {
  return section.slice(0, Math.max(0, section.lastIndexOf('.')));
}

function walkFile(
  node: Readonly<Record<string, unknown>>,
  section: string,
  source: string,
  read: ReadText,
  into: Collected,
): void {
  const here = SETTINGS.filter((setting) => setting.section === section);
  const names = here
    .map((setting) => setting.path)
    .concat([...SECTIONS.keys()].filter((name) => name !== '' && parentOf(name) === section));
  for (const [key, raw] of Object.entries(node)) {
    const path = section === '' ? key : `${section}.${key}`;
    const setting = here.find((each) => each.path === path);
    const secret = here.find((each) => each.kind === 'secret' && `${each.path}File` === path);
    if (setting !== undefined) into.given.push({ setting, raw, source });
    else if (secret !== undefined) readSecret(secret, raw, source, read, into);
    else if (path !== '' && SECTIONS.has(path)) {
      // A section of which every line is commented out reads as null.
      if (isMap(raw)) walkFile(raw, path, source, read, into);
      else if (raw !== null)
        into.faults.push({ path, source, got: show(undefined, raw), expected: 'a section with settings below it' });
    } else into.faults.push(unknown(path, source, names));
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a YAML file of settings. */
export function collectFile(file: string, read: ReadText): Collected {
  const into: Collected = { given: [], faults: [] };
  try {
    // Whole numbers as bigint: a phone of 20 digits written without quotes must not be rounded.
    const document = parseDocument(read(file), { intAsBigInt: true });
    for (const error of document.errors)
      into.faults.push({ path: file, source: file, got: reason(error), expected: 'YAML' });
    const root: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
    if (isMap(root)) walkFile(root, '', file, read, into);
    else if (root !== null)
      into.faults.push({ path: file, source: file, got: show(undefined, root), expected: 'settings by name' });
  } catch (error) {
    into.faults.push({ path: file, source: file, got: reason(error), expected: 'a file that can be read' });
  }
  return into;
}

/**
 * Reads `XINGJI_*`. A name that is nearly one of ours is a slip and a fault; others are left alone, since orchestrators
 * put variables such as `XINGJI_SERVICE_HOST` into every container beside a service of that name.
 */
export function collectEnvironment(env: Readonly<Record<string, string | undefined>>, read: ReadText): Collected {
  const into: Collected = { given: [], faults: [] };
  const known = new Set(
    SETTINGS.flatMap((each) => (each.kind === 'secret' ? [each.env, `${each.env}_FILE`] : [each.env])),
  );
  for (const setting of SETTINGS) {
    // Compose files pass variables on as empty text where they are not set.
    const raw = env[setting.env] || undefined;
    const file = (setting.kind === 'secret' && env[`${setting.env}_FILE`]) || undefined;
    if (raw !== undefined && file !== undefined) {
      into.faults.push({
        path: setting.path,
        source: setting.env,
        got: `${setting.env} and ${setting.env}_FILE`,
        expected: 'one of the two',
      });
    } else if (raw !== undefined) into.given.push({ setting, raw, source: setting.env });
    else if (file !== undefined) readSecret(setting, file, `${setting.env}_FILE`, read, into);
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith('XINGJI_') || known.has(name) || OTHER_VARIABLES.has(name)) continue;
    const near = nearest(name, known);
    if (near !== undefined && distance(name, near) <= 2) into.faults.push(unknown(name, 'environment', known));
  }
  return into;
}

/** Reads options as commander gives them; keys that are no settings belong to the command itself. */
export function collectFlags(flags: Readonly<Record<string, unknown>>): Collected {
  const given = SETTINGS.flatMap((setting): Given[] => {
    const raw = setting.flag === undefined ? undefined : flags[flagKey(setting.flag)];
    return raw === undefined ? [] : [{ setting, raw, source: `--${setting.flag}` }];
  });
  return { given, faults: [] };
}
