/**
 * Alarms in reports that a terminal stored while it had no link: intervals in which an alarm was up, put together from
 * reports that come in any order and more than once.
 *
 * Bound: `MAX_INTERVALS` of a terminal; beyond it the one that ended first is told early.
 */
import type { Heard } from './terminal-alarms.ts';

export interface PastAlarm {
  readonly code: string;
  /** The first report that has it. */
  from: Heard;
  /** Device time of the last one. */
  to: number;
}

const MAX_INTERVALS = 32;
/** Two reports with the alarm that are further apart are two alarms. */
const APART_MS = 300_000;
/** Told when nothing more came for so long. */
const QUIET_MS = 30_000;

export class PastAlarms {
  readonly #intervals: PastAlarm[];
  /** Gateway's time of the last stored report with an alarm. */
  #lastAt: number;

  constructor(kept?: { readonly intervals: readonly PastAlarm[]; readonly lastAt: number }) {
    this.#intervals = [...(kept?.intervals ?? [])];
    this.#lastAt = kept?.lastAt ?? 0;
  }

  get size(): number {
    return this.#intervals.length;
  }

  keep(): { readonly intervals: readonly PastAlarm[]; readonly lastAt: number } {
    return { intervals: this.#intervals, lastAt: this.#lastAt };
  }

  due(): number {
    return this.#intervals.length === 0 ? Infinity : this.#lastAt + QUIET_MS;
  }

  /** A stored report has this alarm. Returns what has to be told early for want of room. */
  add(code: string, heard: Heard): PastAlarm | undefined {
    this.#lastAt = heard.receivedAt;
    const time = heard.factTime;
    const near = this.#intervals.filter(
      (one) => one.code === code && time >= one.from.factTime - APART_MS && time <= one.to + APART_MS,
    );
    const [into, ...others] = near;
    if (into === undefined) {
      this.#intervals.push({ code, from: heard, to: time });
      if (this.#intervals.length <= MAX_INTERVALS) return undefined;
      return this.#intervals.sort(byEnd).shift();
    }
    for (const one of [...others, { code, from: heard, to: time }]) {
      if (one.from.factTime < into.from.factTime) into.from = one.from;
      if (one.to > into.to) into.to = one.to;
      const at = this.#intervals.indexOf(one);
      if (at >= 0) this.#intervals.splice(at, 1);
    }
    return undefined;
  }

  /** All that is gathered, oldest first; nothing is left. */
  take(): readonly PastAlarm[] {
    return this.#intervals.splice(0).sort(byStart);
  }
}

function byEnd(a: PastAlarm, b: PastAlarm): number {
  return a.to - b.to || (a.code < b.code ? -1 : 1);
}

function byStart(a: PastAlarm, b: PastAlarm): number {
  return a.from.factTime - b.from.factTime || (a.code < b.code ? -1 : 1);
}
