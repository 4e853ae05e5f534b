/**
 * A garbage flood, in a process of its own that gives way to everybody else: SOCKETS links that write noise as fast as they are
 * let, and dial again when they are closed. `flood` and `rest` on stdin start and end it.
 *
 *     node bench/flood/noise.ts HOST PORT SOCKETS SEED
 */
import { connect, type Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { seededRandom } from '../../protocol/index.ts';

const [host = '127.0.0.1', port = '0', sockets = '1000', seed = 'flood'] = process.argv.slice(2);
/** Octets of one write; what a socket has in flight is bounded by the kernel. */
const OCTETS = 16 << 10;
const AGAIN_MS = 100;

// The processor is the gateway's: what it does with the flood is measured, not the making of it.
setPriority(constants.priority.PRIORITY_LOW);
const noise = seededRandom(seed).bytes(OCTETS);
// Every third write holds delimiters, so that there are frames to refuse.
const framed = noise.map((octet, at) => (at % 40 === 0 ? 0x7e : octet));
const open = new Set<Socket>();
let flooding = false;

function dial(number: number): void {
  if (!flooding) return;
  const socket = connect(Number(port), host);
  open.add(socket);
  const pour = (): void => {
    while (socket.writable && socket.write(number % 3 === 0 ? framed : noise));
  };
  socket.on('connect', pour);
  socket.on('drain', pour);
  socket.on('error', () => {});
  socket.on('close', () => {
    open.delete(socket);
    setTimeout(() => dial(number), AGAIN_MS);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  flooding = line === 'flood';
  if (flooding) for (let number = 0; number < Number(sockets); number++) dial(number);
  else for (const socket of open) socket.destroy();
}
process.exit(0);
