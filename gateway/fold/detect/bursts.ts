/** Losses of a group that come together: how many are to be expected by chance, and which belong to one outage. */
import { BUCKET_S, type Losses, lostIn } from './losses.ts';
import type { Terminal } from './terminal.ts';

/** So many at least, and such a share of a group, make a burst of it. */
export const LEAST = 3;
export const SHARE = 0.05;
/** Unexpected losses of each online one and second, by chance: one a day. */
export const CHANCE = 1 / 86_400;
/** Who was lost so long before another one, or after it, may have been lost with it. */
export const BEFORE_S = 330;
export const AFTER_S = 90;
/** Of those that were lost together, so many are back when it is over. */
export const RESTORED_SHARE = 0.8;
const BRIEF_S = 120;
/** Buckets before a loss that tell the rate of its hour; with the loss itself they fit the ring. */
export const EARLIER = 200;

/** Terminals that share a place, a network, or the gateway. */
export interface Group {
  online: number;
  /** Of those that were lost unexpectedly, how many are not back. */
  dark: number;
  /** The most that were dark at once since it was last calm, and when that was: who is lost later is not lost with them. */
  worst: number;
  calmAt: number;
  /** A sign of life of any of them, in steps of some seconds. */
  heardAt: number;
  /** Made with the first loss: most places of a fleet that drives never have one. */
  losses: Losses | undefined;
  /** Those that were dark, by when they were back. */
  returns: Losses | undefined;
  /** The last burst, and the one before it: who is still dark belongs to that. */
  burst: Burst | undefined;
  earlier: Burst | undefined;
}

export interface Burst {
  from: number;
  until: number;
  lost: number;
  /** Of those that were lost: back in their places; elsewhere, where there are any. */
  back: number;
  left?: number;
  /** When so many were back that it is over; 0 while it is not. */
  overAt: number;
}

/** Most of those that were lost together are back. */
export function calms(group: Group, now: number): void {
  const many = group.worst >= LEAST && group.worst >= SHARE * group.online;
  if (!many || group.dark > (1 - RESTORED_SHARE) * group.worst) return;
  group.calmAt = now;
  group.worst = group.dark;
}

/** From when on a loss may be of the same cause: who says little was last heard long before. */
function together({ calmAt }: Group, lostAt: number): number {
  return calmAt > lostAt ? lostAt - BEFORE_S : Math.max(calmAt, lostAt - BEFORE_S);
}

/** It had logged in as the others did, and went again by itself. */
export function cameAndWent(calmAt: number, { loggedAt }: Terminal, lostAt: number): boolean {
  return calmAt >= loggedAt && loggedAt > lostAt - BEFORE_S && loggedAt <= lostAt;
}

export function lostAround(
  group: Group,
  { lostAt, after, since }: { lostAt: number; after: number; since: number },
): number {
  const { losses } = group;
  const from = Math.floor(Math.max(since, together(group, lostAt)) / BUCKET_S);
  const until = Math.floor((lostAt + after) / BUCKET_S);
  return losses === undefined ? 0 : lostIn(losses, from, until + 1);
}

/** Losses that are to be expected around a time: of so many members on any day, or as in the hour before, if that had more. */
export function expectedAround(group: Group, lostAt: number, after: number): number {
  const until = Math.floor((lostAt - BEFORE_S) / BUCKET_S);
  const from = until - EARLIER;
  const earlier = group.losses === undefined ? 0 : lostIn(group.losses, from, until);
  const window = BEFORE_S + after;
  return Math.max(0.01, group.online * CHANCE * window, (earlier * window) / (EARLIER * BUCKET_S));
}

/** The burst of a group that a loss falls into. */
export function burstAt({ burst, earlier, calmAt }: Group, lostAt: number): Burst | undefined {
  const fits = (one: Burst | undefined): boolean =>
    one !== undefined && lostAt >= one.from && lostAt <= one.until && !(calmAt > one.from && calmAt < lostAt);
  return fits(burst) ? burst : fits(earlier) ? earlier : undefined;
}

/**
 * So many were lost around this time, and up to `after` seconds later, as one that says little was: of a burst that is known, or of
 * a new one.
 */
export function extend(group: Group, { lostAt, lost, after }: { lostAt: number; lost: number; after: number }): void {
  const known = burstAt(group, lostAt) ?? group.burst;
  const from = together(group, lostAt);
  const until = lostAt + AFTER_S;
  const calm = known !== undefined && group.calmAt > known.from && group.calmAt < lostAt;
  if (known === undefined || calm || from > known.until || lostAt + after < known.from) {
    // Those that are only late for a moment, as all are that have just come back, leave no trace.
    const { burst } = group;
    if (burst !== undefined && (burst.overAt === 0 || burst.overAt - burst.until > BRIEF_S)) group.earlier = burst;
    group.burst = { from, until, lost, back: 0, overAt: 0 };
    return;
  }
  known.from = Math.min(known.from, from);
  known.until = Math.max(known.until, until);
  known.lost = Math.max(known.lost, lost);
}
