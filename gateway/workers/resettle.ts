/**
 * Moves what is known of terminals to their owners, where the number of workers is not what it was at the last start: registrations, ways, keys,
 * last positions, unfinished commands, open events, what the detector makes of them. Journals, tracks and files stay where they are, and are served
 * from there.
 *
 * A gateway that is killed meanwhile does it again: rows are in their new places, on disk, before they leave the old ones.
 */
import { join } from 'node:path';
import { readIfThere, writePrivately } from '../access/account-file.ts';
import type { EventStep } from '../events/step.ts';
import { leaveSteps, stepsOf } from './adopt.ts';
import { openStateFile, type StateRow } from '../fold/store/state-file.ts';
import { existsSync } from 'node:fs';
import { journalPath } from '../journal/sqlite-schema.ts';
import { ownerOf } from './owner.ts';
import { partitionPath, partitionsOn } from './partitions.ts';

/** Which workers there were. */
const LAYOUT = 'workers.json';
/** Rows whose key is the terminal. */
const BY_TERMINAL: ReadonlySet<string> = new Set(['terminal', 'registration', 'quirk', 'rsaKey', 'detect', 'event']);
/** What the detector keeps of all terminals together begins so. */
const SHARED = '@';
/** Who is heard together with whom: counted anew, as others are. */
const FLEET = '@fleet';
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
  const events = new Map<number, EventStep[]>();
  for (const places of rows.values()) {
    const terminal = terminalOfRow(places[0]!.row)!;
    const to = ownerOf(terminal, workers);
    // The owner of before knows best; what others have is of earlier still.
    const known = before === 0 ? undefined : places.find(({ worker }) => worker === ownerOf(terminal, before));
    const from = known ?? places.find(({ worker }) => worker === to) ?? places[0]!;
    if (from.worker !== to) {
      terminals.add(terminal);
      if (from.row.kind === 'event')
        for (const step of openSteps(partitionPath(data, from.worker), from.row)) push(events, to, step);
      else push(arriving, to, from.row);
    }
    for (const { worker, row } of places) if (worker !== to) push(leaving, worker, { ...row, value: null });
  }
  for (const [worker, all] of arriving) write(data, worker, rebased(data, worker, all));
  for (const [worker, steps] of events) leaveSteps(partitionPath(data, worker), steps);
  for (const [worker, all] of leaving) write(data, worker, all);
  for (const worker of new Set([...partitions, ...arriving.keys()])) write(data, worker, recounted(data, worker));
  return terminals.size;
}

/** Steps of the events that are open by an `event` row. */
function openSteps(folder: string, { value }: StateRow): readonly EventStep[] {
  const { events } = JSON.parse(value!) as {
    readonly events: { readonly open: readonly { readonly event: string }[] };
  };
  return stepsOf(
    folder,
    events.open.map(({ event }) => event),
  );
}

/** The detector's rows of those that stay: each terminal is counted in its groups again when it is heard. */
function recounted(data: string, worker: number): readonly StateRow[] {
  const file = openStateFile(partitionPath(data, worker));
  const rows = file.rows().filter(({ kind }) => kind === 'detect');
  file.close();
  return rows.flatMap(({ kind, key, value }): StateRow[] => {
    if (key === FLEET) return [{ kind, key, value: null }];
    return key.startsWith(SHARED)
      ? []
      : [{ kind, key, value: JSON.stringify(uncounted(JSON.parse(value!) as object)) }];
  });
}

const uncounted = (terminal: object): object => ({ ...terminal, joined: 0, overdue: 0 });

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
  if (BY_TERMINAL.has(kind)) return key.startsWith(SHARED) ? undefined : key;
  if (kind !== COMMAND || value === null) return undefined;
  const { terminal, state } = JSON.parse(value) as { readonly terminal?: string; readonly state?: string };
  return state === undefined || OVER.has(state) ? undefined : terminal;
}

/** The file is on disk when it returns. */
function write(data: string, worker: number, rows: readonly StateRow[]): void {
  const file = openStateFile(partitionPath(data, worker));
  file.write(rows, undefined);
  file.close();
}

/** Rows whose numbers were those of another journal: in a worker's own every record from its cursor on is news. */
function rebased(data: string, worker: number, rows: readonly StateRow[]): readonly StateRow[] {
  const file = openStateFile(partitionPath(data, worker));
  const seq = file.cursor;
  file.close();
  return rows.map(({ kind, key, value }) => {
    const known = JSON.parse(value!, kind === 'detect' ? withoutRecords : undefined) as object;
    return { kind, key, value: JSON.stringify({ ...known, seq }) };
  });
}

const RECORD_NUMBERS: ReadonlySet<string> = new Set(['seq', 'backSeq', 'replaySeq']);

/** Evidence without the records that it rests on. */
function withoutRecords(name: string, value: unknown): unknown {
  if (RECORD_NUMBERS.has(name)) return 0;
  return name === 'frames' ? [] : value;
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, [value]);
  else known.push(value);
}
