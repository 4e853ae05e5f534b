/** The flags of `xingji simulate --max`: those of a fleet, and its own. */
import { FlagReader, type Flags } from './flag-reader.ts';
import { readSettings, type SimulateSettings } from './settings.ts';

export interface MaxSettings extends SimulateSettings {
  /** 99 of 100 answers must come within it. */
  readonly latencyMs: number;
  /** How long each rate is kept up. */
  readonly stepMs: number;
}

/** Reads the flags; `wrong` has a line for every one that cannot be meant. */
export function readMaxSettings(flags: Flags): { settings: MaxSettings } | { wrong: readonly string[] } {
  const read = readSettings(flags);
  const reader = new FlagReader(flags);
  const latencyMs = reader.duration('latency', 1, 60_000);
  const stepMs = reader.duration('step', 100, 3_600_000);
  const wrong = [...('wrong' in read ? read.wrong : []), ...reader.wrong];
  for (const name of ['profile', 'storm', 'ledger', 'mqtt', 'influx'])
    if (reader.text(name) !== '') wrong.push(`--${name} does not go with --max, expected it without`);
  if ('settings' in read && read.settings.speed !== 1)
    wrong.push('--speed does not go with --max, expected it without');
  if ('wrong' in read || wrong.length > 0) return { wrong };
  return { settings: { ...read.settings, latencyMs, stepMs } };
}
