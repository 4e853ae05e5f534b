/**
 * What an installer measured when a terminal was commissioned: rest voltage, signal, satellites, by which it is judged
 * until it has shown its own. A fact that is told long after its time, as to a journal made anew, only fills in what is unknown.
 */
import { decodeFeed } from '../../feed/feed-record.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { MeasuredBaseline } from '../../registry/life-cycle.ts';
import { secondsOf, type Terminal, UNKNOWN } from './terminal.ts';

const DAY_S = 86_400;
/** Means are kept times ten. */
const TENFOLD = 10;

/** Whose baseline a record tells, and whether it was measured just now. */
export interface ToldBaseline {
  readonly terminal: string;
  readonly baseline: MeasuredBaseline;
  readonly fresh: boolean;
}

/** Undefined where the record tells none. */
export function baselineIn(view: RecordView): ToldBaseline | undefined {
  const record = decodeFeed(view);
  if (record?.feed !== 'lifeCycle' || record.fact.deleted === true) return undefined;
  const { terminal, baseline, at } = record.fact;
  if (baseline === undefined) return undefined;
  const age = secondsOf(view.receivedAt) - secondsOf(Date.parse(at));
  return { terminal, baseline, fresh: age < DAY_S };
}

export function takeBaseline(t: Terminal, { baseline, fresh }: ToldBaseline): void {
  const { restMv, csq, satellites } = baseline;
  if (restMv !== undefined && (fresh || t.supplyRest === UNKNOWN)) t.supplyRest = Math.round(restMv);
  if (csq !== undefined && (fresh || t.csqNorm === UNKNOWN)) {
    t.csqNorm = Math.round(csq * TENFOLD);
    if (t.csqMean === UNKNOWN) t.csqMean = t.csqNorm;
  }
  if (satellites !== undefined && (fresh || t.satellitesNorm === UNKNOWN))
    t.satellitesNorm = Math.round(satellites * TENFOLD);
}
