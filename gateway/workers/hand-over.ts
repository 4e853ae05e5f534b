/** Takes a socket out of this process, so that another can go on reading it exactly where this one stopped. */
import type { ChildProcess } from 'node:child_process';
import assert from 'node:assert';
import type { Socket } from 'node:net';
import type { ToWorker } from './messages.ts';

interface Readable {
  reading?: boolean;
  readStop?(): number;
}

/**
 * Stops reading a socket for good, in this process: what the peer sends from now on waits in the kernel for whoever gets the socket. Returns what
 * had been read beyond what `data` was told, and undefined where the socket is closed already.
 */
export function holdStill(socket: Socket): Uint8Array | undefined {
  const handle = (socket as unknown as { readonly _handle: Readable | null })._handle;
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
  return (socket as unknown as { readonly _handle: Readable | null })._handle !== null && !socket.destroyed;
}

const NOTHING = new Uint8Array(0);

/**
 * Sends a socket that is held still. It is this process's no longer, and is closed where the other cannot have it.
 * `octets`: everything that was read. `sent`: told when it has left, or will not.
 */
export function handOver(child: ChildProcess, socket: Socket, octets: Uint8Array, sent: () => void): void {
  const message: ToWorker = { kind: 'link', octets };
  child.send(message, socket, { keepOpen: false }, (error) => {
    sent();
    if (error !== null) socket.destroy();
  });
}
