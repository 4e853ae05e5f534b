import { describe, expect, test } from 'vitest';
import { createLogger, publicUrl } from '../../../gateway/observe/log.ts';
import { VirtualClock } from '../../../protocol/index.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(
    createLogger({
      level,
      node: 'gateway-7',
      clock: new VirtualClock(1_767_225_600_000),
      to: { write: (line) => void lines.push(line) },
    }),
  );
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  test('has the time of the clock, the level by name, the node and what is told', () => {
    expect(logged((log) => log.warn({ terminal: '13800000001' }, 'link closed'))).toEqual([
      {
        level: 'warn',
        time: '2026-01-01T00:00:00.000Z',
        node: 'gateway-7',
        terminal: '13800000001',
        msg: 'link closed',
      },
    ]);
  });

  test('below the level is not written', () => {
    expect(logged((log) => log.info('x'), 'warn')).toEqual([]);
  });

  test('holds neither secrets nor where a vehicle is, three levels deep', () => {
    const confidential = {
      password: 'hunter2',
      token: 'hunter2',
      authCode: 'hunter2',
      plate: '云A12345',
      vehicle: '云A12345',
      latitude: 25.04,
      longitude: 102.7,
    };
    const [line] = logged((log) => log.info({ ...confidential, one: { ...confidential, two: confidential } }, 'x'));
    expect(JSON.stringify(line)).not.toMatch(/hunter2|云A|25\.04|102\.7/);
    expect(line).toMatchObject({
      password: '[withheld]',
      one: { plate: '[withheld]', two: { latitude: '[withheld]' } },
    });
  });

  test('holds an error by name, code, message and cause, and nothing that hangs on it', () => {
    const cause = new Error('connect to mqtt://u:hunter2@h refused');
    const error = Object.assign(new TypeError('GET http://u:hunter2@h/write?token=hunter2&x=1', { cause }), {
      code: 'E_X',
      body: { position: 'hunter2' },
    });
    const [line] = logged((log) => log.error({ error }, 'x'));
    expect(line?.['error']).toMatchObject({
      type: 'TypeError',
      code: 'E_X',
      message: 'GET http://h/write?token=…&x=1',
      cause: 'connect to mqtt://h refused',
    });
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });

  test('holds URLs without their credentials and queries', () => {
    expect(publicUrl('/?token=xj_abc')).toBe('/');
    expect(publicUrl('mqtt://u:p@h:1883/x?y#z')).toBe('mqtt://h:1883/x');
    expect(logged((log) => log.info({ url: '/api/v1/stream?token=xj_abc' }, 'x'))[0]).toMatchObject({
      url: '/api/v1/stream',
    });
  });
});
