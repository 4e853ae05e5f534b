/** The flags of `xingji simulate`, read all at once: every wrong one is named, and nothing starts. */
import type { EpochMs } from '../../protocol/index.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from '../firmware/settings.ts';
import type { RevisionMix } from '../fleet/fleet.ts';
import type { Faults } from '../link/faults.ts';
import type { Target } from '../link/target.ts';
import type { Profile } from '../profiles/profile.ts';
import { FlagReader, type Flags } from './flag-reader.ts';

export interface SimulateSettings {
  readonly target: Target;
  /** Called where that does not answer. */
  readonly backup: Target | undefined;
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
  /** Where acknowledged reports must come out: a broker, a store. */
  readonly mqtt: string | undefined;
  readonly influx: string | undefined;
  /** Terminals in one process; undefined: as many as its descriptors allow. */
  readonly perProcess: number | undefined;
  /** Vehicles with their hardware; undefined: terminals that only report. */
  readonly world: WorldSettings | undefined;
  /** Seconds of the terminals in one of ours. */
  readonly speed: number;
  /** All links drop at once so often; undefined: never. */
  readonly stormMs: number | undefined;
  readonly facts: string | undefined;
  readonly truth: string | undefined;
  readonly language: 'zh' | 'en';
  readonly json: boolean;
}

/** A fleet with hardware: which kinds, and what is otherwise than their profiles say. */
export interface WorldSettings {
  readonly profiles: readonly Profile[];
  /** Forbidden acts of a vehicle in a year. */
  readonly actsPerYear: number;
  readonly firmware: Partial<FirmwareSettings>;
}

/** More processes are started as needed, each with an address of its own on loopback. */
const MAX_TERMINALS = 1_000_000;
/** Twelve digits are all that the header of 2011 and 2013 holds. */
const MAX_PHONE = 999_999_999_999;
/** Beyond, a second of a vehicle is less than what a timer can tell apart. */
const FASTEST = 1000;
const MAX_ACTS = 365;
const MAX_BATCH = 100;
const LONGEST_MS = 86_400_000;

/** Reads the flags; `wrong` has one line for every flag that cannot be meant. `locale`: of the person, such as `zh_CN.UTF-8`. */
export function readSettings(flags: Flags, locale = ''): { settings: SimulateSettings } | { wrong: string[] } {
  const reader = new FlagReader(flags);
  const terminals = reader.whole('terminals', 1, MAX_TERMINALS);
  const backup = reader.text('backup') === '' ? undefined : reader.target('backup');
  const settings: SimulateSettings = {
    target: reader.target('target'),
    backup,
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
      reportMs: reader.optional('interval', 100, LONGEST_MS) ?? FACTORY_SETTINGS.reportMs,
      heartbeatMs: reader.optional('heartbeat', 100, LONGEST_MS) ?? FACTORY_SETTINGS.heartbeatMs,
      replyTimeoutMs: reader.duration('replyTimeout', 10, 600_000),
      retries: reader.whole('retries', 0, 10),
      batch: reader.whole('batch', 1, MAX_BATCH),
      servers: backup === undefined ? 1 : 2,
      redialMs: reader.duration('redial', 10, 600_000),
      redialJitter: reader.share('jitter'),
    },
    report: reader.path('report'),
    ledger: reader.path('ledger'),
    mqtt: reader.url('mqtt', ['mqtt:', 'mqtts:']),
    influx: reader.url('influx', ['http:', 'https:']),
    perProcess: reader.text('perProcess') === '' ? undefined : reader.whole('perProcess', 1, MAX_TERMINALS),
    world: worldOf(reader),
    speed: reader.factor('speed', FASTEST),
    stormMs: reader.optional('storm', 1000, LONGEST_MS),
    facts: reader.path('facts'),
    truth: reader.path('truth'),
    language: reader.word('lang', ['zh', 'en'] as const, locale.startsWith('zh') ? 'zh' : 'en'),
    json: flags.json === true,
  };
  return reader.wrong.length > 0 ? { wrong: reader.wrong } : { settings };
}

/** What belongs to a fleet with hardware only is refused without. */
function worldOf(reader: FlagReader): WorldSettings | undefined {
  const profiles = reader.profiles('profile');
  const actsPerYear = reader.whole('acts', 0, MAX_ACTS);
  if (profiles === undefined) {
    for (const name of ['facts', 'truth'] as const)
      if (reader.text(name) !== '')
        reader.wrong.push(`--${name} goes with --profile or --scenario, expected one of them`);
    if (actsPerYear > 0) reader.wrong.push('--acts goes with a fleet of vehicles, expected --profile, such as mix');
    return undefined;
  }
  if (reader.share('incidents') > 0)
    reader.wrong.push('--incidents are for terminals without hardware, expected --acts, or no --profile');
  const revision = reader.revision();
  const reportMs = reader.optional('interval', 1000, LONGEST_MS);
  const heartbeatMs = reader.optional('heartbeat', 100, LONGEST_MS);
  return {
    profiles: revision === 'mix' ? profiles : profiles.map((profile) => ({ ...profile, revision })),
    actsPerYear,
    firmware: {
      ...(reportMs === undefined ? {} : { reportMs }),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    },
  };
}
