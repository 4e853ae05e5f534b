import { describe, expect, test } from 'vitest';
import { xingji } from './xingji.ts';

/** An empty 0x0002 of a terminal of 2013. */
const HEARTBEAT = '7e0002000001391234567800093b7e';

describe('xingji explain', () => {
  test('shows every octet with its meaning', async () => {
    const { code, out } = await xingji(['explain', HEARTBEAT], { env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    expect(out).toMatch(/^0x0002 terminalHeartbeat 终端心跳 .*revision 2013\n/);
    expect(out).toMatch(/^ +5–10 {2}01 39 12 34 56 78 +phone +013912345678 +终端手机号 {2}phone of the terminal$/m);
    expect(out).toMatch(/^ +3–4 {2}bit 10–12 +encryption +none/m);
    expect(out).toMatch(/^ +13 {2}3b +check +0x3b +校验码/m);
  });

  test('shows where a frame goes wrong, and goes on with the next', async () => {
    const input = `${HEARTBEAT.replace('3b7e', '8f7e')}\nno hex\n${HEARTBEAT}\n`;
    const { code, out } = await xingji(['explain', '-'], { input, env: { NO_COLOR: '1' } });
    expect(code).toBe(1);
    expect(out).toContain('expected 0x3b');
    expect(out).toContain('checksum: check code 0x8f, expected 0x3b');
    expect(out).toContain('not hexadecimal: no hex');
    expect(out.match(/^0x0002/gm)).toHaveLength(2);
  });

  test('speaks JSON, a frame a line', async () => {
    const { out } = await xingji(['explain', '--json', HEARTBEAT]);
    const { ok, id, fields } = JSON.parse(out) as {
      ok: boolean;
      id: string;
      fields: { path: string; start: number }[];
    };
    expect([ok, id]).toEqual([true, '0x0002']);
    expect(fields.find(({ path }) => path === 'header.serial')).toMatchObject({
      start: 11,
      end: 13,
      hex: '0009',
      value: 9,
    });
  });
});
