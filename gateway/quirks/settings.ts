/**
 * What an operator says of terminals, over what was learnt: `jt808.quirks`, a map from a phone or a model to settings.
 *
 *     quirks:
 *       "13912345678": { time: utc }
 *       BSJ-A6: { vendor: bsj, items: 2 }
 */
import { type Charset, VENDOR_PROFILES } from '../../protocol/index.ts';

/** What may be said; what is not said is learnt. */
export interface QuirkSettings {
  readonly time?: 'utc+8' | 'utc';
  readonly items?: '1' | '2';
  readonly revision?: '2011' | '2013' | '2019';
  /** Of its texts, in both directions. */
  readonly text?: Charset;
  /** Octets of a manufacturer id where the standard has five. */
  readonly manufacturer?: '5' | '11';
  readonly altitude?: 'unsigned' | 'signed';
  /** Of the time that it is told (0x8004), which the standard has in UTC. */
  readonly clock?: 'utc' | 'utc+8';
  /** Name of a vendor profile, or `none`. */
  readonly vendor?: string;
}

/** By phone without leading zeros, or by model or manufacturer as registered. */
export type QuirkOverrides = ReadonlyMap<string, QuirkSettings>;

const CHOICES: Readonly<Record<keyof QuirkSettings, readonly string[]>> = {
  time: ['utc+8', 'utc'],
  items: ['1', '2'],
  revision: ['2011', '2013', '2019'],
  text: ['gbk', 'utf-8'],
  manufacturer: ['5', '11'],
  altitude: ['unsigned', 'signed'],
  clock: ['utc', 'utc+8'],
  vendor: ['none', ...Object.keys(VENDOR_PROFILES)],
};

/** What `parseQuirks` takes, in words. */
export const QUIRKS_EXPECTED = `a map of phones or models to settings of ${Object.entries(CHOICES)
  .map(([name, choices]) => `${name} (${choices.join(', ')})`)
  .join('; ')}`;

/** Undefined where anything in it is not as expected. Text is read as JSON, for environments and flags. */
export function parseQuirks(raw: unknown): QuirkOverrides | undefined {
  const given = typeof raw === 'string' ? fromText(raw) : raw;
  if (!isMap(given)) return undefined;
  const overrides = new Map<string, QuirkSettings>();
  for (const [key, settings] of Object.entries(given)) {
    if (!isMap(settings) || key.trim() === '') return undefined;
    const entry: Record<string, string> = {};
    for (const [name, value] of Object.entries(settings)) {
      const choices = CHOICES[name as keyof QuirkSettings] as readonly string[] | undefined;
      if (choices === undefined || !choices.includes(String(value))) return undefined;
      entry[name] = String(value);
    }
    overrides.set(/^\d+$/.test(key) ? key.replace(/^0+(?=.)/, '') : key, entry);
  }
  return overrides;
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
