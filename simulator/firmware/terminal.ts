/**
 * The state of one simulated terminal. Plain data, changed only by `step`; a fleet keeps tens of
 * thousands of them, so nothing is made before it is needed.
 */
import { type EpochMs, Pending, type RetryRule } from '../../protocol/index.ts';
import type { Vehicle } from '../world/world.ts';
import { unit } from '../world/noise.ts';
import { BlindArea, type StoredReport } from './blind-area.ts';
import { NOISE } from './noise.ts';
import { type Device, type DeviceOptions, newDevice } from './device.ts';
import type { Send } from './effects.ts';
import type { Identity, Papers } from './identity.ts';
import type { Kept } from './kept.ts';
import type { ParameterValues } from './parameters.ts';
import type { Joining } from './parts.ts';
import { FACTORY_SETTINGS, type FirmwareSettings } from './settings.ts';

export type Phase =
  /** Not switched on yet. */
  | 'off'
  /** No link; dials at `dialAt`. */
  | 'waiting'
  | 'dialling'
  /** 0x0100 is unanswered. */
  | 'registering'
  /** 0x0102 is unanswered. */
  | 'authenticating'
  | 'online';

/** A message of ours that the platform owes an answer. */
export interface Unanswered {
  readonly id: number;
  readonly serial: number;
  readonly body: Uint8Array;
  /** Reports that it carries; empty for anything else. */
  readonly reports: readonly StoredReport[];
  /** They came out of the memory for blind areas. */
  readonly backfill: boolean;
  readonly sentAt: EpochMs;
  /** Serials that it took: more than one where it went in parts. */
  readonly parts: number;
}

export interface Terminal {
  readonly identity: Identity;
  /** Its physical part; undefined where a vehicle's readings stand for it. */
  readonly device: Device | undefined;
  readonly vehicle: Vehicle | undefined;
  /** Its link is a cable: no radio is needed for it. */
  readonly wired: boolean;
  papers: Papers | undefined;
  kept: Kept | undefined;
  factory: ParameterValues | undefined;
  readonly settings: FirmwareSettings;
  /** In [0, 1): its place among its fellows, so that they neither report nor dial in unison. */
  readonly spread: number;
  readonly blind: BlindArea;
  phase: Phase;
  powerAt: EpochMs;
  /** No report is due from here on. */
  reportUntil: EpochMs;
  nextReportAt: EpochMs;
  /** The time for making reports is over. */
  finished: boolean;
  reportMs: number;
  heartbeatMs: number;
  /** Kept over links; undefined: must register. */
  authCode: string | undefined;
  serial: number;
  readonly pending: Pending<Unanswered>;
  retryRule: RetryRule;
  /** A message of the platform of which parts are missing; the last one of ours that went in parts, for 0x8003. */
  joining: Joining | undefined;
  lastParts: readonly Send[];
  /** Live reports that wait for company, to go as one 0x0704. */
  gathered: StoredReport[];
  /** Live reports among them, and whether stored ones or a heartbeat are. */
  reportsWaiting: number;
  backfilling: boolean;
  heartbeatWaiting: boolean;
  /** When anything was last sent. */
  sentAt: EpochMs;
  dialAt: EpochMs;
  /** Links that failed, or were refused, since the terminal was last online. */
  failures: number;
  /** Codes refused since the terminal was last online. */
  codesRefused: number;
  /** Refusals since the platform last took something. */
  refusals: number;
  /** Reports wait in memory until then: the platform could not store them. */
  refusedUntil: EpochMs;
  /** The platform does not know 0x0704: stored reports go as 0x0200 again. */
  plain: boolean;
  /** What the last report was made of: when another is due before its time hangs on it. */
  readonly last: { mileage: number; heading: number };
  /** It sleeps with its link dropped until a report is due. */
  resting: boolean;
  /** Deregistration was chosen from its menu while it had no session: it is told in the next one. */
  leaving: boolean;
  /** The receiver's sentences are wanted: the next ones are due then. Infinity: they are not. */
  nmeaAt: EpochMs;
}

/** What a terminal needs to exist: a vehicle whose readings it reports, or a device that is as the causes say. */
export interface TerminalOptions {
  readonly identity: Identity;
  readonly vehicle: Vehicle;
  readonly settings: FirmwareSettings;
  readonly spread: number;
  readonly powerAt: EpochMs;
  /** Time during which it makes reports once it is on; Infinity: until told to finish. */
  readonly reportForMs: number;
}

/** A terminal that switches itself on at `powerAt` and makes its first report within one interval after. */
export function newTerminal({ identity, vehicle, settings, spread, powerAt, reportForMs }: TerminalOptions): Terminal {
  return {
    ...emptyTerminal(identity, settings, powerAt),
    vehicle,
    spread,
    reportUntil: powerAt + reportForMs,
    nextReportAt: powerAt + Math.floor(spread * settings.reportMs),
  };
}

/** What a physical terminal needs to exist. */
export interface PhysicalOptions extends DeviceOptions {
  readonly identity: Identity;
  /** Where they differ from what the profile says. */
  readonly settings?: Partial<FirmwareSettings>;
  /** Where they differ from what the identity gives. */
  readonly papers?: Papers;
  /** It is looked at from then on. */
  readonly at: EpochMs;
  /** Its receiver's sentences are wanted as `nmea`. */
  readonly nmea?: boolean;
  /** It is at the end of a cable, and speaks whatever its modem does. */
  readonly wired?: boolean;
}

/** A terminal that is as its causes say: without supply until `step` sees some. Reports until told to finish. */
export function newPhysicalTerminal(options: PhysicalOptions): Terminal {
  const { identity, profile, at, papers, nmea = false, wired = false } = options;
  const settings: FirmwareSettings = {
    ...FACTORY_SETTINGS,
    reportMs: profile.onMs,
    heartbeatMs: profile.heartbeatMs,
    blindDepth: profile.replayDepth,
    ...options.settings,
  };
  const terminal: Terminal = {
    ...emptyTerminal(identity, settings, at),
    device: newDevice(options, at),
    wired,
    papers,
    spread: unit(options.seed, NOISE.jitter, identity.index),
    powerAt: at,
    blind: new BlindArea(settings.blindDepth, profile.replayOrder, options.seed),
  };
  if (nmea) terminal.nmeaAt = at;
  return terminal;
}

function emptyTerminal(identity: Identity, settings: FirmwareSettings, powerAt: EpochMs): Terminal {
  const retryRule = { timeoutMs: settings.replyTimeoutMs, retries: settings.retries };
  return {
    identity,
    device: undefined,
    vehicle: undefined,
    wired: false,
    papers: undefined,
    kept: undefined,
    factory: undefined,
    settings,
    spread: 0,
    blind: new BlindArea(settings.blindDepth),
    phase: 'off',
    powerAt,
    reportUntil: Number.POSITIVE_INFINITY,
    nextReportAt: powerAt,
    finished: false,
    reportMs: settings.reportMs,
    heartbeatMs: settings.heartbeatMs,
    authCode: undefined,
    serial: 0,
    pending: new Pending(retryRule, { max: settings.window + 12 }),
    retryRule,
    joining: undefined,
    lastParts: NO_PARTS,
    gathered: [],
    reportsWaiting: 0,
    backfilling: false,
    heartbeatWaiting: false,
    sentAt: powerAt,
    dialAt: powerAt,
    failures: 0,
    codesRefused: 0,
    refusals: 0,
    refusedUntil: 0,
    // JT/T 808-2011 has no 0x0704: what was stored is sent as it would have been.
    plain: identity.revision === 2011,
    last: { mileage: 0, heading: 0 },
    resting: false,
    leaving: false,
    nmeaAt: Number.POSITIVE_INFINITY,
  };
}

const NO_PARTS: readonly Send[] = [];

/** Every report that was due has been made and a platform has it. */
export function isSettled(terminal: Terminal): boolean {
  const { finished, blind, gathered, reportsWaiting, backfilling } = terminal;
  return finished && blind.size === 0 && gathered.length === 0 && reportsWaiting === 0 && !backfilling;
}
