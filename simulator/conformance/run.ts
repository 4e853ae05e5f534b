/**
 * Walks a platform through the standard: every check, in every edition that was asked for, one after the other.
 *
 * Nothing is assumed of the platform but what the standard says. The terminals register themselves, and deregister at
 * the end, so that a run can be repeated.
 */
import { type Clock, type EpochMs, type Revision } from '../../protocol/index.ts';
import { identityOf, papersOf } from '../firmware/identity.ts';
import type { Dialer } from '../link/dialer.ts';
import { CITIES, type City } from '../world/cities.ts';
import { type Check, type Finding, Unmet, Unready, type Verdict } from './check.ts';
import { FRAMES } from './checks/frames.ts';
import { FAREWELL, LOGIN } from './checks/login.ts';
import { MESSAGES } from './checks/messages.ts';
import { PARTS } from './checks/parts.ts';
import { SESSIONS } from './checks/sessions.ts';
import { type Stand, type Subject, Trial } from './trial.ts';

/** Every check, in the order of a run. */
export const CHECKS: readonly Check[] = [...LOGIN, ...MESSAGES, ...FRAMES, ...SESSIONS, ...PARTS, ...FAREWELL];

export interface ConformanceOptions {
  readonly revisions: readonly Revision[];
  /** Of the first terminal: one for each edition, and behind these as many that never register. */
  readonly firstPhone: number;
  /** An answer that takes longer is none: ms. */
  readonly answerMs: number;
  /** So long a platform may take to ask for parts that are missing: ms. */
  readonly patienceMs: number;
  /** The simulated time of the first report. */
  readonly startAt: EpochMs;
  /** The platform is spoken to in datagrams: checks about streams are left out. */
  readonly datagram: boolean;
}

/** A check as it came out. */
export interface Outcome extends Finding {
  readonly check: Check;
  readonly revision: Revision;
}

/** Yields each check as it is done. Never throws for what a platform does. */
export async function* conform(
  options: ConformanceOptions,
  host: { readonly clock: Clock; readonly dialer: Dialer },
): AsyncGenerator<Outcome, void, undefined> {
  const { revisions, answerMs, patienceMs, startAt, datagram } = options;
  const stranger = (revision: Revision): Subject => subjectOf(options, revision, revisions.length);
  const stand: Stand = { ...host, answerMs, patienceMs, startAt, stranger };
  for (const revision of revisions) {
    const subject = subjectOf(options, revision, 0);
    for (const check of CHECKS) {
      if (check.revisions?.includes(revision) === false) continue;
      const finding: Finding =
        datagram && check.stream === true
          ? { verdict: 'skip', detail: 'needs a stream, not datagrams' }
          : await found(check, new Trial(stand, subject));
      yield { check, revision, ...finding };
    }
  }
}

/** Whether nothing failed. */
export function isConformant(outcomes: readonly Pick<Outcome, 'verdict'>[]): boolean {
  return outcomes.every(({ verdict }) => verdict !== 'fail');
}

function subjectOf({ revisions, firstPhone }: ConformanceOptions, revision: Revision, from: number): Subject {
  const index = from + revisions.indexOf(revision);
  const identity = identityOf(index, revision, firstPhone);
  const papers = papersOf(identity, CITIES[index % CITIES.length] as City);
  return { identity, papers, authCode: undefined, media: 0 };
}

async function found(check: Check, trial: Trial): Promise<Finding> {
  try {
    const detail = await check.run(trial);
    const garbled = trial.probes.flatMap(({ faults }) => faults);
    if (garbled.length > 0) return { verdict: 'fail', detail: `the platform sent what is no frame: ${garbled[0]}` };
    return detail === undefined ? { verdict: 'pass' } : { verdict: 'pass', detail };
  } catch (error) {
    if (error instanceof Unready) return { verdict: entry(check) ? 'fail' : 'skip', detail: error.message };
    if (!(error instanceof Unmet)) throw error;
    const verdict: Verdict = check.level === 'must' ? 'fail' : 'warn';
    return { verdict, detail: error.message };
  } finally {
    trial.leave();
  }
}

/** The first two say why nothing else could be done: for them not getting in is a failure. */
function entry({ id }: Check): boolean {
  return id === 'registration' || id === 'authentication';
}
