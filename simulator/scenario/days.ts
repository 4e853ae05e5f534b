/** The days of one vehicle, drawn as they begin, and what a platform is told of them. */
import { type EpochMs, formatTime, type Random, terminalOf } from '../../protocol/index.ts';
import { papersFor } from '../firmware/identity.ts';
import { type Act, actOf } from '../world/acts.ts';
import { calendarDays, dayKindAt } from '../world/calendar.ts';
import { type DayFact, dayOf, type Grey, type YearWorld } from '../world/year.ts';
import type { Actor } from './actor.ts';
import type { Fact } from './facts.ts';
import type { LifeStep } from './life.ts';

const DAY_S = 86_400;
const HOUR_S = 3600;

/** What the vehicles of a world have in common. */
export interface DaysWorld {
  readonly year: YearWorld;
  /** Epoch ms of day 0, 00:00 at +08:00: seconds count from there. */
  readonly startAt: EpochMs;
  readonly random: Random;
  /** Forbidden acts of a vehicle in a year. */
  readonly actsPerYear: number;
}

export class Days {
  /** Of all days that were drawn, by their times. */
  readonly steps: LifeStep[] = [];
  readonly grey: Grey[] = [];
  readonly acts: Act[] = [];
  readonly #world: DaysWorld;
  readonly #index: number;
  #carried: LifeStep[] = [];

  constructor(world: DaysWorld, index: number) {
    this.#world = world;
    this.#index = index;
  }

  /** Adds what happens on `day`: days are drawn one after the other. Returns what a platform is told of it. */
  draw(day: number): readonly DayFact[] {
    const { year, startAt, random, actsPerYear } = this.#world;
    const kind = dayKindAt(startAt + day * DAY_S * 1000);
    const drawn = dayOf(year, this.#index, day, kind);
    const act = actOf(random.fork(`act ${this.#index} ${day}`), day * DAY_S, actsPerYear);
    const all = [...this.#carried, ...drawn.steps, ...(act?.steps ?? [])].sort((a, b) => a.at - b.at);
    const ends = (day + 1) * DAY_S;
    // What reaches into the next day is put in order with it.
    this.#carried = all.filter(({ at }) => at >= ends);
    this.steps.push(...all.filter(({ at }) => at < ends));
    this.grey.push(...drawn.grey);
    if (act !== undefined) this.acts.push(act.act);
    return drawn.facts;
  }
}

/** A fact of a day in the form of the feeds. */
export function dayFact(
  { part: { terminal } }: Actor,
  id: string,
  { startAt, fact: { kind, from, until } }: { readonly startAt: EpochMs; readonly fact: DayFact },
): Fact {
  const name = terminalOf(terminal.identity.phone);
  const at = (second: number): string => formatTime(startAt + Math.round(second) * 1000);
  const times = { from: at(from), until: at(until) };
  if (kind === 'maintenance') {
    return { kind: 'workOrder', fact: { id: `WO-${name}-${id}`, kind, terminal: name, ...times } };
  }
  const about = { purpose: '公务', approver: '调度室', filedAt: at(from - HOUR_S) };
  return { kind: 'order', fact: { id: `order-${name}-${id}`, plate: papersFor(terminal).plate, ...times, ...about } };
}

/** Public holidays, and weekends that are worked, from the day of `from` to the day of `until`. */
export function holidays(from: EpochMs, until: EpochMs): Fact[] {
  return calendarDays(from, until).map(({ date, kind }) => ({
    kind: 'calendar',
    fact: { id: `calendar-${date}`, date, kind },
  }));
}
