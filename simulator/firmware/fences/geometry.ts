/** Points and areas on the ground: small enough that the earth is flat. Degrees in, metres out. */

const METRES_PER_DEGREE = 111_195;

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Metres between two points. */
export function distance(a: Point, b: Point): number {
  const { x, y } = offset(a, b);
  return Math.hypot(x, y);
}

/** Whether a point is in the polygon of `vertices`: a ray to the east crosses its edges an odd number of times. */
export function inPolygon({ latitude, longitude }: Point, vertices: readonly Point[]): boolean {
  let inside = false;
  for (let i = 0, j = vertices.length - 1; i < vertices.length; j = i++) {
    const a = vertices[i] as Point;
    const b = vertices[j] as Point;
    const crosses = a.latitude > latitude !== b.latitude > latitude;
    if (!crosses) continue;
    const at = ((b.longitude - a.longitude) * (latitude - a.latitude)) / (b.latitude - a.latitude) + a.longitude;
    if (longitude < at) inside = !inside;
  }
  return inside;
}

/** Metres from a point to the straight line between two others. */
export function distanceToSegment(point: Point, from: Point, to: Point): number {
  const line = offset(from, to);
  const way = offset(from, point);
  const length2 = line.x * line.x + line.y * line.y;
  const share = length2 === 0 ? 0 : Math.max(0, Math.min(1, (way.x * line.x + way.y * line.y) / length2));
  return Math.hypot(way.x - share * line.x, way.y - share * line.y);
}

function offset(from: Point, to: Point): { readonly x: number; readonly y: number } {
  return {
    x: (to.longitude - from.longitude) * METRES_PER_DEGREE * Math.cos((from.latitude * Math.PI) / 180),
    y: (to.latitude - from.latitude) * METRES_PER_DEGREE,
  };
}
