/**
 * The composition root: real clocks, sockets, files and randomness are made here and handed to the rest.
 * Returns when everything listens, or rejects with nothing left running.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createMqttInlet } from '../bridge/index.ts';
import { formatId, rsaBodyCipher, seededRandom } from '../protocol/index.ts';
import { type FirstRun, openAccess } from './access/first-run.ts';
import { HttpCounters } from './api/counters.ts';
import { createApi } from './api/server.ts';
import type { Health, OutletView } from './api/sources.ts';
import { serveAttachments } from './attachments/serve.ts';
import { formatAddress } from './config/address.ts';
import type { Config } from './config/schema.ts';
import { createCore } from './core.ts';
import { nodeRsa } from './crypto/node-rsa.ts';
import { createProject } from './deliver/project.ts';
import { publishStates } from './deliver/states.ts';
import { createTap } from './deliver/tap.ts';
import { urgentTest } from './deliver/urgent.ts';
import { openStore } from './fold/store/store.ts';
import { createInlet } from './inlet.ts';
import { listenTcp, type Listener } from './intake/tcp.ts';
import { listenUdp } from './intake/udp.ts';
import { type Journal, OUTLET_PREFIX } from './journal/journal.ts';
import { openJournal } from './journal/open-journal.ts';
import { createPump, type Pump, readerOf } from './journal/pump.ts';
import { journalPath } from './journal/sqlite-schema.ts';
import { openSigner } from './journal/signing-key.ts';
import { sqliteStorage } from './journal/sqlite-storage.ts';
import { openMediaDisk } from './media/media-disk.ts';
import { createMetrics } from './observe/metrics.ts';
import type { Logger } from './observe/log.ts';
import { createInflux, createMqttSide } from './outlets.ts';
import { processClock } from './process-clock.ts';
import { VERSION } from './version.ts';
import { createSources } from './views.ts';
import { watchJournal } from './watch-journal.ts';

/** A gateway that is up. */
export interface Gateway {
  readonly ready: FirstRun;
  /** Ends links and listeners, lets deliveries under way finish, closes the journal. Within about five seconds. */
  stop(): Promise<void>;
}

/** Reader under which the journal keeps what tracks have yet to hear. */
const TRACK_READER = 'fold:track';
const COMMAND_RETRY = { timeoutMs: 10_000, retries: 3 };
const COMMAND_TTL_MS = 24 * 3_600_000;
const STATES_PER_SECOND = 1000;
const TIDY_EVERY_MS = 3_600_000;
const TRACK_RETAIN_MS = 400 * 86_400_000;

/** Undoes what was started, last first; a step that fails does not keep the others from being undone. */
class Undo {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch {
        // What cannot be closed any more is closed.
      }
    }
  }
}

/** Starts a gateway; rejects, with nothing left running, where an address, the data folder or a certificate is not to be had. */
export async function startGateway(config: Config, log: Logger): Promise<Gateway> {
  const undo = new Undo();
  try {
    return { ready: await start(config, log, undo), stop: () => undo.run() };
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(config: Config, log: Logger, undo: Undo): Promise<FirstRun> {
  const clock = processClock;
  const secret = (n: number): Uint8Array => randomBytes(n);
  const random = seededRandom(randomBytes(8).toString('hex'));
  const startedAt = new Date(clock.now()).toISOString();
  mkdirSync(config.data, { recursive: true, mode: 0o750 });

  const path = journalPath(config.data);
  const { maxPending, maxBatch, recent, retain, retainSize, retainPastOutlets } = config.journal;
  const journal = await openJournal({
    storage: sqliteStorage({ path, limitBytes: 0, now: clock.now() }),
    clock,
    signer: openSigner(config.data),
    options: {
      maxPendingBytes: maxPending,
      maxBatchBytes: maxBatch,
      recentBytes: recent,
      retainMs: retain,
      retainBytes: retainSize,
      trimPastOutlets: retainPastOutlets,
    },
  });
  undo.add(() => journal.close());
  journal.cursor(TRACK_READER);
  const store = await openStore(
    { dataDir: config.data, journal: path, trackRetainMs: TRACK_RETAIN_MS },
    {
      tracked: (seq) => journal.advance(TRACK_READER, seq),
      fault: (what, detail) => log.error({ what, detail }, 'the store of the folds fails; it is tried again'),
    },
  );
  undo.add(() => store.close());
  const accounts = await openAccess(config.data, secret);
  const { access } = accounts;

  const listed = new Set(config.jt808.terminals.map((terminal) => terminal.replace(/^0+(?=.)/, '')));
  const core = await createCore(
    {
      clock,
      secret,
      journal,
      store,
      mediaDisk: openMediaDisk(join(config.data, 'media')),
      told: {
        lost: ({ kind: why, terminal, id, total, received }) =>
          log.warn({ why, terminal, id: formatId(id, 4), total, received }, 'a message in parts was given up'),
        mediaFault: (error) => log.error({ error }, 'a media file cannot be written or removed; it is tried again'),
      },
    },
    {
      version: VERSION,
      maxConnections: config.jt808.maxConnections,
      authTimeoutMs: config.jt808.authTimeout,
      idleTimeoutMs: config.jt808.idleTimeout,
      maxWriteBacklog: config.jt808.writeBacklog,
      admission: {
        unprovedPerSource: config.jt808.maxUnproved,
        linksPerSecond: config.jt808.linksPerSecond,
        framesPerSecond: config.jt808.framesPerSecond,
        // Links wait well before the journal has to refuse what they sent.
        lagBytes: config.journal.maxPending / 2,
      },
      mayEnrol: (terminal) => config.jt808.enrolment === 'open' || listed.has(terminal),
      acknowledgeResponses: true,
      ...(config.jt808.rsaKey === undefined ? {} : { ciphers: { 1: rsaBodyCipher(nodeRsa(config.jt808.rsaKey)) } }),
      ...(config.jt808.quirks === undefined ? {} : { quirks: config.jt808.quirks }),
      commandRetry: COMMAND_RETRY,
      parts: {
        askAfterMs: config.parts.askAfter,
        asks: config.parts.asks,
        giveUpAfterMs: config.parts.giveUpAfter,
        memoryBytes: config.parts.memory,
        storedBytes: config.parts.maxStored,
        completeForm: config.media.complete,
      },
      media: { retainMs: config.media.retain, retainBytes: config.media.retainSize },
      acknowledgeMediaParts: config.media.acknowledgeParts,
    },
  );
  undo.add(() => core.stop());

  const mqtt = createMqttSide(config, { access, clock, random, log });
  const influx = createInflux(config, clock);
  const mqttAt = await mqtt.start();
  undo.add(() => mqtt.stop());
  const project = createProject({
    reader: core.reader,
    registry: core.registry,
    journalId: journal.id,
    node: config.node,
  });
  const outlets = influx === undefined ? [mqtt.outlet] : [mqtt.outlet, influx];
  forgetStrangers(
    journal,
    outlets.map(({ name }) => readerOf(name)),
    log,
  );
  const pumps: Pump[] = [];
  for (const outlet of outlets) {
    await outlet.start();
    undo.add(() => outlet.stop());
    const pump = createPump({
      journal,
      outlet,
      project,
      clock,
      random: random.fork(outlet.name),
      urgent: urgentTest,
      observer: {
        resent: ({ seq, id }) => log.info({ outlet: outlet.name, seq, id }, 'a dead letter was delivered after all'),
        retrying: (error, delayMs) =>
          log.warn({ outlet: outlet.name, error, delayMs }, 'delivery failed; it is tried again'),
        buried: ({ seq, reason }) =>
          log.error(
            { outlet: outlet.name, seq, reason },
            'the other side will not take a record; it is kept as a dead letter',
          ),
      },
    });
    pumps.push(pump);
    pump.start();
    undo.add(() => pump.stop());
  }
  const { latest, registry, counters, ackLatency, intake } = core;
  const states = publishStates({
    latest,
    registry,
    outlet: mqtt.outlet,
    clock,
    journalId: journal.id,
    perSecond: STATES_PER_SECOND,
  });
  undo.add(() => states.stop());
  // A broker may have forgotten what it retained: the embedded one always has.
  undo.add(mqtt.channel.onConnected(() => states.all()));
  undo.add(watchJournal({ journal, clock, node: config.node, counters, log, outlet: mqtt.outlet }));
  createMqttInlet({
    channel: mqtt.channel,
    inlet: createInlet({ core, journal, clock }),
    clock,
    prefix: config.mqtt.prefix,
    lifetimeMs: COMMAND_TTL_MS,
    onFault: (error) => log.error({ error }, 'a command or fact could not be taken'),
  });

  const { listen } = config.jt808;
  const listeners: { name: string; address: string; up: boolean }[] = [];
  let { port } = listen;
  if (config.jt808.tcp) {
    const tcp: Listener = await listenTcp(listen, (link) => intake.accept(link, 'tcp'));
    port = tcp.port;
    undo.add(() => void tcp.close());
    listeners.push({ name: 'jt808/tcp', address: formatAddress({ ...listen, port }), up: true });
  }
  if (config.jt808.udp) {
    const udp = await listenUdp({ ...listen, port }, (link) => intake.accept(link, 'udp'));
    port = udp.port;
    undo.add(() => udp.close());
    listeners.push({ name: 'jt808/udp', address: formatAddress({ ...listen, port }), up: true });
  }
  const attachments = await serveAttachments(config, { clock, registry, log });
  if (attachments !== undefined) {
    undo.add(() => attachments.close());
    listeners.push({ name: 'attachments', address: attachments.address, up: true });
  }
  if (mqtt.broker !== undefined) listeners.push({ name: 'mqtt', address: mqttAt.address, up: true });

  const outletView = (pump: Pump): OutletView => {
    const { delivered, retries, buried, backlog, secondsToDrain, lastError } = pump.state;
    const name = pump.reader.replace(/^outlet:/, '');
    const connected = name === 'mqtt' ? mqtt.channel.connected : lastError === undefined;
    return { name, connected, delivered, retries, buried, backlog, secondsToDrain, lastError: lastError ?? null };
  };
  const health = (): Health => ({
    node: config.node,
    version: VERSION,
    startedAt,
    journal: journal.state,
    listeners,
    outlets: pumps.map(outletView),
    connections: intake.size,
    sessions: core.slots.online,
    terminals: latest.size,
    online: latest.online,
    packets: counters.packets,
    faults: Object.values(counters.faults).reduce((sum, count) => sum + count, 0),
    acknowledged: counters.acknowledged,
    ackLatencyMs:
      ackLatency.count === 0 ? null : { p50: 1000 * ackLatency.quantile(0.5), p99: 1000 * ackLatency.quantile(0.99) },
  });
  const http = new HttpCounters();
  const metrics = createMetrics({
    ways: core.registry.quirks.counts,
    intake: counters,
    parts: core.parts.counters,
    media: core.media.counters,
    http,
    ackLatency,
    health,
    process: true,
  });
  const tap = createTap({ journal, project, latest, registry });
  undo.add(() => tap.stop());
  const sources = createSources({
    core,
    journalId: journal.id,
    tap,
    health,
    metrics,
    now: () => clock.now(),
    commandTtlMs: COMMAND_TTL_MS,
  });
  const { bodyLimit, maxStreams, streamBacklog } = config.http;
  const api = await createApi({
    sources,
    access,
    counters: http,
    clock,
    random: secret,
    log,
    bodyLimit,
    maxStreams,
    streamBacklog,
  });
  undo.add(() => api.close());
  const web = await api.listen(config.http.listen.host, config.http.listen.port);
  const webAt = formatAddress({ host: config.http.listen.host, port: web.port });
  listeners.push({ name: 'http', address: webAt, up: true });

  const tidy = (): void => {
    store.tidy(clock.now());
    cancelTidy = clock.wake(clock.monotonic() + TIDY_EVERY_MS, tidy);
  };
  let cancelTidy = clock.wake(clock.monotonic() + TIDY_EVERY_MS, tidy);
  undo.add(() => cancelTidy());

  return accounts.announce(
    { jt808: formatAddress({ ...listen, port }), http: `http://${webAt}`, mqttUrl: mqttAt.url },
    mqtt.broker === undefined ? 'external' : 'embedded',
  );
}

/** Outlets that are configured no longer keep their place no longer: else they would keep the journal for ever. */
function forgetStrangers(journal: Journal, known: readonly string[], log: Logger): void {
  for (const [reader, cursor] of journal.readers()) {
    if (!reader.startsWith(OUTLET_PREFIX) || known.includes(reader)) continue;
    journal.forgetReader(reader);
    log.warn(
      { outlet: reader.slice(OUTLET_PREFIX.length), cursor, undelivered: journal.state.head - cursor },
      'an outlet is no longer configured: its place in the journal is forgotten',
    );
  }
}
