/**
 * A fold computes something from the journal: the same records and configuration give the same result.
 *
 * Folds hear of records after they are on disk, in order, and once; after a restart they hear again of
 * those behind their cursor.
 */
import type { RecordView } from '../journal/record-view.ts';

export interface Fold {
  /** Takes one record; `view` is valid during the call only. */
  apply(view: RecordView): void;
}
