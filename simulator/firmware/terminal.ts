/**
 * The state of one simulated terminal. Plain data, changed only by `step`; a fleet keeps tens of
 * thousands of them, so nothing is made before it is needed.
 */
import { type EpochMs, Pending } from '../../protocol/index.ts';
import type { Vehicle } from '../world/world.ts';
import { BlindArea, type StoredReport } from './blind-area.ts';
import type { Identity } from './identity.ts';
import type { FirmwareSettings } from './settings.ts';

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
}

export interface Terminal {
  readonly identity: Identity;
  readonly vehicle: Vehicle;
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
}

/** What a terminal needs to exist. */
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
    identity,
    vehicle,
    settings,
    spread,
    blind: new BlindArea(settings.blindDepth),
    phase: 'off',
    powerAt,
    reportUntil: powerAt + reportForMs,
    nextReportAt: powerAt + Math.floor(spread * settings.reportMs),
    finished: false,
    reportMs: settings.reportMs,
    heartbeatMs: settings.heartbeatMs,
    authCode: undefined,
    serial: 0,
    pending: new Pending(
      { timeoutMs: settings.replyTimeoutMs, retries: settings.retries },
      { max: settings.window + 4 },
    ),
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
  };
}

/** Every report that was due has been made and a platform has it. */
export function isSettled(terminal: Terminal): boolean {
  const { finished, blind, reportsWaiting, backfilling } = terminal;
  return finished && blind.size === 0 && reportsWaiting === 0 && !backfilling;
}
