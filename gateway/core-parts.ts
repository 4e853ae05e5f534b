/** What the core is given, and what it gives. */
import type {
  BodyCipher,
  BodyCiphers,
  Clock,
  PartsOverdue,
  Random,
  RetryRule,
  RsaPublicKey,
} from '../protocol/index.ts';
import type { Commands } from './command/commands.ts';
import type { CommandTrace, Desk } from './command/desk.ts';
import type { Groups } from './command/group.ts';
import type { Mailbox } from './command/mailbox.ts';
import type { Peers } from './command/peers.ts';
import type { ApprovalPolicy } from './command/policy.ts';
import type { Judging } from './events/judging.ts';
import type { EventStore } from './events/store/event-store.ts';
import type { Finding } from './fold/detect/finding.ts';
import type { Latest } from './fold/latest.ts';
import type { PositionReader } from './fold/positions.ts';
import type { Store } from './fold/store/store.ts';
import type { IntakeCounters } from './intake/counters.ts';
import type { ExemptionGate } from './intake/exempt-packets.ts';
import type { Intake, IntakeOptions } from './intake/intake.ts';
import type { Slots } from './intake/slots.ts';
import type { Journal } from './journal/journal.ts';
import type { MediaDisk } from './media/media-disk.ts';
import type { MediaStore } from './media/media-store.ts';
import type { MediaRetention } from './media/retention.ts';
import type { Histogram } from './observe/histogram.ts';
import type { Parts, PartsOptions } from './parts/parts.ts';
import type { QuirkOverrides } from './quirks/settings.ts';
import type { IdentityMode } from './registry/identity-check.ts';
import type { Registry } from './registry/registry.ts';
import type { LockoutOptions } from './session/lockout.ts';

export interface CoreOptions extends IntakeOptions {
  readonly version: string;
  readonly maxWriteBacklog: number;
  readonly mayEnrol: (terminal: string) => boolean;
  readonly acknowledgeResponses: boolean;
  /** What becomes of terminals that say something else of themselves than the registry; not looked at where it says nothing. */
  readonly identity?: IdentityMode;
  readonly lockout?: Partial<LockoutOptions>;
  /** What an operator says of terminals' ways, over what is learnt. */
  readonly quirks?: QuirkOverrides;
  /** What opens encrypted bodies; without it they are kept as they came and answered with result 3. */
  readonly ciphers?: BodyCiphers;
  /** What encrypts bodies for the key of a terminal in its way, bits 10 to 12; undefined where nothing does. */
  readonly sealer?: (encryption: number, key: RsaPublicKey) => Pick<BodyCipher, 'encrypt'> | undefined;
  readonly commandRetry: RetryRule;
  /** Which commands wait for a second person; none unless given. */
  readonly commandApproval?: ApprovalPolicy;
  readonly parts: PartsOptions;
  /** Whether the detector judges; it does unless given. Alarms of terminals are events in any case. */
  readonly detect?: boolean;
  /** Whether terminals are asked who they are and how they are set, where that would settle something; not unless given. */
  readonly probes?: boolean;
  readonly media: MediaRetention;
  /** Whether a terminal belongs to this gateway and not to another worker; missing: all do. */
  readonly owns?: (terminal: string) => boolean;
  /** Answer every part of a 0x0801 with 0x8001 too. */
  readonly acknowledgeMediaParts: boolean;
}

export interface CoreHost {
  readonly clock: Clock;
  /** Unguessable octets: authentication codes are made of them. */
  readonly secret: Random['bytes'];
  readonly journal: Journal;
  readonly store: Store;
  readonly mediaDisk: MediaDisk;
  /** Where events are kept for good; without one they are in the journal only. */
  readonly events?: EventStore;
  /** Hears of every finding of the detector, also of those that are found again when a start hears the journal. */
  readonly onFinding?: (finding: Finding) => void;
  /** Workers that have the other terminals, where this is one of several. */
  readonly peers?: Peers | undefined;
  /** What a log should tell of messages in parts and of files. */
  readonly told?: {
    readonly ordered?: (trace: CommandTrace) => void;
    readonly lost?: (message: PartsOverdue) => void;
    readonly mediaFault?: (error: unknown) => void;
    readonly exempt?: ExemptionGate['refused'];
    /** A link proved to be nobody. */
    readonly stranger?: (source: string) => void;
  };
}

export interface Core {
  readonly intake: Intake;
  readonly counters: IntakeCounters;
  readonly ackLatency: Histogram;
  /** The reader that the folds use; others of the same thread may use it too, one record at a time. */
  readonly reader: PositionReader;
  readonly registry: Registry;
  readonly latest: Latest;
  readonly judging: Judging;
  readonly commands: Commands;
  readonly groups: Groups;
  readonly mailbox: Mailbox;
  /** Where commands are handed in. */
  readonly desk: Desk;
  readonly slots: Slots;
  readonly parts: Parts;
  /** Vehicles that stay out, for whoever takes in what they say by another way than `intake`. */
  readonly exemptions: ExemptionGate;
  readonly media: MediaStore;
  /** Ends every link; resolves when the last record that comes of it is on disk. */
  hangUp(): Promise<void>;
  /** Hangs up, and writes what folds hold. The journal is closed by its owner, after this. */
  stop(): Promise<void>;
}
