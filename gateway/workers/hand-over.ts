/** Takes a socket out of this process, so that another can go on reading it exactly where this one stopped. */
import type { ChildProcess } from 'node:child_process';
import assert from 'node:assert';
import type { Socket } from 'node:net';
import type { LinkPort, ToWorker } from './messages.ts';
import type { Arrival } from './reception.ts';
import type { WorkerProcess } from './worker-process.ts';

/** What is below a socket; Node has no public word for it. */
interface Handle {
  reading?: boolean;
  readStop?(): number;
  close(): void;
}

function handleOf(socket: Socket): Handle | null {
  return (socket as unknown as { readonly _handle: Handle | null })._handle;
}

/** A TCP link as it came in: its socket goes to the worker, and is this process's no longer. */
export class SocketArrival implements Arrival {
  readonly peer: string;
  readonly #socket: Socket;
  readonly #port: LinkPort;

  /** `port`: at which of the gateway's ports it came in. */
  constructor(socket: Socket, port: LinkPort) {
    this.#socket = socket;
    this.#port = port;
    this.peer = `tcp://${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
  }

  hear(data: (chunk: Uint8Array) => void, gone: () => void): void {
    this.#socket.on('data', data);
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', gone);
  }

  leadTo(worker: WorkerProcess, octets: Uint8Array): boolean {
    return worker.lead(this.#socket, octets, this.#port);
  }

  refuse(): void {
    this.#socket.resetAndDestroy();
  }
}

/**
 * Stops reading a socket for good, in this process: what the peer sends from now on waits in the kernel for whoever gets the socket. Returns what
 * had been read beyond what `data` was told, and undefined where the socket is closed already.
 */
export function holdStill(socket: Socket): Uint8Array | undefined {
  const handle = handleOf(socket);
  if (handle === null) return undefined;
  assert(typeof handle.readStop === 'function', 'a socket of this version of Node cannot be handed over');
  socket.removeAllListeners('data');
  socket.removeAllListeners('close');
  // The socket may wait here for others that go first, and the stream would read on: whatever it read would be lost. So the stream is
  // made to want nothing, and the handle is told to stop, for which Node has no public word: `pause()` stops when the buffer is full.
  socket._read = () => undefined;
  socket.pause();
  const late = socket.read() as Buffer | null;
  handle.readStop();
  handle.reading = false;
  return late ?? NOTHING;
}

/** Whether the socket is still this process's. */
export function isHeld(socket: Socket): boolean {
  return handleOf(socket) !== null && !socket.destroyed;
}

const NOTHING = new Uint8Array(0);

/** A socket that is held still, everything that was read of it, and at which port it came in. */
export interface HeldLink {
  readonly socket: Socket;
  readonly octets: Uint8Array;
  readonly port: LinkPort;
}

/**
 * Sends a link. It is this process's no longer, and is closed where the other cannot have it. `sent` is told when it has left, or will not, with
 * what closes it in this process: Node does so when the other says that it has it, and never where that ends before it does.
 */
export function handOver(
  child: ChildProcess,
  { socket, octets, port }: HeldLink,
  sent: (close: () => void) => void,
): void {
  const message: ToWorker = { kind: 'link', octets, port };
  const handle = handleOf(socket);
  child.send(message, socket, { keepOpen: false }, (error) => {
    sent(() => handle?.close());
    if (error !== null) socket.destroy();
  });
}
