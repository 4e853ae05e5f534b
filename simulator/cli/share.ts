/** The part of a fleet that one process plays, and what it says of it to whoever started it. */
import { readFileSync } from 'node:fs';
import { type Clock, seededRandom } from '../../protocol/index.ts';
import type { AcknowledgedReports } from '../firmware/effects.ts';
import type { Identity } from '../firmware/identity.ts';
import type { FirmwareSettings } from '../firmware/settings.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { Tally, TallySnapshot } from '../fleet/tally.ts';
import { WorldFleet } from '../fleet/world-fleet.ts';
import type { Dialer } from '../link/dialer.ts';
import type { Target } from '../link/target.ts';
import { tcpDialer } from '../link/tcp.ts';
import { udpDialer } from '../link/udp.ts';
import { CATALOGUE } from '../scenario/catalogue.ts';
import type { State } from '../scenario/form.ts';
import { readScenarios } from '../scenario/read.ts';
import { ledgerLines } from './ledger.ts';
import { fasterClock } from './paced-clock.ts';
import type { SimulateSettings } from './settings.ts';

/** What is to be seen and done of a fleet that runs. */
export interface Company {
  readonly tally: Tally;
  readonly seconds: number;
  finish(): void;
  stop(): void;
  ended(): Promise<void>;
}

/** The part of a fleet that a process plays. */
export interface Share {
  readonly settings: SimulateSettings & { readonly startAt: number };
  readonly from: number;
  readonly terminals: number;
}

/** Files of lines that a run may write. */
export const RECORDS = ['ledger', 'facts', 'truth'] as const;
export type RecordName = (typeof RECORDS)[number];

/** What a process that plays a share says: how things stand, once a second and at the end. */
export interface ShareReport {
  readonly tally: TallySnapshot;
  readonly over: boolean;
  /** Reports acknowledged since the last time: number of the terminal and second, in turns. */
  readonly stored: readonly number[];
  /** Lines since the last time. */
  readonly lines: Readonly<Record<RecordName, string>>;
}

export type ShareOrder =
  | { readonly kind: 'play'; readonly share: Share }
  | { readonly kind: 'finish' }
  | { readonly kind: 'stop' };

/** Who listens to what comes out of a share. */
export interface ShareSink {
  /** A report that the platform has, by its terminal's number in the fleet and its second since 1970. */
  stored(index: number, second: number): void;
  lines(name: RecordName, lines: string): void;
}

/** Plays a share in this process. */
export function playShare({ settings, from, terminals }: Share, real: Clock, sink?: ShareSink): Company {
  const dialer = dialerOf(settings);
  const { speed, world, firstPhone, durationMs, startAt, faults } = settings;
  const clock = speed === 1 ? real : fasterClock(real, speed);
  const stored = (identity: Identity, acknowledged: AcknowledgedReports): void => {
    if (settings.ledger !== undefined) sink?.lines('ledger', ledgerLines(identity, acknowledged));
    if (settings.mqtt === undefined && settings.influx === undefined) return;
    for (const { at } of acknowledged.reports) sink?.stored(identity.index, Math.floor(at / 1000));
  };
  const common = {
    from,
    terminals,
    firstPhone,
    durationMs,
    startAt,
    faults,
    pace: speed,
    // What hangs on the network and on the platform takes as long as it does.
    settleMs: settings.settleMs * speed,
    rampPerSecond: settings.rampPerSecond / speed,
    stormEveryMs: settings.stormMs === undefined ? undefined : settings.stormMs * speed,
    onStored: stored,
  };
  const given = { clock, linkClock: real, random: seededRandom(settings.seed), dialer };
  if (world === undefined) {
    const { revision, incidents } = settings;
    return new Fleet({ ...common, revision, incidents, firmware: waitingFor(settings.firmware, speed) }, given);
  }
  // How often and how much is what profiles say, unless the flags do.
  const { heartbeatMs: _, reportMs: __, blindDepth: ___, ...waits } = waitingFor(settings.firmware, speed);
  return new WorldFleet(
    {
      ...common,
      seed: settings.seed,
      profiles: world.profiles,
      actsPerYear: world.actsPerYear,
      base: ordinaryState(),
      firmware: { ...waits, ...world.firmware },
      onFact: (fact) => sink?.lines('facts', `${JSON.stringify(fact)}\n`),
      onTruth: (truth) => sink?.lines('truth', `${JSON.stringify(truth)}\n`),
    },
    given,
  );
}

/**
 * Terminals that call from one address of the loopback network. It has 28,000 ports to a target, but once half of them are
 * taken Linux looks for a free one among all, and each call takes longer than the one before.
 */
const PER_ADDRESS = 4000;

/** From 127.1.0.1 on, so that nobody's 127.0.0.1 is meant. */
export function loopbackAddress(index: number): string {
  const number = Math.floor(index / PER_ADDRESS) + 1;
  return `127.1.${number >> 8}.${number & 0xff}`;
}

function isLoopback({ host }: Target): boolean {
  return host.startsWith('127.') || host === 'localhost';
}

/** Calls the platform; where there is a second one, that is called where the first is not meant. */
function dialerOf({ target, backup, terminals }: SimulateSettings): Dialer {
  const [main, other] = [target, backup].map((to) => {
    if (to === undefined) return undefined;
    if (to.transport === 'udp') return udpDialer(to.host, to.port);
    return tcpDialer(to.host, to.port, isLoopback(to) && terminals > PER_ADDRESS ? loopbackAddress : undefined);
  }) as [Dialer, Dialer | undefined];
  return {
    target: main.target,
    dial: (index, sink, server = 0) => (server > 0 && other !== undefined ? other : main).dial(index, sink),
  };
}

/** A terminal whose time runs faster waits as long for a network and a platform as any other. */
function waitingFor(firmware: FirmwareSettings, speed: number): FirmwareSettings {
  return {
    ...firmware,
    replyTimeoutMs: firmware.replyTimeoutMs * speed,
    dialTimeoutMs: firmware.dialTimeoutMs * speed,
    redialMs: firmware.redialMs * speed,
    redialMaxMs: firmware.redialMaxMs * speed,
    registerAgainMs: firmware.registerAgainMs * speed,
    refusedMs: firmware.refusedMs * speed,
    refusedMaxMs: firmware.refusedMaxMs * speed,
  };
}

/** A vehicle that stands at home, as the catalogue of scenarios has it. */
function ordinaryState(): State {
  const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
  if ('wrong' in read) throw new Error(read.wrong.join('\n'));
  return read.file.base_state;
}
