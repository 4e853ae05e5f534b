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

class UdpLink implements Link {
  readonly peer: string;
  readonly datagram = true;
  readonly backlog = 0;
  readonly #socket: Socket;
  readonly #port: number;
  readonly #address: string;
  readonly #gone: () => void;
  #sink: LinkSink | undefined;
  /** Octets that may still be sent to an unproved peer. */
  #credit = 0;

  constructor(socket: Socket, from: RemoteInfo, gone: () => void) {
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

/** Listens and hands every new peer to `accept`, which says whether it is taken. Rejects with ListenError. */
export async function listenUdp(
  at: { host: string; port: number },
  accept: (link: Link) => boolean,
): Promise<Listener> {
  const socket = createSocket({ type: at.host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER });
  const peers = new Map<string, UdpLink>();
  socket.on('message', (datagram, from) => {
    const key = `${from.address}:${from.port}`;
    let link = peers.get(key);
    if (link === undefined) {
      link = new UdpLink(socket, from, () => peers.delete(key));
      peers.set(key, link);
      if (!accept(link)) return;
    }
    link.receive(datagram);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError('udp', at, error)));
    socket.bind(at.port, at.host, resolve);
  });
  socket.on('error', () => {});
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
