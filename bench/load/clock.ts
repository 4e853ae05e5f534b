/** The process's clock; a wake-up is never early. */
import type { Clock } from '../../protocol/index.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wake(at, call) {
    let timer = setTimeout(look, Math.max(0, Math.ceil(at - performance.now())));
    function look(): void {
      if (performance.now() >= at) call();
      else timer = setTimeout(look, 1);
    }
    return () => clearTimeout(timer);
  },
};
