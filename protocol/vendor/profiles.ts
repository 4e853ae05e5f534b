/**
 * Vendor items and messages by maker. Ids 0x32–0xFF belong to whoever uses them, so one id means different things: a table applies
 * only to terminals that it is chosen for, by what they registered as or by name.
 */
import { AOVX } from './profiles/aovx.ts';
import { BSJ } from './profiles/bsj.ts';
import { G10, G10_BITS, G10_CASE_BITS } from './profiles/g10.ts';
import { GPS51 } from './profiles/gps51.ts';
import { GUANGDONG } from './profiles/guangdong.ts';
import { JAM_AWARE } from './profiles/jam-aware.ts';
import { JIMI } from './profiles/jimi.ts';
import { OBD } from './profiles/obd.ts';
import { S21L } from './profiles/s21l.ts';
import { TRACKER } from './profiles/tracker.ts';
import type { Message } from '../schema/message.ts';
import { TEXT_REPLIES, TRACKER_MESSAGES } from './messages.ts';
import type { SignalBit } from './readings.ts';
import type { VendorItem } from './value.ts';

/** A maker's table. */
export interface VendorProfile {
  readonly name: string;
  readonly about: string;
  readonly items: readonly VendorItem[];
  /** Messages whose ids no standard has. */
  readonly messages: readonly Message[];
  /** Bits of the report's words that the standard reserves and the maker uses. */
  readonly bits: readonly SignalBit[];
  /** Manufacturer ids and models that use it, by how they begin; most profiles have none and are chosen by name. */
  readonly models: readonly string[];
}

const PROFILES: readonly (Omit<VendorProfile, 'messages' | 'bits' | 'models'> & Partial<VendorProfile>)[] = [
  { name: 'bsj', about: 'BSJ, SeeWorld: a nested list in 0xEB.', items: BSJ, messages: TEXT_REPLIES, models: ['BSJ'] },
  {
    name: 'g10',
    about: 'G10LS, G20LS and relatives: voltage in 0x61, removal in alarm bit 17.',
    items: G10,
    messages: TEXT_REPLIES,
    bits: G10_BITS,
    models: ['G10LS', 'G20LS'],
  },
  {
    name: 'g10-case',
    about: 'As g10, with a switch at the case in alarm bit 16.',
    items: G10,
    messages: TEXT_REPLIES,
    bits: G10_CASE_BITS,
    models: ['GPS51-C'],
  },
  { name: 'gps51', about: 'Terminals that report to GPS51.', items: GPS51 },
  { name: 's21l', about: 'S21L and relatives.', items: S21L, models: ['S21L'] },
  { name: 'obd', about: 'Units on the diagnostic connector.', items: OBD },
  {
    name: 'jimi',
    about: 'Jimi JC cameras: a list in 0xE8.',
    items: JIMI,
    models: ['JC181', 'JC182', 'JC261', 'JC371', 'JC400', 'JC450'],
  },
  {
    name: 'aovx',
    about: 'AOVX asset trackers: optional fields by mask in 0xF6 and 0xF9.',
    items: AOVX,
    models: ['AOVX'],
  },
  {
    name: 'guangdong',
    about: 'Guangdong active safety: faults in 0xF1 and 0xF2.',
    items: GUANGDONG,
  },
  {
    name: 'jam-aware',
    about: 'Units that watch for jamming: gain, jam state, case and voltage in 0xE5–0xEA.',
    items: JAM_AWARE,
    models: ['XJ-808E'],
  },
  {
    name: 'tracker',
    about: 'Asset trackers: what several makers agree on.',
    items: TRACKER,
    messages: TRACKER_MESSAGES,
  },
];

/** Every profile, by name. */
export const VENDOR_PROFILES: Readonly<Record<string, VendorProfile>> = Object.assign(
  // No name but these: `constructor` is none.
  Object.create(null) as Record<string, VendorProfile>,
  Object.fromEntries(PROFILES.map((profile) => [profile.name, { messages: [], bits: [], models: [], ...profile }])),
);

/** The profile that a terminal's own words point to; undefined where they point to none: its items then stay raw. */
export function vendorProfileFor(manufacturerId: string, terminalModel: string): VendorProfile | undefined {
  return Object.values(VENDOR_PROFILES).find(({ models }) =>
    models.some((model) => terminalModel.toUpperCase().startsWith(model) || manufacturerId.toUpperCase() === model),
  );
}
