/** Where the vehicle of a plan will be, before the plan is played: others are sent there, and truth is told from it. */
import { ordinaryCauses } from '../world/causes.ts';
import { roadOf } from './actor.ts';
import { Condition, type Home } from './condition.ts';
import type { State } from './form.ts';
import type { LifeStep } from './life.ts';
import { type Spot, Track } from './track.ts';

/** A place, and where it was heading there. */
export interface Passing extends Spot {
  readonly second: number;
  readonly heading: number;
}

export interface Foresight {
  /** Where it is at a second; they must not go back in time. */
  at(second: number): Passing;
  /** The first second from `second` on, and before `until`, at which it goes faster than `speed` km/h. */
  faster(speed: number, second: number, until: number): number | undefined;
}

/** `number` names its roads: that of the part that will be played. */
export function foresee({
  state,
  steps,
  home,
  number,
  from,
}: {
  state: State;
  steps: readonly LifeStep[];
  home: Home;
  number: number;
  from: number;
}): Foresight {
  const condition = new Condition(state, ordinaryCauses(), new Track(number, Math.floor(from), 0), home, from);
  let next = 0;
  const goTo = (second: number): void => {
    for (; next < steps.length && (steps[next] as LifeStep).at <= second; next++) {
      const step = steps[next] as LifeStep;
      condition.goTo(step.at);
      condition.change(step, typeof step.road === 'number' ? roadOf(number, step.road) : step.road);
    }
    condition.goTo(second);
  };
  return {
    at(second) {
      goTo(second);
      const { east, north, heading } = condition.track.place;
      return { second, east, north, heading };
    },
    faster(speed, second, until) {
      goTo(second);
      for (let at = Math.ceil(second); at < until; ) {
        goTo(at);
        if (condition.track.speed > speed) return at;
        // Standing, it stands until something happens to it.
        at = condition.state.speed_kmh > speed ? at + 1 : Math.max(at + 1, Math.ceil(steps[next]?.at ?? until));
      }
      return undefined;
    },
  };
}
