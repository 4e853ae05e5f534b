/** Sources that read, check and write unsigned numbers, high octet first. */
import { type Emitter, q } from './emitter.ts';

/** The expression of a number at the position, `i` octets on. */
export function uintAt(e: Emitter, size: number, i = 0): string {
  const octet = (j: number): string => `b[${e.at(i + j)}]`;
  if (size === 1) return octet(0);
  if (size === 2) return `(${octet(0)} << 8 | ${octet(1)})`;
  return `((${octet(0)} << 24 | ${octet(1)} << 16 | ${octet(2)} << 8 | ${octet(3)}) >>> 0)`;
}

const MAXIMUM = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff } as const;

/** Emits the octets of a number that has been checked. */
export function put(e: Emitter, size: 1 | 2 | 4, value: string): void {
  for (let i = 0; i < size; i++) {
    const shift = 8 * (size - 1 - i);
    e.push(`b[${e.at(i)}] = ${value}${shift === 0 ? '' : ` >>> ${shift}`};`);
  }
  e.k += size;
}

/** Emits the check that `value` is a whole number of `size` octets. */
export function check(e: Emitter, size: 1 | 2 | 4, value: string, path: string, shown = value): void {
  const whole = size === 4 ? `(${value} >>> 0)` : `(${value} & ${MAXIMUM[size]})`;
  e.push(`if (${whole} !== ${value}) outOfRange(${q(path)}, ${shown}, ${q(`a number of ${size} octets`)});`);
}

/** Writes a length at the position, once it is known. */
export function writePrefix(e: Emitter, size: 1 | 2 | 4, expression: string, path: string): void {
  const n = e.name('n');
  e.push(`const ${n} = ${expression};`);
  e.push(`if (${n} > ${MAXIMUM[size]}) outOfRange(${q(path)}, ${n}, ${q(`a length of ${size} octets`)});`);
  put(e, size, n);
}
