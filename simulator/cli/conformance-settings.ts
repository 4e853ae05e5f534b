/** The flags of `xingji simulate --conformance`: those of a fleet, and its own. */
import { FlagReader, type Flags } from './flag-reader.ts';
import { readSettings, type SimulateSettings } from './settings.ts';

export interface ConformanceSettings extends SimulateSettings {
  /** So long a platform may take to ask for parts that are missing. */
  readonly patienceMs: number;
}

/** Reads the flags; `wrong` has a line for every one that cannot be meant. `locale`: of the person, such as `zh_CN.UTF-8`. */
export function readConformanceSettings(
  flags: Flags,
  locale: string,
): { settings: ConformanceSettings } | { wrong: readonly string[] } {
  const read = readSettings(flags, locale);
  const reader = new FlagReader(flags);
  const patienceMs = reader.duration('patience', 100, 600_000);
  const wrong = [...('wrong' in read ? read.wrong : []), ...reader.wrong];
  if ('wrong' in read || wrong.length > 0) return { wrong };
  return { settings: { ...read.settings, patienceMs } };
}
