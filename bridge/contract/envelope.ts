/** What leaves the gateway towards platforms: the payloads of the contract with what routes them. */

/** Topic level of a payload; also what an outlet filters by. */
export type EnvelopeKind = 'position' | 'message' | 'event' | 'state' | 'reply';

/** Parts of every uplink payload. Times are ISO 8601 with offset: `time` the terminal's (+08:00), `receivedAt` ours. */
export interface Uplink {
  /** Unique and stable: the same after a crash, a resend, or when the same position comes back from a blind area. */
  readonly id: string;
  readonly terminal: string;
  /** Plate, or null while the gateway does not know it. */
  readonly vehicle: string | null;
  readonly time: string | null;
  readonly receivedAt: string;
  /** Journal position of the record that it comes from. */
  readonly seq: number;
}

export interface Position extends Uplink {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly alarm: readonly string[];
  readonly status: readonly string[];
  readonly items: Readonly<Record<string, unknown>>;
  /** `none`: the terminal said that it was not positioned, or its coordinates are no place on Earth. */
  readonly fix: 'gnss' | 'none';
  /** Stored by the terminal while it had no link and sent later. */
  readonly backfill: boolean;
  readonly revision: 2011 | 2013 | 2019;
}

/** Any other message of a terminal, as `xingji decode` shows it; `messageId` is its id there. */
export interface Message extends Uplink {
  readonly messageId: string;
  readonly name: string | null;
  readonly revision: 2011 | 2013 | 2019;
  readonly phone: string;
  readonly serial: number;
  readonly body: unknown;
  readonly quirks: readonly string[];
}

export interface State extends Uplink {
  readonly online: boolean;
  /** Since when it is online or offline, ISO 8601. */
  readonly since: string | null;
  readonly position: Position | null;
  readonly health: { readonly lastHeardAt: string | null; readonly alarms: readonly string[] };
  readonly openEvents: readonly string[];
}

export interface Event extends Uplink {
  readonly code: string;
  readonly state: 'raised' | 'updated' | 'confirmed' | 'cleared';
  readonly severity: number;
  readonly text: { readonly 'zh-CN': string; readonly en: string };
}

export type CommandState = 'accepted' | 'sent' | 'acknowledged' | 'done' | 'failed' | 'timedOut' | 'expired';

/** A step of a command. `id` is the id of the command itself: a step is told apart by `id` and `state`. */
export interface Reply extends Uplink {
  readonly state: CommandState;
  readonly result?: unknown;
}

interface Of<K extends EnvelopeKind, P extends Uplink> {
  readonly kind: K;
  /** GB/T 2260 code of six digits; `000000` while unknown. */
  readonly division: string;
  readonly payload: P;
  /** Raw protocol integers for outlets that want them (InfluxDB): only on positions. */
  readonly raw?: { readonly alarm: number; readonly status: number; readonly timeMs: number; readonly receivedMs: number };
}

export type Envelope = Of<'position', Position> | Of<'message', Message> | Of<'state', State> | Of<'event', Event> | Of<'reply', Reply>;
