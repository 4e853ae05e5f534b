/** What is so at a vehicle, second by second: the days before and the timeline of a scenario, read straight from the file. */
import type { Random } from '../../../protocol/index.ts';
import type { Scenario, ScenarioFile } from '../../../simulator/index.ts';

export type State = { -readonly [K in keyof ScenarioFile['base_state']]: ScenarioFile['base_state'][K] };

interface Turn {
  readonly at: number;
  readonly set: Partial<State>;
  readonly ramp: Readonly<Record<string, readonly [number, number]>>;
}

const DAY_S = 86_400;
const SHIFT_S = 600;

export class Story {
  readonly state: State;
  /** Seconds of the scenario. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly onset: number;
  readonly #turns: Turn[];
  readonly #ramps = new Map<
    string,
    { readonly from: number; readonly to: number; readonly at: number; readonly takes: number }
  >();

  constructor(file: ScenarioFile, scenario: Scenario, { days, random }: { days: number; random: Random }) {
    const preset = typeof scenario.preset === 'string' ? file.presets[scenario.preset] : undefined;
    const initial: State = { ...file.base_state, ...preset, ...scenario.init };
    const shift = random.int(0, SHIFT_S);
    const first = scenario.onset_s ?? scenario.timeline.find(({ t }) => t > 0)?.t ?? 0;
    this.onset = first + shift;
    this.startsAt = -Math.round(days * DAY_S);
    this.endsAt = scenario.duration_s + shift + 1800;
    this.state = { ...file.base_state };
    const own = scenario.timeline.map(({ t, set = {}, ramp = {} }) => ({ at: t === 0 ? 0 : t + shift, set, ramp }));
    this.#turns = [
      ...ways(this.startsAt, { base: file.base_state, initial, random }),
      { at: 0, set: initial, ramp: {} },
      ...own,
    ];
    this.#turns.sort((a, b) => a.at - b.at);
  }

  /** Lets it be `second`; returns what was set on the way. */
  advance(second: number): Partial<State>[] {
    const told: Partial<State>[] = [];
    while (this.#turns[0] !== undefined && this.#turns[0].at <= second) {
      const { at, set, ramp } = this.#turns.shift()!;
      for (const name of Object.keys(set)) this.#ramps.delete(name);
      Object.assign(this.state, set);
      for (const [name, [to, takes]] of Object.entries(ramp)) {
        this.#ramps.set(name, { from: Number(this.state[name as keyof State]), to, at, takes });
      }
      told.push(set);
    }
    for (const [name, { from, to, at, takes }] of this.#ramps) {
      const share = Math.min(1, (second - at) / Math.max(1, takes));
      Object.assign(this.state, { [name]: from + (to - from) * share });
      if (share === 1) this.#ramps.delete(name);
    }
    return told;
  }
}

interface Before {
  readonly base: State;
  readonly initial: State;
  readonly random: Random;
}

/** Two ways a day in the days before; the last ends hours before the scenario begins, where the vehicle is found then. */
function ways(startsAt: number, { base, initial, random }: Before): Turn[] {
  const turns: Turn[] = [];
  const way = (at: number, takes: number): void => {
    const driving = { acc: true, engine: true, supply_v: base.supply_v + 1.4, speed_kmh: random.int(35, 60) };
    const town = { sky_att_db: 4, mp_noise_m: 7, csq_clear: 23 };
    turns.push({ at, set: { supply_v: base.supply_v - 2.5 }, ramp: {} });
    turns.push({ at: at + 2, set: { ...driving, ...town }, ramp: {} });
    turns.push({ at: at + takes, set: { speed_kmh: 0 }, ramp: {} });
    // Nobody is below ground who has not driven there.
    const isLast = at + DAY_S / 2 > 0 && !initial.acc;
    const { sky_att_db, mp_noise_m, csq_clear } = isLast ? initial : base;
    const { supply_v } = base;
    const home = { acc: false, engine: false, supply_v, sky_att_db, mp_noise_m, csq_clear };
    turns.push({ at: at + takes + 50, set: home, ramp: {} });
  };
  for (let day = startsAt; day + DAY_S / 2 <= 0; day += DAY_S) {
    const span = Math.min(DAY_S, -day);
    way(day + Math.round(span * 0.25), random.int(1500, 2700));
    way(day + Math.round(span * 0.6), random.int(1500, 2700));
  }
  return turns;
}
