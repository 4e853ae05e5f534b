/**
 * Which pieces of our code a run has been through, from V8's own counters. Functions that are made from source while
 * running (compiled codecs) count like files.
 */
import { type Profiler, Session } from 'node:inspector';

/** Code that is under test: our sources, and functions without a file. */
const OURS = /\/(?:protocol|bridge\/dialect)\//;

/** Executions of a piece of code in classes: once, a few times, often. More is not new. */
function classOf(count: number): number {
  return count < 2 ? count : count < 9 ? 2 : 3;
}

export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  /** Pieces and classes met so far. */
  get features(): number {
    return this.#seen.size;
  }

  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** What has been met since the last call and never before; it is forgotten again unless it is told to `know`. */
  take(): ReadonlySet<string> {
    const fresh = new Set<string>();
    for (const { url, functions } of this.#counted()) {
      if (url !== '' && !OURS.test(url)) continue;
      for (const { functionName, ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          const feature = `${url}:${functionName}:${startOffset}:${endOffset}:${classOf(count)}`;
          if (count > 0 && !this.#seen.has(feature)) fresh.add(feature);
        }
      }
    }
    return fresh;
  }

  /** Begins anew, as if nothing had been met. */
  forget(): void {
    this.#seen.clear();
    this.#counted();
  }

  know(features: Iterable<string>): void {
    for (const feature of features) this.#seen.add(feature);
  }

  #counted(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    // In the same thread the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      result = answer.result;
    });
    return result;
  }
}
