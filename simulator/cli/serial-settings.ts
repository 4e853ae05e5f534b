/** The flags of `xingji simulate --pty` and `--serial`. */
import { readFileSync } from 'node:fs';
import { readScript, type ScriptStep } from '../drill/script.ts';
import { PROFILES } from '../profiles/index.ts';
import type { Profile } from '../profiles/profile.ts';
import { FlagReader, type Flags } from './flag-reader.ts';
import { readSettings, type SimulateSettings } from './settings.ts';

export interface SerialSettings extends SimulateSettings {
  readonly path: string;
  /** Made by this command where it does not exist yet. */
  readonly pty: boolean;
  readonly baud: number;
  readonly profile: Profile;
  /** Undefined: commands come from a person. */
  readonly script: readonly ScriptStep[] | undefined;
}

const FASTEST = 4_000_000;

/** Reads the flags; `wrong` has a line for every one that cannot be meant. */
export function readSerialSettings(flags: Flags): { settings: SerialSettings } | { wrong: readonly string[] } {
  const read = readSettings(flags);
  const reader = new FlagReader(flags);
  const pty = reader.path('pty');
  const path = pty ?? reader.path('serial') ?? '';
  const baud = reader.whole('baud', 300, FASTEST);
  const name = reader.word('profile', Object.keys(PROFILES), 'A');
  const wrong = [...('wrong' in read ? read.wrong : []), ...reader.wrong];
  if (pty !== undefined && reader.path('serial') !== undefined) wrong.push('--pty and --serial: expected one of them');
  const script = scriptOf(reader.path('script'), wrong);
  if ('wrong' in read || wrong.length > 0) return { wrong };
  const profile = PROFILES[name] as Profile;
  return { settings: { ...read.settings, path, pty: pty !== undefined, baud, profile, script } };
}

function scriptOf(path: string | undefined, wrong: string[]): readonly ScriptStep[] | undefined {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    wrong.push(`--script is '${path}', expected a file that can be read`);
    return undefined;
  }
  const read = readScript(text);
  if ('steps' in read) return read.steps;
  wrong.push(...read.wrong.map((line) => `${path}: ${line}`));
  return undefined;
}
