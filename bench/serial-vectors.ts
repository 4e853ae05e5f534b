/**
 * Which of other people's sentences and frames a serial line recognises, with the reasons for the rest, as the table of docs/serial.md.
 *
 * `node bench/serial-vectors.ts [FILE.jsonl …]`: lines as those of tests/vectors, by default its sentences.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Heard, throughSerialLine } from '../tests/support/serial-vectors.ts';
import type { Vector } from '../tests/support/vectors.ts';
import { readFlags, refuse } from './flags/read-flags.ts';

const { operands: given } = readFlags(import.meta.filename, {}, true);
const files = given.length === 0 ? [`${import.meta.dirname}/../tests/vectors/nmea.jsonl`] : given;
for (const file of files) if (!existsSync(file)) refuse(`${file}: there is no such file`);
console.log('| file | vectors | recognised | as | not, and why |\n|---|---|---|---|---|');
for (const file of files) {
  const vectors = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Vector)
    .filter(({ text, hex, kind }) => text !== undefined || (hex !== undefined && kind !== 'body'));
  const heard = await throughSerialLine(vectors);
  const good = heard.filter(({ as }) => as !== undefined);
  const share = ((100 * good.length) / heard.length).toFixed(1);
  console.log(
    `| ${basename(file)} | ${heard.length} | ${good.length} (${share} %) | ${counted(good, 'as')} | ${counted(heard, 'why')} |`,
  );
  for (const { vector, as } of good)
    if (vector.checksumOk !== true) console.error(`${vector.id}: ${as}, yet its check is wrong`);
}

function counted(heard: readonly Heard[], by: 'as' | 'why'): string {
  const counts = new Map<string, number>();
  for (const { [by]: what } of heard) if (what !== undefined) counts.set(what, (counts.get(what) ?? 0) + 1);
  return [...counts].map(([what, times]) => `${times} ${what}`).join(', ');
}
