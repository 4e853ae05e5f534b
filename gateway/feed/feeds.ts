/**
 * The one door for facts of platforms, whichever way they come: checked, written to the registry in one transaction, told to the
 * journal. When it resolves, folds hear of them; when it refuses, nothing was changed.
 */
import { factFaults, factOf, type FeedKind } from '../../bridge/index.ts';
import type { Clock } from '../../protocol/index.ts';
import { RegistryError } from '../registry/errors.ts';
import type { Imported, ImportOptions, LifeStepOrder, Statement } from '../registry/store/registry-file.ts';
import type { RegistryStore } from '../registry/store/registry-store.ts';
import type { Relay } from './relay.ts';

/** Who states something. `prefix`: leading digits of the divisions he may speak for. */
export interface Speaker {
  readonly name: string;
  readonly prefix: string;
}

/** A fact that was not taken: its place among those given, its id as far as it has one, and why. */
export interface RefusedFact {
  readonly index: number;
  readonly id: string;
  readonly faults: readonly string[];
}

export type Stated = { readonly changed: number } | { readonly refused: readonly RefusedFact[] };

export interface Feeds {
  /** Takes all of them or none; `basis` as in `Statement`. Rejects with RegistryError where the disk takes nothing. */
  state(kind: FeedKind, values: readonly unknown[], by: Speaker, basis?: string | null): Promise<Stated>;
  /** Takes vehicles of a file, all of them or none. Rejects with RegistryError where the disk takes nothing. */
  importArchives(octets: Uint8Array, how: ImportOptions, by: Speaker): Promise<Imported>;
  /** Takes a terminal a step further in its life. Rejects with RegistryError, `REGISTRY_REFUSED` where it may not be. */
  advance(step: LifeStepOrder, by: Speaker): Promise<void>;
  readonly store: RegistryStore;
}

export function createFeeds(parts: {
  readonly store: RegistryStore;
  readonly relay: Pick<Relay, 'drain'>;
  readonly clock: Clock;
}): Feeds {
  const { store, relay, clock } = parts;

  async function told(): Promise<void> {
    try {
      await relay.drain();
    } catch (error) {
      // It is in the registry and comes to the journal as soon as that can be written: the sender need not say it again, but may.
      throw new RegistryError('REGISTRY_UNWRITABLE', [(error as Error).message], error);
    }
  }

  return {
    store,
    async state(kind, values, by, basis) {
      const statements: Statement[] = [];
      const refused: RefusedFact[] = [];
      for (const [index, value] of values.entries()) {
        const faults = factFaults(kind, value);
        if (faults.length > 0) refused.push({ index, id: idOf(value), faults });
        else statements.push({ kind, fact: factOf<FeedKind>(value), basis });
      }
      if (refused.length > 0) return { refused };
      const applied = await store.ask('apply', statements, { who: by.name, prefix: by.prefix, at: clock.now() });
      if ('refused' in applied) {
        return {
          refused: applied.refused.map(({ index, fault }) => ({
            index,
            id: statements[index]!.fact.id,
            faults: [fault],
          })),
        };
      }
      await told();
      return applied;
    },
    async importArchives(octets, how, by) {
      const author = { who: by.name, prefix: by.prefix, at: clock.now() };
      const imported = await store.ask('importArchives', octets, how, author);
      if ('changed' in imported && imported.changed > 0) await told();
      return imported;
    },
    async advance(step, by) {
      await store.ask('advance', step, { who: by.name, prefix: by.prefix, at: clock.now() });
      await told();
    },
  };
}

function idOf(value: unknown): string {
  const id: unknown = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? id.slice(0, 128) : '';
}
