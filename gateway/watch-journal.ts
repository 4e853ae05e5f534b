/** Watches whether the journal takes writes, and tells of an outage while it lasts and when it is over. */
import type { Envelope, Outlet } from '../bridge/index.ts';
import type { Clock } from '../protocol/index.ts';
import { type JournalOutage, journalRefuses } from './deliver/gateway-events.ts';
import type { IntakeCounters } from './intake/counters.ts';
import type { Journal } from './journal/journal.ts';
import type { Losses } from './losses.ts';
import { note } from './note.ts';
import type { Logger } from './observe/log.ts';

export interface WatchParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly node: string;
  readonly counters: IntakeCounters;
  readonly log: Logger;
  /** Told at once, past the journal, as the journal takes nothing now. */
  readonly outlet: Outlet;
  readonly losses: Losses;
}

/** Faults of the journal that one log entry names; `xingji journal verify` names all. */
const MAX_FAULTS = 20;

/** Returns how to stop. */
export function watchJournal(parts: WatchParts): () => void {
  const { journal, clock, node, counters, log, outlet, losses } = parts;
  let outage: JournalOutage | undefined;
  /** Refusals that were told of: those of an outage begin before anybody hears of it. */
  let told = counters.unjournalled.JOURNAL_UNWRITABLE;
  const stopping = new AbortController();

  function raise(envelope: Envelope): void {
    // A platform that is away hears of it from the journal, when the journal can be written again.
    outlet.deliver([envelope], stopping.signal).catch((error: unknown) => log.debug({ error }, 'outage not told'));
  }

  const unsubscribe = journal.subscribe({
    checked({ records, faults, faultCount, signedUpTo }) {
      const whole = { records, signedUpTo };
      if (faultCount === 0) return log.info(whole, 'the journal was checked and is whole');
      log.error(
        { ...whole, faultCount, faults: faults.slice(0, MAX_FAULTS) },
        'the journal is damaged; the rest of it serves',
      );
    },
    trimmed(from, to) {
      log.debug({ from, to }, 'old records were removed from the journal');
      losses.look();
    },
    changed({ writable, fault, head }) {
      if (!writable && outage === undefined) {
        outage = { node, journalId: journal.id, since: clock.now(), why: fault ?? '', head };
        log.error(
          { code: 'JOURNAL_UNWRITABLE', detail: fault },
          'the journal takes no writes: nothing is acknowledged',
        );
        raise(journalRefuses(outage));
      } else if (writable && outage !== undefined) {
        const refused = counters.unjournalled.JOURNAL_UNWRITABLE - told;
        told += refused;
        log.warn(
          { refused, seconds: Math.round((clock.now() - outage.since) / 1000) },
          'the journal takes writes again',
        );
        const { since, why, head: before } = outage;
        note(journal, clock, { fact: 'recovered', since, why, refused, head: before });
        outage = undefined;
      }
    },
  });
  return () => {
    stopping.abort();
    unsubscribe();
    losses.stop();
  };
}
