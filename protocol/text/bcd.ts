/** 8421 BCD: two digits an octet, the first in the high nibble (JT/T 808-2019 4.2). */

const HEX = '0123456789abcdef';

/**
 * The 2n digits of `n` octets. Real terminals put hex digits here (ICCID, IMEI), so every nibble has a
 * character and the text can be written back unchanged.
 */
export function bcdText(b: Uint8Array, at: number, n: number): string {
  let digits = '';
  for (let i = at; i < at + n; i++) {
    const octet = b[i]!;
    digits += HEX[octet >> 4]! + HEX[octet & 15]!;
  }
  return digits;
}

/** Value of a digit as `bcdText` writes it, or -1. */
function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return -1;
}

/** Writes digits into `n` octets, filled with 0 in front. False when they are too many or not digits. */
export function putBcd(b: Uint8Array, at: number, n: number, digits: string): boolean {
  if (digits.length > 2 * n) return false;
  for (let i = at; i < at + n; i++) b[i] = 0;
  const skip = 2 * n - digits.length;
  for (let i = 0; i < digits.length; i++) {
    const value = nibble(digits.charCodeAt(i));
    if (value < 0) return false;
    const place = skip + i;
    const octet = at + (place >> 1);
    b[octet] = (b[octet]! << 4) | value;
  }
  return true;
}
