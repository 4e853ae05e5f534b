/** How long it took to meet what a run demands: by code, and by kind of terminal, as some report seldom. */
import type { RunResult } from './bed.ts';
import { quantile } from './interval.ts';

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** A demand that was met: how long after its reference, and after the first frame that could show it. */
interface MetLate {
  readonly code: string;
  readonly profile: string;
  readonly reference: number;
  readonly fair: number;
}

function metLate(results: readonly RunResult[]): MetLate[] {
  return results.flatMap(({ mark, shownAt, profile }) =>
    mark.met.flatMap(({ code, at, after }) => {
      if (at === null || after === null) return [];
      const shown = Math.max(after, Math.min(shownAt ?? after, at));
      return [{ code, profile, reference: at - after, fair: Math.max(0, at - shown) }];
    }),
  );
}

export function latencies(
  results: readonly RunResult[],
): Readonly<Record<string, { readonly fromReference: Latency; readonly fair: Latency }>> {
  return by(metLate(results), 'code', (all) => ({
    fromReference: latencyOf(all.map(({ reference }) => reference)),
    fair: latencyOf(all.map(({ fair }) => fair)),
  }));
}

export function latenciesByProfile(
  results: readonly RunResult[],
): Readonly<Record<string, Readonly<Record<string, Latency>>>> {
  return by(metLate(results), 'code', (all) => by(all, 'profile', (some) => latencyOf(some.map(({ fair }) => fair))));
}

function by<T>(all: readonly MetLate[], what: 'code' | 'profile', make: (some: MetLate[]) => T): Record<string, T> {
  const groups = [...Map.groupBy(all, (one) => one[what])].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(groups.map(([name, some]) => [name, make(some)]));
}

export function latencyOf(seconds: readonly number[]): Latency {
  const at = (share: number): number => Math.round(quantile(seconds, share) * 10) / 10;
  return { count: seconds.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}
