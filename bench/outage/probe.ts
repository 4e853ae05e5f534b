/**
 * Loaded into a process before its own code, on every thread: says once a second, in a file of its own in the folder named by
 * MEMORY_PROBE, what the engine of this thread holds.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** Octets of one thread's engine. */
export interface Probed {
  /** Taken from the system for objects, and of this in use. */
  readonly heapTotal: number;
  readonly heapUsed: number;
  /** Buffers and what else hangs on objects outside of the heap. */
  readonly external: number;
}

const EVERY_MS = 1000;
const folder = process.env['MEMORY_PROBE'];

if (folder !== undefined) {
  const look = (): void => {
    const { heapTotal, heapUsed, external } = process.memoryUsage();
    writeFileSync(join(folder, `${threadId}.json`), JSON.stringify({ heapTotal, heapUsed, external } satisfies Probed));
  };
  setInterval(look, EVERY_MS).unref();
}
