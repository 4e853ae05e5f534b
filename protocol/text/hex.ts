/** Octets as lower-case hex, and back. */

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Octets [start, end) as lower-case hex without separators. */
export function formatHex(b: Uint8Array, start = 0, end: number = b.length): string {
  let text = '';
  for (let i = start; i < end; i++) text += PAIRS[b[i]!]!;
  return text;
}

/** The octets of a hex text of either case, or undefined where it is no such text. */
export function parseHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const octets = new Uint8Array(text.length / 2);
  for (let i = 0; i < octets.length; i++) octets[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return octets;
}

/** An identifier as documents write it: `0x0200`, `0xE4`. */
export function formatId(id: number, digits: number): string {
  return `0x${id.toString(16).toUpperCase().padStart(digits, '0')}`;
}
