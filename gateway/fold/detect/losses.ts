/** How many of a group were lost when: counts by quarter of a minute, of the last hour. */

/** Seconds of a bucket. */
export const BUCKET_S = 15;
const BUCKETS = 240;

/** Counts by place in the ring, and which buckets they are of. */
export interface Losses {
  readonly lost: number[];
  readonly at: number[];
}

/** What is not nothing of them. */
export type Kept = readonly (readonly [bucket: number, count: number])[];

export function newLosses(of: Kept = []): Losses {
  const ring = (): number[] => new Array<number>(BUCKETS).fill(0);
  const losses = { lost: ring(), at: ring() };
  for (const [bucket, count] of of) {
    losses.at[bucket % BUCKETS] = bucket;
    losses.lost[bucket % BUCKETS] = count;
  }
  return losses;
}

export function kept({ lost, at }: Losses): Kept {
  return at.flatMap((bucket, place) => (lost[place] === 0 ? [] : [[bucket, lost[place]!] as const]));
}

export function countLoss({ lost, at }: Losses, when: number): void {
  const bucket = Math.floor(when / BUCKET_S);
  const place = bucket % BUCKETS;
  if (at[place] !== bucket) {
    at[place] = bucket;
    lost[place] = 0;
  }
  lost[place]!++;
}

/** Losses in buckets `from` up to, and without, `until`. */
export function lostIn({ lost, at }: Losses, from: number, until: number): number {
  let sum = 0;
  for (let bucket = from; bucket < until; bucket++) {
    const place = ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
    if (at[place] === bucket) sum += lost[place]!;
  }
  return sum;
}
