/**
 * Watches areas and routes: entered, left, too fast in them, off the route, too long or too short on a segment
 * (alarm bits 1, 20 to 23; items 0x11 to 0x13).
 */
import type { EpochMs } from '../../../protocol/index.ts';
import { clockOf, type Device, speedOf } from '../device.ts';
import { speedingItem, tellInOut, tellSegmentTime } from './items.ts';
import type { Circle, Fences, Place, Polygon, Rectangle, Route } from './fences.ts';
import { distance, distanceToSegment, inPolygon, type Point } from './geometry.ts';
import { alarmBit } from '../alarm-bit.ts';

/** Bits of the attributes of areas and routes: when they count, and which crossing the platform is told of. */
const TIMED = 1;
const LIMITED = 2;
const TELL_ENTER = 8;
const TELL_LEAVE = 32;
/** Bits of the attributes of a segment. */
const SEGMENT_TIMED = 1;
const SEGMENT_LIMITED = 2;

const AREA = alarmBit('areaInOut');
const ROUTE = alarmBit('routeInOut');
const SEGMENT = alarmBit('segmentTime');
const DEVIATION = alarmBit('routeDeviation');
const OVERSPEED = alarmBit('overspeed');
const ZONE_MS = 28_800_000;

/** What is too fast where it is. */
interface Limit {
  readonly speed: number;
  readonly seconds: number;
  readonly item: Uint8Array;
}

/** Looks where the receiver says that it is. Events go to `device.held`, conditions to `device.zone`. */
export function watchFences(device: Device, fences: Fences, now: EpochMs): void {
  const { receiver } = device;
  device.zone = 0;
  if (!receiver.fix || fences.circles.size + fences.rectangles.size + fences.polygons.size + fences.routes.size === 0) {
    fences.speeding = undefined;
    return;
  }
  const time = clockOf(device, now);
  const limits: Limit[] = [];
  watchAreas(device, fences, { place: 'circles', time, limits, holds: inCircle });
  watchAreas(device, fences, { place: 'rectangles', time, limits, holds: inRectangle });
  watchAreas(device, fences, { place: 'polygons', time, limits, holds: inArea });
  for (const route of fences.routes.values()) watchRoute(device, fences, route, { time, now, limits });
  watchSpeed(device, fences, limits, now);
}

const inCircle = (area: Circle, at: Point): boolean =>
  distance({ latitude: area.centerLatitude, longitude: area.centerLongitude }, at) <= area.radius;
const inRectangle = (area: Rectangle, { latitude, longitude }: Point): boolean =>
  latitude <= area.topLeftLatitude &&
  latitude >= area.bottomRightLatitude &&
  longitude >= area.topLeftLongitude &&
  longitude <= area.bottomRightLongitude;
const inArea = (area: Polygon, at: Point): boolean => inPolygon(at, area.vertices);

interface Watch<A> {
  readonly place: Exclude<Place, 'routes'>;
  readonly time: EpochMs;
  readonly limits: Limit[];
  holds(area: A, at: Point): boolean;
}

function watchAreas<A extends Circle | Rectangle | Polygon>(device: Device, fences: Fences, watch: Watch<A>): void {
  const { place, time, limits } = watch;
  for (const area of (fences[place] as unknown as ReadonlyMap<number, A>).values()) {
    const attributes = Number(area.areaAttributes);
    if ((attributes & TIMED) !== 0 && !isWithin(time, area.startTime, area.endTime)) continue;
    const inside = watch.holds(area, device.receiver);
    cross(device, fences, { place, id: area.areaId, attributes, inside });
    if (inside && (attributes & LIMITED) !== 0 && area.maxSpeed !== undefined)
      limits.push({
        speed: area.maxSpeed,
        seconds: area.overspeedDuration ?? 0,
        item: speedingItem(place, area.areaId),
      });
  }
}

/** A border was crossed if it is on another side than when it last looked. */
function cross(
  device: Device,
  fences: Fences,
  { place, id, attributes, inside }: { place: Place; id: number; attributes: number; inside: boolean },
): void {
  const key = `${place} ${id}`;
  const before = fences.inside.get(key);
  fences.inside.set(key, inside);
  if (before === undefined || before === inside) return;
  if ((attributes & (inside ? TELL_ENTER : TELL_LEAVE)) === 0) return;
  tellInOut(fences, { place, id, out: !inside });
  device.held |= place === 'routes' ? ROUTE : AREA;
}

interface OnRoute {
  readonly time: EpochMs;
  readonly now: EpochMs;
  readonly limits: Limit[];
}

function watchRoute(device: Device, fences: Fences, route: Route, { time, now, limits }: OnRoute): void {
  const attributes = Number(route.routeAttributes);
  if ((attributes & TIMED) !== 0 && !isWithin(time, route.startTime, route.endTime)) return;
  const { points, routeId: id } = route;
  const on = points.findIndex((point, i) => {
    const next = points[i + 1];
    return next !== undefined && distanceToSegment(device.receiver, point, next) <= point.width / 2;
  });
  const known = fences.inside.has(`routes ${id}`);
  cross(device, fences, { place: 'routes', id, attributes, inside: on >= 0 });
  // Off a route that it has been looked at on is a deviation until it is back.
  if (on < 0 && known) device.zone |= DEVIATION;
  const point = points[on];
  changeSegment(device, fences, route, { segmentId: point?.segmentId, now });
  if (point === undefined || (Number(point.segmentAttributes) & SEGMENT_LIMITED) === 0) return;
  if (point.maxSpeed === undefined) return;
  const item = speedingItem('segment', point.segmentId);
  limits.push({ speed: point.maxSpeed, seconds: point.overspeedDuration ?? 0, item });
}

/** Another segment than before: the time on the one that was left is judged. */
function changeSegment(
  device: Device,
  fences: Fences,
  { routeId, points }: Route,
  { segmentId, now }: { segmentId: number | undefined; now: EpochMs },
): void {
  const { segment } = fences;
  if (segment !== undefined && segment.routeId !== routeId) return;
  if (segment?.segmentId === segmentId) return;
  fences.segment = segmentId === undefined ? undefined : { routeId, segmentId, since: now };
  if (segment === undefined) return;
  const left = points.find((point) => point.segmentId === segment.segmentId);
  if (left === undefined || (Number(left.segmentAttributes) & SEGMENT_TIMED) === 0) return;
  const took = now - segment.since;
  const long = took > (left.maxTravelTime ?? Number.POSITIVE_INFINITY) * 1000;
  if (!long && took >= (left.minTravelTime ?? 0) * 1000) return;
  tellSegmentTime(fences, segment.segmentId, took, long);
  device.held |= SEGMENT;
}

/** Too fast for the strictest of the limits, for as long as it says. */
function watchSpeed(device: Device, fences: Fences, limits: readonly Limit[], now: EpochMs): void {
  const speed = speedOf(device);
  const broken = limits.filter((limit) => speed > limit.speed).toSorted((a, b) => a.speed - b.speed)[0];
  fences.overSince = broken === undefined ? Number.POSITIVE_INFINITY : Math.min(fences.overSince, now);
  const speeding = broken !== undefined && now - fences.overSince >= broken.seconds * 1000;
  fences.speeding = speeding ? broken.item : undefined;
  if (speeding) device.zone |= OVERSPEED;
}

/** Whether a moment is in a period of `YYMMDDhhmmss`; a date of zeros stands for every day. */
function isWithin(time: EpochMs, start: string | undefined, end: string | undefined): boolean {
  if (start === undefined || end === undefined) return true;
  const now = new Date(time + ZONE_MS).toISOString().replace(/\D/g, '').substring(2, 14);
  const daily = start.startsWith('000000');
  const [from, to, at] = daily ? [start.substring(6), end.substring(6), now.substring(6)] : [start, end, now];
  // Over midnight.
  return from <= to ? at >= from && at <= to : at >= from || at <= to;
}
