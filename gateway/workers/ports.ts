/** The ports of a gateway of several processes: the primary listens, and leads what comes to the workers that own the terminals. */
import type { Clock } from '../../protocol/index.ts';
import type { ListenerView } from '../api/sources.ts';
import { formatAddress } from '../config/address.ts';
import type { Config } from '../config/schema.ts';
import { tlsServerOptions } from '../config/tls.ts';
import { listenForSockets } from '../intake/tcp.ts';
import { listenTls } from '../intake/tls.ts';
import { listenForDatagrams } from '../intake/udp.ts';
import type { Undo } from '../undo.ts';
import { DatagramRouter } from './datagrams.ts';
import { SocketArrival } from './hand-over.ts';
import type { Datagram } from './messages.ts';
import { Reception, type ReceptionOptions } from './reception.ts';
import { RelayedArrival } from './relay.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Ports that are listened on. */
export interface Ports {
  /** `HOST:PORT` of JT/T 808, TCP and UDP alike. */
  readonly address: string;
  readonly views: readonly ListenerView[];
  /** Of all ports together. */
  readonly counts: () => {
    readonly unnamed: number;
    readonly turnedAway: number;
    readonly silent: number;
    readonly datagramsDropped: number;
  };
  /** Datagrams that go out. */
  readonly send: (datagrams: readonly Datagram[]) => void;
}

interface Host {
  readonly clock: Clock;
  readonly undo: Undo;
  readonly workers: readonly WorkerProcess[];
}

/** Listens at all ports of the configuration where terminals connect. Rejects with ListenError. */
export async function openPorts(config: Config, host: Host): Promise<Ports> {
  const { clock, undo, workers } = host;
  const { listen, tcp, udp, tls, maxUnproved, authTimeout, maxConnections } = config.jt808;
  const views: ListenerView[] = [];
  const view = (name: string, at: { host: string; port: number }, port: number): string => {
    const address = formatAddress({ ...at, port });
    views.push({ name, address, up: true });
    return address;
  };
  const common = {
    workers: config.workers,
    clock,
    lead: (worker, arrival, octets) => arrival.leadTo(workers[worker]!, octets),
  } satisfies Partial<ReceptionOptions>;
  const desk = new Reception({
    ...common,
    maxWaiting: maxConnections,
    maxPerSource: maxUnproved,
    timeoutMs: authTimeout,
  });
  const desks = [desk];
  undo.add(() => {
    for (const each of desks) each.close();
  });
  let { port } = listen;
  if (tcp) {
    const listener = await listenForSockets(listen, (socket) => desk.accept(new SocketArrival(socket, 'terminals')));
    port = listener.port;
    // It is closed when its last link is, and those are with the workers.
    undo.add(() => void listener.close());
    view('jt808/tcp', listen, port);
  }
  if (tls !== undefined) {
    const turnedAway = (): void => void desk.counts.turnedAway++;
    const options = { ...tlsServerOptions(tls), maxConnections, maxUnproved, turnedAway };
    const listener = await listenTls(
      tls.listen,
      options,
      (link) => void desk.accept(new RelayedArrival(link, 'tcp', clock)),
    );
    undo.add(() => void listener.close());
    view('jt808/tls', tls.listen, listener.port);
  }
  let send: Ports['send'] = () => undefined;
  let router: DatagramRouter | undefined;
  if (udp) {
    const leads = new DatagramRouter({
      workers: config.workers,
      clock,
      lead: (worker, datagrams) => workers[worker]!.datagrams(datagrams),
    });
    const listener = await listenForDatagrams({ ...listen, port }, (octets, from) => leads.receive(octets, from));
    router = leads;
    port = listener.port;
    undo.add(() => listener.close());
    send = (datagrams) => {
      for (const { octets, port: to, address } of datagrams) listener.send(octets, to, address);
    };
    view('jt808/udp', listen, port);
  }
  if (config.attachments !== undefined) {
    const { listen: at, maxConnections: most, idleTimeout } = config.attachments;
    const evidence = new Reception({ ...common, maxWaiting: most, maxPerSource: most, timeoutMs: idleTimeout });
    desks.push(evidence);
    const listener = await listenForSockets(at, (socket) => evidence.accept(new SocketArrival(socket, 'attachments')));
    undo.add(() => void listener.close());
    view('attachments', at, listener.port);
  }
  const sum = (of: (reception: Reception) => number): number => desks.reduce((all, each) => all + of(each), 0);
  return {
    address: formatAddress({ ...listen, port }),
    views,
    counts: () => ({
      unnamed: sum(({ size }) => size),
      turnedAway: sum(({ counts }) => counts.turnedAway + counts.unled),
      silent: sum(({ counts }) => counts.silent),
      datagramsDropped: router?.dropped ?? 0,
    }),
    send,
  };
}
