/**
 * Findings that need no weighing: a rule was broken, a fault was counted, a vehicle is elsewhere than it was left, or all
 * was normal. One open statement a code; said again only where something changed.
 *
 * Bound: twelve open statements a terminal.
 */
import { type Docket, keyOf, placeOf } from './docket.ts';
import type { Axis, Code, Finding, Says, Severity, Stage } from './finding.ts';
import { epochMsOf, type Terminal } from './terminal.ts';
import { WEIGHTS_VERSION } from './weights.ts';

export interface Statement {
  readonly code: Code;
  readonly axis: Axis;
  readonly since: number;
  readonly evidence: string;
  says: Says;
  severity: Severity;
  steps: number;
  seq: number;
}

/** What is to be said. */
export interface Said {
  readonly axis: Axis;
  readonly code: Code;
  readonly severity: Severity;
  /** Id of its text. */
  readonly evidence: string;
  readonly says?: Says;
  readonly since?: number;
  readonly order?: string;
}

const MAX_STATEMENTS = 12;
/** A statement rests on what was observed, not on odds: it is given these. */
const CERTAIN_NATS = 12;
const CERTAIN = 0.99;

export class Statements {
  readonly #docket: Docket;

  constructor(docket: Docket) {
    this.#docket = docket;
  }

  find(t: Terminal, code: Code): Statement | undefined {
    return t.statements?.find((one) => one.code === code);
  }

  /** Says it, or says it anew where it is more serious than before. */
  say(t: Terminal, said: Said): void {
    const { code, severity, says = {}, axis, evidence, order } = said;
    const before = this.find(t, code);
    if (before !== undefined) {
      if (severity <= before.severity) return;
      before.severity = severity;
      before.says = says;
      return this.#emit(t, before, 'updated');
    }
    t.statements ??= [];
    if (t.statements.length >= MAX_STATEMENTS) t.statements.shift();
    const since = said.since ?? this.#docket.now;
    const one: Statement = { code, axis, since, evidence, says, severity, steps: 0, seq: this.#docket.seq };
    t.statements.push(one);
    this.#emit(t, one, order === undefined ? 'raised' : 'authorised', order === undefined ? {} : { order });
  }

  /** Ends an open statement: what it says is over. */
  end(t: Terminal, code: Code, reason: Code = 'N600'): void {
    const one = this.find(t, code);
    if (one === undefined) return;
    this.forget(t, code);
    one.severity = 0;
    this.#emit(t, one, 'cleared', { reason });
  }

  /** Forgets it without a word: the next one is another one. */
  forget(t: Terminal, code: Code): void {
    if (t.statements === undefined) return;
    const rest = t.statements.filter((one) => one.code !== code);
    t.statements = rest.length === 0 ? undefined : rest;
  }

  /** What is said once and kept by nobody: how a silence ended. */
  remark(t: Terminal, said: Said): void {
    const { code, axis, evidence, severity, says = {}, order } = said;
    const since = said.since ?? this.#docket.now;
    const one: Statement = { code, axis, since, evidence, says, severity, steps: 0, seq: this.#docket.seq };
    const stage = order === undefined ? 'cleared' : 'authorised';
    this.#emit(t, one, stage, { reason: code, ...(order === undefined ? {} : { order }) });
  }

  #emit(
    t: Terminal,
    one: Statement,
    stage: Stage,
    more: { readonly reason?: Code; readonly order?: string } = {},
  ): void {
    const docket = this.#docket;
    const finding: Finding = {
      key: keyOf(t.id, `${one.axis}.${one.code}`, one.since),
      step: one.steps++,
      terminal: t.id,
      axis: one.axis,
      code: one.code,
      stage,
      severity: one.severity,
      confidence: CERTAIN,
      factTime: epochMsOf(one.since),
      at: docket.nowMs,
      seq: docket.seq,
      candidates: [],
      margin: CERTAIN_NATS,
      rival: 'OK',
      prior: 0,
      because: [{ evidence: one.evidence, says: one.says, nats: CERTAIN_NATS, seq: one.seq }],
      rejected: [],
      ...more,
      ...placeOf(t),
      frames: one.seq === 0 ? [] : [one.seq],
      weightsVersion: WEIGHTS_VERSION,
    };
    docket.sink.finding(finding);
  }
}
