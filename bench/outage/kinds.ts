/** Whose a process's memory is: the engine's, the allocator's, or that of files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Probed } from './probe.ts';

const MiB = 1 << 20;
/** Each arena of glibc beyond the first begins at a multiple of this, and has so much room. */
const ARENA = 64 * MiB;

/** MiB in memory. */
export interface Kinds {
  readonly all: number;
  /** Of all threads' engines: what was taken for objects, and what of it objects fill. */
  readonly heap: number;
  readonly used: number;
  /** What hangs on objects outside of the heap, mostly buffers: in what the allocator has, or in mappings of their own. */
  readonly external: number;
  /** The allocator's: the process's first heap, and its arenas for threads. */
  readonly brk: number;
  readonly arenas: number;
  /** Program, libraries, and files that are mapped. */
  readonly files: number;
}

/** Reads what the threads said (`probe.ts`) and what the kernel says of each mapping. */
export function kinds(pid: number, folder: string): Kinds {
  const probed = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Probed);
  const sum = (of: (one: Probed) => number): number => probed.reduce((total, one) => total + of(one), 0) / MiB;
  return {
    ...mappings(existsSync(`/proc/${pid}/smaps`) ? readFileSync(`/proc/${pid}/smaps`, 'utf8') : ''),
    heap: sum(({ heapTotal }) => heapTotal),
    used: sum(({ heapUsed }) => heapUsed),
    external: sum(({ external }) => external),
  };
}

/** By the text of /proc/PID/smaps. */
export function mappings(smaps: string): Pick<Kinds, 'all' | 'brk' | 'arenas' | 'files'> {
  const found = { all: 0, brk: 0, arenas: 0, files: 0 };
  let kind: 'brk' | 'arenas' | 'files' | undefined;
  let arenaEnd = 0n;
  for (const line of smaps.split('\n')) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)$/.exec(line);
    if (head !== null) {
      const [, from = '0', to = '0', rights = '', name = ''] = head;
      const start = BigInt(`0x${from}`);
      const end = BigInt(`0x${to}`);
      if (name === '' && rights.startsWith('rw-p') && start % BigInt(ARENA) === 0n && end - start < BigInt(ARENA))
        arenaEnd = start + BigInt(ARENA);
      if (name === '[heap]') kind = 'brk';
      else if (name.startsWith('/')) kind = 'files';
      else if (name === '' && start < arenaEnd && end <= arenaEnd) kind = 'arenas';
      else kind = undefined;
      continue;
    }
    const rss = /^Rss: +(\d+) kB/.exec(line);
    if (rss === null) continue;
    const mib = Number(rss[1]) / 1024;
    found.all += mib;
    if (kind !== undefined) found[kind] += mib;
  }
  return found;
}
