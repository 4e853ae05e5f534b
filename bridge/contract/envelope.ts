/** What leaves the gateway towards platforms: the payloads of the contract with what routes them. */
import type { Event, Message, Position, Reply, State, Uplink } from './payloads.ts';

/** Topic level of a payload; also what an outlet filters by. */
export type EnvelopeKind = 'position' | 'message' | 'event' | 'state' | 'reply';

/**
 * A position in numbers, for outlets that write them: the protocol's integers, quantities in the units of its payload, times in epoch
 * ms. Undefined is what the terminal did not say.
 */
export interface RawPosition {
  readonly terminal: string;
  readonly alarm: number;
  readonly status: number;
  /** Time of the terminal; NaN where it is no time. */
  readonly timeMs: number;
  readonly receivedMs: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly mileage: number | undefined;
  readonly fuel: number | undefined;
  readonly rssi: number | undefined;
  readonly satellites: number | undefined;
  readonly fix: boolean;
  readonly backfill: boolean;
}

interface Of<K extends EnvelopeKind, P extends Uplink> {
  readonly kind: K;
  /** GB/T 2260 code of six digits; `000000` while unknown. */
  readonly division: string;
  /** May be made anew each time that it is asked for. */
  readonly payload: P;
  /** The same for outlets that write numbers: only on positions, and made anew as well. */
  readonly raw?: RawPosition;
  /** Number of the record that it was made of, where `seq` of the payload is that of another. */
  readonly record?: number;
  /** Where whoever sent a command wants its replies as well. */
  readonly response?: { readonly topic: string; readonly correlation?: string };
  /** The same in another gateway's form: published in its place where the outlet speaks that dialect. */
  readonly dialect?: { readonly topic: string; readonly payload: object };
}

/** What leaves for the platforms: a payload of the contract, its kind, and where it belongs. */
export type Envelope =
  | Of<'position', Position>
  | Of<'message', Message>
  | Of<'state', State>
  | Of<'event', Event>
  | Of<'reply', Reply>;

/** Number of the record that an envelope was made of. */
export function recordOf(envelope: Envelope): number {
  return envelope.record ?? envelope.payload.seq;
}
