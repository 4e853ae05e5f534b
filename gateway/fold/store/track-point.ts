/** A position of a track, as it is told, and how those of several sources become one row of them. */
import { codecFor, contentHash, QuirkSet } from '../../../protocol/index.ts';
import type { Seq } from '../../journal/record.ts';
import { FIXED_OCTETS, hasFix, LOCATION, orderTime } from '../positions.ts';
import type { BlockReader } from './track-block.ts';

export interface TrackPoint {
  /** Device time, or the time of reception where the terminal's clock cannot be meant; epoch ms. */
  readonly time: number;
  readonly seq: Seq;
  readonly receivedAt: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly alarm: number;
  readonly status: number;
  readonly mileage: number | null;
  readonly fix: boolean;
  readonly backfill: boolean;
}

/** A point with 32 bits of its content: the same position is told once, two at the same second are two. */
export interface FoundPoint {
  readonly point: TrackPoint;
  readonly digest: number;
}

/** From when milliseconds to a reception are counted: the device time, 1970 where it is none. */
export function lagFrom(deviceMs: number): number {
  return Number.isNaN(deviceMs) ? 0 : deviceMs;
}

/** Were heard of when it was received. */
const quirks = new QuirkSet();

/** The point that the reader of a block stands on. Units and signs are the catalogue's. */
export function pointOf(block: BlockReader): FoundPoint {
  const { body, bodyEnd, lag, seq, backfill } = block;
  const report = codecFor(LOCATION, 2013).decode(body, 0, bodyEnd, quirks);
  const { latitude, longitude, altitude, speed, direction, alarm, status } = report;
  const receivedAt = lagFrom(report.time) + lag;
  const point: TrackPoint = {
    time: orderTime(report.time, receivedAt),
    seq,
    receivedAt,
    latitude,
    longitude,
    altitude,
    speed,
    direction,
    alarm,
    status,
    mileage: report.items.mileage ?? null,
    fix: hasFix(report),
    backfill,
  };
  return { point, digest: contentHash(body, 0, FIXED_OCTETS) };
}

/** By time and record, a position that is there twice only as the record that had it first. Sorts `found`. */
export function inOrder(found: FoundPoint[]): FoundPoint[] {
  found.sort((a, b) => a.point.time - b.point.time || a.point.seq - b.point.seq);
  const digests = new Set<number>();
  let time = Number.NaN;
  return found.filter(({ point, digest }) => {
    if (point.time !== time) digests.clear();
    time = point.time;
    if (digests.has(digest)) return false;
    digests.add(digest);
    return true;
  });
}
