/**
 * Requests that await their answer, by the standard's retry rule: T(N+1) = T(N) × (N+1), N counting retransmissions.
 * No timers inside: `nextDeadline` says when to call `expire`.
 */
import type { MonotonicMs } from '../host/clock.ts';

/** How an unanswered request is repeated. */
export interface RetryRule {
  /** How long the first sending waits for its answer. */
  readonly timeoutMs: number;
  /** How often it is sent again. */
  readonly retries: number;
}

/** How long the `n`-th retransmission waits (0: the first sending): with 10 s these are 10, 20, 60, 240 s. */
export function replyTimeout(rule: RetryRule, n: number): number {
  let timeout = rule.timeoutMs;
  for (let i = 1; i <= n; i++) timeout *= i + 1;
  return timeout;
}

/** What became of a request whose time was up. `again`: send the same octets once more, serial included. */
export type Overdue<T> =
  | { readonly kind: 'again'; readonly serial: number; readonly request: T; readonly retry: number }
  | { readonly kind: 'unanswered'; readonly serial: number; readonly request: T };

interface Waiting<T> {
  readonly request: T;
  readonly rule: RetryRule;
  retry: number;
  deadline: MonotonicMs;
}

/** Requests by the serial that their answer will name. */
export class Pending<T> {
  readonly #rule: RetryRule;
  readonly #max: number;
  readonly #waiting = new Map<number, Waiting<T>>();
  /** Not later than the earliest deadline. */
  #next = Infinity;

  /** @param options.max requests outstanding at once, 64 unless given; `add` refuses more. */
  constructor(rule: RetryRule, options: { readonly max?: number } = {}) {
    this.#rule = rule;
    this.#max = options.max ?? 64;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Notes a request that was sent. False at the bound, or while the serial is still taken by an older one. */
  add(serial: number, request: T, now: MonotonicMs, rule: RetryRule = this.#rule): boolean {
    if (this.#waiting.size >= this.#max || this.#waiting.has(serial)) return false;
    const deadline = now + rule.timeoutMs;
    this.#waiting.set(serial, { request, rule, retry: 0, deadline });
    this.#next = Math.min(this.#next, deadline);
    return true;
  }

  /** Takes the request that an answer names; undefined for an answer to nothing, or the second one. */
  settle(serial: number): T | undefined {
    const waiting = this.#waiting.get(serial);
    this.#waiting.delete(serial);
    return waiting?.request;
  }

  /** Takes the first request that matches: for answers that carry no serial (0x0107, 0x0608, 0x0702, 0x0801, 0x0A00). */
  settleWhere(matches: (request: T) => boolean): T | undefined {
    for (const [serial, waiting] of this.#waiting) if (matches(waiting.request)) return this.settle(serial);
    return undefined;
  }

  /** The request that was sent under a serial and is still unanswered. */
  peek(serial: number): T | undefined {
    return this.#waiting.get(serial)?.request;
  }

  /** Serial of the first request that matches, in the order they were sent. */
  find(matches: (serial: number, request: T) => boolean): number | undefined {
    for (const [serial, waiting] of this.#waiting) if (matches(serial, waiting.request)) return serial;
    return undefined;
  }

  /** When `expire` has something to say, or earlier; Infinity when nothing is outstanding. */
  nextDeadline(): MonotonicMs {
    return this.#waiting.size === 0 ? Infinity : this.#next;
  }

  /** Requests whose time is up, in the order they were sent. */
  expire(now: MonotonicMs): Overdue<T>[] {
    const overdue: Overdue<T>[] = [];
    if (now < this.#next) return overdue;
    this.#next = Infinity;
    for (const [serial, waiting] of this.#waiting) {
      if (waiting.deadline <= now) {
        const { request } = waiting;
        if (waiting.retry === waiting.rule.retries) {
          this.#waiting.delete(serial);
          overdue.push({ kind: 'unanswered', serial, request });
          continue;
        }
        waiting.retry++;
        waiting.deadline = now + replyTimeout(waiting.rule, waiting.retry);
        overdue.push({ kind: 'again', serial, request, retry: waiting.retry });
      }
      this.#next = Math.min(this.#next, waiting.deadline);
    }
    return overdue;
  }

  /** Takes all of them, as when the link is lost. */
  drain(): T[] {
    const requests = Array.from(this.#waiting.values(), (waiting) => waiting.request);
    this.#waiting.clear();
    this.#next = Infinity;
    return requests;
  }
}
