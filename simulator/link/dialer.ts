/** How a terminal gets a link: the one thing about the network that a fleet needs to know. */
import type { Cancel, Link } from '../../protocol/index.ts';

/** Told once how a call went; never synchronously. */
export interface CallSink {
  /** The link stands; whoever was told opens it. */
  connected(link: Link): void;
  /** No link: `reason` is a short stable word such as `ECONNREFUSED`. */
  failed(reason: string): void;
}

/** Makes links to the platform under test. */
export interface Dialer {
  /** Where it calls, as given by `--target`. */
  readonly target: string;
  /** Calls `server` (0: the main one) for terminal number `index`. The returned function withdraws the call. */
  dial(index: number, sink: CallSink, server?: number): Cancel;
}
