/** The flags of `xingji simulate --conformance`: those of a fleet, and its own. */
import type { Language } from '../conformance/table.ts';
import { FlagReader, type Flags } from './flag-reader.ts';
import { readSettings, type SimulateSettings } from './settings.ts';

export interface ConformanceSettings extends SimulateSettings {
  /** So long a platform may take to ask for parts that are missing. */
  readonly patienceMs: number;
  readonly language: Language;
}

/** Reads the flags; `wrong` has a line for every one that cannot be meant. `locale`: of the person, such as `zh_CN.UTF-8`. */
export function readConformanceSettings(
  flags: Flags,
  locale: string,
): { settings: ConformanceSettings } | { wrong: readonly string[] } {
  const read = readSettings(flags);
  const reader = new FlagReader(flags);
  const patienceMs = reader.duration('patience', 100, 600_000);
  const language = reader.word('lang', ['zh', 'en'] as const, locale.startsWith('zh') ? 'zh' : 'en');
  const wrong = [...('wrong' in read ? read.wrong : []), ...reader.wrong];
  if ('wrong' in read || wrong.length > 0) return { wrong };
  return { settings: { ...read.settings, patienceMs, language } };
}
