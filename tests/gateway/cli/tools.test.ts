import { describe, expect, test } from 'vitest';
import { wiresharkDissector } from '../../../protocol/index.ts';
import { xingji } from './xingji.ts';

describe('xingji dissector', () => {
  test('prints the plugin for Wireshark', async () => {
    const { code, out } = await xingji(['dissector']);
    expect(code).toBe(0);
    expect(out).toBe(wiresharkDissector());
    expect(out).toContain('Proto("jt808", "JT/T 808")');
    expect(out).toContain('name="locationReport"');
  });
});

describe('xingji schema', () => {
  test('prints the schema of a message, by its name or its id', async () => {
    const byName = await xingji(['schema', 'locationReport', '--revision', '2013']);
    const byId = await xingji(['schema', '0x0200', '--revision', '2013']);
    expect(byName).toEqual(byId);
    const schema = JSON.parse(byName.out) as { properties: { latitude: object } };
    expect(schema.properties.latitude).toMatchObject({ type: 'number', title: '纬度', 'x-unit': 'deg' });
  });

  test('prints all, one a line', async () => {
    const { out } = await xingji(['schema']);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; name: string; schema: object });
    expect(lines.length).toBeGreaterThan(70);
    expect(lines.find(({ name }) => name === 'locationReport')?.id).toBe('0x0200');
  });

  test('says when there is no such message, or revision', async () => {
    expect(await xingji(['schema', 'nonsense'])).toEqual({ code: 1, out: '', err: 'no message "nonsense"\n' });
    expect((await xingji(['schema', '--revision', '2020'])).code).toBe(2);
  });
});
