/** Areas and routes that a platform has set (0x8600–0x8607), and what the terminal knows of them. */
import type { BodyOf, EpochMs } from '../../../protocol/index.ts';

export type Circle = BodyOf<'setCircularAreas'>['areas'][number];
export type Rectangle = BodyOf<'setRectangularAreas'>['areas'][number];
export type Polygon = BodyOf<'setPolygonArea'>;
export type Route = BodyOf<'setRoute'>;

/** Where an alarm is about. */
export type Place = 'circles' | 'rectangles' | 'polygons' | 'routes';

/** Of each kind. */
export const MAX_FENCES = 255;

/** By their ids; at most `MAX_FENCES` of each kind. */
export interface Fences {
  readonly circles: Map<number, Circle>;
  readonly rectangles: Map<number, Rectangle>;
  readonly polygons: Map<number, Polygon>;
  readonly routes: Map<number, Route>;
  /** On which side of each it is, as `circles 7`; a key is missing until it has looked for the first time. */
  readonly inside: Map<string, boolean>;
  /** The segment that it is on, of a route. */
  segment: { readonly routeId: number; readonly segmentId: number; readonly since: EpochMs } | undefined;
  /** Since when it is too fast where it is; Infinity: it is not. */
  overSince: EpochMs;
  /** Items of events that wait for an answer, of alarms that hold, and those that go with one report only. */
  told: readonly Uint8Array[];
  speeding: Uint8Array | undefined;
  readonly once: Uint8Array[];
}

export function newFences(): Fences {
  return {
    circles: new Map(),
    rectangles: new Map(),
    polygons: new Map(),
    routes: new Map(),
    inside: new Map(),
    segment: undefined,
    overSince: Number.POSITIVE_INFINITY,
    told: [],
    speeding: undefined,
    once: [],
  };
}

/** Deletes one, and what was known of it. */
export function forget(fences: Fences, place: Place, id: number): void {
  fences[place].delete(id);
  fences.inside.delete(`${place} ${id}`);
  if (place === 'routes' && fences.segment?.routeId === id) fences.segment = undefined;
}
