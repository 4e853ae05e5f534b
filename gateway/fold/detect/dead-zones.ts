/**
 * Where links and satellites are lost by nature: surveyed tunnels and garages, and cells learnt from the fleet's own losses.
 *
 * A learnt cell is about 100 m with a heading, and counts for a vehicle only what at least three others met there
 * (leave-one-out): nobody can teach the map a spot for himself. What was lost while a vehicle was under suspicion is not learnt.
 *
 * Bound: 65,536 learnt cells; the one that was touched longest ago makes room.
 */
import type { DeadZoneFact } from './context.ts';
import { metresBetween } from './terminal.ts';

export interface Zone {
  /** Probability of a loss in passing. */
  readonly probability: number;
  readonly vehicles: number;
  /** Seconds of stay: median and 99 % quantile. */
  readonly q50: number;
  readonly q99: number;
  readonly kind: 'tunnel' | 'garage' | 'learnt';
}

/** Where and by whom a link or a fix was lost, how far it may have come since, and for how long it has been. */
export interface Loss {
  readonly latitude: number;
  readonly longitude: number;
  readonly course: number;
  readonly terminal: string;
  /** Metres. */
  readonly reach: number;
  readonly seconds: number;
}

interface Cell {
  passes: number;
  losses: number;
  /** 32 bits, one set by each vehicle that lost there: linear counting. */
  vehicles: number;
  /** Ends of gaps by length: 15 s × 2^n. */
  readonly lengths: number[];
  /** Where those that were lost there came out again: the two places that most vehicles share. */
  exits?: Exit[];
}

interface Exit {
  readonly at: string;
  vehicles: number;
}

/** Millionths of a degree. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

interface Where extends Place {
  readonly course: number;
}

const CELL = 1000;
/** A way out is half a kilometre wide: nobody logs in at the same metre. */
const EXIT = 5000;
const EXITS = 2;
const HEADINGS = 8;
const MAX_CELLS = 65_536;
const MARKS = 1 << 20;
const LENGTHS = 13;
const SHORTEST_S = 15;
const OTHERS = 3;
/** Beta(1, 30): a cell is open until it is known to be none. */
const PRIOR_LOSSES = 1;
const PRIOR_PASSES = 31;
const GRID = 20_000;
/** Losses in passing anywhere. */
const GLOBAL = 0.01;
const MIN_WEIGHT = -2000;
const MAX_WEIGHT = 6000;

export class DeadZones {
  readonly #cells = new Map<string, Cell>();
  /** A bit for whatever comes to the same number as a cell that was learnt: asked for every fix, where a key would have to be made. */
  readonly #marks = new Int32Array(MARKS >> 5);
  readonly #surveyed = new Map<string, DeadZoneFact>();
  /** Surveyed zones by coarse cell. */
  readonly #grid = new Map<string, DeadZoneFact[]>();

  get size(): number {
    return this.#cells.size;
  }

  survey(fact: DeadZoneFact & { readonly deleted?: boolean }): void {
    this.#surveyed.delete(fact.id);
    if (fact.deleted !== true) this.#surveyed.set(fact.id, fact);
    this.#grid.clear();
    for (const zone of this.#surveyed.values()) {
      const key = gridOf(Math.round(zone.latitude * 1e6), Math.round(zone.longitude * 1e6));
      const there = this.#grid.get(key);
      if (there === undefined) this.#grid.set(key, [zone]);
      else there.push(zone);
    }
  }

  /** A vehicle went through a cell with everything well. */
  pass(latitude: number, longitude: number, course: number): void {
    if (!this.#mayKnow(latitude, longitude)) return;
    const cell = this.#cells.get(cellOf(latitude, longitude, course));
    if (cell !== undefined) cell.passes++;
  }

  /** False where nothing was ever learnt, which is nearly everywhere. */
  #mayKnow(latitude: number, longitude: number): boolean {
    const hash = markOf(latitude, longitude);
    return (this.#marks[hash >> 5]! & (1 << (hash & 31))) !== 0;
  }

  #mark(latitude: number, longitude: number): void {
    const hash = markOf(latitude, longitude);
    this.#marks[hash >> 5]! |= 1 << (hash & 31);
  }

  /** A vehicle lost its link or fix there, for so long, and nothing speaks against it. */
  learn(of: Where & { terminal: string; seconds: number; exit?: Place }): void {
    const key = cellOf(of.latitude, of.longitude, of.course);
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      if (this.#cells.size >= MAX_CELLS) {
        const [oldest] = this.#cells.keys();
        if (oldest !== undefined) this.#cells.delete(oldest);
      }
      cell = { passes: 0, losses: 0, vehicles: 0, lengths: new Array<number>(LENGTHS).fill(0) };
    } else this.#cells.delete(key);
    // Set anew, so that the order of the map is that of the last touch.
    this.#cells.set(key, cell);
    this.#mark(of.latitude, of.longitude);
    cell.passes++;
    cell.losses++;
    cell.vehicles |= bitOf(of.terminal);
    const length = Math.floor(Math.log2(Math.max(1, of.seconds / SHORTEST_S)));
    cell.lengths[Math.min(LENGTHS - 1, length)]!++;
    if (of.exit !== undefined) noteExit((cell.exits ??= []), exitOf(of.exit), bitOf(of.terminal));
  }

  /** Whether a vehicle that was lost here came out where this zone ends: of one that was surveyed, or where three others came out. */
  joins(of: Where & { terminal: string; reach: number; exit: Place }): boolean {
    const surveyed = this.#factsAt(of.latitude, of.longitude, of.reach);
    const out = this.#factsAt(of.exit.latitude, of.exit.longitude, of.reach);
    if (surveyed.length > 0) return surveyed.some((zone) => out.includes(zone));
    const cell = this.#cells.get(cellOf(of.latitude, of.longitude, of.course));
    const exit = cell?.exits?.find(({ at }) => at === exitOf(of.exit));
    return exit !== undefined && bits(exit.vehicles & ~bitOf(of.terminal)) >= OTHERS;
  }

  /**
   * The zone that a vehicle which was lost here, at this speed, for so many seconds, may have gone into: of several the
   * one that explains it best; undefined where none is known.
   */
  at(of: Loss): Zone | undefined {
    let found: Zone | undefined;
    let most = Number.NEGATIVE_INFINITY;
    for (const fact of this.#factsAt(of.latitude, of.longitude, of.reach)) {
      const { vehicles, losses, passes, q50, q99, kind } = fact;
      const zone = { probability: losses / Math.max(losses, passes), vehicles, q50, q99, kind };
      const worth = zoneWeight(zone) + stayLonger(zone, of.seconds);
      if (worth <= most) continue;
      most = worth;
      found = zone;
    }
    return found ?? this.#learntAt(of);
  }

  /** Surveyed zones that a place is in, or that are not further away than `reach` metres. */
  #factsAt(latitude: number, longitude: number, reach: number): DeadZoneFact[] {
    const found: DeadZoneFact[] = [];
    for (let north = -1; north <= 1; north++) {
      for (let east = -1; east <= 1; east++) {
        for (const zone of this.#grid.get(gridOf(latitude + north * GRID, longitude + east * GRID)) ?? []) {
          const away = metresBetween(
            latitude,
            longitude,
            Math.round(zone.latitude * 1e6),
            Math.round(zone.longitude * 1e6),
          );
          if (away > zone.radius + reach || zone.vehicles < OTHERS) continue;
          found.push(zone);
        }
      }
    }
    return found;
  }

  #learntAt(of: Where & { terminal: string }): Zone | undefined {
    const cell = this.#cells.get(cellOf(of.latitude, of.longitude, of.course));
    if (cell === undefined) return undefined;
    const others = bits(cell.vehicles & ~bitOf(of.terminal));
    if (others < OTHERS) return undefined;
    const probability = (cell.losses + PRIOR_LOSSES) / (cell.passes + PRIOR_PASSES);
    return { probability, vehicles: others, q50: quantile(cell, 0.5), q99: quantile(cell, 0.99), kind: 'learnt' };
  }

  snapshot(): string {
    return JSON.stringify([...this.#cells]);
  }

  restore(value: string): void {
    this.#cells.clear();
    this.#marks.fill(0);
    for (const [key, cell] of JSON.parse(value) as [string, Cell][]) {
      this.#cells.set(key, cell);
      const [north = 0, east = 0] = key.split(':').map(Number);
      this.#mark(north * CELL, east * CELL);
    }
  }
}

/** What a zone is worth for a loss in it: thousandths of a nat. */
export function zoneWeight({ probability }: Zone): number {
  return Math.round(Math.max(MIN_WEIGHT, Math.min(MAX_WEIGHT, 1000 * Math.log(probability / GLOBAL))));
}

/** ln of the chance that a stay lasts longer than `t` seconds, log-logistic by its quantiles: thousandths of a nat. */
export function stayLonger({ q50, q99 }: Pick<Zone, 'q50' | 'q99'>, t: number): number {
  const median = Math.max(1, q50);
  const shape = Math.log(99) / Math.log(Math.max(1.2, q99 / median));
  return Math.round(-1000 * Math.log(1 + (Math.max(0, t) / median) ** shape));
}

function quantile(cell: Cell, share: number): number {
  const all = cell.lengths.reduce((sum, n) => sum + n, 0);
  let left = all * share;
  for (let n = 0; n < LENGTHS; n++) {
    left -= cell.lengths[n]!;
    if (left <= 0) return SHORTEST_S * 2 ** (n + 1);
  }
  return SHORTEST_S * 2 ** LENGTHS;
}

function cellOf(latitude: number, longitude: number, course: number): string {
  const heading = Math.round((course * HEADINGS) / 360) % HEADINGS;
  return `${Math.round(latitude / CELL)}:${Math.round(longitude / CELL)}:${heading}`;
}

/** Of a cell, whatever the heading. */
function markOf(latitude: number, longitude: number): number {
  const north = Math.round(latitude / CELL);
  const east = Math.round(longitude / CELL);
  const hash = Math.imul(north, 0x9e37_79b1) ^ Math.imul(east, 0x85eb_ca6b);
  return (hash ^ (hash >>> 15)) & (MARKS - 1);
}

function exitOf({ latitude, longitude }: Place): string {
  return `${Math.round(latitude / EXIT)}:${Math.round(longitude / EXIT)}`;
}

/** The least frequented of those that are kept makes room, where it is no more than one vehicle's. */
function noteExit(exits: Exit[], at: string, vehicle: number): void {
  const known = exits.find((one) => one.at === at);
  if (known !== undefined) known.vehicles |= vehicle;
  else if (exits.length < EXITS) exits.push({ at, vehicles: vehicle });
  else {
    const least = exits.findIndex(({ vehicles }) => bits(vehicles) <= 1);
    if (least !== -1) exits[least] = { at, vehicles: vehicle };
  }
}

function gridOf(latitude: number, longitude: number): string {
  return `${Math.floor(latitude / GRID)}:${Math.floor(longitude / GRID)}`;
}

function bitOf(terminal: string): number {
  let hash = 7;
  for (let i = 0; i < terminal.length; i++) hash = (Math.imul(hash, 31) + terminal.charCodeAt(i)) | 0;
  return 1 << ((hash ^ (hash >>> 15)) & 31);
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}
