/**
 * The primary: has the ports, the embedded broker and the one API, and leads everything to the workers, which have everything else. It keeps nothing
 * of its own: when it ends, the workers end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, createBroker, parseGroupTopic, type Publication, type Received } from '../../bridge/index.ts';
import type { Clock } from '../../protocol/index.ts';
import type { Access } from '../access/access.ts';
import type { GroupRequest } from '../command/group.ts';
import type { Refusals } from '../command/peers.ts';
import type { Elsewhere, Nearest } from '../command/target.ts';
import type { ListenerView } from '../api/sources.ts';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/schema.ts';
import { tlsServerOptions } from '../config/tls.ts';
import { type BoundCounts, tellOfBounds } from '../intake/bounds-told.ts';
import type { Logger } from '../observe/log.ts';
import type { Undo } from '../undo.ts';
import { Audience } from './audience.ts';
import { narrowedPayload } from './group-orders.ts';
import { listenForRequests } from './http/front.ts';
import { ownerOf } from './owner.ts';
import { planSeats } from './plan.ts';
import { openPorts, type Ports } from './ports.ts';
import { terminalOfTopic } from './seat.ts';
import { WorkerProcess } from './worker-process.ts';

export interface PrimaryParts {
  readonly config: Config;
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears of accounts that published or subscribed where they may not. */
  readonly denied: (account: string) => void;
  /** Unguessable octets. */
  readonly secret: (count: number) => Uint8Array;
  readonly undo: Undo;
}

/** Where a gateway of several processes is. */
export interface PrimaryAddresses {
  readonly jt808: string;
  readonly http: string;
  readonly mqttUrl: string;
  readonly broker: 'embedded' | 'external';
}

/** Workers have so long to finish; the whole stop takes less than five seconds. */
const STOP_MS = 4000;

/** Starts the workers, then listens. Rejects with what a worker or a listener met. */
export async function startPrimary(parts: PrimaryParts): Promise<PrimaryAddresses> {
  const { config, clock, log, undo } = parts;
  const audience = new Audience(clock, () => workers);
  const broker = config.mqtt.url === undefined ? await startBroker(parts, audience) : undefined;
  // The ports are opened when the workers run, which may have something to send by then.
  const outgoing: { send?: Ports['send'] } = {};
  const frontSecret = Buffer.from(parts.secret(32)).toString('hex');
  const workers: readonly WorkerProcess[] = planSeats(config, { doors: doorsFolder(undo), broker, frontSecret }).map(
    (plan) =>
      new WorkerProcess(plan, {
        clock,
        answers: {
          ...answersOf(broker?.broker, (message) => route(message)),
          ...peersOf(() => workers, config.workers),
        },
        datagrams: (datagrams) => outgoing.send?.(datagrams),
        up: (worker) => audience.tell(workers[worker]!),
        down: (worker, why, againMs) => log.error({ worker, why, againMs }, 'a worker ended; it is started again'),
      }),
  );
  async function route(message: Received): Promise<void> {
    const { prefix } = config.mqtt;
    if (parseGroupTopic(message.topic, prefix) !== undefined) return routeToMany(message);
    const terminal = terminalOfTopic(message.topic, prefix);
    await workers[terminal === undefined ? 0 : ownerOf(terminal, config.workers)]!.call('received', message);
  }
  async function routeToMany(message: Received): Promise<void> {
    const parts = workers.map((_, worker) => narrowedPayload(message.payload, worker, config.workers));
    await Promise.all(
      workers.map(async (worker, i) => {
        const payload = parts[i];
        if (payload !== undefined) await worker.call('received', { ...message, payload });
      }),
    );
  }
  undo.add(() => Promise.all(workers.map((worker) => worker.stop(STOP_MS))));
  await Promise.all(workers.map((worker) => worker.start()));
  log.info({ workers: workers.map(({ plan, pid }) => ({ data: plan.config.data, pid })) }, 'workers run');
  const ports = await openPorts(config, { clock, undo, workers });
  outgoing.send = ports.send;
  const tell = (links: object): void => log.warn({ links }, 'bounds were reached, and links refused or ended');
  undo.add(tellOfBounds(() => refusalsOf(ports), { clock, tell }));
  const listeners: ListenerView[] = [...ports.views];
  if (broker !== undefined) listeners.push({ name: 'mqtt', address: broker.address, up: true });
  const http = await listenForRequests({
    config,
    clock,
    log,
    workers,
    listeners,
    frontSecret,
    figures: () => figuresOf(ports, workers),
  });
  undo.add(() => http.close());
  return {
    jt808: ports.address,
    http: `${config.http.tls === undefined ? 'http' : 'https'}://${http.address}`,
    mqttUrl: broker?.url ?? config.mqtt.url ?? '',
    broker: broker === undefined ? 'external' : 'embedded',
  };
}

/** A folder that only this user can enter, gone after the stop. */
function doorsFolder(undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), 'xingji-'));
  undo.add(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface OwnBroker {
  readonly broker: Broker;
  readonly url: string;
  readonly address: string;
}

async function startBroker(
  { config, access, clock, undo, denied }: PrimaryParts,
  audience: Audience,
): Promise<OwnBroker> {
  const { mqtt } = config;
  const broker = createBroker({
    async authenticate(credentials) {
      const account = await access.authenticateClient(credentials);
      // Workers publish again before whoever comes can subscribe.
      if (account !== undefined) await audience.comes();
      return account;
    },
    denied,
    clock,
    prefix: mqtt.prefix,
    ...(mqtt.dialect === 'emqx' ? { dialect: 'emqx' } : {}),
    limits: { clients: mqtt.maxClients, packetBytes: mqtt.maxPacket },
    ...(mqtt.tls === undefined ? {} : { tls: tlsServerOptions(mqtt.tls) }),
  });
  access.onGone(({ name }) => void broker.disconnect(name));
  access.onDecertified((certificate) => broker.disconnectCertificate(certificate));
  const { port } = await broker.start(mqtt.listen);
  undo.add(() => broker.stop());
  undo.add(audience.watch(broker));
  const address = formatAddress({ ...mqtt.listen, port });
  return { broker, url: `${mqtt.tls === undefined ? 'mqtt' : 'mqtts'}://${address}`, address };
}

/** What workers ask of one another. */
function peersOf(workers: () => readonly WorkerProcess[], owners: number) {
  return {
    async nearest({ worker, ...question }: { worker: number; nearest: Nearest; scope: string }) {
      const others = workers().filter(({ plan, http }) => plan.worker !== worker && http !== undefined);
      const found = await Promise.all(
        others.map((other) => other.call<readonly Elsewhere[]>('nearest', question).catch(() => [])),
      );
      return found.flat();
    },
    async part({ request, terminals }: { request: GroupRequest; terminals: readonly Elsewhere[] }) {
      const parts = Map.groupBy(terminals, ({ terminal }) => ownerOf(terminal, owners));
      const refused = await Promise.all(
        [...parts].map(([worker, own]) => workers()[worker]!.call<Refusals>('part', { request, terminals: own })),
      );
      return Object.assign({}, ...refused) as Refusals;
    },
  };
}

/** What workers ask of the primary. */
function answersOf(broker: Broker | undefined, route: (message: Received) => Promise<void>) {
  return {
    publish: (publications: readonly Publication[]) =>
      Promise.all(
        publications.map(
          (publication) =>
            new Promise<string | null>((resolve) =>
              broker!.publish(publication, (fault) => resolve(fault?.message ?? null)),
            ),
        ),
      ),
    subscribe: (filters: readonly string[]) => broker!.subscribe(filters, route),
    route,
  };
}

/** Why links did not get to a worker. */
function refusalsOf(ports: Ports): BoundCounts {
  const { turnedAway, silent, datagramsDropped } = ports.counts();
  return { noPlace: turnedAway, saidNothingInTime: silent, datagramsDropped };
}

/** The primary's own page of metrics; what workers count too is added to theirs. */
function figuresOf(ports: Ports, workers: readonly WorkerProcess[]): string {
  const { unnamed, turnedAway, silent, datagramsDropped } = ports.counts();
  const restarts = workers.reduce((sum, worker) => sum + worker.restarts, 0);
  return [
    '# TYPE xingji_connections_turned_away_total counter',
    `xingji_connections_turned_away_total ${turnedAway}`,
    '# TYPE xingji_datagrams_dropped_total counter',
    `xingji_datagrams_dropped_total ${datagramsDropped}`,
    '# HELP xingji_links_unnamed Links of which no frame has come yet that names a terminal.',
    '# TYPE xingji_links_unnamed gauge',
    `xingji_links_unnamed ${unnamed}`,
    '# HELP xingji_links_silent_total Links closed as none came in time.',
    '# TYPE xingji_links_silent_total counter',
    `xingji_links_silent_total ${silent}`,
    '# HELP xingji_worker_restarts_total Workers that ended by themselves and were started again.',
    '# TYPE xingji_worker_restarts_total counter',
    `xingji_worker_restarts_total ${restarts}`,
  ].join('\n');
}
