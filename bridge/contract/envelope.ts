/** What leaves the gateway towards platforms: the payloads of the contract with what routes them. */
import type { Event, Message, Position, Reply, State, Uplink } from './payloads.ts';

/** Topic level of a payload; also what an outlet filters by. */
export type EnvelopeKind = 'position' | 'message' | 'event' | 'state' | 'reply';

/** Protocol integers of a position and times in epoch ms, for outlets that write numbers. */
export interface RawPosition {
  readonly alarm: number;
  readonly status: number;
  /** Time of the terminal; NaN where it is no time. */
  readonly timeMs: number;
  readonly receivedMs: number;
}

interface Of<K extends EnvelopeKind, P extends Uplink> {
  readonly kind: K;
  /** GB/T 2260 code of six digits; `000000` while unknown. */
  readonly division: string;
  readonly payload: P;
  /** Raw protocol integers for outlets that want them (InfluxDB): only on positions. */
  readonly raw?: RawPosition;
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
