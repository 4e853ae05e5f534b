/** Marks one run: what had to be found, what must not be said, what may be said for a while, and the label at the end. */
import type { Must, ProfileFacts, References, Scenario, Tolerated } from '../../simulator/index.ts';
import { type ExamEvent, SELF } from './event.ts';

export interface Mark {
  readonly pass: boolean;
  /** Why not, one line for each fault. */
  readonly faults: readonly string[];
  /** For every demand that applies: when it was met, and what it is counted from. */
  readonly met: readonly { readonly code: string; readonly at: number | null; readonly after: number | null }[];
  /** Something forbidden was said. */
  readonly falseAlarm: boolean;
}

export interface Marked {
  readonly scenario: Scenario;
  readonly profile: string;
  readonly facts: ProfileFacts;
  readonly refs: References;
  readonly final: string;
  readonly events: readonly ExamEvent[];
}

/** Severity from which a forbidden code counts. */
const TOLD = 2;
/** An alarm may come so much before the act that it names: clocks differ. */
const EARLY_S = 30;
/** Deadlines from here on may not be shorter than the report interval of a sleeping terminal and a fifth. */
const SLEEP_RULE_S = 420;
const SLEEP_SHARE = 1.2;

export function markOf(run: Marked): Mark {
  const { scenario, profile, final } = run;
  const { must, must_not: mustNot, tolerate, final: expected } = scenario.expect;
  const demands = must.filter(({ only_profiles: only }) => only === undefined || only.includes(profile));
  const met = demands.map((demand) => metBy(demand, run));
  const faults: string[] = [];
  demands.forEach((demand, i) => {
    if (met[i]!.at === null)
      faults.push(`no ${told(demand)} within ${deadlineOf(demand, run.facts)} s of ${demand.ref}`);
  });
  const own = run.events.filter(({ vehicle }) => vehicle === SELF);
  const forbidden = own.filter((event) => isForbidden(event, mustNot, tolerate));
  const others = run.events.filter((event) => event.vehicle !== SELF && isForbidden(event, ['T*'], []));
  for (const { code, severity, t, vehicle } of firsts([...forbidden, ...others])) {
    faults.push(`${code} S${severity} at ${t} s${vehicle === SELF ? '' : ` on ${vehicle}`} is forbidden`);
  }
  for (const allowed of tolerate) faults.push(...overstayed(allowed, own, run));
  // What was innocent may be called so by any reason; a guilty act must end under its name.
  const labels = [expected, ...(demands.at(-1)?.any_of ?? [])];
  if (scenario.kind !== 'innocent' && !labels.includes(final)) {
    faults.push(`ends as ${final}, expected ${[...new Set(labels)].join(' or ')}`);
  }
  return { pass: faults.length === 0, faults, met, falseAlarm: forbidden.length + others.length > 0 };
}

/** Seconds that a demand leaves: longer for terminals that report late, never shorter than a sleeper's interval. */
export function deadlineOf(
  { by_s: by }: Must,
  { latency_factor: factor, sleep_report_s: sleep }: ProfileFacts,
): number {
  const stretched = by * Math.max(1, factor);
  return by >= SLEEP_RULE_S ? Math.max(stretched, SLEEP_SHARE * sleep) : stretched;
}

function metBy(demand: Must, { events, refs, facts }: Marked): Mark['met'][number] {
  const from = referenceOf(demand.ref, refs);
  const code = demand.any_of.join('/');
  if (from === null) return { code, at: null, after: null };
  const until = from + deadlineOf(demand, facts);
  const begins = (refs.onset ?? from) - EARLY_S;
  const confirmed = new Set<string>();
  for (const event of events) {
    if (event.vehicle !== SELF || event.t < begins || event.t > until) continue;
    if (event.stage === 'cleared' || event.stage === 'authorised') {
      confirmed.delete(event.code);
      continue;
    }
    if (event.stage === 'confirmed') confirmed.add(event.code);
    if (!demand.any_of.includes(event.code) || event.severity < demand.min_severity) continue;
    if (demand.stage === 'raised' || confirmed.has(event.code)) return { code, at: event.t, after: from };
  }
  return { code, at: null, after: from };
}

function referenceOf(ref: Must['ref'], refs: References): number | null {
  return refs[ref === 'cut' ? 'onset' : ref];
}

function isForbidden(
  { code, stage, severity }: ExamEvent,
  codes: readonly string[],
  tolerate: readonly Tolerated[],
): boolean {
  if (severity < TOLD || stage === 'cleared' || stage === 'authorised') return false;
  if (!codes.some((pattern) => matches(pattern, code))) return false;
  return !tolerate.some(({ event, max_severity: most }) => matches(event, code) && severity <= most);
}

/** What is tolerated is so up to a severity, and must go again in time. */
function overstayed(allowed: Tolerated, events: readonly ExamEvent[], { refs }: Marked): string[] {
  const said = events.filter(({ code }) => matches(allowed.event, code));
  const loud = said.find(({ severity, stage }) => severity > allowed.max_severity && stage !== 'cleared');
  if (loud !== undefined) return [`${loud.code} S${loud.severity} is above the tolerated S${allowed.max_severity}`];
  const last = said.at(-1);
  if (last === undefined || typeof allowed.must_clear_by_s !== 'number') return [];
  const from = allowed.ref === undefined ? null : referenceOf(allowed.ref, refs);
  const gone = last.stage === 'cleared' || last.stage === 'authorised';
  if (!gone) return [`${last.code} was never cleared`];
  if (from === null || last.t <= from + allowed.must_clear_by_s) return [];
  return [`${last.code} was cleared at ${last.t} s, more than ${allowed.must_clear_by_s} s after ${allowed.ref}`];
}

/** One event for each code and vehicle. */
function firsts(events: readonly ExamEvent[]): ExamEvent[] {
  const seen = new Set<string>();
  return events.filter(({ code, vehicle }) => !seen.has(`${code} ${vehicle}`) && seen.add(`${code} ${vehicle}`));
}

function matches(pattern: string, code: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
}

function told({ any_of: codes, stage, min_severity: least }: Must): string {
  return `${codes.join('/')} ${stage} S${least}`;
}
