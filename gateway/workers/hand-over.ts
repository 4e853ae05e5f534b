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
 * `octets`: everything that was read.
 */
export function handOver(child: ChildProcess, socket: Socket, octets: Uint8Array): void {
  const handle = (socket as unknown as { readonly _handle: Readable | null })._handle;
  // Closed by its peer meanwhile.
  if (handle === null) return void socket.destroy();
  // `pause()` lets one more read through, which would be lost: the handle itself is told. Node has no public word for it.
  assert(typeof handle.readStop === 'function', 'a socket of this version of Node cannot be handed over');
  handle.readStop();
  handle.reading = false;
  socket.removeAllListeners('data');
  socket.removeAllListeners('close');
  socket.pause();
  const late = socket.read() as Buffer | null;
  const all = late === null ? octets : Buffer.concat([octets, late]);
  const message: ToWorker = { kind: 'link', octets: all };
  child.send(message, socket, { keepOpen: false }, (error) => {
    if (error !== null) socket.destroy();
  });
}
