/** What every connection of a gateway shares: nothing in it belongs to one link. */
import type { BodyCiphers, Clock, Header, MonotonicMs } from '../../protocol/index.ts';
import type { Journal } from '../journal/journal.ts';
import type { RecordInput } from '../journal/record.ts';
import type { Histogram } from '../observe/histogram.ts';
import type { Parts } from '../parts/parts.ts';
import type { SentParts } from '../parts/sent-parts.ts';
import type { SessionPolicy } from '../session/session.ts';
import type { Connection } from './connection.ts';
import type { IntakeCounters } from './counters.ts';
import type { ExemptionGate } from './exempt-packets.ts';
import type { Framer } from './framer.ts';
import type { Outbox } from './outbox.ts';
import type { Slots } from './slots.ts';

/** What connections tell the command mailbox. */
export interface CommandPort {
  /** The terminal can be reached through this connection now. */
  online(connection: Connection): void;
  offline(terminal: string): void;
  /** A terminal's answer (0x0001, 0x0104, 0x0201, …), decoded. */
  replied(connection: Connection, id: number, body: unknown): void;
}

export interface IntakeContext {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly policy: SessionPolicy;
  readonly slots: Slots;
  readonly parts: Parts;
  /** What we sent in parts. */
  readonly sent: SentParts;
  /** Answer every part of a 0x0801 with 0x8001, and not only the whole with 0x8800. */
  readonly acknowledgeMediaParts: boolean;
  readonly commands: CommandPort;
  readonly counters: IntakeCounters;
  /** Seconds from the receipt of a frame to its acknowledgement. */
  readonly ackLatency: Histogram;
  /** Octets that may wait for a peer that does not read; past that its link is reset. */
  readonly maxWriteBacklog: number;
  readonly framer: Framer;
  // Objects used again for every packet: a gateway looks at one at a time.
  readonly header: Header;
  readonly joined: Header;
  readonly view: { b: Uint8Array; readonly header: Header };
  readonly record: RecordInput;
  /** When the chunk came that is being looked at. */
  heardAt: MonotonicMs;

  /** `outbox` has acknowledgements due: it is flushed when all that came due with it have been told. */
  flushSoon(outbox: Outbox): void;
  /** Vehicles that stay out; without it there are none. */
  readonly exemptions?: ExemptionGate | undefined;
  /** What opens encrypted bodies; without it they are kept as they came. */
  readonly ciphers?: BodyCiphers | undefined;
  /** What encrypts bodies for a terminal in its way; undefined where it has told us no key. */
  seal?(terminal: string, encryption: number): ((body: Uint8Array) => Uint8Array) | undefined;
  /**
   * A frame of a terminal that has authenticated, and the quirks of its framing. Returns whether frames without any are to be
   * told as well: they are where it is believed to frame in a way of its own, which it may give up.
   */
  framed?(terminal: string, quirks: number): boolean;
  /** Whether the terminal that spoke up on the link belongs to another worker: the link is ended then. Missing: none does. */
  isStray?(connection: Connection): boolean;
  /** A link of this source ended without having said who it is, or somebody on it may not register. */
  stranger?(source: string): void;
  newCode(): string;
  hashOf(code: string): string;
  disconnected(connection: Connection): void;
}
