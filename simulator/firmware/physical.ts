/**
 * What the hardware does to the communications: no power is silence, no service is a link that dies without a word, and
 * what a sensor sees is reported at once.
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { Profile } from '../profiles/profile.ts';
import { alarmWord, type Device, deviceDeadline, isOn, senseDevice } from './device.ts';
import type { Effect } from './effects.ts';
import { photographAlarm } from './camera.ts';
import { watchFences } from './fences/watch.ts';
import { jamState } from './gnss.ts';
import { linkLost, restartSerial } from './login.ts';
import { callableAt, losesLink } from './modem.ts';
import { nmeaOf } from './nmea.ts';
import { sentenceInterval } from './periodic.ts';
import { alarmMask } from './parameters.ts';
import { isDueByWay } from './strategy.ts';
import { goDark } from './switch.ts';
import type { Terminal } from './terminal.ts';

/** Asleep with its link dropped it gives a login so long before it stores the report instead. */
const WAKE_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Lets the hardware live until `now`. Returns false while nothing runs. */
export function feel(terminal: Terminal, device: Device, now: EpochMs, effects: Effect[]): boolean {
  const shown = ~alarmMask(terminal);
  const alarms = alarmWord(device) & shown;
  const before = lookOf(device, alarms);
  senseDevice(device, now);
  if (terminal.kept !== undefined) watchFences(device, terminal.kept.fences, now);
  if (!isOn(device, now)) {
    if (terminal.phase !== 'off') goDark(terminal, effects);
    terminal.powerAt = device.power.readyAt;
    return false;
  }
  if (terminal.phase === 'off') boot(terminal, device, now, effects);
  else if (!terminal.wired && losesLink(device.modem, now)) loseService(terminal, now, effects);
  const risen = alarmWord(device) & shown & ~alarms;
  if (risen !== 0) photographAlarm(terminal, risen, now);
  // A unit that sleeps with everything off is woken by alarms only.
  const changed = lookOf(device, alarmWord(device) & shown) !== before || isDueByWay(terminal, device);
  if (changed && (!terminal.resting || risen !== 0 || !device.asleep))
    terminal.nextReportAt = Math.min(terminal.nextReportAt, now);
  rest(terminal, device, now, effects);
  if (terminal.nmeaAt <= now) {
    effects.push({ kind: 'nmea', sentences: nmeaOf(device, now) });
    const every = sentenceInterval(terminal);
    terminal.nmeaAt = now + every - (now % every);
  }
  return true;
}

/** Whether octets get through in either direction. */
export function hasService({ device, wired }: Terminal): boolean {
  return device === undefined || wired || device.modem.service;
}

/** When a call may be made. */
export function dialableAt(terminal: Terminal): EpochMs {
  const { device, wired, dialAt, resting, blind, nextReportAt } = terminal;
  if (device === undefined || wired) return dialAt;
  const wanted = resting && blind.size === 0 ? nextReportAt : 0;
  return Math.max(dialAt, callableAt(device.modem), wanted);
}

/** When the next report must be made: one who rests is given time to log in first. */
export function reportDueAt({ resting, phase, nextReportAt }: Terminal): EpochMs {
  return resting && phase !== 'online' ? nextReportAt + WAKE_MS : nextReportAt;
}

/** When the hardware changes by itself, or wants to be looked at. */
export function physicalDeadline(terminal: Terminal, device: Device): EpochMs {
  const at = deviceDeadline(device, device.at);
  return terminal.phase === 'off' ? at : Math.min(at, terminal.nmeaAt);
}

/** What is told at once when it changes: alarms, ignition, sleep, case, jamming; as one number. */
function lookOf(device: Device, alarms: number): number {
  const { profile, modem, receiver } = device;
  let look = (alarms >>> 0) + (device.acc ? 2 ** 32 : 0) + (device.asleep ? 2 ** 38 : 0);
  const { flags, measures } = toldBy(profile);
  if (flags.has('caseOpen')) look += device.caseOpen ? 2 ** 33 : 0;
  if (flags.has('removed')) look += device.removed ? 2 ** 37 : 0;
  if (measures.has('jamState')) look += jamState(receiver) * 2 ** 34;
  if (measures.has('cellJam')) look += modem.blocked ? 2 ** 36 : 0;
  return look;
}

/** What a profile has items for. */
interface Told {
  readonly measures: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

const TOLD = new WeakMap<Profile, Told>();

function toldBy(profile: Profile): Told {
  let told = TOLD.get(profile);
  if (told === undefined) {
    const fields = profile.items.flatMap((item) =>
      'fields' in item ? item.fields : item.inside.flatMap((entry) => entry.fields),
    );
    told = {
      measures: new Set(fields.map(({ measure }) => measure)),
      flags: new Set(fields.flatMap(({ bits = {} }) => Object.keys(bits))),
    };
    TOLD.set(profile, told);
  }
  return told;
}

function boot(terminal: Terminal, device: Device, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'waiting';
  terminal.failures = 0;
  terminal.refusedUntil = 0;
  terminal.dialAt = now;
  // The first report follows the login, or is stored when that takes too long.
  terminal.nextReportAt = now + WAKE_MS;
  device.modem.serviceSince = device.modem.service ? now : NEVER;
  restartSerial(terminal, 'boot', now);
  effects.push({ kind: 'note', what: 'booted' });
}

/** Service was gone for too long. The other side finds out by itself. */
function loseService(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  effects.push({ kind: 'note', what: 'serviceLost' });
  if (terminal.phase === 'waiting') return;
  effects.push({ kind: 'hangUp', how: 'silent' });
  linkLost(terminal, now, effects);
  // The modem has to attach anew, which takes longer than any pause before dialling.
  terminal.failures = 0;
  terminal.dialAt = now;
}

/** Drops the link for as long as it sleeps, once everything is told. */
function rest(terminal: Terminal, device: Device, now: EpochMs, effects: Effect[]): void {
  if (terminal.wired || !device.asleep || device.profile.sleepLink === 'kept') {
    terminal.resting = false;
    return;
  }
  terminal.resting = true;
  const idle = terminal.blind.size === 0 && terminal.pending.size === 0 && terminal.nextReportAt > now;
  if (terminal.phase !== 'online' || !idle) return;
  effects.push({ kind: 'hangUp', how: device.profile.sleepLink === 'drop' ? 'silent' : 'local' });
  linkLost(terminal, now, effects);
  terminal.failures = 0;
  terminal.dialAt = now;
}

/** Notes what a report was made of, for those that hang on the way driven since. */
export function reported(terminal: Terminal): void {
  const { device, last } = terminal;
  if (device === undefined) return;
  last.mileage = device.mileage;
  last.heading = device.receiver.heading;
}
