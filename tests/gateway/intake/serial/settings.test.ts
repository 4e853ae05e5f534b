import { expect, test } from 'vitest';
import { loadConfig } from '../../../../gateway/config/load.ts';
import { formatPort, parseCards, parsePorts } from '../../../../gateway/intake/serial/settings.ts';

const FILE = `
serial:
  ports:
    /dev/ttyUSB0: {}
    /dev/ttyUSB1: { baud: 9600, speaks: nmea, terminal: "013912345678" }
  cards: { 0166166: 013900000001 }
`;
const load = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ file: 'x.yaml', env, flags: {}, cores: 8, readText: () => text });

test('ports and cards are read from the file, and take one worker', () => {
  const loaded = load(FILE);
  expect('config' in loaded && loaded.config).toMatchObject({
    workers: 1,
    serial: {
      ports: [
        { path: '/dev/ttyUSB0', baud: 'auto', speaks: 'auto' },
        { path: '/dev/ttyUSB1', baud: 9600, speaks: 'nmea', terminal: '13912345678' },
      ],
      cards: new Map([['0166166', '13900000001']]),
      every: 10_000,
    },
  });
  const expected = expect.stringMatching(/^1, as serial lines take one worker/) as string;
  expect(load(`workers: 2\n${FILE}`)).toMatchObject({
    faults: [{ path: 'workers', source: 'serial.ports', expected }],
  });
});

test('the same stands in an environment variable', () => {
  const text = '/dev/ttyUSB0@auto:auto,/dev/ttyUSB1@9600:nmea=13912345678';
  const ports = parsePorts(text)!;
  expect(ports.map(formatPort).join(',')).toBe(text);
  expect(parseCards('166166=013900000001, 0242407=1')).toEqual(
    new Map([
      ['0166166', '13900000001'],
      ['0242407', '1'],
    ]),
  );
});

test.each([
  ['a rate that no device has', '/dev/ttyS0@10'],
  ['a protocol that is none', '/dev/ttyS0:modbus'],
  ['one device twice', '/dev/ttyS0,/dev/ttyS0@9600'],
  ['no device', '@9600'],
  ['a list', ['/dev/ttyS0']],
  ['a setting that is none', { '/dev/ttyS0': { bauds: 9600 } }],
])('%s is refused', (_, raw) => {
  expect(parsePorts(raw)).toBeUndefined();
});

test('cards without a port are pointed out', () => {
  expect(load('serial:\n  cards: { "1": "2" }\n')).toMatchObject({ faults: [{ path: 'serial.ports' }] });
});
