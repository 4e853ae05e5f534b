/** Flags of a command line, each read by its form; what cannot be meant is collected in `wrong`, a line for each. */
import type { EpochMs, Revision } from '../../protocol/index.ts';
import type { RevisionMix } from '../fleet/fleet.ts';
import { type Faults, NO_FAULTS, parseFaults } from '../link/faults.ts';
import { parseTarget, type Target } from '../link/target.ts';
import { PROFILES } from '../profiles/index.ts';
import type { Profile } from '../profiles/profile.ts';

/** Flags as typed. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** The kinds of an ordinary fleet. */
const MIXED = ['A', 'B', 'C', 'D', 'E'];
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000 };

export class FlagReader {
  readonly #flags: Flags;
  readonly wrong: string[] = [];

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  text(name: string): string {
    const value = this.#flags[name];
    return typeof value === 'string' ? value.trim() : '';
  }

  path(name: string): string | undefined {
    return this.text(name) || undefined;
  }

  whole(name: string, min: number, max: number): number {
    const text = this.text(name);
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return this.#checked(value >= min && value <= max, value, name, `a whole number from ${min} to ${max}`);
  }

  duration(name: string, min: number, max: number): number {
    const match = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(this.text(name));
    const value = Number(match?.[1] ?? Number.NaN) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
    const range = `a time from ${inWords(min)} to ${inWords(max)} such as 10s, 500ms or 5min`;
    return Math.round(this.#checked(value >= min && value <= max, value, name, range));
  }

  /** A duration that may be left out. */
  optional(name: string, min: number, max: number): number | undefined {
    return this.text(name) === '' ? undefined : this.duration(name, min, max);
  }

  /** `60`: how many times as fast. */
  factor(name: string, max: number): number {
    const text = this.text(name) || '1';
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
    return this.#checked(value >= 1 && value <= max, value, name, `a factor from 1 to ${max}`) || 1;
  }

  /** `mix`, or names with commas between; undefined where the flag is not there. */
  profiles(name: string): readonly Profile[] | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    const names = text === 'mix' ? MIXED : text.split(',').map((one) => one.trim());
    const found = names.flatMap((one) => (Object.hasOwn(PROFILES, one) ? [PROFILES[one] as Profile] : []));
    if (found.length !== names.length) this.#fault(name, `mix, or some of ${Object.keys(PROFILES).join(',')}`);
    return found;
  }

  share(name: string): number {
    const text = this.text(name);
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
    return this.#checked(value >= 0 && value <= 1, value, name, 'a share from 0 to 1 such as 0.1');
  }

  /** `200/s`. */
  rate(name: string): number {
    const match = /^(\d+(?:\.\d+)?)\/s$/.exec(this.text(name));
    const value = Number(match?.[1] ?? Number.NaN);
    return this.#checked(value > 0, value, name, 'terminals a second such as 200/s');
  }

  instant(name: string): EpochMs | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    // Without an offset the same command would mean another instant on another machine.
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
    const value = form.test(text) ? Date.parse(text) : Number.NaN;
    const inRange = value >= Date.UTC(2000, 0, 2) && value < Date.UTC(2099, 0, 1);
    return this.#checked(inRange, value, name, 'a time of 2000–2098 with its offset such as 2026-01-05T08:00:00+08:00');
  }

  target(name: string): Target {
    const target = parseTarget(this.text(name));
    if (target !== undefined) return target;
    this.#fault(name, 'tcp://host:port or udp://host:port');
    return { transport: 'tcp', host: '', port: 0 };
  }

  revision(): RevisionMix {
    const text = this.text('revision');
    if (text === 'mix') return 'mix';
    const known: readonly Revision[] = [2011, 2013, 2019];
    const revision = known.find((one) => String(one) === text);
    if (revision !== undefined) return revision;
    this.#fault('revision', 'mix, 2011, 2013 or 2019');
    return 'mix';
  }

  url(name: string, protocols: readonly string[]): string | undefined {
    const text = this.text(name);
    if (text === '') return undefined;
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
      this.#fault(name, `a URL such as ${protocols[0]}//host:port`);
    }
    return text;
  }

  /** One of a few words; `otherwise` where the flag is not there. */
  word<T extends string>(name: string, words: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === '') return otherwise;
    const found = words.find((one) => one === text);
    if (found === undefined) this.#fault(name, words.join(' or '));
    return found ?? otherwise;
  }

  faults(): Faults {
    const text = this.text('faults');
    if (text === '') return NO_FAULTS;
    const parsed = parseFaults(text);
    if ('faults' in parsed) return parsed.faults;
    this.wrong.push(...parsed.wrong);
    return NO_FAULTS;
  }

  #checked(good: boolean, value: number, name: string, expected: string): number {
    if (!good) this.#fault(name, expected);
    return good ? value : 0;
  }

  #fault(name: string, expected: string): void {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    this.wrong.push(`${flag} is '${this.text(name)}', expected ${expected}`);
  }
}

function inWords(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000}h`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
