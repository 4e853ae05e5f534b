/** Where terminals connect. */
import type { Clock } from '../protocol/index.ts';
import type { ListenerView } from './api/sources.ts';
import { serveAttachments } from './attachments/serve.ts';
import { formatAddress } from './config/address.ts';
import type { Config } from './config/schema.ts';
import { tlsServerOptions } from './config/tls.ts';
import type { Core } from './core-parts.ts';
import { boundsOf, tellOfBounds } from './intake/bounds-told.ts';
import { listenTcp } from './intake/tcp.ts';
import { listenTls } from './intake/tls.ts';
import { listenUdp } from './intake/udp.ts';
import type { Journal } from './journal/journal.ts';
import type { LineCounters } from './intake/serial/counters.ts';
import { SerialIntake } from './intake/serial/serial-intake.ts';
import type { Logger } from './observe/log.ts';
import type { Undo } from './undo.ts';
import { adoptSteps } from './workers/adopt.ts';
import type { Seat } from './workers/seat.ts';

/** Links that do not close when asked to are left behind after this. */
const HANG_UP_MS = 1000;

export interface TerminalListeners {
  /** `HOST:PORT` of JT/T 808, TCP and UDP alike. */
  readonly address: string;
  readonly views: readonly ListenerView[];
  /** Counts of the serial lines. */
  readonly serial: readonly LineCounters[];
}

/** Listens; rejects with ListenError where an address is not to be had. */
export async function listenForTerminals(
  config: Config,
  core: Core,
  host: {
    readonly clock: Clock;
    readonly journal: Journal;
    readonly log: Logger;
    readonly undo: Undo;
    readonly seat?: Seat | undefined;
  },
): Promise<TerminalListeners> {
  const { clock, log, undo, seat, journal } = host;
  const { intake, registry } = core;
  const { listen, tcp, udp } = config.jt808;
  const views: ListenerView[] = [];
  undo.add(() => hangUp(core, clock));
  const tell = (links: object): void => log.warn({ links }, 'bounds were reached, and links refused, ended or held up');
  undo.add(tellOfBounds(() => boundsOf(core.counters), { clock, tell }));
  let { port } = listen;
  if (seat !== undefined) {
    // What a terminal says now is to meet the events that it had with another worker.
    await adoptSteps(config.data, journal, clock);
    const door = await seat.take(intake);
    undo.add(() => door.close());
  }
  if (tcp && seat === undefined) {
    const listener = await listenTcp(listen, (link) => intake.accept(link, 'tcp'));
    port = listener.port;
    // It is closed when its last link is, which is hung up after this.
    undo.add(() => void listener.close());
    views.push({ name: 'jt808/tcp', address: formatAddress({ ...listen, port }), up: true });
  }
  const tls = seat === undefined ? config.jt808.tls : undefined;
  if (tls !== undefined) {
    const at = tls.listen;
    const { maxConnections, maxUnproved } = config.jt808;
    const turnedAway = (): void => {
      core.counters.turnedAway++;
      core.counters.turnedAwayBySource++;
    };
    const options = { ...tlsServerOptions(tls), maxConnections, maxUnproved, turnedAway };
    const listener = await listenTls(at, options, (link) => intake.accept(link, 'tcp'));
    undo.add(() => void listener.close());
    views.push({ name: 'jt808/tls', address: formatAddress({ ...at, port: listener.port }), up: true });
  }
  if (udp && seat === undefined) {
    const listener = await listenUdp({ ...listen, port }, (link) => intake.accept(link, 'udp'));
    port = listener.port;
    // Answers to the last datagrams still go out through it.
    undo.add(() => hangUp(core, clock).then(() => listener.close()));
    views.push({ name: 'jt808/udp', address: formatAddress({ ...listen, port }), up: true });
  }
  const attachments = await serveAttachments(config, {
    clock,
    registry,
    exemptions: core.exemptions,
    keptOut: () => core.counters.refusals.exempt++,
    journal,
    counters: core.media.counters,
    log,
    links: seat && ((accept) => seat.takeEvidence(accept)),
  });
  if (attachments !== undefined) {
    undo.add(() => attachments.close());
    if (attachments.address !== undefined) views.push({ name: 'attachments', address: attachments.address, up: true });
  }
  const serial = await openSerialLines(config, core, { clock, journal, log });
  if (serial !== undefined) undo.add(() => serial.stop());
  return { address: formatAddress({ ...listen, port }), views, serial: serial?.counters ?? [] };
}

/** Serial lines, where there are any: a device that is not there is waited for, so this never fails. */
async function openSerialLines(
  config: Config,
  core: Core,
  { clock, journal, log }: { readonly clock: Clock; readonly journal: Journal; readonly log: Logger },
): Promise<SerialIntake | undefined> {
  if (config.serial === undefined) return undefined;
  const { ports, cards = new Map<string, string>(), every } = config.serial;
  // It brings a native library with it, which a gateway without serial lines never loads.
  const { openNodePort } = await import('./intake/serial/node-port.ts');
  const lines = new SerialIntake(ports, cards, {
    clock,
    journal,
    open: openNodePort,
    accept: (link) => core.intake.accept(link, 'serial'),
    revisionOf: (terminal) => core.registry.quirks.revision(terminal) ?? core.registry.registration(terminal)?.revision,
    exemptions: core.exemptions,
    everyMs: every,
    reachable: (terminal) => core.mailbox.offered(terminal),
    told: (event) => log.info(event, 'a serial line'),
  });
  core.mailbox.goBeyond(lines.shortMessages);
  await lines.start();
  return lines;
}

async function hangUp(core: Core, clock: Clock): Promise<void> {
  core.intake.close();
  const patience = new Promise<void>((resolve) => clock.wake(clock.monotonic() + HANG_UP_MS, resolve));
  await Promise.race([core.intake.emptied(), patience]);
  await core.hangUp();
}
