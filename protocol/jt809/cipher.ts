/**
 * The cipher of JT/T 809: a stream of a linear congruence, over the body alone. It hides nothing from who tries; it is
 * here because platforms ask for it.
 */

/** The three constants that two platforms agreed on. u32 each. */
export interface Jt809Cipher {
  readonly m1: number;
  readonly ia1: number;
  readonly ic1: number;
}

/** Enciphers octets [start, end) in place, or deciphers them: it is the same. `key` is that of the header. */
export function applyCipher(b: Uint8Array, start: number, end: number, key: number, cipher: Jt809Cipher): void {
  const { ia1, ic1 } = cipher;
  // A key or modulus of 0 stands for 1, as the standard's own listing has it.
  const modulus = cipher.m1 === 0 ? 1 : cipher.m1;
  let state = key === 0 ? 1 : key;
  for (let i = start; i < end; i++) {
    state = (Math.imul(ia1, state % modulus) + ic1) >>> 0;
    b[i] = b[i]! ^ ((state >>> 20) & 0xff);
  }
}

/** The constants of a text `M1,IA1,IC1`, or undefined where it is none. */
export function parseCipher(text: string): Jt809Cipher | undefined {
  if (!/^\d{1,10},\d{1,10},\d{1,10}$/.test(text)) return undefined;
  const [m1, ia1, ic1] = text.split(',').map(Number) as [number, number, number];
  return Math.max(m1, ia1, ic1) > 0xffff_ffff ? undefined : { m1, ia1, ic1 };
}
