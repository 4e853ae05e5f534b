/** Ids of events: in the form of a ULID, so that they sort by time, but of what the event is about instead of chance. */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../protocol/index.ts';

/** Crockford's alphabet: no I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const HASH_DIGITS = 16;
const MAX_TIME = 2 ** 48 - 1;

/** `key` names the event among all of its gateway: a terminal, an axis, a time. */
export function eventId(factTime: EpochMs, key: string): string {
  const digest = createHash('sha256').update(key, 'utf8').digest();
  let id = timeDigits(factTime);
  // Five bits of each octet.
  for (let i = 0; i < HASH_DIGITS; i++) id += ALPHABET[digest[i]! & 31]!;
  return id;
}

/** The event that an id of it or of a step of it names; undefined where it is neither. */
export function eventOf(id: string): string | undefined {
  return /^([0-9A-HJKMNP-TV-Z]{26})(?:-\d{1,9})?$/.exec(id)?.[1];
}

/** Before every id of a fact at this time or later, behind every earlier one. */
export function idFloor(factTime: EpochMs): string {
  return timeDigits(factTime) + ALPHABET[0]!.repeat(HASH_DIGITS);
}

function timeDigits(time: EpochMs): string {
  let digits = '';
  for (let rest = Math.min(Math.max(Math.floor(time), 0), MAX_TIME), i = 0; i < TIME_DIGITS; i++) {
    digits = ALPHABET[rest % 32]! + digits;
    rest = Math.floor(rest / 32);
  }
  return digits;
}
