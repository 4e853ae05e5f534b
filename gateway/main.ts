/**
 * The composition root: real clocks, sockets, files and randomness are made here and handed to the rest.
 * Returns when everything listens, or rejects with nothing left running.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, formatId, type PartsOverdue, seededRandom } from '../protocol/index.ts';
import { type Administration, administer } from './access/administration.ts';
import { type Addresses, type FirstRun, openAccess, type OpenedAccess } from './access/first-run.ts';
import { noteLogins } from './access/login-trail.ts';
import { watchAccounts } from './access/watch-accounts.ts';
import type { AuditSink } from './audit/audit.ts';
import { openAuditFile } from './audit/audit-file.ts';
import { primaryTrailPath, toolTrailPath, trailPath } from './audit/paths.ts';
import { Looks } from './audit/looks.ts';
import { readHead } from './audit/trail-head.ts';
import { exposuresOf } from './config/exposure.ts';
import { describeConfig } from './config/reference.ts';
import type { Config } from './config/schema.ts';
import type { CommandTrace } from './command/desk.ts';
import { createCore } from './core.ts';
import type { Core } from './core-parts.ts';
import { coreOptions } from './core-options.ts';
import { makeDataFolder } from './data-folder.ts';
import { startDeliveries } from './deliveries.ts';
import { createEventDesk } from './events/event-desk.ts';
import { type EventStore, openEventStore } from './events/store/event-store.ts';
import { openFeeds } from './feed/open-feeds.ts';
import { openStore, type Store } from './fold/store/store.ts';
import type { Journal } from './journal/journal.ts';
import { openJournal } from './journal/open-journal.ts';
import { openSigner } from './journal/signing-key.ts';
import { journalPath } from './journal/sqlite-schema.ts';
import { sqliteStorage } from './journal/sqlite-storage.ts';
import { listenForTerminals } from './listeners.ts';
import { openMediaDisk } from './media/media-disk.ts';
import type { Logger } from './observe/log.ts';
import { processClock } from './process-clock.ts';
import { openWatch } from './security/open-watch.ts';
import type { SecurityWatch } from './security/watch.ts';
import { ExemptionTrail } from './registry/exemption-trail.ts';
import { Undo } from './undo.ts';
import { VERSION } from './version.ts';
import { serveWeb } from './web.ts';
import { otherPartitions, otherWorkers, partitionPath } from './workers/partitions.ts';
import { servesAlone } from './workers/plan.ts';
import { startPrimary } from './workers/primary.ts';
import { resettle } from './workers/resettle.ts';
import type { Seat } from './workers/seat.ts';

/** A gateway that is up. */
export interface Gateway {
  readonly ready: FirstRun;
  /** Ends links and listeners, lets deliveries under way finish, closes the journal. Within about five seconds. */
  stop(): Promise<void>;
}

/** Reader under which the journal keeps what tracks have yet to hear. */
const TRACK_READER = 'fold:track';
const TIDY_EVERY_MS = 3_600_000;
const TRACK_RETAIN_MS = 400 * 86_400_000;

/** Starts a gateway; rejects, with nothing left running, where an address, the data folder or a certificate is not to be had. */
export function startGateway(config: Config, log: Logger): Promise<Gateway> {
  for (const exposure of exposuresOf(config)) log.warn(exposure, 'a listener beyond this machine is not encrypted');
  return undone(async (undo) => {
    const { addresses, broker, accounts } = await (servesAlone(config) ? start : startWorkers)(config, log, undo);
    return { ready: accounts.announce(addresses, broker), stop: () => undo.run() };
  });
}

/** A worker of a gateway that is up. */
export interface Partition {
  /** `HOST:PORT` of its API. */
  readonly http: string;
  stop(): Promise<void>;
}

/** Starts the gateway over one partition of several, as its seat has it. Rejects as `startGateway`. */
export function startPartition(config: Config, log: Logger, seat: Seat): Promise<Partition> {
  return undone(async (undo) => {
    const { addresses } = await start(config, log, undo, seat);
    return { http: addresses.http.replace('http://', ''), stop: () => undo.run() };
  });
}

async function undone<T>(begin: (undo: Undo) => Promise<T>): Promise<T> {
  const undo = new Undo();
  try {
    return await begin(undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

interface Started {
  readonly addresses: Addresses;
  readonly broker: 'embedded' | 'external';
  readonly accounts: OpenedAccess;
}

const secret = (n: number): Uint8Array => randomBytes(n);

/** Several processes: this one leads, the others are `start` each over its partition. */
async function startWorkers(config: Config, log: Logger, undo: Undo): Promise<Started> {
  log.info({ version: VERSION, config: describeConfig(config) }, 'starting');
  makeDataFolder(config.data);
  // Made here where there is none: the workers start at once and would each make one.
  openSigner(config.data);
  const moved = await resettle(config.data, config.workers, (worker) => settle(config, worker, log));
  if (moved > 0) log.info({ moved, workers: config.workers }, 'terminals changed hands, as the number of workers did');
  const audit = await openAuditFile(primaryTrailPath(config.data), {
    signer: openSigner(config.data),
    now: () => processClock.now(),
  });
  undo.add(() => audit.close());
  const watch = openWatch({ audit, networks: undefined, clock: processClock, log, undo });
  const accounts = await openAccounts(config.data, { audit, watch, log, undo });
  const { broker, ...addresses } = await startPrimary({
    config,
    access: accounts.access,
    denied: (account) => watch.hit('deniedTopics', account),
    clock: processClock,
    log,
    secret,
    undo,
  });
  return { addresses, broker, accounts };
}

/** The accounts, kept up with what commands change; their logins are in the trail. */
async function openAccounts(
  root: string,
  {
    audit,
    watch,
    log,
    undo,
  }: { readonly audit: AuditSink; readonly watch: SecurityWatch; readonly log: Logger; readonly undo: Undo },
): Promise<OpenedAccess & { readonly administration: Administration }> {
  const clock = processClock;
  const opened = await openAccess(root, secret, () => clock.now());
  const { access } = opened;
  const administration = administer({
    data: root,
    random: secret,
    now: () => clock.now(),
    pause: (ms) => new Promise((resolve) => void clock.wake(clock.monotonic() + ms, resolve)),
    note: (entry) => audit.append([{ ...entry, at: clock.now() }]),
    changed(accounts) {
      access.replace(accounts);
      access.sweep();
    },
  });
  const fault = (error: unknown): void => log.error({ error }, 'the accounts cannot be read; they stay as they were');
  undo.add(watchAccounts(root, { access, clock, fault }));
  const heard = {
    fault: (error: unknown): void => log.error({ error }, 'the audit trail cannot be written'),
    failed: (name: string): void => watch.loginFailed(name),
  };
  return { ...opened, administration, access: noteLogins(access, new Looks(audit, clock), heard) };
}

/** Has a partition's state say all that its journal does; nobody is served meanwhile. */
async function settle(config: Config, worker: number, log: Logger): Promise<void> {
  const undo = new Undo();
  try {
    await openPartition({ ...config, data: partitionPath(config.data, worker) }, { root: config.data, log, undo });
  } finally {
    await undo.run();
  }
}

/** In the order in which a stop undoes it backwards: the web, listeners and links, deliveries, folds, the journal. */
async function start(config: Config, log: Logger, undo: Undo, seat?: Seat): Promise<Started> {
  const clock = processClock;
  // Accounts and the registry are the gateway's, whichever worker has the rest.
  const root = seat?.plan.root ?? config.data;
  const random = seededRandom(randomBytes(8).toString('hex'));
  if (seat === undefined) log.info({ version: VERSION, config: describeConfig(config) }, 'starting');
  const { journal, store, audit, watch, events, core } = await openPartition(config, { root, log, undo, seat });
  seat?.takeParts(core.desk);
  const accounts = await openAccounts(root, { audit, watch, log, undo });
  const { access } = accounts;
  const feeds = await openFeeds(root, {
    journal,
    // One of the workers tells the trail what changed in the registry.
    audit: seat === undefined || seat.plan.worker === 0 ? audit : undefined,
    forgotten: () => !core.registry.isTold,
    clock,
    log,
    undo,
  });
  const deliveries = await startDeliveries({
    config,
    core,
    journal,
    feeds,
    access,
    clock,
    random,
    log,
    undo,
    seat,
    denied: (account) => watch.hit('deniedTopics', account),
  });
  const terminals = await listenForTerminals(config, core, { clock, journal, log, undo, seat });
  const listeners = terminals.views;
  const http = await serveWeb({
    config,
    core,
    journal,
    feeds,
    tracks: store,
    root,
    frontSecret: seat?.plan.frontSecret,
    audit,
    events: createEventDesk({
      judging: core.judging,
      store: events,
      audit,
      clock,
      // Whoever acts on the event has decided it.
      confirm: (command) => core.mailbox.submit({ ...command, approved: true }),
      hidden: (terminal) => core.registry.exempt(terminal, clock.now()) !== undefined,
      unconfirmed: (error, event) => log.warn({ error, event }, 'a terminal is not told that its alarm was confirmed'),
    }),
    deliveries,
    listeners,
    serial: terminals.serial,
    access,
    administration: accounts.administration,
    watch,
    clock,
    secret,
    log,
    undo,
  });
  const { url, embedded } = deliveries.mqtt;
  return {
    addresses: {
      jt808: terminals.address,
      http: `${config.http.tls === undefined ? 'http' : 'https'}://${http}`,
      mqttUrl: url,
    },
    broker: embedded ? 'embedded' : 'external',
    accounts,
  };
}

/** The journal, what is kept beside it, and the folds over it, restored. */
async function openPartition(
  config: Config,
  {
    root,
    log,
    undo,
    seat,
  }: { readonly root: string; readonly log: Logger; readonly undo: Undo; readonly seat?: Seat | undefined },
) {
  const clock = processClock;
  makeDataFolder(config.data);
  const journal = await openDataJournal(config, root, clock);
  undo.add(() => journal.close());
  const store = await openDataStore(config, journal, { root, clock, log, undo });
  const file = await openAuditFile(trailPath(config.data), { signer: openSigner(root), now: () => clock.now() });
  undo.add(() => file.close());
  if (file.repaired !== undefined)
    log.error(file.repaired, 'the audit trail was not as it was left: xingji audit verify');
  const { networks } = config.jt808;
  const watch = openWatch({ audit: file, journal, networks, clock, log, undo });
  const audit = watch.over(file);
  await noteStart(audit, root, clock);
  const events = await openEventStore(
    {
      root,
      dataDir: config.data,
      journal: journalPath(config.data),
      journalId: journal.id,
      retainMs: config.events.retain,
      others: otherWorkers(root, config.data),
    },
    (detail) => log.error({ detail }, 'the store of events fails; it is tried again'),
  );
  undo.add(() => events.close());
  const core = await createDataCore(config, { clock, secret, journal, store, events, audit, watch, log, seat });
  undo.add(() => core.stop());
  return { journal, store, audit, watch, events, core };
}

/** With it the gateway's trail vouches for that of the commands up to here. */
async function noteStart(audit: AuditSink, root: string, clock: Clock): Promise<void> {
  const head = await readHead(toolTrailPath(root));
  const commands = head === undefined ? {} : { commands: { n: head.n, hash: Buffer.from(head.hash).toString('hex') } };
  const after = { version: VERSION, ...commands };
  await audit.append([{ who: 'gateway', what: 'gateway.started', subject: 'gateway', after, at: clock.now() }]);
}

/** `root`: the data folder with the key that all journals of the gateway are signed with. */
function openDataJournal(config: Config, root: string, clock: Clock): Promise<Journal> {
  const { maxPending, maxBatch, recent, retain, retainSize, retainPastOutlets } = config.journal;
  return openJournal({
    storage: sqliteStorage({ path: journalPath(config.data), limitBytes: 0, now: clock.now() }),
    clock,
    signer: openSigner(root),
    options: {
      maxPendingBytes: maxPending,
      maxBatchBytes: maxBatch,
      recentBytes: recent,
      retainMs: retain,
      retainBytes: retainSize,
      trimPastOutlets: retainPastOutlets,
    },
  });
}

/** The store of the folds, tidied now and then. */
async function openDataStore(
  config: Config,
  journal: Journal,
  { root, clock, log, undo }: { root: string; clock: Clock; log: Logger; undo: Undo },
): Promise<Store> {
  journal.cursor(TRACK_READER);
  const store = await openStore(
    {
      dataDir: config.data,
      journal: journalPath(config.data),
      trackRetainMs: TRACK_RETAIN_MS,
      others: otherPartitions(root, config.data),
    },
    {
      tracked: (seq) => journal.advance(TRACK_READER, seq),
      fault: (what, detail) => log.error({ what, detail }, 'the store of the folds fails; it is tried again'),
    },
  );
  undo.add(() => store.close());
  const tidy = (): void => {
    store.tidy(clock.now());
    cancel = clock.wake(clock.monotonic() + TIDY_EVERY_MS, tidy);
  };
  let cancel = clock.wake(clock.monotonic() + TIDY_EVERY_MS, tidy);
  undo.add(() => cancel());
  return store;
}

function createDataCore(
  config: Config,
  host: {
    clock: Clock;
    secret: (n: number) => Uint8Array;
    journal: Journal;
    store: Store;
    events: EventStore;
    audit: AuditSink;
    watch: SecurityWatch;
    log: Logger;
    seat: Seat | undefined;
  },
): Promise<Core> {
  const { log, audit, watch, seat, ...rest } = host;
  const trail = new ExemptionTrail(audit, host.clock, (error) =>
    log.error({ error }, 'the audit trail cannot be written'),
  );
  const told = {
    ordered(trace: CommandTrace): void {
      const failed = (error: unknown): void => log.error({ error, trace }, 'the audit trail cannot be written');
      audit.append([{ ...trace, at: host.clock.now() }]).catch(failed);
    },
    lost: ({ kind: why, terminal, id, total, received }: PartsOverdue): void =>
      log.warn({ why, terminal, id: formatId(id, 4), total, received }, 'a message in parts was given up'),
    mediaFault: (error: unknown): void =>
      log.error({ error }, 'a media file cannot be written or removed; it is tried again'),
    exempt: trail.refused.bind(trail),
    stranger: (source: string) => watch.hit('scanning', source),
  };
  const owned = seat === undefined ? {} : { owns: (terminal: string) => seat.owns(terminal) };
  return createCore(
    { ...rest, mediaDisk: openMediaDisk(join(config.data, 'media')), told, peers: seat?.peers },
    { ...coreOptions(config), ...owned },
  );
}
