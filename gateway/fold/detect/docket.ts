/**
 * The cases of all terminals: takes evidence, judges, and says a finding when the verdict is worth one.
 *
 * The rule (DESIGN of the detector): an accusation is raised when it beats every innocent explanation by `RAISE`, is
 * sure from `CONFIRM` and two sources on, and is withdrawn when an innocent explanation beats it by `CLEAR`. A hard fact
 * is said at once, whoever caused it; the margin then decides how it is called. A matching order licenses it: it is
 * still judged, and said as authorised.
 *
 * Bound: eight cases a terminal.
 */
import { account, type Item, judge, put, sourcesOf, take, type Verdict } from './belief.ts';
import { type Case, keepFrame, newCase, type Where } from './case.ts';
import type { Context } from './context.ts';
import type { Axis, Code, DetectorSink, Finding, Severity, Stage } from './finding.ts';
import { axisOf, codeOf, parentOf, TOO_CLOSE } from './hypotheses.ts';
import { severityOf } from './severity.ts';
import { epochMsOf, NO_CASES, type Terminal } from './terminal.ts';
import { type Bench, CLEAR, CONFIRM, RAISE, WEIGHTS_VERSION } from './weights.ts';

const MAX_CASES = 8;
const UPDATE_MARGIN = 2000;
const UPDATE_EVERY_S = 60;
const MONTH_S = 30 * 86_400;
/** A case whose condition is over is remembered so long: what comes again belongs to it. */
const REMEMBER_S = 86_400;

export class Docket {
  readonly #context: Context;
  /** The moment: set by the detector before anything is noted. */
  now = 0;
  nowMs = 0;
  seq = 0;
  sink: DetectorSink = { finding: () => {} };

  constructor(context: Context) {
    this.#context = context;
  }

  find(t: Terminal, bench: Bench): Case | undefined {
    const { cases } = t;
    for (let i = 0; i < cases.length; i++) if (axisOf(cases[i]!.bench) === axisOf(bench)) return cases[i];
    return undefined;
  }

  /** The case of a bench, opened where there is none or the last one is over and forgotten. */
  open(t: Terminal, bench: Bench, since = this.now, fact = 0, where: Where = t): Case | undefined {
    let one = this.find(t, bench);
    if (one !== undefined && one.overAt !== 0 && this.now - one.overAt > REMEMBER_S) {
      this.drop(t, one);
      one = undefined;
    }
    if (one === undefined) {
      if (t.cases.length >= MAX_CASES) return undefined;
      one = newCase(bench, since, fact, where);
      if (t.cases === NO_CASES) t.cases = [one];
      else t.cases.push(one);
    }
    if (fact > one.fact) {
      // What was only suspected till then began when the fact did.
      if (one.steps === 0) Object.assign(one, { since, latitude: where.latitude, longitude: where.longitude });
      one.fact = fact;
    }
    return one;
  }

  drop(t: Terminal, one: Case): void {
    const rest = t.cases.filter((other) => other !== one);
    t.cases = rest.length === 0 ? NO_CASES : rest;
  }

  /** Adds evidence; true where it changed the case. */
  note(one: Case | undefined, item: Omit<Item, 'seq' | 'strength' | 'says'> & Partial<Item>): boolean {
    if (one === undefined) return false;
    const seq = item.seq ?? this.seq;
    keepFrame(one, seq);
    return put(one.items, { strength: 1000, says: {}, ...item, seq });
  }

  withdraw(one: Case | undefined, id: Item['id']): boolean {
    return one !== undefined && take(one.items, id);
  }

  /** The verdict on a case as it stands; nothing is said. */
  weigh(one: Case): Verdict {
    return judge(one.bench, one.items);
  }

  /** Judges a case and says what has to be said. Returns the verdict. */
  settle(t: Terminal, one: Case, displaced = 0): Verdict {
    const verdict = judge(one.bench, one.items);
    const { bench, since, items } = one;
    this.sink.judged?.({ terminal: t.id, bench, since, now: this.now, items });
    if (one.partOf !== undefined) return verdict;
    const innocent = codeOf(one.bench, verdict.rival, one.items);
    const accused = verdict.margin >= RAISE || (one.fact > 0 && verdict.margin > -CLEAR);
    if (accused) this.#accuse(t, one, verdict, displaced);
    else if (verdict.margin <= -CLEAR && innocent.startsWith('F') && verdict.innocentLead >= CLEAR) {
      this.#say(t, one, verdict, {
        code: innocent,
        severity: severityOf(innocent, CALM),
        sure: sourcesOf(one.items, verdict.rival) >= 2,
      });
    } else if (verdict.margin <= -CLEAR && one.steps > 0 && one.state !== 'cleared' && one.fact === 0) {
      this.clear(t, one, innocent, verdict);
    } else if (one.steps > 0 && one.state === 'open' && one.code !== undefined) {
      this.#say(t, one, verdict, { code: one.code, severity: one.severity, sure: false });
    }
    return verdict;
  }

  #accuse(t: Terminal, one: Case, verdict: Verdict, displaced: number): void {
    const { second } = verdict;
    const close =
      second !== undefined && second.behind < TOO_CLOSE ? parentOf(verdict.lead, second.hypothesis) : undefined;
    const code = close ?? codeOf(one.bench, verdict.lead, one.items);
    const sure = verdict.margin >= CONFIRM && verdict.sources >= 2 && code !== UNRESOLVED && close === undefined;
    const licence = this.licence(t, code, one.since, one);
    if (licence !== undefined) return this.authorise(t, one, licence.id, verdict);
    const severity = this.severity(t, code, {
      displaced,
      thin: verdict.sources < 2 && one.fact < 3,
      extra: one.extra,
    });
    this.#say(t, one, verdict, { code, severity: Math.max(severity, Math.min(one.fact, 4)) as Severity, sure });
  }

  /** `of`: where the vehicle was when it began, and what was put in place of what; where it is now unless given. */
  licence(
    t: Terminal,
    code: Code,
    since: number,
    of: Where & { readonly newId?: string | undefined } = t,
  ): { readonly id: string } | undefined {
    if (SWITCHED_OFF.has(code) && this.#context.hasHabit(t.id, 'masterSwitch')) return MASTER_SWITCH;
    return this.#context.licence({
      terminal: t.id,
      code,
      since,
      latitude: of.latitude,
      longitude: of.longitude,
      ...(of.newId === undefined ? {} : { newId: of.newId }),
    });
  }

  severity(
    t: Terminal,
    code: Code,
    of: { readonly displaced?: number; readonly thin?: boolean; readonly extra?: number } = {},
  ): Severity {
    const context = this.#context;
    const moving = t.stillSince === 0;
    return severityOf(code, {
      sealed: context.sealed(t.id, this.now),
      unordered: moving && context.dispatched(t.id, this.now) === false,
      displaced: of.displaced ?? 0,
      workshop: t.latitude !== 0 && context.at('workshop', t.latitude, t.longitude),
      acts: this.now - t.actsAt > MONTH_S ? 0 : t.acts,
      thin: of.thin ?? false,
      extra: of.extra ?? 0,
    });
  }

  #say(
    t: Terminal,
    one: Case,
    verdict: Verdict,
    to: { readonly code: Code; readonly severity: Severity; readonly sure: boolean },
  ): void {
    const { code, severity, sure } = to;
    const first = one.steps === 0;
    const again = one.state === 'cleared' || one.state === 'authorised';
    const was = one.code;
    one.lead = verdict.lead;
    const changed = !first && was !== code;
    const moved = Math.abs(verdict.margin - one.margin) >= UPDATE_MARGIN;
    one.code = code;
    if (first || again || changed) {
      one.severity = severity;
      if (again) one.state = 'open';
      this.#emit(t, one, verdict, first ? 'raised' : again ? 'reopened' : 'reclassified', changed ? was : undefined);
      if (changed && one.state === 'confirmed' && !sure) one.state = 'open';
    } else if (severity !== one.severity || (moved && this.now - one.saidAt >= UPDATE_EVERY_S)) {
      one.severity = severity;
      this.#emit(t, one, verdict, 'updated');
    }
    if (sure && one.state !== 'confirmed') {
      one.state = 'confirmed';
      if (code.startsWith('T')) this.#countAct(t);
      this.#emit(t, one, verdict, 'confirmed');
    }
  }

  /** The same fact came again within a day: the third time is no accident. */
  repeat(t: Terminal, one: Case, serious: number): void {
    this.#countAct(t);
    if (t.acts >= serious - 1) one.extra = 1;
  }

  #countAct(t: Terminal): void {
    if (this.now - t.actsAt > MONTH_S) t.acts = 0;
    t.acts = Math.min(t.acts + 1, 100);
    t.actsAt = this.now;
  }

  /** Withdraws what was said, or says nothing where nothing was. */
  clear(t: Terminal, one: Case, reason: Code, verdict: Verdict = judge(one.bench, one.items)): void {
    if (one.steps > 0 && one.state !== 'cleared') {
      one.state = 'cleared';
      one.severity = 0;
      this.#emit(t, one, verdict, 'cleared', undefined, { reason });
    }
  }

  /** It was a part of something else, which says it all: withdrawn in favour of that. */
  absorb(t: Terminal, one: Case, code: Code): void {
    if (one.partOf !== undefined) return;
    one.partOf = code;
    this.clear(t, one, code);
  }

  authorise(t: Terminal, one: Case, order: string, verdict: Verdict = judge(one.bench, one.items)): void {
    if (one.state === 'authorised') return;
    const was = one.code;
    one.state = 'authorised';
    one.code = 'N606';
    one.severity = 0;
    this.#emit(t, one, verdict, 'authorised', was, { reason: 'N606', order });
  }

  /** An order was filed or changed: what is open may be licensed by it, also afterwards. */
  license(t: Terminal): void {
    for (const one of t.cases) {
      if (one.steps === 0 || one.partOf !== undefined || one.state === 'authorised' || one.code === undefined) continue;
      const licence = this.licence(t, one.code, one.since, one);
      if (licence !== undefined) this.authorise(t, one, licence.id);
    }
  }

  #emit(
    t: Terminal,
    one: Case,
    verdict: Verdict,
    stage: Stage,
    was?: Code,
    more: { readonly reason?: Code; readonly order?: string } = {},
  ): void {
    const axis = axisOf(one.bench);
    const said = account(one.bench, one.items, verdict);
    const step = one.steps++;
    one.margin = verdict.margin;
    one.saidAt = this.now;
    this.sink.finding({
      key: keyOf(t.id, axis, one.since),
      step,
      terminal: t.id,
      axis,
      code: one.code ?? codeOf(one.bench, verdict.lead, one.items),
      ...(was === undefined ? {} : { was }),
      stage,
      severity: one.severity,
      confidence: said.confidence,
      factTime: epochMsOf(one.since),
      at: this.nowMs,
      seq: this.seq,
      candidates: said.candidates.map(({ hypothesis, margin }) => ({
        hypothesis,
        code: codeOf(one.bench, hypothesis, one.items),
        margin,
      })),
      margin: verdict.margin / 1000,
      rival: verdict.rival,
      prior: said.prior,
      because: said.because,
      rejected: said.rejected,
      ...more,
      ...placeOf(t),
      frames: [...one.frames],
      weightsVersion: WEIGHTS_VERSION,
    });
  }
}

/** `terminal/axis/minute`: a second hearing of the same fact has the same key. */
export function keyOf(terminal: string, axis: Axis | `${Axis}.${Code}`, since: number): string {
  return `${terminal}/${axis}/${Math.floor(since / 60).toString(36)}`;
}

/** To a hundredth of a degree: the precise track has its own rule of access. */
export function placeOf(t: Terminal): Pick<Finding, 'place'> {
  if (t.latitude === 0 && t.longitude === 0) return {};
  return { place: { latitude: Math.round(t.latitude / 1e4) / 100, longitude: Math.round(t.longitude / 1e4) / 100 } };
}

/** A silence without a cause: it can be certain, but it cannot be the last word. */
const UNRESOLVED: Code = 'T304';
/** A registered master switch explains that everything is off. */
const SWITCHED_OFF: ReadonlySet<Code> = new Set(['T101', 'T102', 'T304', 'T106']);
const MASTER_SWITCH = { id: 'habit:masterSwitch' };

const CALM = {
  sealed: false,
  unordered: false,
  displaced: 0,
  workshop: false,
  acts: 0,
  thin: false,
  extra: 0,
} as const;
