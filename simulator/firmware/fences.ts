/** Areas and routes that a platform has set (0x8600–0x8607). */
import type { BodyOf } from '../../protocol/index.ts';

export type Circle = BodyOf<'setCircularAreas'>['areas'][number];
export type Rectangle = BodyOf<'setRectangularAreas'>['areas'][number];
export type Polygon = BodyOf<'setPolygonArea'>;
export type Route = BodyOf<'setRoute'>;

/** By their ids; at most 255 of each kind, further ones are refused. */
export interface Fences {
  readonly circles: Map<number, Circle>;
  readonly rectangles: Map<number, Rectangle>;
  readonly polygons: Map<number, Polygon>;
  readonly routes: Map<number, Route>;
  /** Items 0x11 to 0x13 of the alarms that hold or wait for an answer. */
  told: readonly Uint8Array[];
}

export function newFences(): Fences {
  return { circles: new Map(), rectangles: new Map(), polygons: new Map(), routes: new Map(), told: [] };
}
