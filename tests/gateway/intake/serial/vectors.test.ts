import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LineCutter } from '../../../../gateway/intake/serial/line-cutter.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly checksumOk: boolean;
}

const VECTORS = readFileSync(new URL('../../../vectors/nmea.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

test('of the sentences of other projects every one with a right check is cut out of a line, and no other', () => {
  const cutter = new LineCutter();
  const found: string[] = [];
  const sink = {
    unit: (speech: string, b: Uint8Array, start: number, end: number) =>
      void found.push(`${speech} ${Buffer.from(b.subarray(start, end)).toString('latin1')}`),
    damaged: () => undefined,
    noise: () => undefined,
  };
  for (const { text } of VECTORS) cutter.feed(Buffer.from(`${text.trim()}\r\n`, 'latin1'), sink);
  cutter.settle(sink);
  const right = VECTORS.filter(({ checksumOk, text }) => checksumOk && text.trim().startsWith('$'));
  expect(right.length).toBeGreaterThan(100);
  expect(found).toEqual(right.map(({ text }) => `sentence ${text.trim()}`));
});
