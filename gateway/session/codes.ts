/** Authentication codes: made of 80 random bits, kept as a hash, compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { codesOf, type Registration } from '../registry/registration.ts';

/** No vowels and nothing that reads like something else: codes are read out over the phone now and then. */
const ALPHABET = '23456789BCDFGHJKLMNPQRSTVWXYZbcd';
/** 16 characters of 5 bits: terminals of 2011 are known to keep no more than 20. */
const LENGTH = 16;

/** `secret` gives unguessable octets. */
export function newCode(secret: (n: number) => Uint8Array): string {
  const octets = secret(LENGTH);
  let code = '';
  for (const octet of octets) code += ALPHABET[octet & 31]!;
  return code;
}

export function hashOf(code: string): string {
  return createHash('sha256').update(code, 'utf8').digest('hex');
}

/** Which of a registration's codes this is. */
export function codeMatches(registration: Registration, code: string): 'newest' | 'older' | undefined {
  const given = Buffer.from(hashOf(code), 'hex');
  let match: 'newest' | 'older' | undefined;
  for (const [i, known] of codesOf(registration).entries()) {
    if (timingSafeEqual(given, Buffer.from(known, 'hex'))) match ??= i === 0 ? 'newest' : 'older';
  }
  return match;
}
