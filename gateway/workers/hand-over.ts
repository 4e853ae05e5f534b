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
 * Sends the socket with what was read of it. The socket is this process's no longer, and is closed where the other cannot have it.
 * `octets`: everything that was read. `sent`: told when it has left, or will not.
 */
export function handOver(child: ChildProcess, socket: Socket, octets: Uint8Array, sent: () => void): void {
  const handle = (socket as unknown as { readonly _handle: Readable | null })._handle;
  // Closed by its peer meanwhile.
  if (handle === null) {
    socket.destroy();
    return sent();
  }
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
  const all = late === null ? octets : Buffer.concat([octets, late]);
  const message: ToWorker = { kind: 'link', octets: all };
  child.send(message, socket, { keepOpen: false }, (error) => {
    sent();
    if (error !== null) socket.destroy();
  });
}
