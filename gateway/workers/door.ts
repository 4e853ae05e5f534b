/**
 * A worker's door: a socket in a folder that only this user can enter, for links which the primary has to relay. Each begins with a line
 * that says what it is.
 */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { IntakeCounters } from '../intake/counters.ts';
import { ListenError } from '../intake/errors.ts';

/** What a relayed link is. */
export interface Introduction {
  readonly transport: keyof IntakeCounters['opened'];
  /** As `Link` has them. */
  readonly peer: string;
  readonly identity?: string;
}

const LINE_END = 0x0a;
/** A line is a few hundred octets; beyond it nobody speaks who should. */
const MAX_LINE = 4096;

/** The line with which a relayed link begins. */
export function introduction(about: Introduction): string {
  return `${JSON.stringify(about)}\n`;
}

/** Opens the door at `path`; `take` is given every link, to be read from behind its line. Rejects with ListenError. */
export async function openDoor(
  path: string,
  take: (socket: Socket, about: Introduction) => void,
): Promise<{ close(): void }> {
  // One that was killed leaves its own behind.
  rmSync(path, { force: true });
  const server = createServer((socket) => read(socket, take));
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException): void =>
      reject(new ListenError('tcp', { host: path, port: 0 }, error));
    server.once('error', refused);
    server.listen(path, resolve);
  });
  server.on('error', () => undefined);
  return { close: () => void server.close() };
}

function read(socket: Socket, take: (socket: Socket, about: Introduction) => void): void {
  let line = Buffer.alloc(0);
  const hear = (chunk: Buffer): void => {
    line = Buffer.concat([line, chunk]);
    const end = line.indexOf(LINE_END);
    if (end < 0 && line.length <= MAX_LINE) return;
    socket.off('data', hear);
    socket.off('error', fail);
    if (end < 0) return void socket.destroy();
    // It flows on: whoever takes it listens in this very turn.
    if (end + 1 < line.length) socket.unshift(line.subarray(end + 1));
    take(socket, JSON.parse(line.toString('utf8', 0, end)) as Introduction);
  };
  const fail = (): void => void socket.destroy();
  socket.on('data', hear);
  socket.on('error', fail);
}
