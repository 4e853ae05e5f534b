/**
 * The physical part of a terminal: supply, receiver, modem, wires, odometer, and what its sensors make of the causes.
 *
 * `senseDevice` is called at every step. What held since the last call is taken to have held until now; then the causes
 * are looked at anew. So whoever changes causes steps the terminal first, changes them, and steps it again.
 */
import { ALARM_BITS, type EpochMs } from '../../protocol/index.ts';
import type { Flag, Profile } from '../profiles/profile.ts';
import type { Causes } from '../world/causes.ts';
import { alarmBit } from './alarm-bit.ts';
import { type Driving, type DrivingLimits, drivingDeadline, newDriving, watchDriving } from './driving.ts';
import { gnssDeadline, newReceiver, type Receiver, senseReceiver } from './gnss.ts';
import { type Modem, modemDeadline, newModem, senseModem } from './modem.ts';
import { RecorderLog } from './recorder-log.ts';
import { newShock, type Shock, shockDeadline, type ShockLimits, watchShock } from './shock.ts';
import { elapsePower, newPower, type Power, powerDeadline, sensePower } from './power.ts';

const ACC_AFTER_MS = 1000;
/** While the vehicle moves its speed is looked at so often. */
const SAMPLE_MS = 1000;
const METRES_PER_DEGREE = 111_195;
const NEVER = Number.POSITIVE_INFINITY;

/** What makes a device. */
export interface DeviceOptions {
  readonly profile: Profile;
  readonly causes: Causes;
  /** Of its errors of measurement and habits. */
  readonly seed: number;
}

export interface Device {
  readonly profile: Profile;
  readonly causes: Causes;
  readonly seed: number;
  readonly power: Power;
  readonly receiver: Receiver;
  readonly modem: Modem;
  readonly driving: Driving;
  readonly shock: Shock;
  /** What a platform has set the clock by: ms. */
  clockCorrection: number;
  /** The causes were last looked at. */
  at: EpochMs;
  /** The ignition wire, as debounced; since when it says otherwise. */
  acc: boolean;
  accSince: EpochMs;
  accOffAt: EpochMs;
  asleep: boolean;
  /** The contacts of the case and of the mount, as they were last looked at. */
  caseOpen: boolean;
  removed: boolean;
  /** What the terminal has counted: km. */
  mileage: number;
  /** The vehicle's odometer when it was last looked at. */
  seenOdometer: number;
  /** By the pulses: km/h. */
  wheelSpeed: number;
  /** Alarm bits of conditions, and of events that wait for an answer; `pressed`: set and cleared by hand. */
  sensed: number;
  held: number;
  pressed: number;
  /** Conditions of areas and routes. */
  zone: number;
  /** Where it was parked, for the alarm of being moved. */
  parked: { latitude: number; longitude: number } | undefined;
  readonly recorder: RecorderLog;
  /** Alarms of active safety, counted. */
  alarmsSeen: number;
  /** The supply came and went: the last 100. */
  readonly powerEvents: { readonly time: EpochMs; readonly event: 'on' | 'off' }[];
  /** Parameters 0x0055 to 0x005E, and 0x0031. */
  readonly limits: { -readonly [K in keyof Limits]: Limits[K] };
}

type Limits = DrivingLimits & ShockLimits & { readonly geofenceRadius: number };

const NO_LIMITS: Limits = {
  maximumSpeed: 0,
  overSpeedDuration: 0,
  overSpeedWarningMargin: 0,
  continuousDrivingLimit: 0,
  fatigueWarningMargin: 0,
  daysAccumulatedDrivingLimit: 0,
  minimumRestTime: 0,
  longestParkingTime: 0,
  forbidden: undefined,
  geofenceRadius: 500,
  collision: { g: 1, ms: 40 },
  rolloverDegrees: 30,
};

/** A device without power: the first look at its causes switches it on. */
export function newDevice({ profile, causes, seed }: DeviceOptions, at: EpochMs): Device {
  return {
    profile,
    causes,
    seed,
    power: newPower(),
    receiver: newReceiver(seed),
    modem: newModem(),
    driving: newDriving(),
    shock: newShock(),
    clockCorrection: 0,
    at,
    acc: false,
    accSince: NEVER,
    accOffAt: at,
    asleep: false,
    caseOpen: causes.caseOpen,
    removed: causes.mount === 'removed',
    mileage: causes.odometer,
    seenOdometer: causes.odometer,
    wheelSpeed: 0,
    sensed: 0,
    held: 0,
    pressed: 0,
    zone: 0,
    parked: undefined,
    recorder: new RecorderLog(at),
    alarmsSeen: 0,
    powerEvents: [],
    limits: { ...NO_LIMITS },
  };
}

/** Lets time pass until `now`, then looks at the causes. */
export function senseDevice(device: Device, now: EpochMs): void {
  const { power, causes, profile, seed } = device;
  device.recorder.write(now, isOn(device, now) ? device.wheelSpeed : undefined, device.receiver);
  const fed = power.source === 'main';
  const ms = now - device.at;
  elapsePower(power, ms, profile);
  device.at = now;
  sensePower(power, causes, profile, now);
  const powered = power.source !== 'none';
  if ((power.source === 'main') !== fed) logPower(device, power.source === 'main' ? 'on' : 'off', now);
  const on = isOn(device, now);
  device.caseOpen = causes.caseOpen;
  device.removed = causes.mount === 'removed';
  senseReceiver(device.receiver, causes, { on: powered, seed }, now);
  senseModem(device.modem, causes, { on, profile, seed }, now);
  const driven = causes.odometer - device.seenOdometer;
  device.seenOdometer = causes.odometer;
  if (!on) {
    device.sensed = 0;
    device.asleep = false;
    device.parked = undefined;
    // Once it runs it is awake for as long as after a drive.
    device.accOffAt = power.readyAt;
    return;
  }
  device.wheelSpeed = causes.vss === 'ok' ? causes.speed * causes.vssScale : 0;
  device.mileage += counted(device, driven, ms);
  senseIgnition(device, now);
  watchDriving(device.driving, speedOf(device), device.limits, now);
  watchDisplacement(device);
  watchShock(device.shock, causes, device.limits, now);
  device.sensed = sensedAlarms(device);
}

const MAX_POWER_EVENTS = 100;

function logPower({ powerEvents }: Device, event: 'on' | 'off', time: EpochMs): void {
  powerEvents.push({ time, event });
  if (powerEvents.length > MAX_POWER_EVENTS) powerEvents.shift();
}

/** The unit has power and has booted. */
export function isOn({ power }: Device, now: EpochMs): boolean {
  return power.source !== 'none' && now >= power.readyAt;
}

/** The time by its clock. Satellite time corrects it, and misleads it where that is false. */
export function clockOf({ causes, receiver, clockCorrection }: Device, at: EpochMs): EpochMs {
  return at + causes.clockOffset * 1000 + clockCorrection + (receiver.fix ? receiver.timeShift : 0);
}

/** The alarm word: conditions, events, and what was pressed, as far as this hardware can tell. */
export function alarmWord(device: Device): number {
  return (device.sensed | device.held | device.pressed | device.zone) >>> 0;
}

/** When the device changes without its causes doing so. */
export function deviceDeadline(device: Device, now: EpochMs): EpochMs {
  const { power, profile, causes } = device;
  let at = powerDeadline(power, profile, now);
  if (power.source === 'none') return at;
  at = Math.min(at, gnssDeadline(device.receiver));
  if (!isOn(device, now)) return at;
  at = Math.min(at, modemDeadline(device.modem, now), drivingDeadline(device.driving, device.limits));
  at = Math.min(at, shockDeadline(device.shock, device.limits));
  if (device.accSince !== NEVER) at = Math.min(at, device.accSince + ACC_AFTER_MS);
  if (!device.acc && !device.asleep) at = Math.min(at, device.accOffAt + profile.sleepAfterMs);
  return causes.speed > 0 ? Math.min(at, now + SAMPLE_MS) : at;
}

/** What a maker's own words say. */
export function flagOf(device: Device, flag: Flag): boolean {
  const { power, receiver, causes } = device;
  switch (flag) {
    case 'powerOff':
      return power.lost;
    case 'powerLow':
      return power.low;
    case 'antennaOpen':
      return receiver.open;
    case 'antennaShort':
      return receiver.shorted;
    case 'caseOpen':
      return causes.caseOpen;
    case 'removed':
      return causes.mount === 'removed';
    case 'asleep':
      return device.asleep;
    default:
      return flag satisfies never;
  }
}

/** What it takes for the speed: the pulses, or without them the receiver. */
export function speedOf({ causes, wheelSpeed, receiver }: Device): number {
  return causes.vss === 'ok' ? wheelSpeed : receiver.fix ? receiver.speed : 0;
}

/** km that are counted of those driven in `ms`: by the pulses, without them by the speed that the receiver believes. */
function counted({ causes, receiver }: Device, driven: number, ms: number): number {
  if (causes.vss === 'ok') return Math.max(0, driven) * causes.vssScale;
  return receiver.fix ? (receiver.speed * ms) / 3_600_000 : 0;
}

function senseIgnition(device: Device, now: EpochMs): void {
  const { causes, profile } = device;
  const wire = causes.accWire === 'ok' ? causes.acc : causes.accWire === 'tied_high';
  if (wire === device.acc) device.accSince = NEVER;
  else device.accSince = Math.min(device.accSince, now);
  if (now - device.accSince >= ACC_AFTER_MS) {
    device.acc = wire;
    device.accSince = NEVER;
    device.accOffAt = now;
    device.parked = undefined;
  }
  device.asleep = !device.acc && now - device.accOffAt >= profile.sleepAfterMs;
}

/** Moved with the key off, further than the radius of parameter 0x0031: an event, once each time it is parked. */
function watchDisplacement(device: Device): void {
  const { receiver, limits } = device;
  if (device.acc || !receiver.fix) return;
  const { latitude, longitude } = receiver;
  device.parked ??= { latitude, longitude };
  const { parked } = device;
  const north = (latitude - parked.latitude) * METRES_PER_DEGREE;
  const east = (longitude - parked.longitude) * METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  if (limits.geofenceRadius === 0 || Math.hypot(north, east) < limits.geofenceRadius) return;
  if (device.profile.alarmBits.includes(ALARM_BITS.illegalDisplacement)) device.held |= alarmBit('illegalDisplacement');
  // From here on it counts anew.
  device.parked = { latitude, longitude };
}

/** Conditions that hold now, as bits of 0x0200. */
function sensedAlarms(device: Device): number {
  const { receiver, power, driving, shock, profile } = device;
  let hardware = 0;
  if (receiver.faulty) hardware |= alarmBit('gnssFault');
  if (receiver.open) hardware |= alarmBit('gnssAntennaCut');
  if (receiver.shorted) hardware |= alarmBit('gnssAntennaShort');
  if (power.low) hardware |= alarmBit('mainPowerLow');
  if (power.lost) hardware |= alarmBit('mainPowerOff');
  let word = hardware & capabilityOf(profile);
  if (driving.overspeed) word |= alarmBit('overspeed');
  if (driving.overspeedWarning) word |= alarmBit('overspeedWarning');
  if (driving.fatigue) word |= alarmBit('fatigue');
  if (driving.fatigueWarning) word |= alarmBit('fatigueWarning');
  if (driving.dayTimeout) word |= alarmBit('dayDrivingTimeout');
  if (driving.parkingTimeout) word |= alarmBit('parkingTimeout');
  if (shock.collision) word |= alarmBit('collision');
  if (shock.rollover) word |= alarmBit('rollover');
  if (driving.violation) word |= alarmBit('violation');
  for (const flag in profile.ownBits)
    if (flagOf(device, flag as Flag)) word |= 1 << (profile.ownBits[flag as Flag] as number);
  return word >>> 0;
}

const CAPABILITIES = new WeakMap<Profile, number>();

function capabilityOf(profile: Profile): number {
  let word = CAPABILITIES.get(profile);
  if (word === undefined) {
    word = profile.alarmBits.reduce((all, position) => all | (1 << position), 0) >>> 0;
    CAPABILITIES.set(profile, word);
  }
  return word;
}
