import { describe, expect, test } from 'vitest';
import { xingji } from './xingji.ts';

/** Keep-alive of 2011, an enciphered alarm of 2019 without escapes, and a position of 2011 in the south. */
const KEEP_ALIVE = '5b0000001a0000000210050133efb801020f0000000000a50e5d';
const ENCIPHERED =
  '5b00000033000002581400052df12c0000000100003b890000000068b7a9c0b7a40dc8859dc47888e98b8678be0e5b91232e5d';
const KEY = '56107078,37382110,50361430';

const linesOf = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('xingji jt809', () => {
  test('gives one line for each line, bad ones too, and then exit code 1', async () => {
    const wrong = KEEP_ALIVE.replace('a50e', 'a50f');
    const input = [KEEP_ALIVE, wrong, '', 'no hex', KEEP_ALIVE.slice(0, -2), ENCIPHERED].join('\n');
    const { code, out, err } = await xingji(['jt809', '-'], { input });
    expect(code).toBe(1);
    expect(err).toBe('');
    const lines = linesOf(out);
    expect(lines.map(({ ok, reason, name }) => (ok === true ? name : reason))).toEqual([
      'mainLinkTest',
      'checksum',
      'delimiter',
      'delimiter',
      null,
    ]);
  });

  test('deciphers with --key', async () => {
    const { code, out } = await xingji(['jt809', '--key', KEY, ENCIPHERED]);
    expect(code).toBe(0);
    expect(linesOf(out)).toMatchObject([{ name: 'superviseResponse', edition: 2019, body: { result: 'done' } }]);
  });

  test('takes a frame split by the shell, and several on a line', async () => {
    const split = await xingji(['jt809', ...KEEP_ALIVE.toUpperCase().match(/../g)!]);
    expect(linesOf(split.out)).toMatchObject([{ name: 'mainLinkTest' }]);
    const several = await xingji(['jt809', `${KEEP_ALIVE}${KEEP_ALIVE}`]);
    expect(several.code).toBe(0);
    expect(linesOf(several.out)).toMatchObject([{ ok: true, frames: [{ ok: true }, { ok: true }] }]);
  });

  test('refuses constants and editions that are none', async () => {
    const key = await xingji(['jt809', '--key', '1,2', KEEP_ALIVE]);
    expect([key.code, key.err]).toEqual([2, expect.stringContaining('M1,IA1,IC1')]);
    const edition = await xingji(['jt809', '--edition', '2013', KEEP_ALIVE]);
    expect(edition.code).toBe(2);
  });

  test('reads by the edition that is asked for', async () => {
    const { out } = await xingji(['jt809', '--edition', '2019', KEEP_ALIVE]);
    expect(linesOf(out)).toMatchObject([{ edition: 2011 }]);
  });
});
