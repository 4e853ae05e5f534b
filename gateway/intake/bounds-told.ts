/**
 * Tells an operator that bounds were reached: soon after the first time, and then once a minute what came since. Counts are looked at now and
 * then, so that nothing on the way of a frame has to think of it.
 */
import type { Cancel, Clock, MonotonicMs } from '../../protocol/index.ts';
import type { IntakeCounters } from './counters.ts';

const LOOK_MS = 2000;
const TELL_EVERY_MS = 60_000;

/** Counts that only grow, by what they are called in the log. */
export type BoundCounts = Readonly<Record<string, number>>;

/** Watches `counts` until it is told to stop; `tell` hears by how much those grew that did. */
export function tellOfBounds(
  counts: () => BoundCounts,
  { clock, tell }: { readonly clock: Clock; readonly tell: (grown: BoundCounts) => void },
): Cancel {
  let told = counts();
  let notBefore: MonotonicMs = clock.monotonic();
  let cancel: Cancel;
  const look = (): void => {
    const now = clock.monotonic();
    cancel = clock.wake(now + LOOK_MS, look);
    if (now < notBefore) return;
    const current = counts();
    const grown = Object.entries(current).map(([name, count]) => [name, count - (told[name] ?? 0)] as const);
    const news = grown.filter(([, by]) => by > 0);
    if (news.length === 0) return;
    told = current;
    notBefore = now + TELL_EVERY_MS;
    tell(Object.fromEntries(news));
  };
  cancel = clock.wake(notBefore + LOOK_MS, look);
  return () => cancel();
}

/** Those of the intake: why links were not taken, were ended or had to wait. */
export function boundsOf(counters: Readonly<IntakeCounters>): BoundCounts {
  const { turnedAway, turnedAwayBySource, unproved, held } = counters;
  return {
    noPlace: turnedAway - turnedAwayBySource,
    tooManyOfOneSource: turnedAwayBySource,
    notAuthenticatedInTime: unproved.deadline,
    noise: unproved.noise,
    doesNotRead: counters.slowReaders,
    beyondBudget: held.budget,
    diskBehind: held.lag,
    datagramsDropped: counters.datagramsDropped,
    peersYielded: counters.peersYielded,
  };
}
