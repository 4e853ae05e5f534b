import { describe, expect, test } from 'vitest';
import {
  AntennaWatch,
  antennaStateOf,
  decodeSentenceLine,
  describeFix,
  FixFolder,
  type FixOptions,
  type NmeaFix,
  writeSentence,
} from '../../../protocol/index.ts';

/** A sentence without `$` and check. */
type Line = string;

function receive(folder: FixFolder, line: Line, now = 0): NmeaFix | undefined {
  const [id = '', ...fields] = line.split(',');
  const decoded = decodeSentenceLine(Buffer.from(writeSentence(id, fields)).toString('latin1'));
  if ('fault' in decoded) throw new Error(`${line}: ${decoded.detail}`);
  return folder.receive(decoded, now);
}

function fixes(lines: readonly Line[], options?: FixOptions): NmeaFix[] {
  const folder = new FixFolder(options);
  const found = lines.map((line) => receive(folder, line));
  return [...found, folder.end()].filter((fix) => fix !== undefined);
}

const rmc = (time: string, more = 'A,2309.30979,N,11330.00659,E,10.00,90.0,070324,,,A,V'): Line =>
  `GNRMC,${time},${more}`;
const gga = (time: string, talker = 'GN'): Line =>
  `${talker}GGA,${time},2309.30979,N,11330.00659,E,1,12,0.9,45.2,M,-5.1,M,,`;

/** One second of a BeiDou receiver with two signals. */
const SECOND: readonly Line[] = [
  gga('070723.00'),
  'GNGSA,A,3,01,03,06,,,,,,,,,,1.5,0.9,1.2,4',
  'GNGSA,A,3,05,13,,,,,,,,,,,1.5,0.9,1.2,1',
  'GBGSV,2,1,05,01,45,140,38,03,52,190,41,06,70,021,44,16,67,015,,1',
  'GBGSV,2,2,05,30,10,100,00,1',
  'GBGSV,1,1,01,01,45,140,42,5',
  'GPGSV,1,1,02,05,30,200,35,13,20,300,30,1',
  rmc('070723.00'),
  'GNVTG,90.0,T,,M,10.00,N,18.52,K,A',
  'GNGST,070723.00,1.0,2.0,1.5,45.0,1.1,1.2,2.5',
  'GNTXT,01,01,01,ANTENNA OK',
];

describe('an epoch', () => {
  test('is one fix from all its sentences', () => {
    const [fix, ...others] = fixes(SECOND);
    expect(others).toEqual([]);
    expect(fix).toEqual({
      time: Date.UTC(2024, 2, 7, 7, 7, 23),
      valid: true,
      quality: 'single',
      dimension: '3d',
      latitude: 23.155163167,
      longitude: 113.500109833,
      altitude: 45.2,
      geoidSeparation: -5.1,
      speed: 18.52,
      course: 90,
      pdop: 1.5,
      hdop: 0.9,
      vdop: 1.2,
      latitudeError: 1.1,
      longitudeError: 1.2,
      altitudeError: 2.5,
      satellitesUsed: 12,
      antenna: 'ok',
      systems: [
        { system: 'beidou', used: 3, inView: 5, tracked: 3, cn0: 42.3 },
        { system: 'gps', used: 2, inView: 2, tracked: 2, cn0: 32.5 },
      ],
      satellites: [
        {
          system: 'beidou',
          number: 1,
          label: 'C01',
          elevation: 45,
          azimuth: 140,
          cn0: 42,
          signals: { B1I: 38, B2a: 42 },
          used: true,
        },
        {
          system: 'beidou',
          number: 3,
          label: 'C03',
          elevation: 52,
          azimuth: 190,
          cn0: 41,
          signals: { B1I: 41 },
          used: true,
        },
        {
          system: 'beidou',
          number: 6,
          label: 'C06',
          elevation: 70,
          azimuth: 21,
          cn0: 44,
          signals: { B1I: 44 },
          used: true,
        },
        { system: 'beidou', number: 16, label: 'C16', elevation: 67, azimuth: 15, used: false },
        { system: 'beidou', number: 30, label: 'C30', elevation: 10, azimuth: 100, used: false },
        {
          system: 'gps',
          number: 5,
          label: 'G05',
          elevation: 30,
          azimuth: 200,
          cn0: 35,
          signals: { 'L1C/A': 35 },
          used: true,
        },
        {
          system: 'gps',
          number: 13,
          label: 'G13',
          elevation: 20,
          azimuth: 300,
          cn0: 30,
          signals: { 'L1C/A': 30 },
          used: true,
        },
      ],
    });
    expect(describeFix(fix!)).toMatchObject({ time: '2024-03-07T15:07:23+08:00', latitude: 23.155163167 });
  });

  test('ends where another time begins, in whatever order its sentences come', () => {
    const lines = ['070723.00', '070724.00', '070725.00'].flatMap((time) => [rmc(time), gga(time)]);
    const reversed = ['070723.00', '070724.00', '070725.00'].flatMap((time) => [gga(time), rmc(time)]);
    for (const order of [lines, reversed]) {
      expect(fixes(order).map(({ time }) => new Date(time!).toISOString().slice(11, 19))).toEqual([
        '07:07:23',
        '07:07:24',
        '07:07:25',
      ]);
    }
  });

  test('ends by the same sentence again while the receiver has no time', () => {
    const none = ['GNRMC,,V,,,,,,,,,,N', 'GNGGA,,,,,,0,00,25.5,,,,,,'];
    const found = fixes([...none, ...none, ...none]);
    expect(found).toHaveLength(3);
    expect(found[0]).toEqual({
      valid: false,
      quality: 'none',
      dimension: 'none',
      hdop: 25.5,
      satellitesUsed: 0,
      systems: [],
      satellites: [],
    });
  });

  test('ends by silence, which the caller measures', () => {
    const folder = new FixFolder({ quietMs: 150 });
    expect(folder.nextDeadline).toBeUndefined();
    receive(folder, gga('070723.00'), 1000);
    receive(folder, rmc('070723.00'), 1040);
    expect(folder.nextDeadline).toBe(1190);
    expect(folder.expire(1189)).toBeUndefined();
    expect(folder.expire(1190)).toMatchObject({ valid: true });
    expect(folder.nextDeadline).toBeUndefined();
    expect(folder.expire(5000)).toBeUndefined();
  });

  test('ends when it holds more than any receiver says', () => {
    const folder = new FixFolder();
    receive(folder, gga('070723.00'));
    const found = Array.from({ length: 300 }, () => receive(folder, 'GNVTG,90.0,T,,M,10.00,N,18.52,K,A'));
    expect(found.filter((fix) => fix !== undefined)).toHaveLength(1);
  });

  test('of satellites and texts alone is no fix', () => {
    expect(fixes(['GBGSV,1,1,01,01,45,140,38,1', 'GNTXT,01,01,01,ANTENNA OK'])).toEqual([]);
  });
});

describe('a position', () => {
  test('is that of the combined solution where several are told', () => {
    const other = 'GBGGA,070723.00,2300.00000,N,11300.00000,E,1,05,2.0,10.0,M,,M,,';
    for (const order of [
      [other, gga('070723.00')],
      [gga('070723.00'), other],
    ])
      expect(fixes(order)).toMatchObject([{ latitude: 23.155163167, satellitesUsed: 12 }]);
  });

  test('is none where a sentence denies it, though an old one is still printed', () => {
    const stale = rmc('070723.00', 'V,2309.30979,N,11330.00659,E,,,070324,,,N,V');
    const [fix] = fixes([gga('070723.00'), stale]);
    expect(fix).toMatchObject({ valid: false, quality: 'none', dimension: 'none' });
    expect(fix).not.toHaveProperty('latitude');
    expect(fixes(['GNGGA,071634.00,2239.372067,N,11402.653048,E,1,00,500.0,,,,,,'])).toMatchObject([{ valid: false }]);
  });

  test('comes from GNS, RMC or GLL where there is no GGA', () => {
    expect(fixes(['GNGNS,070723.00,2309.30979,N,11330.00659,E,NNA,13,0.9,25.6,11.2,,'])).toMatchObject([
      { quality: 'single', altitude: 25.6, satellitesUsed: 13 },
    ]);
    expect(fixes([rmc('070723.00')])).toMatchObject([{ quality: 'single', speed: 18.52, course: 90 }]);
    expect(fixes([gga('070723.00'), 'GNVTG,45.0,T,,M,5.00,N,9.30,K,A'])).toMatchObject([{ speed: 9.3, course: 45 }]);
    expect(fixes(['GNGLL,2309.30979,N,11330.00659,E,070723.00,A'])).toMatchObject([{ valid: true, quality: 'single' }]);
  });
});

describe('the time of a fix', () => {
  test('goes on from the last date, over midnight too', () => {
    const found = fixes([rmc('235959.00'), gga('000000.00'), gga('000001.00')]);
    expect(found.map(({ time }) => new Date(time!).toISOString())).toEqual([
      '2024-03-07T23:59:59.000Z',
      '2024-03-08T00:00:00.000Z',
      '2024-03-08T00:00:01.000Z',
    ]);
  });

  test('is absent while it cannot be known or believed', () => {
    expect(fixes([gga('070723.00')])[0]).not.toHaveProperty('time');
    const lost = (date: string): Line[] => ['GNRMC,000329.00,V,,,,,,,,,,N', `GNZDA,000329.00,${date},00,00`];
    expect(fixes(lost('01,01,2006'))[0]).not.toHaveProperty('time');
    expect(fixes(lost('07,03,2024'))[0]).toMatchObject({ valid: false, time: Date.UTC(2024, 2, 7, 0, 3, 29) });
    expect(fixes(lost('07,03,2024'), { earliest: Date.UTC(2026, 0, 1) })[0]).not.toHaveProperty('time');
  });
});

describe('the sky', () => {
  const sky = (lines: readonly Line[], options?: FixOptions): unknown =>
    fixes([...lines, gga('070723.00')], options)[0]!.satellites.map(({ label }) => label);

  test('is not told by a turn with a sentence missing', () => {
    const turn = [
      'GBGSV,3,1,09,01,,,38,02,,,38,03,,,38,04,,,38',
      'GBGSV,3,2,09,05,,,38,06,,,38,07,,,38,08,,,38',
      'GBGSV,3,3,09,09,,,38',
    ];
    expect(sky(turn)).toHaveLength(9);
    for (const missing of turn) expect(sky(turn.filter((line) => line !== missing))).toEqual([]);
    expect(sky([turn[0]!, turn[2]!, turn[1]!])).toEqual([]);
  });

  test('lasts over epochs without GSV, but not for long', () => {
    const seconds = Array.from({ length: 13 }, (_, i) => gga(`0707${10 + i}.00`));
    const found = fixes(['GBGSV,1,1,01,01,45,140,38', ...seconds]);
    expect(found.map(({ satellites }) => satellites.length)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  test('holds no more than so many systems and signals', () => {
    // Numbers of all systems, so that every sentence tells another satellite.
    const ids = [...Array.from({ length: 32 }, (_, i) => 1 + i), ...Array.from({ length: 63 }, (_, i) => 401 + i)];
    const floods = ids.map(
      (id, i) => `X${String.fromCharCode(65 + (i % 26))}GSV,1,1,01,${id},45,140,38,${((i % 15) + 1).toString(16)}`,
    );
    expect(fixes([...floods, gga('070723.00')])[0]!.satellites).toHaveLength(32);
  });
});

describe('the antenna', () => {
  test('is told by the words of either maker, and by no others', () => {
    const texts = [
      'ANTENNA OK',
      'ANTENNA OPEN',
      'antenna short',
      'ANTSTATUS=OPEN',
      'ANTSTATUS=INIT',
      'ANTENNA OK, MA=CASIC',
      'SW=URANUS5',
    ];
    expect(texts.map(antennaStateOf)).toEqual(['ok', 'open', 'short', 'open', undefined, undefined, undefined]);
  });

  test('is believed to have changed when it says so three times', () => {
    const watch = new AntennaWatch();
    const states = (['ok', 'open', 'open', 'ok', 'open', 'open', 'open', 'ok'] as const).map((state) => {
      watch.receive(state);
      return watch.state;
    });
    expect(states).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'open', 'open']);
    expect(watch.alarm).toBe('gnssAntennaCut');
  });

  test('that was open from the start is a passive one, and no alarm; a short always is', () => {
    const watch = new AntennaWatch({ reports: 1 });
    watch.receive('open');
    expect([watch.state, watch.alarm]).toEqual(['open', undefined]);
    watch.receive('short');
    expect(watch.alarm).toBe('gnssAntennaShort');
    watch.receive('ok');
    expect(watch.alarm).toBeUndefined();
    watch.receive('open');
    expect(watch.alarm).toBe('gnssAntennaCut');
  });

  test('is part of the fix', () => {
    const open = 'GNTXT,01,01,01,ANTENNA OPEN';
    const lines = ['GNTXT,01,01,01,ANTENNA OK', gga('070723.00'), open, open, open, gga('070724.00')];
    expect(fixes(lines)).toMatchObject([{ antenna: 'open', alarm: 'gnssAntennaCut' }, { antenna: 'open' }]);
  });
});
