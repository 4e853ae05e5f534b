/** The clock of the process, for tests over real sockets, where nothing waits for it to move. */
import type { Clock } from '../../../protocol/index.ts';

export const processClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wake: (at, call) => {
    const timer = setTimeout(call, Math.max(0, at - performance.now()));
    return () => clearTimeout(timer);
  },
};
