/** Terminals whose life is over: a fold over `lifeCycle` facts. They get in no more, whatever code they have. */
import { decodeFeed } from '../feed/feed-record.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import type { Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

export class Recycled implements Snapshotted {
  readonly kind = 'recycled';
  /** By terminal, the record that said so. */
  readonly #terminals = new Map<string, Seq>();

  has(terminal: string): boolean {
    return this.#terminals.size > 0 && this.#terminals.has(terminal);
  }

  /** Takes a record; returns the terminal that is recycled since. Nothing follows that state. */
  apply(view: RecordView): string | undefined {
    const record = decodeFeed(view);
    if (record?.feed !== 'lifeCycle' || record.fact.state !== 'recycled') return undefined;
    this.#terminals.set(record.fact.terminal, view.seq);
    return record.fact.terminal;
  }

  snapshot(terminal: string): string | null {
    const seq = this.#terminals.get(terminal);
    return seq === undefined ? null : String(seq);
  }

  restore(terminal: string, value: string): void {
    this.#terminals.set(terminal, Number(value));
  }
}
