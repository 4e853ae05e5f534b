/** The flags of `xingji simulate --scenario`, read all at once. */
import type { EpochMs } from '../../protocol/index.ts';
import { parseTarget, type Target } from '../link/target.ts';
import { findScenario } from '../scenario/catalogue.ts';
import type { Scenario, ScenarioFile } from '../scenario/form.ts';
import type { Flags } from './flag-reader.ts';

export interface ScenarioSettings {
  readonly file: ScenarioFile;
  readonly scenario: Scenario;
  readonly profile: string;
  readonly seed: string;
  readonly target: Target;
  /** Seconds of the world in one of ours; `max`: as the platform answers. */
  readonly speed: number | 'max';
  /** Days of ordinary life before it. */
  readonly warmupDays: number;
  readonly startAt: EpochMs | undefined;
  readonly truth: string | undefined;
  readonly facts: string | undefined;
  readonly json: boolean;
}

const FASTEST = 10_000;
const LONGEST_WARMUP_DAYS = 60;
const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: DAY_MS };
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads the flags; `wrong` has a line for every one that cannot be meant. */
export function readScenarioSettings(flags: Flags): { settings: ScenarioSettings } | { wrong: string[] } {
  const wrong: string[] = [];
  const text = (name: string): string => {
    const value = flags[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const target = parseTarget(text('target'));
  if (target === undefined) wrong.push(`--target is '${text('target')}', expected tcp://host:port or udp://host:port`);
  const speed = text('speed') === 'max' ? 'max' : Number(text('speed') || 1);
  if (speed !== 'max' && !(speed > 0 && speed <= FASTEST)) {
    wrong.push(`--speed is '${text('speed')}', expected a factor up to ${FASTEST}, or max`);
  }
  const warmupDays = daysOf(text('warmup') || '0s');
  if (!(warmupDays <= LONGEST_WARMUP_DAYS)) {
    wrong.push(`--warmup is '${text('warmup')}', expected a time up to ${LONGEST_WARMUP_DAYS}d such as 2h or 3d`);
  }
  const start = text('start');
  if (start !== '' && !(INSTANT.test(start) && Date.parse(start) > 0)) {
    wrong.push(`--start is '${start}', expected a time with its offset such as 2026-01-05T08:00:00+08:00`);
  }
  const found = findScenario(text('scenario'));
  if ('wrong' in found) return { wrong: [...wrong, ...found.wrong.map((line) => `--scenario: ${line}`)] };
  const { file, scenario } = found;
  const profile = text('profile') || (scenario.profiles[0] as string);
  if (!Object.hasOwn(file.profiles, profile)) {
    wrong.push(`--profile is '${profile}', expected one of ${Object.keys(file.profiles).join(', ')}`);
  }
  if (wrong.length > 0 || target === undefined) return { wrong };
  const [truth, facts] = [text('truth') || undefined, text('facts') || undefined];
  const startAt = start === '' ? undefined : Date.parse(start);
  const seed = text('seed') || '1';
  return {
    settings: {
      file,
      scenario,
      profile,
      seed,
      target,
      speed,
      warmupDays,
      startAt,
      truth,
      facts,
      json: flags.json === true,
    },
  };
}

function daysOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text);
  return (Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2] ?? ''] ?? Number.NaN)) / DAY_MS;
}
