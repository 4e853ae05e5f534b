/** What a platform has left with a terminal, and what the terminal has taken: made when the first of it comes. */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import type { CardSlot } from './driver-card.ts';
import type { Fences } from './fences/fences.ts';
import { newFences } from './fences/fences.ts';
import type { AttachmentFile } from './attachments.ts';
import type { Medium } from './media.ts';
import type { ParameterValues } from './parameters.ts';
import type { Terminal } from './terminal.ts';

/** 0x8202: reports every `intervalMs` until then. */
interface Tracking {
  readonly intervalMs: number;
  readonly until: EpochMs;
}

/** A task of a camera under way (0x8801). */
export interface Shooting {
  readonly channel: number;
  readonly intervalMs: number;
  readonly store: boolean;
  readonly resolution: string | number;
  readonly replySerial: number;
  left: number;
  nextAt: EpochMs;
  readonly ids: number[];
}

/** Every list in here is bounded where it is filled. */
export interface Kept {
  params: ParameterValues;
  readonly fences: Fences;
  tracking: Tracking | undefined;
  /** 0x8301, 0x8303, 0x8401. */
  readonly events: Map<number, string>;
  readonly menu: Map<number, string>;
  readonly contacts: Map<string, { readonly flag: unknown; readonly phone: string }>;
  /** The last texts and questions shown. */
  readonly shown: string[];
  /** Pictures and sound, by id; the oldest goes where there are too many. */
  readonly media: Map<number, Medium>;
  nextMedium: number;
  shooting: Shooting | undefined;
  /** Pictures and sound to be sent, one at a time; and the one that is under way. */
  readonly outbox: { readonly id: number; readonly remove: boolean; tries: number }[];
  uploading: number | undefined;
  nextPictureAt: EpochMs;
  /** The odometer at the last picture that was taken for the way: km. */
  picturedAt: number;
  /** Alarms of active safety whose evidence may still be asked for. */
  readonly evidence: Map<string, readonly AttachmentFile[]>;
  platformKey: BodyOf<'platformRsaPublicKey'> | undefined;
  slot: CardSlot | undefined;
  /** Bits of 0x0200 that the platform has ordered: doors, fuel, circuit. */
  statusOrdered: number;
  /** Settings of the recorder by command; what it has logged of cards and settings, the last 200 and 100. */
  readonly recorder: Map<string, unknown>;
  readonly driverEvents: { time: EpochMs; licence: string; event: 'login' | 'logout' }[];
  readonly parameterEvents: { time: EpochMs; command: string | number }[];
  /** An upgrade under way: done at that time. */
  upgrade: { readonly at: EpochMs; readonly version: string; readonly type: string | number } | undefined;
  /** Serial of a 0x9206 whose upload will be told as failed, since there is no FTP. */
  recordingAsked: number | undefined;
  nextCanAt: EpochMs;
  nextRawAt: EpochMs;
  /** What was upgraded, until it is told. */
  upgraded: string | number | undefined;
}

/** What the terminal keeps; made if it has kept nothing yet. */
export function keptBy(terminal: Terminal): Kept {
  terminal.kept ??= {
    params: {},
    fences: newFences(),
    tracking: undefined,
    events: new Map(),
    menu: new Map(),
    contacts: new Map(),
    shown: [],
    media: new Map(),
    nextMedium: 1,
    shooting: undefined,
    outbox: [],
    uploading: undefined,
    nextPictureAt: Number.POSITIVE_INFINITY,
    picturedAt: 0,
    evidence: new Map(),
    platformKey: undefined,
    slot: undefined,
    statusOrdered: 0,
    recorder: new Map(),
    driverEvents: [],
    parameterEvents: [],
    upgrade: undefined,
    recordingAsked: undefined,
    nextCanAt: Number.POSITIVE_INFINITY,
    nextRawAt: Number.POSITIVE_INFINITY,
    upgraded: undefined,
  };
  return terminal.kept;
}
