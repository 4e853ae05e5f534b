/** Token buckets by key: so many at once, then so many a second. */
import type { Clock } from '../../protocol/index.ts';

export interface BucketOptions {
  /** Tokens that a bucket holds. */
  readonly burst: number;
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Keys remembered; beyond it the one that asked least recently is forgotten, and begins with a full bucket. */
  readonly maxKeys: number;
}

/** What is left of a bucket. */
export interface Allowance {
  readonly allowed: boolean;
  /** Whole tokens left. */
  readonly left: number;
  /** Whole seconds until there is a token, or where there is one until the bucket is full. */
  readonly seconds: number;
}

interface Bucket {
  tokens: number;
  /** Monotonic ms at which `tokens` was right. */
  at: number;
}

export class TokenBuckets {
  readonly options: BucketOptions;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, 'monotonic'>, options: BucketOptions) {
    this.#clock = clock;
    this.options = options;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token where there is one. */
  take(key: string): Allowance {
    const { burst, perSecond, maxKeys } = this.options;
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    // Behind all others, so that the first is the one that asked least recently.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > maxKeys && oldest.done !== true) this.#buckets.delete(oldest.value);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens--;
    const missing = allowed ? burst - bucket.tokens : 1 - bucket.tokens;
    return { allowed, left: Math.floor(bucket.tokens), seconds: Math.max(1, Math.ceil(missing / perSecond)) };
  }
}
