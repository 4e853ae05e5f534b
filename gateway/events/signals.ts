/**
 * What a location report says of the terminal's own alarms: bits of 0x0200, bits of item 0x14 with their details in
 * 0x15–0x18, and alarms of active safety.
 */
import { ADAS_TYPES, BSD_TYPES, DSM_TYPES, INTENSE_DRIVING_TYPES, type LocationReport } from '../../protocol/index.ts';
import { safetyCode } from './codes-safety.ts';

export interface AlarmSignal {
  readonly code: string;
  /** `end`: the terminal says that it is over. Alarms in bits end by not being there. */
  readonly flag: 'on' | 'end';
  /** It holds for so long unless it is said again; undefined: until a report is without it. */
  readonly forMs?: number;
  readonly item?: Readonly<Record<string, unknown>>;
}

/** An alarm of active safety that has no end of its own. */
const INSTANT_MS = 60_000;
/** One whose end never comes: the report of it was lost. */
const STARTED_MS = 600_000;

const VIDEO_ITEMS = ['videoLost', 'videoOccluded', 'storageFault'] as const;
/** Bit of item 0x14 whose detail is in item 0x18. */
const ABNORMAL_DRIVING = 5;

type Items = LocationReport['items'];

/** Calls `take` for every alarm that the report has. */
export function signalsIn(report: LocationReport, take: (signal: AlarmSignal) => void): void {
  const { alarm, items } = report;
  for (let bit = 0; alarm >>> bit !== 0 && bit < 32; bit++) {
    if (((alarm >>> bit) & 1) === 0) continue;
    const item = alarmItem(bit, items);
    take({ code: `A${bit}`, flag: 'on', ...(item === undefined ? {} : { item }) });
  }
  videoSignals(items, take);
  safetySignals(items, take);
}

/** What an item says beside an alarm bit: where it was, for how long (0x11–0x13). */
function alarmItem(bit: number, items: Items): Readonly<Record<string, unknown>> | undefined {
  if (bit === 1) return items.overspeed;
  if (bit === 20 || bit === 21) return items.areaInOut;
  return bit === 22 ? items.segmentTime : undefined;
}

function videoSignals(items: Items, take: (signal: AlarmSignal) => void): void {
  let bits = items.videoAlarm ?? 0;
  // Some terminals send the detail without its bit.
  for (const [bit, name] of VIDEO_ITEMS.entries()) if ((items[name] ?? 0) !== 0) bits |= 1 << bit;
  if ((items.abnormalDriving?.behaviour ?? 0) !== 0) bits |= 1 << ABNORMAL_DRIVING;
  for (let bit = 0; bits >>> bit !== 0 && bit < 32; bit++) {
    if (((bits >>> bit) & 1) === 0) continue;
    const name = VIDEO_ITEMS[bit];
    const detail = name === undefined ? 0 : (items[name] ?? 0);
    const item = detail !== 0 ? { bits: detail >>> 0 } : bit === ABNORMAL_DRIVING ? items.abnormalDriving : undefined;
    take({ code: `V${bit}`, flag: 'on', ...(item === undefined ? {} : { item }) });
  }
}

/** The fields that the alarms of active safety share. */
interface Safety {
  readonly alarmId: number;
  readonly flag: string | number;
  readonly speed: number;
  readonly type?: string | number;
  readonly level?: number;
}

function safetySignals(items: Items, take: (signal: AlarmSignal) => void): void {
  const { adas, dsm, tpms, bsd, intenseDriving } = items;
  if (adas !== undefined) typed(0x64, ADAS_TYPES, adas, take);
  if (dsm !== undefined) typed(0x65, DSM_TYPES, dsm, take);
  if (bsd !== undefined) typed(0x67, BSD_TYPES, bsd, take);
  if (intenseDriving !== undefined) typed(0x70, INTENSE_DRIVING_TYPES, intenseDriving, take);
  for (const tyre of tpms?.tyres ?? []) {
    for (let bit = 1; bit < 8; bit++) {
      if (((tyre.alarms >>> bit) & 1) === 0) continue;
      const { position, pressure, temperature, battery } = tyre;
      safety(0x66, bit, tpms!, { position, pressure, temperature, battery }, take);
    }
  }
}

function typed(
  item: number,
  types: Readonly<Record<string, number>>,
  alarm: Safety,
  take: (signal: AlarmSignal) => void,
): void {
  const type = typeof alarm.type === 'number' ? alarm.type : types[alarm.type ?? ''];
  if (type === undefined || type === 0x10 || type === 0x11) return;
  safety(item, type, alarm, alarm.level === undefined ? {} : { level: alarm.level }, take);
}

function safety(
  item: number,
  type: number,
  { alarmId, flag, speed }: Safety,
  more: Readonly<Record<string, unknown>>,
  take: (signal: AlarmSignal) => void,
): void {
  take({
    code: safetyCode(item, type),
    flag: flag === 'end' ? 'end' : 'on',
    forMs: flag === 'start' ? STARTED_MS : INSTANT_MS,
    item: { alarmId, speed, ...more },
  });
}

const ITEMS_AT = 28;

/**
 * Whether the octets of a 0x0200 body have any alarm at all: most have none, and need not be decoded. True also where
 * an item only looks like one.
 */
export function hasAlarms(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < ITEMS_AT) return false;
  if ((b[at]! | b[at + 1]! | b[at + 2]! | b[at + 3]!) !== 0) return true;
  for (let item = at + ITEMS_AT; item + 1 < end; item += 2 + b[item + 1]!) {
    const id = b[item]!;
    if ((id >= 0x14 && id <= 0x18) || (id >= 0x64 && id <= 0x67) || id === 0x70) return true;
  }
  return false;
}
