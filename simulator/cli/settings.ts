/** The flags of `xingji simulate`, read all at once: every wrong one is named, and nothing starts. */
import type { EpochMs, Revision } from '../../protocol/index.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from '../firmware/settings.ts';
import type { RevisionMix } from '../fleet/fleet.ts';
import { type Faults, NO_FAULTS, parseFaults } from '../link/faults.ts';
import { parseTarget, type Target } from '../link/target.ts';

/** Flags as typed. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

export interface SimulateSettings {
  readonly target: Target;
  readonly terminals: number;
  readonly durationMs: number;
  readonly settleMs: number;
  readonly seed: string;
  readonly revision: RevisionMix;
  readonly faults: Faults;
  /** Minutes of a vehicle in which something befalls it, 0 to 1. */
  readonly incidents: number;
  /** Undefined: now. */
  readonly startAt: EpochMs | undefined;
  readonly rampPerSecond: number;
  readonly firstPhone: number;
  readonly firmware: FirmwareSettings;
  readonly report: string | undefined;
  readonly ledger: string | undefined;
  readonly json: boolean;
}

/** One process holds as many sockets; more terminals want more processes with `--first-phone`. */
const MAX_TERMINALS = 60_000;
/** Twelve digits are all that the header of 2011 and 2013 holds. */
const MAX_PHONE = 999_999_999_999;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, m: 60_000, h: 3_600_000 };

/** Reads the flags; `wrong` has one line for every flag that cannot be meant. */
export function readSettings(flags: Flags): { settings: SimulateSettings } | { wrong: string[] } {
  const reader = new FlagReader(flags);
  const terminals = reader.whole('terminals', 1, MAX_TERMINALS);
  const settings: SimulateSettings = {
    target: reader.target(),
    terminals,
    durationMs: reader.duration('duration', 0, 365 * 86_400_000),
    settleMs: reader.duration('settle', 0, 86_400_000),
    seed: reader.text('seed'),
    revision: reader.revision(),
    faults: reader.faults(),
    incidents: reader.share('incidents'),
    startAt: reader.instant('start'),
    rampPerSecond: reader.rate('ramp'),
    firstPhone: reader.whole('firstPhone', 1, MAX_PHONE - terminals),
    firmware: {
      ...FACTORY_SETTINGS,
      reportMs: reader.duration('interval', 100, 86_400_000),
      heartbeatMs: reader.duration('heartbeat', 100, 86_400_000),
      replyTimeoutMs: reader.duration('replyTimeout', 10, 600_000),
      retries: reader.whole('retries', 0, 10),
    },
    report: reader.path('report'),
    ledger: reader.path('ledger'),
    json: flags.json === true,
  };
  return reader.wrong.length > 0 ? { wrong: reader.wrong } : { settings };
}

class FlagReader {
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

  target(): Target {
    const target = parseTarget(this.text('target'));
    if (target !== undefined) return target;
    this.#fault('target', 'tcp://host:port or udp://host:port');
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
