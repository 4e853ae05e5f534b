/**
 * The GNSS receiver: what reaches it, whether that makes a fix, and where the fix says that it is.
 *
 * C/N0 = base − sky − cover − 60 dB where the antenna is not there − what the interference costs. Four satellites of
 * 28 dBHz make a fix, after a reacquisition that is hot, or warm after two hours without, or cold.
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { Causes, Spoof } from '../world/causes.ts';
import { NOISE, wander } from './noise.ts';
import { Sky, type SkyBody } from './sky.ts';

const ANTENNA_LOSS_DB = 60;
/** In-band power at which interference costs 3 dB. */
const INTERFERENCE_DBM = -108;
const SATELLITES_FOR_FIX = 4;
const HOT_MS = 5000;
const WARM_MS = 35_000;
const COLD_MS = 240_000;
/** Without a fix for longer, ephemerides are old. */
const STALE_MS = 7_200_000;
/** The antenna is reported on once a second; a module that says nothing is given up after a few. */
const ANTENNA_AFTER_MS = 1000;
const FAULT_AFTER_MS = 5000;
/** AGC drop that a receiver calls jamming. */
const JAM_DB = 3;
/** A transmitter nearby is as strong as this many satellites. */
const COUNTERFEIT_SATELLITES = 11;
const METRES_PER_DEGREE = 111_195;
const NEVER = Number.POSITIVE_INFINITY;

export interface Receiver {
  readonly sky: Sky;
  /** Systems in use (parameter 0x0090). */
  systems: ReadonlySet<SkyBody['system']>;
  used: number;
  /** dB that all signals are weaker by, and that the receiver's gain has fallen by. */
  loss: number;
  agcDrop: number;
  fix: boolean;
  /** Since when enough satellites are there; Infinity: they are not. */
  usableSince: EpochMs;
  /** When there was last a fix. */
  fixedAt: EpochMs;
  /** Almanac and ephemerides are gone: the next fix takes minutes. */
  cold: boolean;
  /** Alarm bits 4, 5 and 6, and since when there is cause for them. */
  faulty: boolean;
  open: boolean;
  shorted: boolean;
  faultSince: EpochMs;
  antennaSince: EpochMs;
  /** The last fix: degrees, metres, km/h. */
  latitude: number;
  longitude: number;
  altitude: number;
  speed: number;
  heading: number;
  /** ms by which satellite time is wrong. */
  timeShift: number;
  /** Where and when the deception began. */
  deceived: { spoof: Spoof; at: EpochMs; latitude: number; longitude: number; heading: number } | undefined;
}

export function newReceiver(seed: number): Receiver {
  return {
    sky: new Sky(seed),
    systems: new Set(['beidou', 'gps', 'glonass', 'galileo']),
    used: 0,
    loss: 0,
    agcDrop: 0,
    fix: false,
    usableSince: NEVER,
    fixedAt: -NEVER,
    cold: false,
    faulty: false,
    open: false,
    shorted: false,
    faultSince: NEVER,
    antennaSince: NEVER,
    latitude: 0,
    longitude: 0,
    altitude: 0,
    speed: 0,
    heading: 0,
    timeShift: 0,
    deceived: undefined,
  };
}

/** Looks at the sky. `on`: the unit has power, booted or not; `seed`: of its errors. */
export function senseReceiver(
  receiver: Receiver,
  causes: Causes,
  unit: { on: boolean; seed: number },
  now: EpochMs,
): void {
  if (receiver.fix) receiver.fixedAt = now;
  if (!unit.on) {
    receiver.fix = receiver.faulty = receiver.open = receiver.shorted = false;
    receiver.usableSince = receiver.faultSince = receiver.antennaSince = NEVER;
    receiver.used = receiver.agcDrop = 0;
    return;
  }
  senseWiring(receiver, causes, now);
  deceive(receiver, causes, now);
  receiver.agcDrop = causes.gnssJam <= -135 ? 0 : 10 * Math.log10(1 + 10 ** ((causes.gnssJam - INTERFERENCE_DBM) / 10));
  receiver.loss =
    causes.skyAttenuation + causes.gnssCover + (causes.gnssAntenna === 'ok' ? 0 : ANTENNA_LOSS_DB) + receiver.agcDrop;
  receiver.used = satellitesUsed(receiver, causes, now);
  if (receiver.used < SATELLITES_FOR_FIX) {
    receiver.usableSince = NEVER;
    receiver.fix = false;
    return;
  }
  receiver.usableSince = Math.min(receiver.usableSince, now);
  if (!receiver.fix && now < fixDueAt(receiver)) return;
  receiver.fix = true;
  receiver.cold = false;
  receiver.fixedAt = now;
  locate(receiver, causes, unit.seed, now);
}

export function gnssDeadline(receiver: Receiver): EpochMs {
  let at = receiver.fix ? NEVER : fixDueAt(receiver);
  if (!receiver.faulty) at = Math.min(at, receiver.faultSince + FAULT_AFTER_MS);
  if (!receiver.open && !receiver.shorted) at = Math.min(at, receiver.antennaSince + ANTENNA_AFTER_MS);
  return at;
}

/** What a receiver that watches its gain says: 0 clean, 1 warning with a fix, 2 critical without. */
export function jamState({ agcDrop, fix }: Receiver): 0 | 1 | 2 {
  if (agcDrop <= JAM_DB) return 0;
  return fix ? 1 : 2;
}

function fixDueAt({ usableSince, fixedAt, cold }: Receiver): EpochMs {
  if (usableSince === NEVER) return NEVER;
  return usableSince + (cold ? COLD_MS : usableSince - fixedAt > STALE_MS ? WARM_MS : HOT_MS);
}

function senseWiring(receiver: Receiver, { gnssAntenna, gnssModule }: Causes, now: EpochMs): void {
  receiver.faultSince = gnssModule === 'fault' ? Math.min(receiver.faultSince, now) : NEVER;
  receiver.faulty = now - receiver.faultSince >= FAULT_AFTER_MS;
  // A dummy load draws the current of an antenna: the supervision sees nothing.
  const wrong = gnssAntenna === 'open' || gnssAntenna === 'short';
  receiver.antennaSince = wrong ? Math.min(receiver.antennaSince, now) : NEVER;
  const told = now - receiver.antennaSince >= ANTENNA_AFTER_MS;
  receiver.open = told && gnssAntenna === 'open';
  receiver.shorted = told && gnssAntenna === 'short';
}

function satellitesUsed(receiver: Receiver, causes: Causes, now: EpochMs): number {
  if (causes.gnssModule === 'fault') return 0;
  const counterfeit = causes.spoof !== undefined && causes.spoof.type !== 'time';
  if (counterfeit) return COUNTERFEIT_SATELLITES;
  return receiver.sky.usable(now, receiver.loss, receiver.systems);
}

/** Remembers where a deception began. */
function deceive(receiver: Receiver, { spoof, latitude, longitude, heading }: Causes, now: EpochMs): void {
  if (receiver.deceived?.spoof === spoof) return;
  const from = receiver.fix ? receiver : { latitude, longitude };
  receiver.deceived =
    spoof === undefined ? undefined : { spoof, at: now, latitude: from.latitude, longitude: from.longitude, heading };
}

/** The fix: the truth with the errors of the surroundings, or what the deception says. */
function locate(receiver: Receiver, causes: Causes, seed: number, now: EpochMs): void {
  const { deceived } = receiver;
  const moving = causes.speed > 0.5;
  // A receiver that stands averages: its errors are smaller and slower.
  const every = moving ? 15_000 : 120_000;
  let north = causes.multipath * wander(seed, NOISE.north, now, every);
  let east = causes.multipath * wander(seed, NOISE.east, now, every);
  receiver.latitude = causes.latitude;
  receiver.longitude = causes.longitude;
  receiver.altitude = causes.altitude;
  receiver.speed = moving ? causes.speed : 0;
  receiver.heading = causes.heading;
  receiver.timeShift = 0;
  if (deceived !== undefined) {
    const { spoof } = deceived;
    const seconds = (now - deceived.at) / 1000;
    switch (spoof.type) {
      case 'static':
        receiver.speed = 0;
        receiver.heading = deceived.heading;
        receiver.latitude = deceived.latitude;
        receiver.longitude = deceived.longitude;
        if (spoof.jitter === 'none') north = east = 0;
        break;
      case 'interpolated': {
        const metres = (spoof.speed / 3.6) * seconds;
        receiver.latitude = deceived.latitude;
        receiver.longitude = deceived.longitude;
        receiver.heading = deceived.heading;
        receiver.speed = spoof.speed;
        const angle = (deceived.heading * Math.PI) / 180;
        north = metres * Math.cos(angle) + spoof.noise * wander(seed, NOISE.north, now, every);
        east = metres * Math.sin(angle) + spoof.noise * wander(seed, NOISE.east, now, every);
        break;
      }
      case 'drag':
        east += spoof.metresPerSecond * seconds;
        break;
      case 'repeater':
        east += spoof.offset;
        break;
      case 'time':
        receiver.timeShift = spoof.seconds * 1000;
        break;
      default:
        spoof satisfies never;
    }
  }
  receiver.latitude += north / METRES_PER_DEGREE;
  receiver.longitude += east / (METRES_PER_DEGREE * Math.cos((receiver.latitude * Math.PI) / 180));
}
