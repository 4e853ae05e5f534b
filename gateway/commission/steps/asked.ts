/** A hand is asked to do something, and what the terminal says is waited for. */
import type { Bench, Deed } from '../step.ts';

/** Whether it was seen, whether the person passed it over, and how long it took. */
export interface Outcome {
  readonly met: boolean;
  readonly skipped: boolean;
  readonly seconds: number;
}

export async function asked(bench: Bench, deed: Deed, met: () => boolean): Promise<Outcome> {
  const { hand, seen, clock, template, link } = bench;
  const { drillS } = template.limits;
  const began = clock.monotonic();
  const state = { skipped: false };
  const over = hand.ask(deed, drillS, () => {
    state.skipped = true;
  });
  // One that was told nothing new may sleep on it: it is asked once in the middle.
  const nudge = clock.wake(began + 500 * drillS, () => void link.ask('locationQuery').catch(() => undefined));
  const seenIt = await seen.until(() => state.skipped || met(), drillS * 1000);
  nudge();
  over();
  const seconds = Math.round((clock.monotonic() - began) / 100) / 10;
  return { met: seenIt && !state.skipped, skipped: state.skipped, seconds };
}
