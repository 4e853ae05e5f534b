/**
 * What the platform says a terminal belongs to: a fold over `archive` facts. An archived terminal may
 * register where enrolment is by list, and its vehicle and division are those of the archive, whatever
 * the terminal says of itself.
 */
import type { Facts, Removal } from '../../bridge/index.ts';
import { decodeFeed } from '../feed/feed-record.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import type { Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { terminalKey } from './terminal-key.ts';

export type ArchiveFact = Facts['archive'];

/** A fact and the record that brought it: of two about one terminal the later one holds. */
interface Entry {
  readonly fact: ArchiveFact;
  readonly seq: Seq;
}

export class Archive implements Snapshotted {
  readonly kind = 'archive';
  readonly #byId = new Map<string, Entry>();
  /** The last one holds. */
  readonly #byTerminal = new Map<string, readonly Entry[]>();

  /** `terminal` without leading zeros. */
  get(terminal: string): ArchiveFact | undefined {
    return this.#byTerminal.get(terminal)?.at(-1)?.fact;
  }

  get size(): number {
    return this.#byTerminal.size;
  }

  /** Takes a record; returns the id of the fact that changed. */
  apply(view: RecordView): string | undefined {
    const record = decodeFeed(view);
    if (record?.feed !== 'archive') return undefined;
    this.#put(record.fact, view.seq);
    return record.fact.id;
  }

  snapshot(id: string): string | null {
    const entry = this.#byId.get(id);
    return entry === undefined ? null : JSON.stringify(entry);
  }

  restore(_id: string, value: string): void {
    const { fact, seq } = JSON.parse(value) as Entry;
    this.#put(fact, seq);
  }

  #put(fact: ArchiveFact | Removal, seq: Seq): void {
    const before = this.#byId.get(fact.id);
    // A snapshot may be ahead of the records that a start hears again.
    if (before !== undefined && before.seq >= seq) return;
    if (before !== undefined) this.#withdraw(before);
    this.#byId.delete(fact.id);
    if (isRemoval(fact)) return;
    const entry = { fact, seq };
    this.#byId.set(fact.id, entry);
    const terminal = terminalKey(fact.terminal);
    const others = this.#byTerminal.get(terminal) ?? [];
    const later = others.findIndex((other) => other.seq > seq);
    this.#byTerminal.set(terminal, later === -1 ? [...others, entry] : others.toSpliced(later, 0, entry));
  }

  /** What an older fact says of the terminal holds again. */
  #withdraw(entry: Entry): void {
    const terminal = terminalKey(entry.fact.terminal);
    const others = this.#byTerminal.get(terminal)?.filter((other) => other !== entry) ?? [];
    if (others.length === 0) this.#byTerminal.delete(terminal);
    else this.#byTerminal.set(terminal, others);
  }
}

function isRemoval(fact: ArchiveFact | Removal): fact is Removal {
  return fact.deleted === true;
}
