import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALARM_BITS,
  bitNames,
  codecFor,
  encodeBody,
  IGNORE_QUIRKS,
  locationOfFix,
  locationOfShortReport,
  messageById,
  type NmeaFix,
  STATUS_BITS,
  toJson,
} from '../../../protocol/index.ts';

const receivedAt = Date.UTC(2024, 2, 8, 1, 0, 0);
const FIX: NmeaFix = {
  time: Date.UTC(2024, 2, 7, 7, 7, 23),
  valid: true,
  quality: 'single',
  dimension: '3d',
  latitude: -23.1551631,
  longitude: 113.5001098,
  altitude: 45.6,
  speed: 61.27,
  course: 359.6,
  satellitesUsed: 14,
  systems: [
    { system: 'beidou', used: 9, inView: 12, tracked: 10, cn0: 40 },
    { system: 'gps', used: 5, inView: 8, tracked: 6, cn0: 39 },
    { system: 'glonass', used: 0, inView: 2, tracked: 0 },
    { system: 'qzss', used: 1, inView: 1, tracked: 1 },
  ],
  satellites: [],
};
const decoded = (octets: Uint8Array) => codecFor(0x0200, 2019).decode(octets, 0, octets.length, IGNORE_QUIRKS);

describe('a fix as a location report', () => {
  test('has its position, speed, course, time, satellites and systems', () => {
    const report = locationOfFix(FIX, { receivedAt, status: 1 });
    expect(toJson(messageById(0x0200)!, 2019, report)).toMatchObject({
      latitude: -23.155163,
      longitude: 113.50011,
      altitude: 46,
      speed: 61.3,
      direction: 0,
      time: '2024-03-07T15:07:23+08:00',
      items: { satellites: 14 },
    });
    expect(bitNames(STATUS_BITS, report.status)).toEqual([
      'acc',
      'positioned',
      'southLatitude',
      'gpsUsed',
      'beidouUsed',
    ]);
    expect(decoded(encodeBody(0x0200, 2019, report))).toEqual(report);
  });

  test('without a position is that of where it was last, and says so', () => {
    const blind: NmeaFix = {
      valid: false,
      quality: 'none',
      dimension: 'none',
      systems: FIX.systems,
      satellites: [],
      alarm: 'gnssAntennaCut',
    };
    const last = { latitude: 23.1, longitude: -113.5, altitude: 12 };
    const report = locationOfFix(blind, { receivedAt, last, items: { rssi: 20 } });
    expect(report).toMatchObject({ ...last, speed: 0, direction: 0, time: receivedAt, items: { rssi: 20 } });
    expect(bitNames(STATUS_BITS, report.status)).toEqual(['westLongitude']);
    expect(bitNames(ALARM_BITS, report.alarm)).toEqual(['gnssAntennaCut']);
    expect(locationOfFix(blind, { receivedAt })).toMatchObject({ latitude: 0, longitude: 0, status: 0 });
  });

  test('can always be written', () => {
    const anyFix = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
      altitude: fc.double({ min: -500, max: 100_000, noNaN: true }),
      speed: fc.double({ min: 0, max: 9000, noNaN: true }),
      course: fc.double({ min: 0, max: 360, noNaN: true }),
      satellitesUsed: fc.nat(300),
    });
    fc.assert(
      fc.property(anyFix, (some) => {
        const report = locationOfFix({ ...FIX, ...some }, { receivedAt });
        expect(decoded(encodeBody(0x0200, 2013, report))).toEqual(report);
      }),
    );
  });
});

describe('a position in a short message as a location report', () => {
  const place = { latitude: 23.155139, longitude: 113.500083 };

  test('is of the last such time of day before it was received', () => {
    const report = {
      packing: 'packed',
      time: '07:07:23.25',
      ...place,
      heightType: 0,
      altitude: 45,
      geoidSeparation: -5,
    } as const;
    const found = locationOfShortReport(report, { receivedAt });
    expect(found).toMatchObject({ ...place, altitude: 45, time: Date.UTC(2024, 2, 7, 7, 7, 23), status: 2 });
    expect(locationOfShortReport({ ...report, time: '00:59:10.00' }, { receivedAt })!.time).toBe(
      Date.UTC(2024, 2, 8, 0, 59, 10),
    );
  });

  test('in digits has its own date; a tunnelled one is itself; a group is of others', () => {
    expect(
      locationOfShortReport({ packing: 'digits', time: '2024-03-07T07:07:23', ...place }, { receivedAt }),
    ).toMatchObject({
      ...place,
      time: Date.UTC(2024, 2, 7, 7, 7, 23),
    });
    const body = locationOfFix(FIX, { receivedAt });
    expect(locationOfShortReport({ packing: 'locationReport', body }, { receivedAt })).toBe(body);
    expect(
      locationOfShortReport({ packing: 'group', members: [{ card: '0179773', ...place }] }, { receivedAt }),
    ).toBeUndefined();
  });
});
