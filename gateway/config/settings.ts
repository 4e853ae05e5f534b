/** The schema laid flat: one entry a setting, with its names in the file, the environment and the command line. */
import { CONFIG } from './schema.ts';
import type { SettingNotes } from './setting.ts';

export interface Setting extends SettingNotes {
  /** Dotted path in the file: `jt808.idleTimeout`. */
  readonly path: string;
  readonly section: string;
  readonly env: string;
}

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly kind?: string;
}

/** `influx-url` and `idleTimeout` → `INFLUX_URL`, `IDLE_TIMEOUT`. */
function screaming(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[.-]/g, '_')
    .toUpperCase();
}

function walk(node: SchemaNode, path: string, into: Setting[]): void {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const at = path === '' ? key : `${path}.${key}`;
    if (child.kind === undefined) {
      walk(child, at, into);
      continue;
    }
    const notes = child as unknown as SettingNotes;
    into.push({ ...notes, path: at, section: path, env: `XINGJI_${screaming(notes.flag ?? at)}` });
  }
}

function flatten(): readonly Setting[] {
  const all: Setting[] = [];
  walk(CONFIG as unknown as SchemaNode, '', all);
  return all;
}

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = flatten();

function sectionsOf(node: SchemaNode, path: string): [string, string][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, string][] => {
    if (child.kind !== undefined) return [];
    const at = path === '' ? key : `${path}.${key}`;
    return [[at, child.description ?? ''], ...sectionsOf(child, at)];
  });
}

/** Sections of the file with a sentence each, each behind the one that it stands in; the top level is the empty name. */
export const SECTIONS: ReadonlyMap<string, string> = new Map([
  ['', 'The gateway.'],
  ...sectionsOf(CONFIG as unknown as SchemaNode, ''),
]);

/** `influx-url` → `influxUrl`, as commander names options. */
export function flagKey(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const PLACEHOLDER: Readonly<Record<string, string>> = {
  address: 'HOST:PORT',
  url: 'URL',
  secret: 'TOKEN',
  count: 'N',
  duration: 'TIME',
  size: 'SIZE',
};

export interface Flag {
  /** For commander: `--influx-url <URL>`. */
  readonly flags: string;
  readonly description: string;
}

/** The settings that `serve` takes as flags; hand `command.opts()` to `loadConfig` as `flags`. */
export const CONFIG_FLAGS: readonly Flag[] = SETTINGS.flatMap((setting) => {
  if (setting.flag === undefined) return [];
  const value = setting.kind === 'choice' ? (setting.choices ?? []).join('|') : (PLACEHOLDER[setting.kind] ?? 'VALUE');
  return [{ flags: `--${setting.flag} <${value}>`, description: setting.description }];
});
