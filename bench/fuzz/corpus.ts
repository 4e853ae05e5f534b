/** Inputs worth keeping, a file of hex lines for each target: they read well in a diff. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatHex, parseHex } from '../../protocol/index.ts';

const root = join(import.meta.dirname, '../../tests/fuzz');

/** `corpus` has what reached new code, `crashes` what once broke something: both are played by the tests. */
export type Shelf = 'corpus' | 'crashes';

const fileOf = (shelf: Shelf, target: string): string => join(root, shelf, `${target}.txt`);

/** The inputs of a target; lines with `#` say something about the next. */
export function readInputs(shelf: Shelf, target: string): Uint8Array[] {
  const file = fileOf(shelf, target);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const octets = parseHex(line === '-' ? '' : line);
      if (octets === undefined) throw new Error(`${file}: not hexadecimal: ${line.slice(0, 40)}`);
      return octets;
    });
}

export function writeInputs(shelf: Shelf, target: string, inputs: readonly Uint8Array[]): string {
  const file = fileOf(shelf, target);
  mkdirSync(join(root, shelf), { recursive: true });
  const lines = inputs
    .map((input) => formatHex(input) || '-')
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  writeFileSync(file, `${[...new Set(lines)].join('\n')}\n`);
  return file;
}
