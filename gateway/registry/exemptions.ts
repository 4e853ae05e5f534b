/**
 * Vehicles that stay out, after approval (national security, investigation, special technical use: YN-7, CZ-12, NM-4): a fold over
 * `exemption` facts. What lies in the period of one is neither recorded nor forwarded; that holds for what a terminal stored
 * in the period and sends afterwards too, so periods that are over are kept as long as the fact is.
 */
import type { Facts, Removal } from '../../bridge/index.ts';
import { decodeFeed } from '../feed/feed-record.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import type { Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { samePlateColor } from './plate-color.ts';
import { terminalKey } from './terminal-key.ts';

type ExemptionFact = Facts['exemption'];

/** A vehicle as it is called somewhere: by the platform, or by its terminal. */
export interface Plated {
  readonly plate: string;
  readonly plateColor: string | number;
}

/** A period in which a vehicle stays out. */
export interface Exemption {
  readonly id: string;
  /** Epoch ms, `until` not within. */
  readonly from: number;
  readonly until: number;
}

interface Entry {
  readonly fact: ExemptionFact;
  readonly seq: Seq;
}

interface Held extends Exemption {
  readonly plateColor: string | number | undefined;
}

const NOBODY: readonly Held[] = [];

export class Exemptions implements Snapshotted {
  readonly kind = 'exemption';
  readonly #byId = new Map<string, Entry>();
  readonly #byTerminal = new Map<string, readonly Held[]>();
  readonly #byPlate = new Map<string, readonly Held[]>();
  readonly #listeners = new Set<() => void>();

  /** Facts there are; while there is none, nobody need be looked for. */
  get size(): number {
    return this.#byId.size;
  }

  /** All periods of a terminal, and of the plates that its vehicle goes by. */
  *of(terminal: string, plates: readonly Plated[]): Generator<Exemption> {
    yield* this.#byTerminal.get(terminal) ?? NOBODY;
    for (const { plate, plateColor } of plates) {
      for (const held of this.#byPlate.get(plate) ?? NOBODY)
        if (held.plateColor === undefined || samePlateColor(held.plateColor, plateColor)) yield held;
    }
  }

  /** The one that holds at a time, epoch ms. */
  at(at: number, terminal: string, plates: readonly Plated[]): Exemption | undefined {
    for (const exemption of this.of(terminal, plates))
      if (at >= exemption.from && at < exemption.until) return exemption;
    return undefined;
  }

  /** Hears of every change to the register until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a record; returns the id of the fact that changed. */
  apply(view: RecordView): string | undefined {
    const record = decodeFeed(view);
    if (record?.feed !== 'exemption') return undefined;
    this.#put(record.fact, view.seq);
    for (const listener of this.#listeners) listener();
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

  #put(fact: ExemptionFact | Removal, seq: Seq): void {
    const { id } = fact;
    const before = this.#byId.get(id);
    // A snapshot may be ahead of the records that a start hears again.
    if (before !== undefined && before.seq >= seq) return;
    if (before !== undefined) this.#index(before.fact, (held) => held.filter((each) => each.id !== id));
    this.#byId.delete(id);
    if (isRemoval(fact)) return;
    this.#byId.set(id, { fact, seq });
    const { plateColor } = fact;
    const held = { id, plateColor, from: Date.parse(fact.from), until: Date.parse(fact.until) };
    this.#index(fact, (others) => [...others, held]);
  }

  #index({ terminal, plate }: ExemptionFact, change: (held: readonly Held[]) => readonly Held[]): void {
    const put = (map: Map<string, readonly Held[]>, key: string): void => {
      const held = change(map.get(key) ?? NOBODY);
      if (held.length === 0) map.delete(key);
      else map.set(key, held);
    };
    if (terminal !== undefined) put(this.#byTerminal, terminalKey(terminal));
    if (plate !== undefined) put(this.#byPlate, plate);
  }
}

function isRemoval(fact: ExemptionFact | Removal): fact is Removal {
  return fact.deleted === true;
}
