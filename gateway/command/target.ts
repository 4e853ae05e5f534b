/** Whom a command to many is for, and which terminals those are at the moment. */
import type { Live } from '../fold/latest.ts';
import { CommandRefusal } from './errors.ts';

export type Target =
  | { readonly terminals: readonly string[] }
  /** All of a division: leading digits of GB/T 2260. */
  | { readonly division: string; readonly online?: boolean }
  /** Those nearest to a point, that can be reached and whose position is recent. */
  | { readonly nearest: Nearest };

export interface Nearest {
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  readonly count: number;
  /** Metres; no bound unless given. */
  readonly radius?: number;
  /** Seconds that a position may be old; `RECENT_S` unless given. */
  readonly maxAge?: number;
  readonly division?: string;
}

export interface Chosen {
  readonly terminal: string;
  /** Metres from the point, whole ones. */
  readonly distance?: number;
}

/** A terminal of another worker that was chosen. */
export interface Elsewhere extends Required<Chosen> {
  /** As its worker knows it. */
  readonly division: string;
}

/** What a choice is made from. */
export interface Field {
  readonly known: () => Iterable<Live>;
  readonly isRegistered: (terminal: string) => boolean;
  readonly divisionOf: (terminal: string) => string;
  readonly now: number;
}

/** Terminals of one command; who wants more names smaller divisions. */
export const MAX_CHOSEN = 5000;
const RECENT_S = 600;
const EARTH_M = 6_371_008.8;

/**
 * The terminals of a target within the divisions that begin with `scope`. Throws CommandRefusal where one that is named
 * is unknown or lies outside, where there are none, or more than `MAX_CHOSEN`.
 */
export function choose(target: Target, scope: string, field: Field): readonly Chosen[] {
  const chosen =
    'terminals' in target
      ? named(target.terminals, scope, field)
      : 'nearest' in target
        ? nearestOf(target.nearest, scope, field)
        : within(target, scope, field);
  if (chosen.length === 0) throw new CommandRefusal('COMMAND_TARGET');
  if (chosen.length > MAX_CHOSEN)
    throw new CommandRefusal('COMMAND_TARGET', `It names ${chosen.length}, expected at most ${MAX_CHOSEN}.`);
  return chosen;
}

function named(terminals: readonly string[], scope: string, field: Field): Chosen[] {
  const unique = [...new Set(terminals.map((terminal) => terminal.replace(/^0+(?=.)/, '')))];
  for (const terminal of unique) {
    if (!field.isRegistered(terminal) || !field.divisionOf(terminal).startsWith(scope))
      throw new CommandRefusal('COMMAND_TERMINAL', `"${terminal}"`);
  }
  return unique.map((terminal) => ({ terminal }));
}

function within({ division, online }: { division: string; online?: boolean }, scope: string, field: Field): Chosen[] {
  const found: Chosen[] = [];
  for (const live of candidates(field, [scope, division]))
    if (online === undefined || live.online === online) found.push({ terminal: live.terminal });
  return found.toSorted((a, b) => (a.terminal < b.terminal ? -1 : 1));
}

/** Those nearest to a point, the nearest first. */
export function nearestOf({ division = '', ...point }: Nearest, scope: string, field: Field): Required<Chosen>[] {
  const { count, radius = Infinity, maxAge = RECENT_S } = point;
  const oldest = field.now - maxAge * 1000;
  const found: Required<Chosen>[] = [];
  for (const { terminal, online, fix } of candidates(field, [scope, division])) {
    if (!online || fix === undefined || fix.order < oldest) continue;
    const distance = Math.round(distanceM(point, fix.report));
    if (distance <= radius) found.push({ terminal, distance });
  }
  return found.sort(byDistance).slice(0, count);
}

/** Orders by distance, and what is equally far by its number. */
export function byDistance(a: Required<Chosen>, b: Required<Chosen>): number {
  return a.distance - b.distance || (a.terminal < b.terminal ? -1 : 1);
}

function* candidates({ known, isRegistered, divisionOf }: Field, prefixes: readonly string[]): Iterable<Live> {
  for (const live of known()) {
    if (!isRegistered(live.terminal)) continue;
    const division = divisionOf(live.terminal);
    if (prefixes.every((prefix) => division.startsWith(prefix))) yield live;
  }
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Along a great circle: exact to half a percent, which is less than a road differs from it. */
export function distanceM(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const lat = Math.sin(((b.latitude - a.latitude) * rad) / 2);
  const lon = Math.sin(((b.longitude - a.longitude) * rad) / 2);
  const h = lat * lat + Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * lon * lon;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
