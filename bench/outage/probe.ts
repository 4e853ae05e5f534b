/**
 * Loaded into a process before its own code, on every thread: says once a second, in a file of its own in the folder named by
 * MEMORY_PROBE, what the engine of this thread holds.
 */
import { renameSync, writeFileSync } from 'node:fs';
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
    const file = join(folder, String(threadId));
    writeFileSync(`${file}.new`, JSON.stringify({ heapTotal, heapUsed, external } satisfies Probed));
    // Whole or not at all: it is read at any time.
    renameSync(`${file}.new`, `${file}.json`);
  };
  setInterval(look, EVERY_MS).unref();
}
