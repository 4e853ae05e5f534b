/** TCP links to a platform. */
import { createConnection, type Socket } from 'node:net';
import type { Cancel, CloseKind, Link, LinkSink } from '../../protocol/index.ts';
import type { CallSink, Dialer } from './dialer.ts';

/**
 * Dials `host:port` over TCP, one socket a terminal, without Nagle: a report is one segment.
 *
 * @param from own address of the links, or of that of each terminal by its number; the system's choice unless given.
 */
export function tcpDialer(host: string, port: number, from?: string | ((index: number) => string)): Dialer {
  const target = `tcp://${host}:${port}`;
  return {
    target,
    dial: (index, sink) => {
      const localAddress = typeof from === 'function' ? from(index) : from;
      return dialTcp(localAddress === undefined ? { host, port } : { host, port, localAddress }, target, sink);
    },
  };
}

/**
 * All sockets of a process read into it, one after the other: what they pass on is valid during the call only, and tens of
 * thousands of them need no buffers of their own.
 */
const READ = Buffer.allocUnsafe(64 * 1024);

function dialTcp(at: { host: string; port: number; localAddress?: string }, target: string, sink: CallSink): Cancel {
  let link: TcpLink | undefined;
  const take = (octets: number): boolean => {
    link?.receive(READ.subarray(0, octets));
    return true;
  };
  const socket = createConnection({ ...at, noDelay: true, onread: { buffer: READ, callback: take } });
  const failed = (error: NodeJS.ErrnoException): void => sink.failed(error.code ?? 'EUNKNOWN');
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed);
    link = new TcpLink(socket, target);
    sink.connected(link);
  });
  return () => {
    socket.off('error', failed);
    // A socket that is being destroyed may still report why; nobody waits for it.
    socket.on('error', () => undefined);
    socket.removeAllListeners('connect');
    socket.destroy();
  };
}

class TcpLink implements Link {
  readonly peer: string;
  readonly datagram = false;
  readonly #socket: Socket;
  #kind: CloseKind | undefined;
  #sink: LinkSink | undefined;

  constructor(socket: Socket, peer: string) {
    this.#socket = socket;
    this.peer = peer;
  }

  open(sink: LinkSink): void {
    const socket = this.#socket;
    this.#sink = sink;
    socket.on('end', () => {
      this.#kind ??= 'ended';
    });
    socket.on('error', () => {
      this.#kind ??= 'reset';
    });
    socket.on('drain', () => sink.drained?.());
    socket.on('close', () => sink.closed(this.#kind ?? 'ended'));
  }

  receive(chunk: Uint8Array): void {
    this.#sink?.receive(chunk);
  }

  write(octets: Uint8Array): boolean {
    // The caller uses its buffer again at once, and the socket may keep what the kernel does not take.
    return this.#socket.write(Buffer.from(octets));
  }

  get backlog(): number {
    return this.#socket.writableLength;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    this.#kind ??= kind;
    if (kind === 'local') this.#socket.destroySoon();
    else if (kind === 'reset') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }
}
