/**
 * How long alarms last: conditions until they end, events until the platform has answered (JT/T 808-2019 table 24).
 */
import type { Terminal, Unanswered } from './terminal.ts';
import { alarmBit } from './alarm-bit.ts';

const EVENTS = [
  'emergency',
  'areaInOut',
  'routeInOut',
  'segmentTime',
  'illegalIgnition',
  'illegalDisplacement',
  'illegalDoorOpen',
] as const;

/** Alarms that an answer clears. Danger (bit 3) is one of them before 2019. */
const CLEARED = EVENTS.reduce((word, name) => word | alarmBit(name), 0);
const DANGER = alarmBit('danger');
const AREAS = alarmBit('areaInOut') | alarmBit('routeInOut') | alarmBit('segmentTime');

/** The platform has a report: the events in it are over. */
export function clearAnswered(terminal: Terminal, { reports, backfill }: Unanswered): void {
  if (backfill) return;
  for (const { body } of reports) clearAlarms(terminal, wordOf(body));
}

/** Clears those of `word` that an answer clears. */
export function clearAlarms(terminal: Terminal, word: number): void {
  const { device, identity, kept } = terminal;
  const clearable = word & (identity.revision === 2019 ? CLEARED : CLEARED | DANGER);
  if (clearable === 0) return;
  if (kept !== undefined && (clearable & AREAS) !== 0) kept.fences.told = [];
  if (device === undefined) return;
  device.held &= ~clearable;
  device.pressed &= ~clearable;
}

/** Whether a report has an alarm that is kept and sent before all else until it is acknowledged (parameter 0x0054). */
export function isKeyAlarm({ kept }: Terminal, body: Uint8Array): boolean {
  const key = Number(kept?.params.keyAlarmFlag ?? 0);
  return key !== 0 && (wordOf(body) & key) !== 0;
}

/** The alarm word at the beginning of a report. */
function wordOf(body: Uint8Array): number {
  return (
    (((body[0] as number) << 24) | ((body[1] as number) << 16) | ((body[2] as number) << 8) | (body[3] as number)) >>> 0
  );
}
