/**
 * What the platform says a terminal belongs to: a fold over `archive` facts. An archived terminal may
 * register where enrolment is by list, and its vehicle and division are those of the archive, whatever
 * the terminal says of itself.
 */
import type { Facts } from '../../bridge/index.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

export type ArchiveFact = Facts['archive'];

/** Payload of a `feed` record. */
export interface FeedRecord {
  readonly feed: 'archive';
  readonly fact: ArchiveFact;
}

export class Archive implements Snapshotted {
  readonly kind = 'archive';
  readonly #byId = new Map<string, ArchiveFact>();
  readonly #byTerminal = new Map<string, ArchiveFact>();

  /** `terminal` without leading zeros. */
  get(terminal: string): ArchiveFact | undefined {
    return this.#byTerminal.get(terminal);
  }

  get size(): number {
    return this.#byTerminal.size;
  }

  /** Takes a record; returns the id of the fact that changed. */
  apply(view: RecordView): string | undefined {
    if (view.kind !== RECORD_KIND.feed) return undefined;
    const record = decodeFact<FeedRecord>(view.b, view.payloadStart, view.payloadEnd);
    if (record?.feed !== 'archive') return undefined;
    this.#put(record.fact);
    return record.fact.id;
  }

  snapshot(id: string): string | null {
    const fact = this.#byId.get(id);
    return fact === undefined ? null : JSON.stringify(fact);
  }

  restore(_id: string, value: string): void {
    this.#put(JSON.parse(value) as ArchiveFact);
  }

  #put(fact: ArchiveFact): void {
    const before = this.#byId.get(fact.id);
    // The terminal may have been given to another vehicle by a fact of another id since.
    if (before !== undefined && this.#byTerminal.get(key(before))?.id === fact.id) this.#byTerminal.delete(key(before));
    if (fact.deleted === true) {
      this.#byId.delete(fact.id);
      return;
    }
    this.#byId.set(fact.id, fact);
    this.#byTerminal.set(key(fact), fact);
  }
}

function key(fact: ArchiveFact): string {
  return fact.terminal.replace(/^0+(?=.)/, '');
}
