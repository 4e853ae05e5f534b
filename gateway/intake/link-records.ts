/** What a link leaves in the journal: packets, facts about itself, and as many refused frames as its budget allows. */
import type { Clock, Link, MonotonicMs } from '../../protocol/index.ts';
import type { CommitWaiter, RefusalCode } from '../journal/journal.ts';
import { RECORD_KIND, type RecordKind } from '../journal/record.ts';
import type { Refusal } from '../session/effects.ts';
import { wantsAnswer } from './tokens.ts';
import type { IntakeContext } from './context.ts';
import { encodeFact, type LinkFact } from './facts.ts';
import { Budget, quarantined } from './quarantine.ts';

/** What is told of a link that another one supersedes. */
export function lastWord(
  { link, lastHeard }: { readonly link: Pick<Link, 'peer'>; readonly lastHeard: MonotonicMs },
  clock: Pick<Clock, 'monotonic'>,
): { readonly peer: string; readonly silentMs: number } {
  return { peer: link.peer, silentMs: Math.round(clock.monotonic() - lastHeard) };
}

export class LinkRecords {
  readonly #number: number;
  readonly #context: IntakeContext;
  /** Made with the first refused frame: most links never have one. */
  #budget: Budget | undefined;

  constructor(number: number, context: IntakeContext) {
    this.#number = number;
    this.#context = context;
  }

  /** The octets of the next record, copied by `append`. */
  span(b: Uint8Array, start: number, end: number): void {
    const { record } = this.#context;
    record.b = b;
    record.start = start;
    record.end = end;
  }

  append(kind: RecordKind, terminal: string, waiter: CommitWaiter | null, token: number): RefusalCode | undefined {
    const { record, clock, journal } = this.#context;
    record.kind = kind;
    record.receivedAt = clock.now();
    record.link = this.#number;
    record.terminal = terminal;
    record.ackable = wantsAnswer(token);
    return journal.append(record, waiter, token);
  }

  note(terminal: string, fact: LinkFact): void {
    const payload = encodeFact(fact);
    this.span(payload, 0, payload.length);
    this.append(RECORD_KIND.link, terminal, null, 0);
  }

  /** Somebody was not let in as this terminal; of other refusals the quarantined frame says enough. */
  refused(terminal: string, why: Refusal, peer: string): void {
    if (why === 'wrong-code' || why === 'locked' || why === 'other-identity')
      this.note(terminal, { fact: 'refused', why, peer });
  }

  /** False where the link is over its budget of quarantined frames, or the journal did not take it. */
  quarantine(
    terminal: string,
    reason: string,
    octets: Uint8Array,
    waiter: CommitWaiter | null = null,
    token = 0,
  ): boolean {
    this.#budget ??= new Budget();
    if (!this.#budget.take(this.#context.clock.monotonic())) {
      this.#context.counters.quarantineSkipped++;
      return false;
    }
    const payload = quarantined(reason, octets);
    this.span(payload, 0, payload.length);
    return this.append(RECORD_KIND.quarantine, terminal, waiter, token) === undefined;
  }
}
