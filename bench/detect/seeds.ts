/**
 * Seeds that are kept apart: those that weights are fitted to, those that decide between weights, and those of the one
 * test of a release, which nobody can know before its salt is published.
 */
import { createHash } from 'node:crypto';
import heldOut from './held-out.json' with { type: 'json' };

export type SeedSet = 'train' | 'valid' | 'test';

const SHOWN = 16;
const NAMED = /^(train|valid|test)(\d+)$/;

/** SHA-256 of what the salt is, as it was published before anybody played a test. */
export const SALT_SHA256: string = heldOut.saltSha256;

/** The set that a seed's name belongs to; undefined where it is only a number. */
export function setOf(name: string): SeedSet | undefined {
  return NAMED.exec(name)?.[1] as SeedSet | undefined;
}

/**
 * The seed that a name stands for in one scenario: the first 16 hex digits of SHA-256 over set, id and number, for tests
 * over set, salt, id and number. A name of no set is the seed itself.
 */
export function seedFor(name: string, scenario: string, salt: string): string {
  const [, set, k] = NAMED.exec(name) ?? [];
  if (set === undefined) return name;
  const secret = set === 'test' ? salt : '';
  return sha256(`${set}${secret}${scenario}${k}`).substring(0, SHOWN);
}

/** Whether this is the salt that was promised. */
export function isSalt(salt: string): boolean {
  return sha256(salt) === SALT_SHA256;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
