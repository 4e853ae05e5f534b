/**
 * When the next report is due: by time, distance or both, by ignition or by the driver's login, asleep, in an emergency,
 * while it is tracked, and at corners (parameters 0x0020–0x0030, 0x8202).
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { Device } from './device.ts';
import { alarmBit } from './alarm-bit.ts';
import { parameter } from './parameters.ts';
import type { Terminal } from './terminal.ts';

/** Below this speed a heading says nothing: km/h. */
const CORNER_KMH = 5;
/** Kilometres are added up a second at a time. */
const ROUNDING_M = 0.5;
const EMERGENCY = alarmBit('emergency');

/** ms until the report after this one; Infinity where only the distance counts. */
export function reportInterval(terminal: Terminal, now: EpochMs): number {
  const { device, kept } = terminal;
  const tracking = kept?.tracking;
  if (tracking !== undefined && now < tracking.until) return tracking.intervalMs;
  if (device === undefined) return terminal.reportMs;
  if (kept?.params.locationReportStrategy === 'byDistance' && device.causes.speed > 0) return Number.POSITIVE_INFINITY;
  return 1000 * Math.max(1, secondsFor(terminal, device));
}

/** A vehicle that is followed by distance, and has come far enough; or that has turned a corner. */
export function isDueByWay(terminal: Terminal, device: Device): boolean {
  const { last } = terminal;
  const strategy = terminal.kept?.params.locationReportStrategy;
  if (strategy === 'byDistance' || strategy === 'byTimeAndDistance') {
    const metres = 1000 * (device.mileage - last.mileage) + ROUNDING_M;
    if (metres >= metresFor(terminal, device)) return true;
  }
  const corner = terminal.kept?.params.cornerSupplementAngle ?? 0;
  if (corner === 0 || !device.receiver.fix || device.receiver.speed < CORNER_KMH) return false;
  const turned = Math.abs(device.receiver.heading - last.heading) % 360;
  return Math.min(turned, 360 - turned) >= corner;
}

function secondsFor(terminal: Terminal, device: Device): number {
  const set = terminal.kept?.params;
  const { profile } = device;
  if ((device.pressed & EMERGENCY) !== 0) return parameter(terminal, 'reportIntervalEmergencyAlarm') ?? 5;
  if (device.asleep) return set?.reportIntervalSleeping ?? profile.sleepReportMs / 1000;
  const usual = set?.defaultReportInterval ?? terminal.settings.reportMs / 1000;
  // Makes report more seldom with the key off; the standard has no parameter for it.
  if (!device.acc) return Math.max(usual, profile.offMs / 1000);
  if (set?.locationReportScheme === 'byLoginState' && terminal.kept?.slot?.card === undefined)
    return set.reportIntervalDriverNotLoggedIn ?? usual;
  return usual;
}

function metresFor(terminal: Terminal, device: Device): number {
  const of = (name: Parameters<typeof parameter>[1]): number => Number(parameter(terminal, name) ?? 0) || Infinity;
  if ((device.pressed & EMERGENCY) !== 0) return of('reportDistanceEmergencyAlarm');
  if (device.asleep) return of('reportDistanceSleeping');
  if (parameter(terminal, 'locationReportScheme') === 'byLoginState' && terminal.kept?.slot?.card === undefined)
    return of('reportDistanceDriverNotLoggedIn');
  return of('defaultReportDistance');
}
