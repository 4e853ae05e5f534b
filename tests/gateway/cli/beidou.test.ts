import { describe, expect, test } from 'vitest';
import { xingji } from './xingji.ts';

const results = (out: string): unknown[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

const RMC = '$GNRMC,070723.00,A,2309.30979,S,11330.00659,W,0.08,,070324,,,A,V*26';
const ZDA = '$GNZDA,070728.00,07,03,2024,00,00*72';

describe('xingji nmea', () => {
  test('gives a line for every line, good or bad, and exit code 1 for bad ones', async () => {
    const { code, out, err } = await xingji(['nmea', '-'], {
      input: `${RMC}\r\n${RMC.replace('*26', '*27')}\n\n${ZDA}`,
    });
    expect([code, err]).toEqual([1, '']);
    expect(results(out)).toMatchObject([
      { ok: true, id: 'GNRMC', body: { latitude: -23.155163167, longitude: -113.500109833 } },
      { ok: false, reason: 'checksum', detail: 'check code 27, expected 26' },
      { ok: true, id: 'GNZDA', body: { dateTime: '2024-03-07T07:07:28Z' } },
    ]);
  });

  test('folds sentences into fixes', async () => {
    const { code, out } = await xingji(['nmea', '--fixes'], { input: `${RMC}\n${ZDA}\n` });
    expect(code).toBe(0);
    expect(results(out)).toEqual([
      {
        ok: true,
        time: '2024-03-07T15:07:23+08:00',
        valid: true,
        quality: 'single',
        dimension: 'none',
        latitude: -23.155163167,
        longitude: -113.500109833,
        speed: 0.1482,
        systems: [],
        satellites: [],
      },
    ]);
  });

  test('numbers satellites and signals as the receiver is known to do', async () => {
    const gsv = '$GBGSV,1,1,01,146,45,140,38,3';
    const { out } = await xingji(['nmea', '--unchecked', '--beidou-offset', '140', '--signals', 'ublox', gsv]);
    expect(results(out)).toMatchObject([{ body: { signal: 'B2I', satellites: [{ id: 146, satellite: 'C06' }] } }]);
    expect((await xingji(['nmea', '--beidou-offset', '100', gsv])).code).toBe(2);
    const fixes = await xingji(['nmea', '--unchecked', '--fixes', '--beidou-offset', '140'], {
      input: `${gsv}\n${RMC}\n`,
    });
    expect(results(fixes.out)).toMatchObject([{ satellites: [{ label: 'C06', signals: { B1C: 38 } }] }]);
  });

  test('takes sentences as arguments, and without a check where that is wanted', async () => {
    const bare = ZDA.slice(0, -3);
    expect((await xingji(['nmea', ZDA, bare])).code).toBe(1);
    const { code, out } = await xingji(['nmea', '--unchecked', ZDA, bare]);
    expect([code, results(out).length]).toEqual([0, 2]);
  });
});

describe('xingji rdss', () => {
  const FRAME = '24 54 58 53 51 00 16 02 89 16 44 02 BE 3D 00 20 00 B1 B1 B6 B7 45';

  test('takes sentences and frames, line by line', async () => {
    const input = `$BDTXR,1,0179773,2,,A468656C6C6F*43\n${FRAME}\n$BDTXR,1*00\n${FRAME.replace('45', '46')}\n`;
    const { code, out } = await xingji(['rdss', '-'], { input });
    expect(code).toBe(1);
    expect(results(out)).toMatchObject([
      { ok: true, id: 'BDTXR', name: 'message', body: { sender: '0179773', content: { text: 'hello' } } },
      { ok: true, id: 'TXSQ', name: 'messageRequest', address: '0166166', body: { content: { text: '北斗' } } },
      { ok: false, reason: 'checksum' },
      { ok: false, reason: 'checksum' },
    ]);
  });

  test('reads the octets of Chinese text, not characters of a terminal', async () => {
    const { out } = await xingji(['rdss', '$CCTXA,0179773,0,0,北斗*70']);
    expect(results(out)).toMatchObject([{ ok: true, body: { content: { text: '北斗' } } }]);
  });

  test('gives one object for a line that holds several frames', async () => {
    const { code, out } = await xingji(['rdss'], { input: `${FRAME} ${FRAME}\n` });
    expect(code).toBe(0);
    expect(results(out)).toMatchObject([{ ok: true, frames: [{ id: 'TXSQ' }, { id: 'TXSQ' }] }]);
  });

  test('takes hex that a shell split at the spaces', async () => {
    expect(results((await xingji(['rdss', ...FRAME.split(' ')])).out)).toMatchObject([{ ok: true, id: 'TXSQ' }]);
  });
});
