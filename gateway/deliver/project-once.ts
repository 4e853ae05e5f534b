/**
 * Projects a record once for all outlets. Their pumps go through the same batches within milliseconds of each other, and
 * what a record means is the same to all of them.
 *
 * Bound: what `BATCHES` batches hold, `RECORDS` each; a record beyond, or one that comes back later, is projected again.
 */
import type { Envelope } from '../../bridge/index.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Project } from './project.ts';

const BATCHES = 4;
const RECORDS = 512;

interface Projected {
  /** The batch, by its octets: those of a batch that is read from disk again are others. */
  b: Uint8Array | undefined;
  readonly records: Map<number, readonly Envelope[]>;
}

/** `project` with a short memory. Envelopes go to several outlets: none may write to them. */
export function projectOnce(project: Project): Project {
  const batches: readonly Projected[] = Array.from({ length: BATCHES }, () => ({ b: undefined, records: new Map() }));
  let turn = 0;

  function of(b: Uint8Array): Projected {
    for (const known of batches) if (known.b === b) return known;
    const next = batches[turn] as Projected;
    turn = (turn + 1) % BATCHES;
    next.b = b;
    next.records.clear();
    return next;
  }

  return (view: RecordView) => {
    const { records } = of(view.b);
    const known = records.get(view.seq);
    if (known !== undefined) return known;
    const envelopes = project(view);
    if (records.size < RECORDS) records.set(view.seq, envelopes);
    return envelopes;
  };
}
