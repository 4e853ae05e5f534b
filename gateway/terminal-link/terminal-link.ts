/**
 * One terminal as tools see it, whatever lies between: a cable, a port it dials, or a gateway that it is connected to.
 * It is asked by the names of platform messages, and everything that is seen of it is told to whoever watches.
 */
import type {
  Cancel,
  DecodedSentence,
  DescribedFault,
  DescribedMessage,
  EpochMs,
  Json,
  Readings,
  Revision,
} from '../../protocol/index.ts';

/** Who is at the other end. */
export interface Speaker {
  /** Without leading zeros, and as on the wire. */
  readonly terminal: string;
  readonly phone: string;
  readonly revision: Revision;
  /** What it said when it registered, as far as that was heard. */
  readonly registration?: RegistrationWords;
}

/** Of 0x0100, as a terminal sends it. */
export interface RegistrationWords {
  readonly provinceId: number;
  readonly cityId: number;
  readonly manufacturerId: string;
  readonly terminalModel: string;
  readonly terminalId: string;
  readonly plateColor: string | number;
  readonly plate: string;
}

/** Seen from the platform: `up` comes from the terminal. */
export type Direction = 'up' | 'down';

/** A picture, sound or video as it came. */
export interface Medium {
  readonly multimediaId: number;
  /** Names, or numbers where the standard has none: `image`, `jpeg`, `platformCommand`. */
  readonly type: string | number;
  readonly format: string | number;
  readonly event: string | number;
  readonly channelId: number;
  readonly octets: Uint8Array;
}

/** What a location report says, with the names of the contract. */
export interface SeenPosition {
  readonly time: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly speed: number;
  readonly alarm: readonly string[];
  readonly status: readonly string[];
  readonly items: Readonly<Record<string, Json>>;
  /** What the profile of its maker reads: supply, battery, case, jamming. */
  readonly reading: Readonly<Partial<Readings>>;
}

/** Something that was seen, in the order in which it was. */
export type LinkEvent = { readonly at: EpochMs } & (
  | { readonly kind: 'state'; readonly state: LinkState; readonly detail: string }
  /** Flags and escapes included. Only where octets are seen: not through a gateway. Valid for good. */
  | { readonly kind: 'frame'; readonly direction: Direction; readonly octets: Uint8Array }
  /** Whole messages; parts are told as frames only. */
  | { readonly kind: 'message'; readonly direction: Direction; readonly message: DescribedMessage }
  | { readonly kind: 'fault'; readonly fault: DescribedFault }
  /** A report that the terminal makes now: 0x0200, 0x0201 and 0x0500; not those that it had stored. */
  | { readonly kind: 'position'; readonly position: SeenPosition }
  | { readonly kind: 'medium'; readonly medium: Medium }
  /** Of a receiver on the same cable. */
  | { readonly kind: 'sentence'; readonly sentence: DecodedSentence; readonly octets: Uint8Array }
  /** What a gateway told of it: an envelope of the contract. */
  | { readonly kind: 'told'; readonly what: string; readonly payload: Readonly<Record<string, unknown>> }
);

/**
 * - `open` the device, the port or the gateway is there; nobody has spoken yet.
 * - `rate` the cable's rate was found.
 * - `found` a terminal has spoken.
 * - `registered`, `authenticated` it has logged in.
 * - `lost` it has hung up, or what lies between is gone. It is waited for.
 */
export type LinkState = 'open' | 'rate' | 'found' | 'registered' | 'authenticated' | 'lost';

/** What a terminal answered. */
export interface Answer {
  /** Name of the message that ended it: `terminalAck` where the standard has no other. */
  readonly name: string;
  /** Its body as JSON, as `xingji decode` shows it. */
  readonly body: Readonly<Record<string, Json>>;
}

export interface AskOptions {
  /** How long a first answer may take; it is asked once more, and waited for twice as long. 5 s unless given. */
  readonly timeoutMs?: number;
  /** How long the specific answer may take behind the general one. 20 s unless given. */
  readonly answerMs?: number;
}

/** A terminal that can be asked and watched. */
export interface TerminalLink {
  readonly kind: 'serial' | 'tcp' | 'gateway';
  /** For people: `serial:/dev/ttyUSB0`, `tcp://0.0.0.0:8808`, `http://gateway:8080`. */
  readonly where: string;
  /** Undefined while nobody has spoken, or after it was lost. */
  readonly speaker: Speaker | undefined;
  /** Resolves when somebody has spoken; rejects with `LinkFault` `no-terminal` when nobody has in time. */
  ready(timeoutMs: number): Promise<Speaker>;
  /**
   * Sends a platform message by its name (`locationQuery`) or id (`0x8201`), its body as JSON, and resolves with the
   * answer. Rejects with `LinkFault`: `gone`, `refused`, `no-answer`, `unsendable`. At most 16 are under way at once.
   */
  ask(type: string, body?: unknown, options?: AskOptions): Promise<Answer>;
  /** Sends octets as they are, flags and all; rejects with `unsendable` where that cannot be. */
  inject(octets: Uint8Array): Promise<void>;
  /** Tells everything that is seen from now on; `watcher` returns at once and does not throw. */
  watch(watcher: (event: LinkEvent) => void): Cancel;
  close(): Promise<void>;
}
