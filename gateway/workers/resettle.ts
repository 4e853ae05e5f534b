/**
 * Moves what is known of terminals to their owners, where the number of workers is not what it was at the last start: registrations, ways,
 * last positions, unfinished commands. Journals, tracks, media and events stay where they are, and are served from there.
 *
 * A gateway that is killed meanwhile does it again: rows are in their new places, on disk, before they leave the old ones.
 */
import { join } from 'node:path';
import { readIfThere, writePrivately } from '../access/account-file.ts';
import { openStateFile, type StateRow } from '../fold/store/state-file.ts';
import { existsSync } from 'node:fs';
import { journalPath } from '../journal/sqlite-schema.ts';
import { ownerOf } from './owner.ts';
import { partitionPath, partitionsOn } from './partitions.ts';

/** Which workers there were. */
const LAYOUT = 'workers.json';
/** Rows whose key is the terminal. */
const BY_TERMINAL: ReadonlySet<string> = new Set(['terminal', 'registration', 'quirk']);
const COMMAND = 'command';
const OVER: ReadonlySet<string> = new Set(['done', 'failed', 'timedOut', 'expired']);

interface Place {
  readonly worker: number;
  readonly row: StateRow;
}

/** Workers at the last start; 0 where nobody knows. */
function workersBefore(data: string): number {
  const said = JSON.parse(readIfThere(join(data, LAYOUT)) ?? '{}') as { readonly workers?: unknown };
  if (typeof said.workers === 'number') return said.workers;
  return partitionsOn(data).length === 1 ? 1 : 0;
}

/**
 * Before any worker starts. `settle` brings the state of a partition up to its journal, and closes it. Returns how many terminals changed hands.
 */
export async function resettle(
  data: string,
  workers: number,
  settle: (worker: number) => Promise<void>,
): Promise<number> {
  const before = workersBefore(data);
  if (before === workers) return 0;
  let moved = 0;
  if (existsSync(journalPath(data))) {
    const partitions = partitionsOn(data);
    for (const worker of partitions) await settle(worker);
    moved = move(data, { before, workers, partitions });
  }
  writePrivately(join(data, LAYOUT), `${JSON.stringify({ workers })}\n`);
  return moved;
}

function move(
  data: string,
  { before, workers, partitions }: { before: number; workers: number; partitions: readonly number[] },
): number {
  const rows = collect(data, partitions);
  const arriving = new Map<number, StateRow[]>();
  const leaving = new Map<number, StateRow[]>();
  const terminals = new Set<string>();
  for (const places of rows.values()) {
    const terminal = terminalOfRow(places[0]!.row)!;
    const to = ownerOf(terminal, workers);
    // The owner of before knows best; what others have is of earlier still.
    const known = before === 0 ? undefined : places.find(({ worker }) => worker === ownerOf(terminal, before));
    const from = known ?? places.find(({ worker }) => worker === to) ?? places[0]!;
    if (from.worker !== to) {
      push(arriving, to, from.row);
      terminals.add(terminal);
    }
    for (const { worker, row } of places) if (worker !== to) push(leaving, worker, { ...row, value: null });
  }
  for (const [worker, all] of arriving) write(data, worker, all);
  for (const [worker, all] of leaving) write(data, worker, all);
  return terminals.size;
}

/** Every row that goes with a terminal, by kind and key, and where it is. */
function collect(data: string, partitions: readonly number[]): ReadonlyMap<string, Place[]> {
  const found = new Map<string, Place[]>();
  for (const worker of partitions) {
    const file = openStateFile(partitionPath(data, worker));
    for (const row of file.rows())
      if (terminalOfRow(row) !== undefined) push(found, `${row.kind} ${row.key}`, { worker, row });
    file.close();
  }
  return found;
}

/** The terminal that a row goes with; undefined for what stays where it is. */
function terminalOfRow({ kind, key, value }: StateRow): string | undefined {
  if (BY_TERMINAL.has(kind)) return key;
  if (kind !== COMMAND || value === null) return undefined;
  const { terminal, state } = JSON.parse(value) as { readonly terminal?: string; readonly state?: string };
  return state === undefined || OVER.has(state) ? undefined : terminal;
}

/** The file is on disk when it returns. */
function write(data: string, worker: number, rows: readonly StateRow[]): void {
  const file = openStateFile(partitionPath(data, worker));
  // Their numbers were those of another journal: in this one every record from here on is news.
  const seq = file.cursor;
  file.write(
    rows.map(({ value, ...row }) => ({
      ...row,
      value: value && JSON.stringify({ ...(JSON.parse(value) as object), seq }),
    })),
    undefined,
  );
  file.close();
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
}
