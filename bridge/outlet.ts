/**
 * Where deliveries go: one-shot senders. The journal is the buffer and the pump retries, so an outlet
 * keeps nothing and gives up nothing on its own.
 */
import type { Envelope } from './contract/envelope.ts';

/** A fault of the other side. `retry`: the same batch may be taken later. Not `retry`: it will never be. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Stable, a key of `BRIDGE_FAULTS`: `INFLUX_UNREACHABLE`, `MQTT_NOT_CONNECTED`, `INFLUX_REJECTED`. */
  readonly code: string;
  readonly retry: boolean;
  /** The other side, or the nature of the fault, asks not to try again sooner than this. */
  readonly afterMs: number | undefined;

  constructor(
    code: string,
    detail: string,
    options: { retry: boolean; afterMs?: number | undefined; cause?: unknown },
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry;
    this.afterMs = options.afterMs;
  }
}

/** One destination of the pumps: it is handed batches in order, one at a time. */
export interface Outlet {
  /** Names its cursor, metrics and dead letters: `mqtt`, `influx`. */
  readonly name: string;
  /** True while nobody would hear what is delivered: the pump passes over it, and need not even make it. Missing: never. */
  readonly deaf?: boolean;
  /**
   * A delivery costs the other side much whatever is in it: where many records come, they are gathered for so long before the next.
   * Missing: each is delivered as it comes.
   */
  readonly gatherMs?: number;
  /** Which envelopes it wants; others are passed over and count as delivered. */
  wants(envelope: Envelope): boolean;
  /**
   * Resolves when the other side has every envelope (PUBACK, 2xx). Rejects with DeliveryError; then nothing,
   * some or all of the batch may have arrived, and the whole of it is delivered again with the same ids.
   */
  deliver(batch: readonly Envelope[], signal: AbortSignal): Promise<void>;
  /** Connects as far as it can without waiting for the other side: a broker that is down at start is no failure. */
  start(): Promise<void>;
  stop(): Promise<void>;
}
