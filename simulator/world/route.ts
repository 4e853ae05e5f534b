/**
 * A closed route through a city: street legs with a speed profile, and halts between them.
 *
 * Everything is closed-form in the time since the cycle began, so a position costs one binary search
 * and no state, and a fleet shares a few hundred routes.
 */
import type { Random } from '../../protocol/index.ts';
import type { City } from './cities.ts';

const METRES_PER_DEGREE = 111_195;
/** Gentle, as with passengers: m/s². */
const ACCELERATION = 1;
/** Taken round a corner without halting: m/s. */
const CORNER_SPEED = 4;
const MIN_LEG_M = 120;
const CORNERS = 24;

/** A straight piece of road, and the halt at its end. Metres, seconds, degrees. */
export interface Leg {
  readonly latitude: number;
  readonly longitude: number;
  /** Degrees of latitude and longitude per metre driven. */
  readonly northing: number;
  readonly easting: number;
  readonly heading: number;
  readonly length: number;
  readonly entrySpeed: number;
  readonly cruiseSpeed: number;
  readonly exitSpeed: number;
  /** When the leg begins in the cycle, and how long it is driven. */
  readonly startsAt: number;
  readonly driven: number;
  readonly halt: number;
  /** The driver switches off during the halt. */
  readonly parked: boolean;
  /** Metres driven in the cycle before this leg. */
  readonly before: number;
  /** The turn after it: -1 left, 0 straight on, 1 right. */
  readonly turn: -1 | 0 | 1;
}

export interface Route {
  readonly city: City;
  readonly legs: readonly Leg[];
  /** Seconds and metres of one cycle. */
  readonly duration: number;
  readonly length: number;
}

interface Point {
  readonly east: number;
  readonly north: number;
}

/** Lays a loop of streets around the city's centre; the same random stream gives the same route. */
export function layRoute(city: City, random: Random): Route {
  const corners = streetCorners(city, random);
  const perNorth = 1 / METRES_PER_DEGREE;
  const perEast = perNorth / Math.cos((city.latitude * Math.PI) / 180);
  const bearings = corners.map((from, i) => bearing(from, corners[(i + 1) % corners.length] ?? from));
  const legs: Leg[] = [];
  let clock = 0;
  let metres = 0;
  let entrySpeed = 0;
  for (const [i, from] of corners.entries()) {
    const to = corners[(i + 1) % corners.length] ?? from;
    const last = i === corners.length - 1;
    const heading = bearings[i] ?? 0;
    const length = Math.hypot(to.east - from.east, to.north - from.north);
    const halt = last ? random.int(900, 2400) : haltSeconds(random);
    const exitSpeed = halt > 0 ? 0 : CORNER_SPEED;
    const cruiseSpeed = reachable(length, entrySpeed, exitSpeed, streetSpeed(length, random));
    const driven = drivingTime(length, entrySpeed, cruiseSpeed, exitSpeed);
    const change = ((bearings[(i + 1) % corners.length] ?? 0) - heading + 540) % 360;
    legs.push({
      latitude: city.latitude + from.north * perNorth,
      longitude: city.longitude + from.east * perEast,
      northing: Math.cos((heading * Math.PI) / 180) * perNorth,
      easting: Math.sin((heading * Math.PI) / 180) * perEast,
      heading,
      length,
      entrySpeed,
      cruiseSpeed,
      exitSpeed,
      startsAt: clock,
      driven,
      halt,
      parked: halt >= 300,
      before: metres,
      turn: change > 200 ? 1 : change < 160 ? -1 : 0,
    });
    clock += driven + halt;
    metres += length;
    entrySpeed = exitSpeed;
  }
  return { city, legs, duration: clock, length: metres };
}

/** The leg that is under way at `seconds` of the cycle. */
export function legAt(route: Route, seconds: number): Leg {
  let low = 0;
  let high = route.legs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((route.legs[middle] as Leg).startsAt <= seconds) low = middle;
    else high = middle - 1;
  }
  return route.legs[low] as Leg;
}

/** Metres driven on a leg after `seconds` on it; its length once the halt has begun. */
export function metresAt(leg: Leg, seconds: number): number {
  if (seconds >= leg.driven) return leg.length;
  const { entrySpeed: u, cruiseSpeed: v, exitSpeed: w } = leg;
  const rising = (v - u) / ACCELERATION;
  if (seconds <= rising) return u * seconds + 0.5 * ACCELERATION * seconds * seconds;
  const left = leg.driven - seconds;
  if (left <= (v - w) / ACCELERATION) return leg.length - (w * left + 0.5 * ACCELERATION * left * left);
  return u * rising + 0.5 * ACCELERATION * rising * rising + v * (seconds - rising);
}

/** Metres per second after `seconds` on a leg; 0 during the halt. */
export function speedAt(leg: Leg, seconds: number): number {
  if (seconds >= leg.driven) return 0;
  const left = leg.driven - seconds;
  return Math.min(leg.cruiseSpeed, leg.entrySpeed + ACCELERATION * seconds, leg.exitSpeed + ACCELERATION * left);
}

/** Corners of a loop on the city's grid, in metres from its centre: every stop is reached by an L of two streets. */
function streetCorners(city: City, random: Random): Point[] {
  const grid = (city.grid * Math.PI) / 180;
  const corners: Point[] = [];
  let previous: Point | undefined;
  let first: Point | undefined;
  const add = (across: number, along: number): void => {
    const point = {
      east: across * Math.cos(grid) + along * Math.sin(grid),
      north: along * Math.cos(grid) - across * Math.sin(grid),
    };
    const last = corners.at(-1);
    if (last === undefined || Math.hypot(point.east - last.east, point.north - last.north) >= MIN_LEG_M)
      corners.push(point);
  };
  for (let i = 0; i < CORNERS; i++) {
    const angle = (i / CORNERS) * 2 * Math.PI;
    const radius = random.int(1200, 6500);
    const stop = { east: Math.round(radius * Math.sin(angle)), north: Math.round(radius * Math.cos(angle)) };
    if (previous !== undefined) add(stop.east, previous.north);
    add(stop.east, stop.north);
    first ??= stop;
    previous = stop;
  }
  if (first !== undefined && previous !== undefined) add(first.east, previous.north);
  const start = corners[0];
  const end = corners.at(-1);
  if (
    start !== undefined &&
    end !== undefined &&
    Math.hypot(start.east - end.east, start.north - end.north) < MIN_LEG_M
  )
    corners.pop();
  return corners;
}

function bearing(from: Point, to: Point): number {
  return ((Math.atan2(to.east - from.east, to.north - from.north) * 180) / Math.PI + 360) % 360;
}

/** Half of the corners are taken without a halt; the rest are lights, loading, and now and then a pause with the engine off. */
function haltSeconds(random: Random): number {
  const kind = random.next();
  if (kind < 0.5) return 0;
  if (kind < 0.8) return random.int(12, 75);
  if (kind < 0.95) return random.int(90, 280);
  return random.int(400, 1500);
}

/** Alleys, streets, and avenues from a kilometre on: m/s. */
function streetSpeed(length: number, random: Random): number {
  const limit = length < 400 ? random.int(25, 40) : length < 1000 ? random.int(35, 55) : random.int(45, 78);
  return limit / 3.6;
}

/** The cruising speed, or the highest that a leg this short allows between its two ends. */
function reachable(length: number, entry: number, exit: number, wanted: number): number {
  const peak = Math.sqrt(ACCELERATION * length + (entry * entry + exit * exit) / 2);
  return Math.max(entry, exit, Math.min(wanted, peak));
}

function drivingTime(length: number, u: number, v: number, w: number): number {
  const ramps = (v * v - u * u + (v * v - w * w)) / (2 * ACCELERATION);
  return (v - u + (v - w)) / ACCELERATION + (length - ramps) / v;
}
