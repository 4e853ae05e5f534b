/**
 * The modem: whether there is service, and the signal strength that it reads.
 *
 * Service needs a level of 3 on the CSQ scale, a jammer less than 3 dB above the signal, a valid card, and a network.
 * A link survives a gap in service of a few seconds; after a longer one the modem attaches anew.
 */
import type { EpochMs } from '../../protocol/index.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Causes } from '../world/causes.ts';
import { gaussian, NOISE } from './noise.ts';

const SERVICE_LEVEL = 3;
/** dB of jammer over signal at which nothing is understood any more. */
const BLOCKED_DB = 3;
/** Attenuation in dB that costs one step of the scale. */
const DB_PER_STEP = 2;
const UNKNOWN = 99;
/** From service to a login. */
const LOGIN_MS = 15_000;
/** A gap in service that a link survives. */
const HOLD_MS = 5000;
/** The level is measured anew so often, and errs by so many steps. */
const SLOT_MS = 10_000;
const LEVEL_NOISE = 1.5;
/** Errors are cut off here, so that a place without any signal never has service. */
const MOST_NOISE = 1.5;

const NEVER = Number.POSITIVE_INFINITY;

export interface Modem {
  /** Octets get through. */
  service: boolean;
  /** Since when there is service without a gap that mattered; Infinity: there is none. */
  serviceSince: EpochMs;
  /** When service went; Infinity: it is there, or its going has been dealt with. */
  goneAt: EpochMs;
  /** What it says of the signal: 0 to 31, 99 unknown. */
  csq: number;
  /** A jammer blocks it, as a modem that can tell would say. */
  blocked: boolean;
  /** The card that it is attached with. */
  iccid: string;
  /** The level is so near the edge that the next measurement may decide otherwise. */
  marginal: boolean;
}

export function newModem(): Modem {
  return {
    service: false,
    serviceSince: NEVER,
    goneAt: NEVER,
    csq: UNKNOWN,
    blocked: false,
    iccid: '',
    marginal: false,
  };
}

/** Looks at the network; `on`: the unit runs. */
export function senseModem(modem: Modem, causes: Causes, unit: ModemUnit, now: EpochMs): void {
  if (!unit.on) {
    Object.assign(modem, OFF);
    return;
  }
  const { csq, cellAttenuation, cellJam, sim, network, iccid } = causes;
  const clear = csq - cellAttenuation / DB_PER_STEP;
  const error = LEVEL_NOISE * gaussian(unit.seed, NOISE.csq, Math.floor(now / SLOT_MS));
  const level = clear + Math.max(-MOST_NOISE, Math.min(MOST_NOISE, error));
  modem.marginal = Math.abs(clear - SERVICE_LEVEL) <= MOST_NOISE;
  modem.blocked = cellJam >= BLOCKED_DB;
  const attached = level >= SERVICE_LEVEL && !modem.blocked && sim !== 'removed' && network !== 'outage';
  modem.csq = csqOf(modem.csq, attached, level + Math.max(0, cellJam) / 2, { sim, how: unit.profile.csqDetached });
  // Another card is another subscriber: the modem attaches from the beginning.
  const sameCard = modem.iccid === iccid || modem.iccid === '';
  if (!sameCard) modem.marginal = true;
  modem.iccid = sim === 'removed' ? modem.iccid : iccid;
  const service = attached && sim === 'ok' && sameCard;
  if (service && !modem.service && modem.goneAt === NEVER) modem.serviceSince = now;
  if (service) modem.goneAt = NEVER;
  else if (modem.service) modem.goneAt = sameCard ? now : now - HOLD_MS;
  modem.service = service;
}

/** The unit that a modem is part of. */
export interface ModemUnit {
  readonly on: boolean;
  readonly profile: Profile;
  readonly seed: number;
}

/** Whether the link is lost by now, after a gap that was too long. Asked once: then the gap is dealt with. */
export function losesLink(modem: Modem, now: EpochMs): boolean {
  if (now - modem.goneAt < HOLD_MS) return false;
  modem.goneAt = NEVER;
  modem.serviceSince = NEVER;
  return true;
}

/** From when on a call may be made; Infinity without service. */
export function callableAt(modem: Modem): EpochMs {
  return modem.service ? modem.serviceSince + LOGIN_MS : NEVER;
}

export function modemDeadline(modem: Modem, now: EpochMs): EpochMs {
  const at = modem.goneAt + HOLD_MS;
  return modem.marginal ? Math.min(at, (Math.floor(now / SLOT_MS) + 1) * SLOT_MS) : at;
}

const OFF: Modem = newModem();

function csqOf(
  last: number,
  attached: boolean,
  level: number,
  { sim, how }: { sim: Causes['sim']; how: Profile['csqDetached'] },
): number {
  if (how === 'frozen' && !attached) return last;
  if (sim === 'removed' || (how === '99' && !attached)) return UNKNOWN;
  return Math.max(0, Math.min(31, Math.round(level)));
}
