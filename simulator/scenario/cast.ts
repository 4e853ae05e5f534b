/** Makes those who take part in a run: who they are, where they live, which card is in them. */
import { type EpochMs, type Random } from '../../protocol/index.ts';
import type { Effect } from '../firmware/effects.ts';
import { FIRST_PHONE, identityOf, papersOf } from '../firmware/identity.ts';
import { step } from '../firmware/step.ts';
import type { FirmwareSettings } from '../firmware/settings.ts';
import { newPhysicalTerminal, type Terminal } from '../firmware/terminal.ts';
import type { Profile } from '../profiles/profile.ts';
import { ordinaryCauses } from '../world/causes.ts';
import { CITIES, type City } from '../world/cities.ts';
import type { Part, Role } from './actor.ts';
import { Condition, type Home } from './condition.ts';
import type { State } from './form.ts';
import type { LifeStep } from './life.ts';
import { METRES_PER_DEGREE, type Spot, Track } from './track.ts';

/** Issuers of cards: the beginning of their ICCIDs, and of the addresses that their customers come from. */
const CARRIERS: Readonly<Record<string, { readonly iccid: string; readonly prefix: readonly [number, number] }>> = {
  CMCC: { iccid: '898600', prefix: [10, 16] },
  CUCC: { iccid: '898601', prefix: [10, 32] },
  CTCC: { iccid: '898603', prefix: [10, 64] },
};
/** Vehicles of a town live this far from its middle at most, metres. */
const TOWN_M = 6000;

/** A clone has been switched on, and is ready, so long before it is wanted. */
const RUNNING_S = 60;
const BOOTED_S = 30;

/** What all of a run have in common. */
export interface Setting {
  readonly city: City;
  readonly carrier: string;
  /** Numbers of terminals count from here, so that two runs at one gateway do not meet. */
  readonly firstNumber: number;
  /** Phone of the terminal of number 0. */
  readonly firstPhone: number;
  /** Epoch ms of a second of the scenario. */
  readonly at: (second: number) => EpochMs;
  readonly random: Random;
}

export interface PartWanted {
  readonly role: Role;
  /** Counts those of a run: 0 is the terminal itself. */
  readonly index: number;
  readonly profile: Profile;
  readonly state: State;
  readonly steps: readonly LifeStep[];
  readonly from: number;
  readonly until: number;
  /** Its vehicle is followed since then; since `from` unless given. */
  readonly lived?: number;
  /** Where its firmware differs from what the profile says. */
  readonly settings?: Partial<FirmwareSettings>;
  /** Metres east and north of the middle of the city; drawn unless given. */
  readonly lives?: Spot;
  /** Whose papers it shows; its own unless given. */
  readonly as?: Part;
}

export function settingOf(random: Random, at: (second: number) => EpochMs, group: string | undefined): Setting {
  const draw = random.fork('setting');
  const city = CITIES[draw.int(0, CITIES.length - 1)] as City;
  const named = group?.startsWith('carrier:') === true ? group.slice('carrier:'.length) : undefined;
  const carrier = named !== undefined && named in CARRIERS ? named : draw.next() < 0.6 ? 'CMCC' : 'CTCC';
  return { city, carrier, firstNumber: draw.int(1, 9000) * 100, firstPhone: FIRST_PHONE, at, random };
}

/** Middle of the world of a run: metres count from where a vehicle lives. */
export function homeOf(setting: Setting, index: number, lives?: Spot): { spot: Spot; home: Home } {
  const draw = setting.random.fork(`home ${index}`);
  const spot = lives ?? { east: draw.int(-TOWN_M, TOWN_M), north: draw.int(-TOWN_M, TOWN_M) };
  const { city } = setting;
  const number = setting.firstNumber + index;
  const other = papersOf(identityOf(number + 50_000, 2019, FIRST_PHONE), city);
  return {
    spot,
    home: {
      latitude: city.latitude + spot.north / METRES_PER_DEGREE,
      longitude: city.longitude + spot.east / (METRES_PER_DEGREE * Math.cos((city.latitude * Math.PI) / 180)),
      altitude: city.altitude,
      names: {
        imei: { B: other.imei },
        terminalId: { B: other.terminalId },
        iccid: { ICCID_B: iccidOf(setting.carrier, number + 50_000) },
        phone: { NEW: String(FIRST_PHONE + number + 50_000) },
      },
    },
  };
}

export function partOf(setting: Setting, wanted: PartWanted): Part {
  const { role, index, profile, state, steps, from, until, as, lived = from, settings = {} } = wanted;
  const { home } = homeOf(setting, index, wanted.lives);
  const number = setting.firstNumber + index;
  const identity = { ...identityOf(number, profile.revision, setting.firstPhone) };
  const phone = as?.terminal.identity.phone ?? identity.phone;
  const papers = as?.terminal.papers ?? papersOf(identity, setting.city, profile);
  const causes = ordinaryCauses();
  causes.iccid = iccidOf(setting.carrier, number);
  const track = new Track(number, Math.floor(lived), setting.random.fork(`odometer ${index}`).int(8000, 180_000));
  const condition = new Condition(state, causes, track, home, lived);
  const terminal = newPhysicalTerminal({
    identity: { ...identity, phone },
    profile,
    causes,
    seed: setting.random.fork(`device ${index}`).int(0, 0x7fff_ffff),
    papers: { ...papers },
    settings,
    at: setting.at(from - (role === 'clone' || lived < from ? RUNNING_S : 0)),
  });
  // A computer that stands for a terminal runs already: it has booted and found its network before it calls.
  if (role === 'clone') warmUp(terminal, setting.at(from));
  const { prefix } = CARRIERS[setting.carrier] as (typeof CARRIERS)[string];
  return {
    role,
    terminal,
    condition,
    home,
    steps,
    from,
    until,
    prefix: role === 'clone' ? [192, 168] : prefix,
    number,
  };
}

/** Lets a terminal boot and find its network, so that it calls at `at`. */
export function warmUp(terminal: Terminal, at: EpochMs, effects: Effect[] = []): void {
  for (const ago of [RUNNING_S, BOOTED_S]) step(terminal, { kind: 'wake' }, at - ago * 1000, effects);
}

function iccidOf(carrier: string, number: number): string {
  const { iccid } = CARRIERS[carrier] as (typeof CARRIERS)[string];
  return `${iccid}${String(number).padStart(20 - iccid.length, '0')}`;
}
