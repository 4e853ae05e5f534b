/** UDP links to a platform: a socket a terminal, so that each has an address of its own, as behind a mobile network. */
import { createSocket, type Socket } from 'node:dgram';
import type { Cancel, CloseKind, Link, LinkSink } from '../../protocol/index.ts';
import type { CallSink, Dialer } from './dialer.ts';

/** Calls `host:port` over UDP. Connecting says nothing about the platform: that it is there shows in its answers. */
export function udpDialer(host: string, port: number): Dialer {
  const target = `udp://${host}:${port}`;
  return { target, dial: (_index, sink) => dialUdp({ host, port, target }, sink) };
}

function dialUdp({ host, port, target }: { host: string; port: number; target: string }, sink: CallSink): Cancel {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let waiting = true;
  const failed = (error: NodeJS.ErrnoException): void => {
    if (!waiting) return;
    waiting = false;
    socket.close();
    sink.failed(error.code ?? 'EUNKNOWN');
  };
  socket.once('error', failed);
  socket.connect(port, host, () => {
    if (!waiting) return;
    waiting = false;
    socket.off('error', failed);
    sink.connected(new UdpLink(socket, target));
  });
  return () => {
    if (!waiting) return;
    waiting = false;
    socket.close();
  };
}

class UdpLink implements Link {
  readonly peer: string;
  readonly datagram = true;
  readonly #socket: Socket;
  #kind: CloseKind | undefined;
  #paused = false;

  constructor(socket: Socket, peer: string) {
    this.#socket = socket;
    this.peer = peer;
  }

  open(sink: LinkSink): void {
    this.#socket.on('message', (chunk) => {
      if (!this.#paused) sink.receive(chunk);
    });
    this.#socket.on('error', () => this.close('reset'));
    this.#socket.on('close', () => sink.closed(this.#kind ?? 'local'));
  }

  write(octets: Uint8Array): boolean {
    // An ICMP refusal comes back as an error of a later send: the answer that stays away says the same.
    if (this.#kind === undefined) this.#socket.send(Buffer.from(octets), () => undefined);
    return true;
  }

  get backlog(): number {
    return this.#socket.getSendQueueSize();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#kind !== undefined) return;
    this.#kind = kind;
    this.#socket.close();
  }
}
