/** The store of the folds in memory, with a disk that can refuse and a process that can end. */
import type { StateRow } from '../../../gateway/fold/store/state-file.ts';
import type { Store } from '../../../gateway/fold/store/store.ts';

/** What survives the process: hand it to the next store to start again on it. */
export interface KeptState {
  readonly rows: Map<string, StateRow>;
  cursor: number;
}

export function keptState(): KeptState {
  return { rows: new Map(), cursor: 0 };
}

export class MemoryStore implements Store {
  readonly kept: KeptState;
  readonly tracked = 0;
  /** Saves are refused. */
  refuses = false;
  /** The process is dead: no call is ever answered again, and nothing is kept. */
  dead = false;
  saves = 0;

  constructor(kept: KeptState = keptState()) {
    this.kept = kept;
  }

  /** By kind and key, as the file gives them: not by the time at which they were written. */
  get rows(): readonly StateRow[] {
    return [...this.kept.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  get cursor(): number {
    return this.kept.cursor;
  }

  async save(rows: readonly StateRow[], cursor: number | undefined): Promise<boolean> {
    if (this.dead) return new Promise(() => {});
    this.saves++;
    if (this.refuses) return false;
    for (const row of rows) {
      const at = `${row.kind}\0${row.key}`;
      if (row.value === null) this.kept.rows.delete(at);
      else this.kept.rows.set(at, row);
    }
    if (cursor !== undefined) this.kept.cursor = cursor;
    return true;
  }

  head(): void {
    // Nobody follows the journal here.
  }

  tidy(): void {
    // Tracks are not kept here.
  }

  async read(): Promise<never[]> {
    return [];
  }

  async close(): Promise<void> {
    this.dead = true;
  }
}
