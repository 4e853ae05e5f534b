/** What can happen to a terminal, and what it does about it: both plain data. */
import type { AlarmName, EpochMs } from '../../protocol/index.ts';
import type { StoredReport } from './blind-area.ts';
import type { AttachmentOrder } from './attachments.ts';
import type { DriverCard } from './driver-card.ts';
import type { ParameterValues } from './parameters.ts';

/** Messages that the firmware sends unasked, or hears without being asked anything. */
export const MESSAGE = {
  terminalAck: 0x0001,
  heartbeat: 0x0002,
  deregistration: 0x0003,
  timeQuery: 0x0004,
  resendRequest: 0x0005,
  registration: 0x0100,
  authentication: 0x0102,
  parameters: 0x0104,
  upgradeResult: 0x0108,
  report: 0x0200,
  position: 0x0201,
  event: 0x0301,
  information: 0x0303,
  waybill: 0x0701,
  driver: 0x0702,
  batch: 0x0704,
  can: 0x0705,
  mediaEvent: 0x0800,
  media: 0x0801,
  passThrough: 0x0900,
  compressed: 0x0901,
  recordingUploaded: 0x1206,
  platformAck: 0x8001,
  registrationResponse: 0x8100,
  mediaResponse: 0x8800,
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
  /** A part of a longer message of the platform. */
  | Part
  /** Something happens at the terminal itself. */
  | { readonly kind: 'local'; readonly event: LocalEvent }
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
  /** As the catalogue decodes it; undefined where it has no such message, or with a fault. */
  readonly body?: unknown;
  /** Its body cannot be read, or came in a form that this terminal does not know. */
  readonly fault?: 'malformed' | 'unsupported';
}

export interface Part {
  readonly kind: 'part';
  readonly id: number;
  readonly serial: number;
  readonly total: number;
  readonly number: number;
  readonly body: Uint8Array;
}

/** What a driver, an installer or an intruder does to a terminal, beside what `Causes` say. */
export type LocalEvent =
  /** A contact or a button: sets an alarm bit, or clears it. Bits that an answer clears need no clearing. */
  | { readonly what: 'alarm'; readonly name: AlarmName; readonly on: boolean }
  /** 0x0003 from the menu. The code is worthless from then on. */
  | { readonly what: 'deregister' }
  /** As a watchdog does. */
  | { readonly what: 'reboot' }
  /** The receiver has forgotten everything. */
  | { readonly what: 'coldStart' }
  /** A card is put in, or taken out. */
  | { readonly what: 'card'; readonly card: DriverCard | undefined }
  /** Parameters changed by short message or at a serial line: what 0x8103 does, unseen by the platform. */
  | { readonly what: 'parameters'; readonly params: ParameterValues }
  /** The driver picks an event of 0x8301, or answers for information (0x0303). */
  | { readonly what: 'event'; readonly id: number }
  | { readonly what: 'information'; readonly type: number; readonly on: boolean }
  /** The driver's camera or the road's sees something: an item of active safety, with `pictures` as its evidence. */
  | { readonly what: 'safety'; readonly item: 'adas' | 'dsm'; readonly type: number; readonly pictures: number }
  /** Somebody has the clock set by the platform (0x0004; 2019). */
  | { readonly what: 'askTime' }
  /** Octets of another device are passed on, as they are (0x0900 with this type) or compressed (0x0901). */
  | { readonly what: 'passOn'; readonly data: Uint8Array; readonly type: number | 'compressed' }
  /** An electronic waybill is entered. */
  | { readonly what: 'waybill'; readonly content: Uint8Array };

/** Events that are only counted. */
export type Note =
  | 'online'
  | 'registered'
  | 'registrationRefused'
  | 'codeRefused'
  | 'reportRefused'
  | 'replyTimeout'
  | 'strayAnswer'
  | 'parametersSet'
  | 'booted'
  | 'powerLost'
  | 'serviceLost'
  | 'deregistered'
  | 'upgraded'
  | 'mediaSent'
  | 'clockSet'
  | 'text';

/** What a terminal wants done, as data. */
export type Effect =
  /** Call the platform; `connected` or `unreachable` follows. `server`: 0 the main one, others in the order in which they stand by. */
  | { readonly kind: 'dial'; readonly server: number }
  /**
   * Drop the link or the call; nothing of it is heard any more. `silent`: power or radio is gone, so the other side
   * must not be told either.
   */
  | { readonly kind: 'hangUp'; readonly how: 'local' | 'timeout' | 'silent' }
  | Send
  /** What the receiver says on its own line, once a second, where that was asked for. */
  | { readonly kind: 'nmea'; readonly sentences: readonly string[] }
  /** Files for the attachment server of a platform: see `Attachments`. */
  | { readonly kind: 'attach'; readonly order: AttachmentOrder }
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
  /** Of the message, or of one of its parts. */
  readonly body: Uint8Array;
  /** 0 and 0 where the message is whole. */
  readonly total: number;
  readonly number: number;
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
