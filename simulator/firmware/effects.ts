/** What can happen to a terminal, and what it does about it: both plain data. */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import type { StoredReport } from './blind-area.ts';

/** Message ids that the firmware sends or understands. */
export const MESSAGE = {
  terminalAck: 0x0001,
  heartbeat: 0x0002,
  registration: 0x0100,
  authentication: 0x0102,
  parameters: 0x0104,
  report: 0x0200,
  position: 0x0201,
  batch: 0x0704,
  platformAck: 0x8001,
  registrationResponse: 0x8100,
  setParameters: 0x8103,
  queryParameters: 0x8104,
  locationQuery: 0x8201,
  text: 0x8300,
} as const;

/** Results of 0x8001 and 0x0001, JT/T 808-2019 tables 4 and 5. */
export const RESULT = { success: 0, failure: 1, malformed: 2, unsupported: 3, alarmConfirmed: 4 } as const;

/** What happens to a terminal. */
export type Input =
  /** Only time has passed. */
  | { readonly kind: 'wake' }
  /** The call that it made stands. */
  | { readonly kind: 'connected' }
  /** The call that it made failed. */
  | { readonly kind: 'unreachable' }
  /** The link was closed, by the platform or by the network. */
  | { readonly kind: 'closed' }
  /** 0x8001. */
  | Acknowledged
  /** 0x8100. */
  | Registered
  /** Any other message of the platform. */
  | Request
  /** Make no more reports; see to those that were made. */
  | { readonly kind: 'finish' };

export interface Acknowledged {
  readonly kind: 'acknowledged';
  readonly replySerial: number;
  readonly replyId: number;
  readonly result: number;
}

export interface Registered {
  readonly kind: 'registered';
  readonly replySerial: number;
  readonly result: number;
  readonly authCode: string;
}

export interface Request {
  readonly kind: 'request';
  readonly id: number;
  readonly serial: number;
  /** Of a 0x8103. */
  readonly parameters?: BodyOf<'setTerminalParameters'>['params'] | undefined;
  /** Its body cannot be read, or came in a form that this terminal does not know. */
  readonly fault?: 'malformed' | 'unsupported';
}

/** Events that are only counted. */
export type Note =
  | 'online'
  | 'registered'
  | 'registrationRefused'
  | 'codeRefused'
  | 'reportRefused'
  | 'replyTimeout'
  | 'strayAnswer'
  | 'parametersSet';

/** What a terminal wants done, as data. */
export type Effect =
  /** Call the platform; `connected` or `unreachable` follows. */
  | { readonly kind: 'dial' }
  /** Drop the link or the call; nothing of it is heard any more. */
  | { readonly kind: 'hangUp'; readonly how: 'local' | 'timeout' }
  | Send
  /** A report was made that was due at `dueAt`. */
  | { readonly kind: 'made'; readonly dueAt: EpochMs }
  /** The platform has these reports: the message that carried them waited `latencyMs` for its answer. */
  | AcknowledgedReports
  /** The memory for blind areas was full: so many reports are lost. */
  | { readonly kind: 'dropped'; readonly count: number }
  | { readonly kind: 'note'; readonly what: Note };

export interface Send {
  readonly kind: 'send';
  readonly id: number;
  readonly serial: number;
  readonly body: Uint8Array;
  /** The same message was sent before. */
  readonly again: boolean;
  /** Reports on the wire for the first time. */
  readonly fresh: number;
}

/** Reports that the platform said it has, and the message that carried them. */
export interface AcknowledgedReports {
  readonly kind: 'stored';
  readonly id: number;
  readonly serial: number;
  readonly reports: readonly StoredReport[];
  readonly backfill: boolean;
  readonly latencyMs: number;
}
