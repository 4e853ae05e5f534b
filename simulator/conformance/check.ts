/** What a check is, and what can come of it. */
import type { Revision } from '../../protocol/index.ts';
import type { Trial } from './trial.ts';

/** `warn`: something that the standard wants or implies without saying it of a platform in so many words. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'skip';

/** What came of a check; `detail` says what was seen where that is not plain from the title. */
export interface Finding {
  readonly verdict: Verdict;
  readonly detail?: string;
}

export interface Check {
  /** Stable, in kebab case. */
  readonly id: string;
  /** Chapter of JT/T 808-2019 and the messages concerned; where an edition differs, it is said. */
  readonly clause: string;
  readonly zh: string;
  readonly en: string;
  /** Editions that it is made in; all unless given. */
  readonly revisions?: readonly Revision[];
  /** What it takes for granted: octets in a stream, so not over UDP. */
  readonly stream?: true;
  /** `should`: what is not so is a warning, no failure. */
  readonly level: 'must' | 'should';
  /** Returns what was seen where that is worth telling; throws `Unmet` or `Unready`. */
  run(trial: Trial): Promise<string | undefined>;
}

/** The platform did something else than it should: an outcome, caught once for each check. */
export class Unmet extends Error {}

/** The check could not be made, as when the platform lets the terminal not in. */
export class Unready extends Error {}

/** Throws `Unmet` where `held` is false. */
export function demand(held: boolean, detail: string): asserts held {
  if (!held) throw new Unmet(detail);
}
