/**
 * UDP links: an address that sends is a peer, and its datagrams are one link until it falls silent.
 *
 * Sources can be forged, so a peer that has proved nothing is never sent more octets than it sent us.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Link, LinkSink } from '../../protocol/index.ts';
import { ListenError } from './errors.ts';
import type { Listener } from './tcp.ts';

/** A whole fleet may report within one turn of the loop. */
const RECEIVE_BUFFER = 4 << 20;

const CREDIT_MAX = 4096;

/** Sends datagrams: a socket, or whoever has it. */
export interface DatagramPort {
  send(octets: Uint8Array, port: number, address: string): void;
}

/** Where a datagram came from. */
export type DatagramSource = Pick<RemoteInfo, 'address' | 'port'>;

class UdpLink implements Link {
  readonly peer: string;
  readonly datagram = true;
  readonly backlog = 0;
  readonly #socket: DatagramPort;
  readonly #port: number;
  readonly #address: string;
  readonly #gone: () => void;
  #sink: LinkSink | undefined;
  /** Octets that may still be sent to an unproved peer. */
  #credit = 0;

  constructor(socket: DatagramPort, from: DatagramSource, gone: () => void) {
    this.#socket = socket;
    this.#port = from.port;
    this.#address = from.address;
    this.#gone = gone;
    this.peer = `udp://${from.address}:${from.port}`;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
  }

  receive(datagram: Uint8Array): void {
    if (this.#credit !== Infinity) this.#credit = Math.min(CREDIT_MAX, this.#credit + datagram.length);
    this.#sink?.receive(datagram);
  }

  write(octets: Uint8Array): boolean {
    if (octets.length > this.#credit) return true;
    this.#credit -= octets.length;
    this.#socket.send(octets, this.#port, this.#address);
    return true;
  }

  trust(): void {
    this.#credit = Infinity;
  }

  // A datagram cannot be held back: what is not read is lost, and the terminal sends it again.
  pause(): void {}
  resume(): void {}

  close(kind: 'local' | 'timeout' | 'reset'): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#gone();
    sink?.closed(kind);
  }
}

/** The peers behind one port: each address that sends is a link. */
export class UdpPeers {
  readonly #port: DatagramPort;
  readonly #accept: (link: Link) => boolean;
  readonly #links = new Map<string, UdpLink>();

  /** `accept` says whether a new peer is taken. */
  constructor(port: DatagramPort, accept: (link: Link) => boolean) {
    this.#port = port;
    this.#accept = accept;
  }

  receive(datagram: Uint8Array, from: DatagramSource): void {
    const key = `${from.address}:${from.port}`;
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new UdpLink(this.#port, from, () => this.#links.delete(key));
      this.#links.set(key, link);
      if (!this.#accept(link)) return;
    }
    link.receive(datagram);
  }
}

/** A port that is listened on. */
export interface DatagramListener extends Listener, DatagramPort {}

/** Listens and hands over every datagram. Rejects with ListenError. */
export async function listenForDatagrams(
  at: { host: string; port: number },
  receive: (datagram: Uint8Array, from: DatagramSource) => void,
): Promise<DatagramListener> {
  const socket: Socket = createSocket({
    type: at.host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER,
  });
  socket.on('message', receive);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError('udp', at, error)));
    socket.bind(at.port, at.host, resolve);
  });
  socket.on('error', () => {});
  return {
    port: socket.address().port,
    send: (octets, port, address) => socket.send(octets, port, address),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Listens and hands every new peer to `accept`, which says whether it is taken. Rejects with ListenError. */
export async function listenUdp(
  at: { host: string; port: number },
  accept: (link: Link) => boolean,
): Promise<Listener> {
  const listener: DatagramListener = await listenForDatagrams(at, (datagram, from) => peers.receive(datagram, from));
  const peers = new UdpPeers(listener, accept);
  return listener;
}
