/** The clock of this process. */
import { performance } from 'node:perf_hooks';
import type { Clock } from '../protocol/index.ts';

/** Longest wait that a Node timer takes; longer ones are cut into pieces of it. */
const MAX_TIMER_MS = 0x7fff_ffff;

/** The process's own clock. */
export const processClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wake(at, call) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const left = at - performance.now();
      timer = setTimeout(left > MAX_TIMER_MS ? arm : call, Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(left))));
    };
    arm();
    return () => clearTimeout(timer);
  },
};
