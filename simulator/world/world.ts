/**
 * Where every simulated vehicle is, and what its sensors read, at any instant.
 *
 * A reading is a function of (seed, terminal, time): nothing is integrated, so instants may be asked for
 * in any order, skipped or repeated, and the same seed gives the same octets on any machine. WGS-84.
 */
import type { EpochMs, Random } from '../../protocol/index.ts';
import { CITIES, type City } from './cities.ts';
import { befall, blinds, incidentAt } from './incidents.ts';
import { drift, mix, unit } from './noise.ts';
import { type Leg, layRoute, legAt, metresAt, type Route, speedAt } from './route.ts';

const ROUTES_PER_CITY = 32;
/** Cycles are counted from here: 2026-01-01T00:00:00+08:00. */
const ORIGIN: EpochMs = 1_767_196_800_000;
/** The tank, what a kilometre costs, and how much is burnt before the driver fills up. */
const TANK_L = 120;
const LITRES_PER_KM = 0.22;
const FILL_AFTER_L = 95;
/** Two receivers of the same kind disagree by this much under an open sky. */
const GNSS_DRIFT_DEGREES = 2.5e-5;

/** What the sensors of one vehicle say. Fields are overwritten by the next `read`. */
export interface Reading {
  acc: boolean;
  moving: boolean;
  /** Degrees, north and east positive. */
  latitude: number;
  longitude: number;
  altitude: number;
  /** By the receiver, and by the pulses of the gearbox: km/h. */
  speed: number;
  wheelSpeed: number;
  /** Whole degrees from north, clockwise; the last one driven while standing. */
  direction: number;
  /** Odometer, km. */
  mileage: number;
  /** Litres. */
  fuel: number;
  /** CSQ, 0–31. */
  rssi: number;
  satellites: number;
  /** The receiver has a fix. */
  positioned: boolean;
  /** Alarm bits of 0x0200. */
  alarm: number;
  braking: boolean;
  /** Signalled before a corner: -1 left, 1 right. */
  turn: -1 | 0 | 1;
  night: boolean;
}

/** A vehicle in the world: the city it works in and its sensors. */
export interface Vehicle {
  readonly city: City;
  read(at: EpochMs, into: Reading): void;
}

/** The world of one seed. Routes are laid when the first vehicle that drives them appears. */
export class World {
  readonly #seed: number;
  readonly #random: Random;
  readonly #routes = new Map<number, Route>();
  readonly #incidents: number;

  /** `incidents`: minutes of a vehicle in which something befalls it, 0 to 1; 0 unless given. */
  constructor(random: Random, incidents = 0) {
    this.#incidents = incidents;
    this.#random = random.fork('world');
    this.#seed = random.fork('noise').int(0, 0xffff_ffff);
  }

  /** The vehicle that carries terminal number `index`. */
  vehicle(index: number): Vehicle {
    const number = mix(this.#seed, index, 1) % (CITIES.length * ROUTES_PER_CITY);
    const route = this.#route(number);
    const habit: Habit = {
      route,
      seed: this.#seed,
      index,
      lead: unit(this.#seed, index, 2) * route.duration,
      odometer: 8000 + unit(this.#seed, index, 3) * 160_000,
    };
    const share = this.#incidents;
    return {
      city: route.city,
      read: (at, into) => (share === 0 ? readVehicle(habit, at, into) : readTroubled(habit, at, share, into)),
    };
  }

  #route(number: number): Route {
    let route = this.#routes.get(number);
    if (route === undefined) {
      const city = CITIES[number % CITIES.length] as City;
      route = layRoute(city, this.#random.fork(`route ${number}`));
      this.#routes.set(number, route);
    }
    return route;
  }
}

/** An empty reading to read into. */
export function newReading(): Reading {
  return {
    acc: false,
    moving: false,
    latitude: 0,
    longitude: 0,
    altitude: 0,
    speed: 0,
    wheelSpeed: 0,
    direction: 0,
    mileage: 0,
    fuel: 0,
    rssi: 0,
    satellites: 0,
    positioned: false,
    alarm: 0,
    braking: false,
    turn: 0,
    night: false,
  };
}

/** What tells one vehicle on a route from another. */
interface Habit {
  readonly route: Route;
  readonly seed: number;
  readonly index: number;
  /** Seconds of the cycle at the origin. */
  readonly lead: number;
  readonly odometer: number;
}

function readVehicle({ route, seed, index, lead, odometer }: Habit, at: EpochMs, into: Reading): void {
  const elapsed = (at - ORIGIN) / 1000 + lead;
  const cycle = Math.floor(elapsed / route.duration);
  const inCycle = elapsed - cycle * route.duration;
  const leg = legAt(route, inCycle);
  const onLeg = inCycle - leg.startsAt;
  const driven = metresAt(leg, onLeg);
  const metresPerSecond = speedAt(leg, onLeg);
  const seconds = at / 1000;

  into.acc = !(leg.parked && onLeg > leg.driven + 20 && onLeg < leg.driven + leg.halt - 20);
  into.moving = metresPerSecond > 0.3;
  into.latitude = leg.latitude + driven * leg.northing + drift(seed, index * 4 + 1, seconds / 40) * GNSS_DRIFT_DEGREES;
  into.longitude = leg.longitude + driven * leg.easting + drift(seed, index * 4 + 2, seconds / 40) * GNSS_DRIFT_DEGREES;
  into.altitude = Math.max(0, Math.round(route.city.altitude + 6 * drift(seed, index * 4 + 3, seconds / 120)));
  into.speed = into.moving ? metresPerSecond * 3.6 : 0;
  into.wheelSpeed = into.moving ? Math.max(0, into.speed + 0.6 * drift(seed, index * 4, seconds / 5)) : 0;
  into.direction = Math.round(leg.heading) % 360;
  into.mileage = odometer + Math.max(0, cycle * route.length + leg.before + driven) / 1000;
  into.fuel = TANK_L - ((into.mileage * LITRES_PER_KM) % FILL_AFTER_L);
  into.rssi = 18 + Math.floor(unit(seed, index, Math.floor(seconds / 30)) * 14);
  into.positioned = true;
  into.alarm = 0;
  into.satellites = 14 + Math.floor(unit(seed, index + 0x4000_0000, Math.floor(seconds / 30)) * 12);
  into.braking = isBraking(leg, onLeg);
  into.turn = into.moving && leg.length - driven < 40 ? leg.turn : 0;
  into.night = isNight(at);
}

/** The same with what befalls the vehicle: a receiver without sky stays where it saw it last. */
function readTroubled(habit: Habit, at: EpochMs, share: number, into: Reading): void {
  readVehicle(habit, at, into);
  const incident = incidentAt(habit.seed, habit.index, at, share);
  if (incident === undefined) return;
  if (blinds(incident)) {
    const { mileage, wheelSpeed } = into;
    readVehicle(habit, incident.from, into);
    into.mileage = mileage;
    into.wheelSpeed = wheelSpeed;
    into.speed = 0;
  }
  befall(incident, into);
}

function isBraking(leg: Leg, onLeg: number): boolean {
  const left = leg.driven - onLeg;
  return left > 0 && left < leg.cruiseSpeed - leg.exitSpeed;
}

/** Headlamps from 19:00 to 06:30, UTC+8. */
function isNight(at: EpochMs): boolean {
  const minute = Math.floor(at / 60_000 + 480) % 1440;
  return minute >= 1140 || minute < 390;
}
