/**
 * Secrets and their hashes. Passwords may be weak and are stretched (scrypt); tokens are 192 random bits, for which a
 * plain SHA-256 is as good and costs a request nothing.
 */
import { createHash, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of scrypt: 16 MiB and some 40 ms on a core of 2020. The values travel with each hash, so they may be raised. */
const COST = { N: 16_384, r: 8, p: 1 } as const;
const KEY_OCTETS = 32;
const SALT_OCTETS = 16;

/** Cryptographically strong octets. */
export type RandomOctets = (count: number) => Uint8Array;

function text(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64url');
}

export function newToken(random: RandomOctets): string {
  return `xj_${text(random(24))}`;
}

export function newPassword(random: RandomOctets): string {
  return text(random(18));
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

function stretch(
  password: string,
  salt: Uint8Array,
  cost: { readonly N: number; readonly r: number; readonly p: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_OCTETS, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

/** `scrypt$N$r$p$salt$key`. */
export async function hashPassword(password: string, random: RandomOctets): Promise<string> {
  const salt = random(SALT_OCTETS);
  const key = await stretch(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, text(salt), text(key)].join('$');
}

/** Takes the same time for a right and a wrong password. A hash in an unknown form matches nothing. */
export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  const [form, n, r, p, salt = '', key = ''] = hash.split('$');
  if (form !== 'scrypt') return false;
  const expected = Buffer.from(key, 'base64url');
  const given = await stretch(password, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) });
  return expected.length === given.length && timingSafeEqual(given, expected);
}
