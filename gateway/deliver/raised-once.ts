/** An event that a gateway's own record is: raised once, under the record's id, and never cleared. */
import type { Envelope, Event } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import type { RecordView } from '../journal/record-view.ts';

/** Whose journal the record is in, and whose terminal it speaks of. */
export interface Whose {
  readonly journalId: string;
  readonly vehicle: string | null;
  readonly division: string;
}

export function raisedOnce(view: RecordView, of: Whose, said: Pick<Event, 'code' | 'severity' | 'text'>): Envelope {
  const payload: Event = {
    id: `${of.journalId}-${view.seq}`,
    terminal: view.terminal,
    vehicle: of.vehicle,
    time: null,
    receivedAt: formatTime(view.receivedAt),
    seq: view.seq,
    state: 'raised',
    ...said,
  };
  return { kind: 'event', division: of.division, payload };
}
