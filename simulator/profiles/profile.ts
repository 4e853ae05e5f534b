/** What tells one make of terminal from another: habits, items and alarm bits. A profile is data; the firmware reads it. */
import type { Revision } from '../../protocol/index.ts';

/** In which order reports leave the memory for blind areas; `shuffled_dup`: out of order, one in fifty twice. */
export type ReplayOrder = 'fifo' | 'lifo' | 'shuffled_dup';

/** A measured value that an item can carry. */
export type Measure =
  /** The odometer, km. */
  | 'mileage'
  /** By the pulses of the gearbox, km/h. */
  | 'wheelSpeed'
  /** Bits of 0x25 and of 0x2A. */
  | 'signals'
  | 'io'
  /** As the modem reads it, and the satellites in the fix. */
  | 'csq'
  | 'satellites'
  /** Volts at the main input, and of the battery inside. */
  | 'supply'
  | 'backupVoltage'
  /** Of the battery inside, 0 to 100. */
  | 'backupPercent'
  | 'iccid'
  | 'imei'
  /** Country and network, then LAC and cell of the base station; `one`: that there is one. */
  | 'one'
  | 'mcc'
  | 'mnc'
  | 'lac'
  | 'cell'
  /** Fall of the receiver's gain, dB; 0 clean, 1 warning, 2 critical; whether the modem is blocked. */
  | 'agcDrop'
  | 'jamState'
  | 'cellJam'
  /** The alarm word of a maker, with the bits of `flags`. */
  | 'flags';

/** What may stand in a maker's own alarm word. */
export type Flag = 'powerOff' | 'powerLow' | 'antennaOpen' | 'antennaShort' | 'caseOpen' | 'removed' | 'asleep';

/** One field of an item: a number of `size` octets that is the measure times `per`, or text. */
export interface ItemField {
  readonly measure: Measure;
  readonly size: number;
  /** Wire units in one of the measure; 1 unless given. */
  readonly per?: number;
  readonly as?: 'number' | 'ascii' | 'bcd' | 'zero';
  /** Of `flags`: which bit says what. `activeLow`: a 0 is the alarm, and unused bits are 1. */
  readonly bits?: Readonly<Partial<Record<Flag, number>>>;
  readonly activeLow?: boolean;
}

/** An additional item of 0x0200 by its id; `inside`: entries of 0xEB, each its length, an id of two octets and a value. */
export type ProfileItem =
  | { readonly id: number; readonly fields: readonly ItemField[] }
  | { readonly id: number; readonly inside: readonly { readonly id: number; readonly fields: readonly ItemField[] }[] };

export interface Profile {
  /** A letter for the five of the catalogue, a word for others. */
  readonly name: string;
  readonly about: string;
  readonly revision: Revision;
  readonly manufacturerId: string;
  readonly model: string;
  readonly software: string;
  readonly hardware: string;
  /** Between reports with the key turned, without, and asleep. */
  readonly onMs: number;
  readonly offMs: number;
  readonly sleepReportMs: number;
  readonly heartbeatMs: number;
  /** With the key off for so long it sleeps. */
  readonly sleepAfterMs: number;
  /** Asleep the link is kept, or given up until the next report: in order, or without a word. */
  readonly sleepLink: 'kept' | 'fin_or_drop' | 'drop';
  /** What a full battery inside lasts; 0: there is none. */
  readonly backupMs: number;
  /** Reports that the memory for blind areas holds; beyond, the oldest is dropped and counted. */
  readonly replayDepth: number;
  readonly replayOrder: ReplayOrder;
  /** When the serial begins anew at 0, or anywhere. */
  readonly serialRestart: 'boot' | 'connect' | 'random';
  /** 0x0102 tells IMEI and software (2019). */
  readonly tellsImei: boolean;
  readonly items: readonly ProfileItem[];
  /** Bits of 0x0200 that its hardware can set, beside those of driver, speed and areas. */
  readonly alarmBits: readonly number[];
  /** Bits of 0x0200 that the maker gives another meaning. */
  readonly ownBits?: Readonly<Partial<Record<Flag, number>>>;
  /** What it says of the signal while it is not attached. */
  readonly csqDetached: 'raw' | '99' | 'frozen';
  /** Cameras: pictures can be taken on channels 1 to n. */
  readonly cameras: number;
  /** Deadlines of an examination are stretched by this. */
  readonly latencyFactor: number;
}
