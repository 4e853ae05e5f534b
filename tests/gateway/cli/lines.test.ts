import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LINE, readLines, writeLine } from '../../../gateway/cli/lines.ts';

async function lines(chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const seen: string[] = [];
  for await (const line of readLines(Readable.from(chunks, { objectMode: false }))) seen.push(line);
  return seen;
}

describe('lines', () => {
  test('are the same however their octets arrive', async () => {
    const text = fc.array(fc.stringMatching(/^[a-z速路]{0,5}$/), { maxLength: 6 }).map((parts) => parts.join('\n'));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(40), { maxLength: 5 }), async (whole, cuts) => {
        const octets = Buffer.from(whole);
        const at = [0, ...cuts.map((cut) => Math.min(cut, octets.length)).sort((a, b) => a - b), octets.length];
        const chunks = at.slice(1).map((to, i) => octets.subarray(at[i], to));
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await lines(chunks.filter((chunk) => chunk.length > 0))).toEqual(expected);
      }),
    );
  });

  test('lose the carriage return of other systems', async () => {
    expect(await lines(['a\r\nb\r'])).toEqual(['a', 'b']);
  });

  test('are cut off at the bound, and the next one is whole', async () => {
    const piece = 'x'.repeat(MAX_LINE / 2 + 1);
    const seen = await lines([piece, piece, piece, '\nnext\n', `${piece}${piece}\nlast`]);
    expect(seen.map((line) => line.length)).toEqual([MAX_LINE, 4, MAX_LINE, 4]);
    expect([seen[1], seen[3]]).toEqual(['next', 'last']);
  });

  test('are written at the pace of their reader', async () => {
    const output = new PassThrough({ highWaterMark: 8 });
    await writeLine(output, 'ab');
    let done = false;
    const second = writeLine(output, 'abcdefgh').then(() => (done = true));
    await new Promise(setImmediate);
    expect(done).toBe(false);
    output.resume();
    expect(await second).toBe(true);
  });
});
