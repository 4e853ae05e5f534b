/** Clocks under which the physical world runs faster than this process: by a factor, or as fast as a platform answers. */
import type { Clock, VirtualClock } from '../../protocol/index.ts';

/** `factor` seconds pass in one. */
export function fasterClock(clock: Clock, factor: number): Clock {
  const began = clock.monotonic();
  const epoch = clock.now();
  const passed = (): number => (clock.monotonic() - began) * factor;
  return {
    now: () => Math.floor(epoch + passed()),
    monotonic: passed,
    wake: (at, call) => clock.wake(began + at / factor, call),
  };
}

/** A platform that has not answered for so long will not: time goes on without it. */
const PATIENCE_MS = 300;
/** An answer that takes longer than so many turns of the loop is waited for at leisure. */
const EAGER_TURNS = 200;
/** Wake-ups in a row without a look at the outside. */
const UNWATCHED = 100;

/**
 * Lets `clock` go on from one wake-up to the next until `over`, as soon as nobody waits for the platform any more.
 * `busy`: an answer is awaited, or a call. Sockets live on the real time that passes meanwhile.
 */
export async function followPlatform(
  clock: VirtualClock,
  real: Clock,
  { busy, over }: { busy: () => boolean; over: () => boolean },
): Promise<void> {
  for (let quiet = 0; !over(); ) {
    const until = real.monotonic() + PATIENCE_MS;
    for (let turns = 0; busy() && real.monotonic() < until; turns++) await pause(turns < EAGER_TURNS ? 0 : 1);
    const { next } = clock;
    if (next === undefined) return;
    clock.advance(Math.max(0, next - clock.monotonic()));
    // Where nobody waits for anything time may run on, but for whoever wants to interrupt.
    if (++quiet % UNWATCHED === 0) await pause(0);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
