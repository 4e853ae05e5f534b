/**
 * Where workers keep their data. Worker 0 has the data folder itself, as a gateway of one process has, and worker n
 * `workers/<n>` in it: a folder like it with a journal, states, tracks and media. So the number of workers may change from one start
 * to the next; a partition beyond it is still served, so that its outlets get the rest, but owns no terminals.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { journalPath } from '../journal/sqlite-schema.ts';

const FOLDER = 'workers';

/** The data folder of a worker. */
export function partitionPath(data: string, worker: number): string {
  return worker === 0 ? data : join(data, FOLDER, String(worker));
}

/** Workers that have left data, in order; 0 is always among them. */
export function partitionsOn(data: string): readonly number[] {
  const folder = join(data, FOLDER);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const others = names.filter((name) => /^[1-9][0-9]{0,3}$/.test(name)).map(Number);
  return [0, ...others.filter((worker) => existsSync(journalPath(partitionPath(data, worker)))).sort((a, b) => a - b)];
}

/** Data folders of all partitions but that of `own`. */
export function otherPartitions(data: string, own: string): readonly string[] {
  return otherWorkers(data, own).map(({ folder }) => folder);
}

/** All partitions but the one with the data folder `own`. */
export function otherWorkers(
  data: string,
  own: string,
): readonly { readonly worker: number; readonly folder: string }[] {
  const all = partitionsOn(data).map((worker) => ({ worker, folder: partitionPath(data, worker) }));
  return all.filter(({ folder }) => folder !== own);
}

/** Data folders of all partitions, that of worker 0 first. */
export function partitionFolders(data: string): readonly string[] {
  return partitionsOn(data).map((worker) => partitionPath(data, worker));
}
