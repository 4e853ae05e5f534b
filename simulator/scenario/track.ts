/**
 * Where a vehicle of a scenario is: streets that turn now and then, driven at about the speed that is asked for.
 *
 * Everything is counted in whole seconds from a seed, so that a place does not depend on who asked before. A road is
 * driven out and back: the way home leads over the same streets.
 */
import { mix, unit } from '../world/noise.ts';

export const METRES_PER_DEGREE = 111_195;
/** A piece of road between two bends, metres. */
const PIECE_M = 350;
/** Speed wavers by this share, more slowly or faster with the period in seconds. */
const WAVER = 0.14;
const WAVER_S = 20;
/** A stop at lights every so many seconds in a town, for so long. */
const LIGHTS_EVERY_S = 150;
const LIGHTS_S = 25;

/** Metres east and north of home. */
export interface Spot {
  readonly east: number;
  readonly north: number;
}

/** A road from home to anywhere: the place and the heading at every distance. */
export class Road {
  readonly #seed: number;
  readonly #bend: number;
  /** Corners so far, and the heading behind each. */
  readonly #corners: { east: number; north: number; heading: number }[];

  /** `bend`: degrees by which it may turn at a corner. */
  constructor(seed: number, heading: number, bend: number) {
    this.#seed = seed;
    this.#bend = bend;
    this.#corners = [{ east: 0, north: 0, heading }];
  }

  /** Writes place and heading at `metres` into `into`. */
  at(metres: number, into: { east: number; north: number; heading: number }): void {
    const piece = Math.max(0, Math.floor(metres / PIECE_M));
    while (this.#corners.length <= piece) this.#lay();
    const { east, north, heading } = this.#corners[piece] as Spot & { heading: number };
    const rest = metres - piece * PIECE_M;
    const angle = (heading * Math.PI) / 180;
    into.east = east + rest * Math.sin(angle);
    into.north = north + rest * Math.cos(angle);
    into.heading = heading;
  }

  #lay(): void {
    const count = this.#corners.length;
    const last = this.#corners[count - 1] as { east: number; north: number; heading: number };
    const angle = (last.heading * Math.PI) / 180;
    const turn = (unit(this.#seed, 1, count) - 0.5) * 2 * this.#bend;
    // It keeps its general direction: what it turned away it turns back.
    const home = ((((this.#corners[0] as { heading: number }).heading - last.heading + 540) % 360) - 180) * 0.3;
    this.#corners.push({
      east: last.east + PIECE_M * Math.sin(angle),
      north: last.north + PIECE_M * Math.cos(angle),
      heading: (last.heading + turn + home + 360) % 360,
    });
  }
}

/** The vehicle on its road. Time goes forward only. */
export class Track {
  readonly #seed: number;
  #road: Road;
  #direction: 1 | -1 = 1;
  /** Metres along the road; km on the odometer. */
  #along = 0;
  #ends = Number.POSITIVE_INFINITY;
  odometer: number;
  #offset: Spot = { east: 0, north: 0 };
  #second: number;
  /** What is asked for, km/h, and whether there are lights on the way. */
  #wanted = 0;
  #lights = false;
  /** What is driven now, km/h. */
  speed = 0;
  readonly place = { east: 0, north: 0, heading: 90 };

  constructor(seed: number, startSecond: number, odometer: number) {
    this.#seed = seed;
    this.#second = startSecond;
    this.odometer = odometer;
    this.#road = new Road(mix(seed, 0, 0), 90, 20);
  }

  /** Takes another road that begins where it stands, of so many metres, or the same one back. */
  turnOff(road: Road | 'back', ends = Number.POSITIVE_INFINITY): void {
    if (road === 'back') {
      this.#direction = this.#direction === 1 ? -1 : 1;
    } else {
      const { east, north } = this.place;
      this.#road = road;
      this.#direction = 1;
      this.#along = 0;
      this.#ends = ends;
      this.#offset = { east, north };
    }
    this.#locate();
  }

  jump(east: number, north: number): void {
    this.#offset = { east: this.#offset.east + east, north: this.#offset.north + north };
    this.#locate();
  }

  /** The speed from this second on; `lights`: with stops on the way. */
  drive(wanted: number, lights: boolean): void {
    this.#wanted = wanted;
    this.#lights = lights;
    this.speed = this.#speedAt(this.#second);
  }

  /** Goes on to `second`. */
  goTo(second: number): void {
    if (this.#wanted <= 0) {
      this.#second = Math.max(this.#second, second);
      this.speed = 0;
      return;
    }
    for (; this.#second < second; this.#second++) {
      const metres = this.#speedAt(this.#second) / 3.6;
      this.#along = Math.max(0, this.#along + this.#direction * metres);
      this.odometer += metres / 1000;
    }
    this.speed = this.#speedAt(second);
    this.#locate();
  }

  /** A driver holds no speed exactly, and stops at lights. */
  #speedAt(second: number): number {
    // There, or home again: the road ends.
    const there = this.#direction === -1 ? this.#along <= 0 : this.#along >= this.#ends;
    if (this.#wanted <= 0 || there) return 0;
    if (this.#lights && this.#wanted > 10) {
      const phase = within(second + (this.#seed % LIGHTS_EVERY_S), LIGHTS_EVERY_S);
      if (phase < LIGHTS_S && unit(this.#seed, 2, Math.floor(second / LIGHTS_EVERY_S)) < 0.5) return 0;
    }
    const step = Math.floor(second / WAVER_S);
    const part = within(second, WAVER_S) / WAVER_S;
    const from = unit(this.#seed, 3, step);
    const wave = from + (unit(this.#seed, 3, step + 1) - from) * part;
    return this.#wanted * (1 + WAVER * (2 * wave - 1));
  }

  #locate(): void {
    this.#road.at(this.#along, this.place);
    this.place.east += this.#offset.east;
    this.place.north += this.#offset.north;
    if (this.#direction === -1) this.place.heading = (this.place.heading + 180) % 360;
  }
}

/** Seconds into a period; before the start of a scenario they are counted from behind. */
function within(second: number, period: number): number {
  return ((second % period) + period) % period;
}
