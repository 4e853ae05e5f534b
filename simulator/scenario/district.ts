/** A district and what befalls a part of it: who is in its reach is asked every few seconds, as vehicles come and go. */
import type { Happening } from '../world/district.ts';
import type { Actor } from './actor.ts';
import type { Changes } from './form.ts';
import type { LifeStep } from './life.ts';
import { METRES_PER_DEGREE } from './track.ts';

/** Whoever drives in or out is noticed so soon. */
const LOOK_S = 20;
const NEVER = Number.POSITIVE_INFINITY;

interface Going {
  readonly happening: Happening;
  /** Of a place: where, and how far it reaches, metres; of a network: its customers are `within` once and for all. */
  readonly latitude: number;
  readonly longitude: number;
  readonly reach: number;
  readonly within: Set<Actor>;
}

export class District {
  readonly #members: readonly Actor[];
  readonly #coming: Happening[] = [];
  #going: Going[] = [];
  /** Changes that were none of anybody's plan, by vehicle, in the order of time. */
  readonly #suffered = new Map<Actor, LifeStep[]>();

  constructor(members: readonly Actor[]) {
    this.#members = members;
  }

  /** What is to befall it, after what it was told of before. */
  expect(happenings: readonly Happening[]): void {
    this.#coming.push(...happenings);
  }

  /** The second at which it wants to be looked at. */
  next(second: number): number {
    const begins = this.#coming.reduce((least, { from }) => Math.min(least, from), NEVER);
    const ends = this.#going.reduce((least, { happening }) => Math.min(least, happening.until), NEVER);
    const look = this.#going.some(({ reach }) => reach > 0) ? second + LOOK_S : NEVER;
    return Math.min(begins, ends, look);
  }

  /** Time has come to `second`: things begin, end, and reach others. */
  look(second: number): void {
    for (let i = 0; i < this.#coming.length; ) {
      const happening = this.#coming[i] as Happening;
      if (happening.from > second) i++;
      else {
        this.#coming.splice(i, 1);
        this.#begin(happening, second);
      }
    }
    for (const going of this.#going) {
      const over = going.happening.until <= second;
      if (over) for (const actor of going.within) this.#leave(going, actor, second);
      else if (going.reach > 0) this.#reach(going, second);
    }
    this.#going = this.#going.filter(({ happening }) => happening.until > second);
  }

  /** A step of its plan has just befallen a vehicle; what it suffers with others goes on all the same. */
  happened(actor: Actor, step: LifeStep, second: number): void {
    for (const { happening, within } of this.#going) {
      if (!within.has(actor) || this.#suffered.get(actor)?.includes(step) === true) continue;
      if (Object.keys(happening.set).some((name) => name in step.set)) this.#suffer(actor, happening.set, second);
    }
  }

  /** What a vehicle suffered with others. */
  suffered(actor: Actor): readonly LifeStep[] {
    return this.#suffered.get(actor) ?? [];
  }

  #begin(happening: Happening, second: number): void {
    const members = this.#members;
    const one = members[Math.floor(happening.around * members.length)];
    if (one === undefined) return;
    const wanted = Math.max(1, Math.round(happening.share * members.length));
    const { latitude, longitude } = one.part.condition.causes;
    const going = { happening, latitude, longitude, within: new Set<Actor>() };
    if (happening.befalls === 'network') {
      this.#going.push({ ...going, reach: 0 });
      const customers = members.filter(({ part }) => networkOf(part.prefix) === networkOf(one.part.prefix));
      for (const actor of customers.slice(0, wanted)) this.#enter(this.#going.at(-1) as Going, actor, second);
      return;
    }
    const distances = members.map((actor) => metresFrom(going, actor)).sort((a, b) => a - b);
    this.#going.push({ ...going, reach: Math.min(happening.reach, 1 + (distances[wanted - 1] as number)) });
  }

  #reach(going: Going, second: number): void {
    for (const actor of this.#members) {
      const inside = metresFrom(going, actor) <= going.reach;
      if (inside && !going.within.has(actor)) this.#enter(going, actor, second);
      else if (!inside && going.within.has(actor)) this.#leave(going, actor, second);
    }
  }

  #enter({ within, happening }: Going, actor: Actor, second: number): void {
    within.add(actor);
    this.#suffer(actor, happening.set, second);
  }

  #leave({ within, happening }: Going, actor: Actor, second: number): void {
    within.delete(actor);
    // Where two outages overlap the other one goes on.
    const still = this.#going.some((other) => other.within.has(actor) && sameCause(other.happening, happening));
    if (!still) this.#suffer(actor, happening.over, second);
  }

  #suffer(actor: Actor, set: Changes, second: number): void {
    const step: LifeStep = { at: second, set, ramp: {} };
    const own = this.#suffered.get(actor);
    if (own === undefined) this.#suffered.set(actor, [step]);
    else own.push(step);
    actor.befall(step);
  }
}

function networkOf(prefix: readonly [number, number]): string {
  return prefix.join('.');
}

function sameCause(one: Happening, other: Happening): boolean {
  return Object.keys(one.set).join() === Object.keys(other.set).join();
}

function metresFrom({ latitude, longitude }: { latitude: number; longitude: number }, { part }: Actor): number {
  const { causes } = part.condition;
  const east = (causes.longitude - longitude) * Math.cos((latitude * Math.PI) / 180);
  return Math.hypot(causes.latitude - latitude, east) * METRES_PER_DEGREE;
}
