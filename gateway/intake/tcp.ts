/** TCP links: one socket is one link. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CloseKind, Link, LinkSink } from '../../protocol/index.ts';
import { ListenError } from './errors.ts';

/** Connections that the kernel may hold for us while a fleet comes back at once. */
const ACCEPT_BACKLOG = 4096;

/** What is said of every socket that is accepted: acknowledgements go at once, and peers that vanished are noticed. */
export const SOCKETS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** What a socket does not say of itself. */
export interface LinkOrigin {
  /** As `Link` has it. */
  readonly identity?: string | undefined;
  /** The real peer, where the socket comes from another process that relays it. */
  readonly peer?: string | undefined;
}

/** By which its socket knows a link: so its listeners are the same functions for all of them. */
const LINK = Symbol('link');

type Owned = Socket & { [LINK]?: TcpLink };

function onData(this: Owned, chunk: Buffer): void {
  this[LINK]!.sink!.receive(chunk);
}

function onDrain(this: Owned): void {
  this[LINK]!.sink!.drained?.();
}

function onError(this: Owned): void {
  this[LINK]!.failed();
}

function onClose(this: Owned): void {
  this[LINK]!.ended();
}

class TcpLink implements Link {
  readonly peer: string;
  readonly datagram = false;
  readonly identity: string | undefined;
  sink: LinkSink | undefined;
  readonly #socket: Owned;
  readonly #isTcp: boolean;
  #how: CloseKind = 'ended';
  #said = false;

  constructor(socket: Socket, { identity, peer }: LinkOrigin = {}) {
    this.#socket = socket;
    this.identity = identity;
    this.#isTcp = peer === undefined && !(socket instanceof TLSSocket);
    const scheme = socket instanceof TLSSocket ? 'tls' : 'tcp';
    this.peer = peer ?? `${scheme}://${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
  }

  open(sink: LinkSink): void {
    const socket = this.#socket;
    this.sink = sink;
    socket[LINK] = this;
    socket.on('data', onData);
    if (sink.drained !== undefined) socket.on('drain', onDrain);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  failed(): void {
    if (this.#how === 'ended') this.#how = 'reset';
  }

  ended(): void {
    if (this.#said) return;
    this.#said = true;
    this.sink!.closed(this.#how);
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  write(octets: Uint8Array): boolean {
    return this.#socket.writable ? this.#socket.write(octets) : false;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#how === 'ended') this.#how = kind;
    if (kind === 'local') {
      this.#socket.end();
      // A peer that does not close its half would hold the descriptor.
      this.#socket.destroySoon();
    } else if (this.#isTcp) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}

/** A socket as a link: one that was accepted here, or by another process which handed it over or relays it. */
export function tcpLink(socket: Socket, origin?: LinkOrigin): Link {
  return new TcpLink(socket, origin);
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens and hands every link to `accept`. Rejects with ListenError. */
export function listenTcp(at: { host: string; port: number }, accept: (link: Link) => void): Promise<Listener> {
  return listenForSockets(at, (socket) => accept(tcpLink(socket)));
}

/** The same for whoever wants the socket itself. */
export async function listenForSockets(
  at: { host: string; port: number },
  accept: (socket: Socket) => void,
): Promise<Listener> {
  const server: Server = createServer(SOCKETS, accept);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError('tcp', at, error)));
    server.listen({ ...at, backlog: ACCEPT_BACKLOG }, resolve);
  });
  // Running out of descriptors is passed over connection by connection; the listener goes on.
  server.on('error', () => {});
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
