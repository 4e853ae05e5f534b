/** What the gateway writes into the journal about itself, and hearing the journal from a place on. */
import type { Clock } from '../protocol/index.ts';
import { encodeFact, type GatewayFact } from './intake/facts.ts';
import type { Batch, CommitWaiter, Journal, RefusalCode } from './journal/journal.ts';
import { RECORD_KIND, type RecordInput } from './journal/record.ts';

const READ_BYTES = 4 << 20;

/** Writes a `gateway` record; what comes back is the journal's answer. */
export function note(
  journal: Journal,
  clock: Clock,
  fact: GatewayFact,
  waiter: CommitWaiter | null = null,
  terminal = '',
): RefusalCode | undefined {
  return journal.append(factRecord(fact, clock, terminal), waiter, 0);
}

/** A `gateway` record, for whoever appends it otherwise than `note` does. */
export function factRecord(fact: GatewayFact, clock: Clock, terminal = ''): RecordInput {
  const b = encodeFact(fact);
  const receivedAt = clock.now();
  return { kind: RECORD_KIND.gateway, receivedAt, link: 0, terminal, ackable: false, b, start: 0, end: b.length };
}

/** Hands over the batches behind `after` as they are on disk by now, in order. */
export async function replay(journal: Journal, after: number, each: (batch: Batch) => void): Promise<void> {
  for (let at = after; at < journal.state.head; ) {
    const batches = await journal.read(at, READ_BYTES);
    if (batches.length === 0) return;
    for (const batch of batches) {
      each(batch);
      at = batch.first + batch.count - 1;
    }
  }
}
