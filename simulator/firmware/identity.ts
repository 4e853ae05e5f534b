/** Who a simulated terminal says it is: made up, plausible, and never the same twice, also in fleets side by side. */
import type { Revision } from '../../protocol/index.ts';
import { CITIES, type City } from '../world/cities.ts';
import type { SkyBody } from './sky.ts';
import type { Terminal } from './terminal.ts';

/** Who a terminal is. */
export interface Identity {
  /** Its number in the fleet, from 0. */
  readonly index: number;
  readonly revision: Revision;
  /** As on the wire: 12 digits, 20 in 2019. */
  readonly phone: string;
}

/** What a terminal tells of itself when it registers, authenticates or is asked. Its owner may change it. */
export interface Papers {
  provinceId: number;
  cityId: number;
  terminalId: string;
  plate: string;
  imei: string;
  manufacturerId: string;
  model: string;
  software: string;
  hardware: string;
  /** Of the vehicle, as its recorder has it. */
  vin: string;
  /** What its receiver was built for. */
  systems: readonly SkyBody['system'][];
}

/** The first phone number of a fleet, unless told otherwise. */
export const FIRST_PHONE = 13_800_000_001;

/** Terminal `index` of a fleet whose phone numbers count up from `firstPhone`. */
export function identityOf(index: number, revision: Revision, firstPhone: number): Identity {
  return { index, revision, phone: String(firstPhone + index).padStart(revision === 2019 ? 20 : 12, '0') };
}

/** Who made it, and what. */
type Make = Pick<Papers, 'manufacturerId' | 'model' | 'software' | 'hardware'>;

const MAKE: Make = { manufacturerId: 'XJSIM', model: 'XJ-808S', software: 'XJ-808S 1.0', hardware: 'H1.0' };

/** The papers of a terminal: made when they are first needed, since a fleet has tens of thousands. */
export function papersFor(terminal: Terminal): Papers {
  const { identity, vehicle, device } = terminal;
  terminal.papers ??= papersOf(
    identity,
    vehicle?.city ?? (CITIES[identity.index % CITIES.length] as City),
    device?.profile,
  );
  return terminal.papers;
}

/** Phone numbers of twelve digits are as many as this. */
const PHONES = 10 ** 12;

/**
 * The papers that belong to an identity, in the city where its vehicle works. They follow from the phone number, as fleets
 * count from 0 each: the same device under two numbers would be an exchange of terminals to whoever watches.
 */
export function papersOf({ phone }: Pick<Identity, 'phone'>, city: City, make: Make = MAKE): Papers {
  const number = (Number(phone) - FIRST_PHONE + PHONES) % PHONES;
  const digits = number.toString(36).toUpperCase();
  const terminalId = `X${digits.padStart(6, '0')}`.slice(-7);
  return {
    provinceId: Number(city.division.slice(0, 2)),
    cityId: Number(city.division.slice(2)),
    terminalId,
    plate: `${city.platePrefix}${digits.padStart(5, '0').slice(-5)}`,
    imei: withLuhn(`86${String(number).padStart(12, '0')}`),
    manufacturerId: make.manufacturerId,
    model: make.model,
    software: make.software,
    hardware: make.hardware,
    vin: `LXJ${terminalId}`.padEnd(17, '0'),
    systems: ['beidou', 'gps', 'glonass', 'galileo'],
  };
}

/** Appends the check digit of an IMEI (3GPP TS 23.003 annex B). */
function withLuhn(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + String((10 - (sum % 10)) % 10);
}
