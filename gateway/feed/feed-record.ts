/**
 * Payload of a `feed` record: one fact that the platform or the registry stated. A later record of the same kind and id replaces
 * it, `deleted` takes it away. Folds read nothing else of what platforms say, so they come to the same at every replay.
 */
import type { Facts, FeedKind, Removal } from '../../bridge/index.ts';
import type { LifeCycleFact } from '../registry/life-cycle.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

/** `{"feed":"order","fact":{"id":…}}`, the fact exactly as the contract has it. */
export type FeedRecord =
  | { readonly [K in FeedKind]: { readonly feed: K; readonly fact: Facts[K] | Removal } }[FeedKind]
  /** Where a terminal stands between its order and its recycling. */
  | { readonly feed: 'lifeCycle'; readonly fact: LifeCycleFact };

/** What a record says, or undefined where it is no feed record. */
export function decodeFeed(view: RecordView): FeedRecord | undefined {
  if (view.kind !== RECORD_KIND.feed) return undefined;
  const record = decodeFact<FeedRecord>(view.b, view.payloadStart, view.payloadEnd);
  return typeof record?.feed === 'string' && typeof record.fact?.id === 'string' ? record : undefined;
}
