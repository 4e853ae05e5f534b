/** The clock of this process. */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../../protocol/index.ts';

export function processClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    wake: (at, call) => {
      let timer = setTimeout(look, delayUntil(at));
      function look(): void {
        // A timer of Node may fire a little early against `performance.now`.
        if (performance.now() >= at) call();
        else timer = setTimeout(look, delayUntil(at));
      }
      return () => clearTimeout(timer);
    },
  };
}

/** Node cuts delays above 2^31 ms to 1 ms. */
function delayUntil(at: number): number {
  return Math.min(0x7fff_ffff, Math.max(0, Math.ceil(at - performance.now())));
}
