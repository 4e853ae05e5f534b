/** The HTTP side: API, status page, metrics. */
import type { Clock } from '../protocol/index.ts';
import type { Access } from './access/access.ts';
import { accountsPath, readAccounts } from './access/account-file.ts';
import { accountsInUse, type BrokerAccess, createBrokerAccess } from './access/broker-access.ts';
import type { Administration } from './access/administration.ts';
import { HttpCounters } from './api/counters.ts';
import { createApi } from './api/server.ts';
import type { Health, ListenerView } from './api/sources.ts';
import { formatAddress } from './config/address.ts';
import type { Config } from './config/schema.ts';
import { tlsServerOptions } from './config/tls.ts';
import type { Core } from './core-parts.ts';
import { COMMAND_TTL_MS, type Deliveries } from './deliveries.ts';
import { createTap } from './deliver/tap.ts';
import type { EventSources } from './events/event-sources.ts';
import type { AuditSink } from './audit/audit.ts';
import { Looks } from './audit/looks.ts';
import { trailPath } from './audit/paths.ts';
import { readTrail } from './audit/read-trail.ts';
import type { Store } from './fold/store/store.ts';
import type { Feeds } from './feed/feeds.ts';
import { grantsPath, openGrants } from './grants/grant-file.ts';
import { ListenError } from './intake/errors.ts';
import type { LineCounters } from './intake/serial/counters.ts';
import type { Journal } from './journal/journal.ts';
import { joinLibraries, openLibrary } from './media/library.ts';
import type { Logger } from './observe/log.ts';
import { createMetrics } from './observe/metrics.ts';
import type { SecurityWatch } from './security/watch.ts';
import { revokeCode } from './registry/revoke-code.ts';
import type { Undo } from './undo.ts';
import { VERSION } from './version.ts';
import { createSources } from './views.ts';
import { otherPartitions } from './workers/partitions.ts';

export interface WebParts {
  readonly config: Config;
  readonly core: Core;
  readonly journal: Journal;
  readonly feeds: Feeds;
  /** Hears of every look at files of terminals. */
  readonly audit: AuditSink;
  /** Where tracks are read. */
  readonly tracks: Pick<Store, 'read'>;
  /** The data folder of the gateway, whichever worker this is. */
  readonly root: string;
  /** Given where requests come from the front of several workers, which says where they are from and, with this, whose certificate was shown. */
  readonly frontSecret: string | undefined;
  readonly events: EventSources;
  readonly deliveries: Deliveries;
  readonly listeners: readonly ListenerView[];
  readonly serial: readonly LineCounters[];
  readonly access: Access;
  readonly administration: Administration;
  readonly watch: SecurityWatch;
  readonly clock: Clock;
  /** Unguessable octets. */
  readonly secret: (count: number) => Uint8Array;
  readonly log: Logger;
  readonly undo: Undo;
}

/** What brokers elsewhere are told, from the accounts as they are when they are asked for. */
function brokerAccess({ config, access, root, clock }: WebParts): BrokerAccess {
  const { prefix, dialect, username, password, authToken } = config.mqtt;
  return createBrokerAccess({
    access,
    accounts: () => accountsInUse(readAccounts(accountsPath(root)) ?? [], clock.now()),
    prefix,
    dialect: dialect === 'emqx' ? dialect : undefined,
    own: username === undefined || password === undefined ? undefined : { name: username, password },
    token: authToken,
  });
}

/** Listens and returns where: `HOST:PORT`. Rejects as Node does. */
export async function serveWeb(parts: WebParts): Promise<string> {
  const { config, core, journal, feeds, audit, events, deliveries, access, clock, secret, log, undo } = parts;
  const { latest, registry, counters, ackLatency, intake } = core;
  const startedAt = new Date(clock.now()).toISOString();
  const listeners: ListenerView[] = [...parts.listeners];
  const { address, embedded } = deliveries.mqtt;
  if (embedded) listeners.push({ name: 'mqtt', address, up: true });
  const health = (): Health => ({
    node: config.node,
    version: VERSION,
    startedAt,
    journal: journal.state,
    listeners,
    outlets: deliveries.views(),
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
    ways: registry.quirks.counts,
    intake: counters,
    security: parts.watch.counts,
    parts: core.parts.counters,
    commands: core.mailbox.counters,
    media: core.media.counters,
    events: core.judging.events,
    serial: parts.serial,
    http,
    ackLatency,
    health,
    process: true,
  });
  const tap = createTap({ journal, project: deliveries.project, latest, registry, clock, events: core.judging.events });
  undo.add(() => tap.stop());
  const now = (): number => clock.now();
  const sources = createSources({
    core,
    journalId: journal.id,
    tap,
    health,
    metrics,
    now,
    revoke: (terminal) => revokeCode({ ...core, journal, clock }, terminal),
    commandTtlMs: COMMAND_TTL_MS,
  });
  const { listen, bodyLimit, maxStreams, streamBacklog, maxConnections } = config.http;
  const { accountRate: perAccount, sourceRate: perSource, loginRate: logins } = config.http;
  const tls = config.http.tls === undefined ? undefined : tlsServerOptions(config.http.tls);
  const rates = { perAccount, perSource, logins };
  const limits = { bodyLimit, maxStreams, streamBacklog, maxConnections, rates, tls };
  const grants = openGrants(grantsPath(parts.root));
  undo.add(() => grants.close());
  const api = await createApi({
    sources,
    feeds,
    library: joinLibraries([config.data, ...otherPartitions(parts.root, config.data)].map(openLibrary)),
    looked: (look) => audit.append([{ ...look, at: clock.now() }]),
    looks: new Looks(audit, clock),
    watched: parts.watch,
    disclosure: {
      grants,
      read: (terminal, range) => parts.tracks.read(terminal, range),
      now,
      newId: () => `g-${Buffer.from(secret(9)).toString('base64url')}`,
    },
    trail: (query) => readTrail(trailPath(config.data), query),
    events,
    access,
    administration: parts.administration,
    node: config.node,
    session: { idleMs: config.http.sessionIdle, lifetimeMs: config.http.sessionLifetime },
    counters: http,
    clock,
    random: secret,
    log,
    topicPrefix: config.mqtt.prefix,
    frontSecret: parts.frontSecret,
    broker: brokerAccess(parts),
    ...limits,
  });
  undo.add(() => api.close());
  const { port } = await api.listen(listen.host, listen.port).catch((error: unknown) => {
    throw new ListenError('http', listen, error as NodeJS.ErrnoException);
  });
  const at = formatAddress({ host: listen.host, port });
  listeners.push({ name: 'http', address: at, up: true });
  return at;
}
