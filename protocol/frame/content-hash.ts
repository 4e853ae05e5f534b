/** Murmur-like mix of octets [start, end), 32 bits: tells two bodies of one id and serial apart, not for secrets. */
export function contentHash(b: Uint8Array, start: number, end: number): number {
  let h = (end - start) | 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    h = Math.imul(h ^ (b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24)), 0x9e3779b1);
    h ^= h >>> 15;
  }
  for (; i < end; i++) h = Math.imul(h ^ b[i]!, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}
