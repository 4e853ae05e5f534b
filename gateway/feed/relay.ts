/**
 * Tells the journal of every fact that the registry holds, and the audit trail of every change: each has its own place among the
 * changes, kept in the registry itself. So a fact that another process stated, or that was committed just before a crash,
 * comes to the journal as well, and what is stated again and again meanwhile comes once.
 */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { AuditEntry, AuditSink } from '../audit/audit.ts';
import { encodeFact } from '../intake/facts.ts';
import type { CommitWaiter, Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { ChangeRow, PendingFact } from '../registry/store/registry-queries.ts';
import type { RegistryStore } from '../registry/store/registry-store.ts';

/** Facts on their way to the disk at a time. */
const SLICE = 500;
/** How often changes of other processes are looked for. */
const LOOK_EVERY_MS = 1000;
const AUDIT_READER = 'audit';

export interface RelayParts {
  readonly store: RegistryStore;
  readonly journal: Journal;
  /** Missing: another process of the same registry tells the trail. */
  readonly audit: AuditSink | undefined;
  readonly clock: Clock;
  /** True where the folds know of nothing, be it that what they kept was lost: then the journal is told everything anew. */
  readonly forgotten?: () => boolean;
  /** Told of what keeps it from going on; it tries again at the next look. */
  readonly fault: (error: unknown) => void;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #reader: string;
  #running: Promise<void> | undefined;
  /** Somebody asked for another run while one was under way. */
  #again: Promise<void> | undefined;
  #wake: Cancel | undefined;
  #stopped = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    // By the journal's id: one that is made anew is told everything from the start.
    this.#reader = `journal:${parts.journal.id}`;
  }

  /** Brings both up to date, and looks for changes from now on. Rejects where the journal takes nothing. */
  async start(): Promise<void> {
    this.#schedule();
    const { store, forgotten } = this.#parts;
    if (forgotten?.() === true) await store.ask('told', this.#reader, 0);
    await this.drain();
  }

  /** Resolves when all that was in the registry at the time of the call is in the journal and in the trail. */
  drain(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    // The run under way may have looked already.
    this.#again ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#again = undefined;
        return this.drain();
      });
    return this.#again;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await (this.#again ?? this.#running)?.catch(() => undefined);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const { clock, fault } = this.#parts;
    this.#wake = clock.wake(clock.monotonic() + LOOK_EVERY_MS, () => {
      void this.drain()
        .catch(fault)
        .finally(() => this.#schedule());
    });
  }

  async #run(): Promise<void> {
    const { store, audit } = this.#parts;
    for (;;) {
      const facts = await store.ask('pending', this.#reader, SLICE);
      if (facts.length === 0) break;
      await this.#journal(facts);
      await store.ask('told', this.#reader, facts.at(-1)!.n);
    }
    if (audit === undefined) return;
    for (;;) {
      const changes = await store.ask('changes', await store.ask('reader', AUDIT_READER), SLICE);
      if (changes.length === 0) break;
      await audit.append(changes.map(entryOf));
      await store.ask('told', AUDIT_READER, changes.at(-1)!.n);
    }
  }

  /** Resolves when all of them are on disk; rejects with the reason where one is not. */
  #journal(facts: readonly PendingFact[]): Promise<void> {
    const { journal, clock } = this.#parts;
    return new Promise((resolve, reject) => {
      const refused = (reason: string): void => reject(new Error(`The journal takes no facts: ${reason}.`));
      let left = facts.length;
      const waiter: CommitWaiter = {
        committed: () => {
          left--;
          if (left === 0) resolve();
        },
        refused: (_token, reason) => refused(reason),
      };
      for (const { kind, id, json } of facts) {
        const b = encodeFact({
          feed: kind,
          fact: json === null ? { id, deleted: true } : (JSON.parse(json) as object),
        });
        const about = { kind: RECORD_KIND.feed, receivedAt: clock.now(), link: 0, terminal: '', ackable: false };
        const reason = journal.append({ ...about, b, start: 0, end: b.length }, waiter, 0);
        if (reason !== undefined) return refused(reason);
      }
      return undefined;
    });
  }
}

function entryOf({ at, who, what, subject, before, after }: ChangeRow): AuditEntry {
  return {
    who,
    what: `registry.${what}`,
    subject,
    ...(before === null ? {} : { before: JSON.parse(before) as unknown }),
    ...(after === null ? {} : { after: JSON.parse(after) as unknown }),
    at,
  };
}
