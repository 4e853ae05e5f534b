/**
 * A second factor by time (RFC 6238 over RFC 4226): six digits of HMAC-SHA-1, anew every 30 s, as every application has it. One step to
 * either side is taken, for clocks that differ.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RandomOctets } from './secrets.ts';

const STEP_MS = 30_000;
const DIGITS = 6;
const SLACK_STEPS = 1;
/** RFC 4226 4 R6: 160 bits. */
const SECRET_OCTETS = 20;
const RECOVERY_CODES = 10;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(random: RandomOctets): string {
  return base32(random(SECRET_OCTETS));
}

/** Codes that open once each where the application is lost. */
export function newRecoveryCodes(random: RandomOctets): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const code = base32(random(10));
    return `${code.slice(0, 8)}-${code.slice(8)}`;
  });
}

/** What an application makes a picture of: `otpauth://totp/…` (Key URI Format). */
export function otpauthUrl(account: string, node: string, secret: string): string {
  const label = `${encodeURIComponent(`Xingji ${node}`)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(`Xingji ${node}`)}&digits=${DIGITS}&period=${STEP_MS / 1000}`;
}

/** The step whose code this is, at a time, epoch ms; undefined where it is that of none. */
export function stepOfCode(secret: string, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const given = Buffer.from(code);
  const at = Math.floor(now / STEP_MS);
  let found: number | undefined;
  // All are looked at, so that the time it takes says nothing.
  for (let step = at - SLACK_STEPS; step <= at + SLACK_STEPS; step++)
    if (timingSafeEqual(Buffer.from(codeOf(secret, step)), given)) found ??= step;
  return found;
}

/** The code of a step. RFC 4226 5.3. */
export function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', unbase32(secret)).update(counter).digest();
  const at = hash[hash.length - 1]! & 0x0f;
  return String((hash.readUInt32BE(at) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, '0');
}

function base32(octets: Uint8Array): string {
  let bits = '';
  for (const octet of octets) bits += octet.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function unbase32(text: string): Uint8Array {
  let bits = '';
  for (const letter of text) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2));
}
