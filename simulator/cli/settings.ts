/** The flags of `xingji simulate`, read all at once: every wrong one is named, and nothing starts. */
import type { EpochMs } from '../../protocol/index.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from '../firmware/settings.ts';
import type { RevisionMix } from '../fleet/fleet.ts';
import type { Faults } from '../link/faults.ts';
import type { Target } from '../link/target.ts';
import { FlagReader, type Flags } from './flag-reader.ts';

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
  /** Where acknowledged reports must come out: a broker, a store. */
  readonly mqtt: string | undefined;
  readonly influx: string | undefined;
  /** Terminals in one process; undefined: as many as its descriptors allow. */
  readonly perProcess: number | undefined;
  readonly json: boolean;
}

/** More processes are started as needed, each with an address of its own on loopback. */
const MAX_TERMINALS = 1_000_000;
/** Twelve digits are all that the header of 2011 and 2013 holds. */
const MAX_PHONE = 999_999_999_999;

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
    mqtt: reader.url('mqtt', ['mqtt:', 'mqtts:']),
    influx: reader.url('influx', ['http:', 'https:']),
    perProcess: reader.text('perProcess') === '' ? undefined : reader.whole('perProcess', 1, MAX_TERMINALS),
    json: flags.json === true,
  };
  return reader.wrong.length > 0 ? { wrong: reader.wrong } : { settings };
}
