import { expect, it } from 'vitest';
import { codeOf, newRecoveryCodes, newTotpSecret, otpauthUrl, stepOfCode } from '../../../gateway/access/totp.ts';

/** RFC 6238 appendix B: the ASCII text 12345678901234567890, SHA-1; the last six of its eight digits. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('the code at second %i is that of RFC 6238', (second, code) => {
  expect(codeOf(SECRET, Math.floor(second / 30))).toBe(code);
  expect(stepOfCode(SECRET, code, second * 1000)).toBe(Math.floor(second / 30));
});

it('a step to either side is taken, and no other, nor what is no code', () => {
  const now = 1_000_000_000_000;
  const step = Math.floor(now / 30_000);
  expect([-2, -1, 0, 1, 2].map((by) => stepOfCode(SECRET, codeOf(SECRET, step + by), now))).toEqual([
    undefined,
    step - 1,
    step,
    step + 1,
    undefined,
  ]);
  for (const none of ['', '12345', '1234567', 'abcdef', ' 12345'])
    expect(stepOfCode(SECRET, none, now)).toBeUndefined();
});

it('secrets have 160 bits, recovery codes are ten and differ, and the URL names account and issuer', () => {
  let next = 0;
  const random = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => (next += 37) & 0xff);
  expect(newTotpSecret(random)).toMatch(/^[A-Z2-7]{32}$/);
  const codes = newRecoveryCodes(random);
  expect([new Set(codes).size, codes[0]]).toEqual([10, expect.stringMatching(/^[A-Z2-7]{8}-[A-Z2-7]{8}$/)]);
  expect(otpauthUrl('李 四', 'gw-1', SECRET)).toBe(
    `otpauth://totp/Xingji%20gw-1:%E6%9D%8E%20%E5%9B%9B?secret=${SECRET}&issuer=Xingji%20gw-1&digits=6&period=30`,
  );
});
