import { describe, expect, it } from 'vitest';
import { ALARM_BITS, type AlarmName } from '../../../protocol/index.ts';
import { distanceToSegment, inPolygon } from '../../../simulator/firmware/fences/geometry.ts';
import { Drill } from '../support/drill.ts';

const bit = (name: AlarmName): number => 2 ** ALARM_BITS[name];
const DEGREE_EAST = 111_195 * Math.cos((25.04 * Math.PI) / 180);
/** So many metres east of where a drill begins. */
const east = (metres: number): number => 102.71 + metres / DEGREE_EAST;
const LATITUDE = 25.04;
/** Both crossings are told to the platform. */
const TELL = 0b10_1000;

/** Drives east at 36 km/h, ten metres a second, from 100 s on. */
function driver(): Drill {
  return new Drill('A', { acc: true, multipath: 0, supply: 14 }).until(100).set({ speed: 36 });
}

const circle = (more: object = {}): object => ({
  areaId: 7,
  areaAttributes: TELL,
  centerLatitude: LATITUDE,
  centerLongitude: east(500),
  radius: 100,
  name: '',
  ...more,
});
const crossings = (drill: Drill): unknown[] =>
  drill
    .reports(100)
    .flatMap(({ t, alarm, items }) =>
      (Number(alarm) & bit('areaInOut')) === 0 || items.areaInOut === undefined ? [] : [[t, items.areaInOut]],
    );

describe('an area', () => {
  it.each([
    ['circle', 0x8600, { setType: 'update', areas: [circle()] }],
    [
      'rectangle',
      0x8602,
      {
        setType: 'update',
        areas: [
          {
            areaId: 7,
            areaAttributes: TELL,
            topLeftLatitude: LATITUDE + 0.01,
            topLeftLongitude: east(400),
            bottomRightLatitude: LATITUDE - 0.01,
            bottomRightLongitude: east(600),
            name: '',
          },
        ],
      },
    ],
    [
      'polygon',
      0x8604,
      {
        areaId: 7,
        areaAttributes: TELL,
        vertices: [
          { latitude: LATITUDE + 0.01, longitude: east(400) },
          { latitude: LATITUDE + 0.01, longitude: east(600) },
          { latitude: LATITUDE - 0.01, longitude: east(600) },
          { latitude: LATITUDE - 0.01, longitude: east(400) },
        ],
        name: '',
      },
    ],
  ])('of the form of a %s is told at once when it is entered and left', (positionType, id, body) => {
    const drill = driver();
    drill.ask(id, body);
    drill.until(200);
    const told = crossings(drill) as [number, object][];
    expect(told).toMatchObject([
      [expect.any(Number), { positionType, areaId: 7, direction: 'in' }],
      [expect.any(Number), { positionType, areaId: 7, direction: 'out' }],
    ]);
    // 400 m and 600 m at 10 m/s.
    expect(Math.abs(told[0]![0] - 140)).toBeLessThanOrEqual(2);
    expect(Math.abs(told[1]![0] - 160)).toBeLessThanOrEqual(2);
  });

  it('that the platform does not want to hear of is not told, and one that was deleted is gone', () => {
    const drill = driver();
    drill.ask(0x8600, { setType: 'append', areas: [circle({ areaAttributes: 0 }), circle({ areaId: 8 })] });
    drill.ask(0x8601, { ids: [8] });
    drill.until(200);
    expect(crossings(drill)).toEqual([]);
  });

  it('counts at its hours only', () => {
    const drill = driver();
    // The drill begins at eight in the morning.
    const areas = [
      circle({ areaAttributes: TELL | 1, startTime: '000000220000', endTime: '000000060000' }),
      circle({ areaId: 9, areaAttributes: TELL | 1, startTime: '000000070000', endTime: '000000090000' }),
    ];
    drill.ask(0x8600, { setType: 'append', areas });
    drill.until(200);
    expect(crossings(drill).map((told) => (told as [number, { areaId: number }])[1].areaId)).toEqual([9, 9]);
  });

  it('has a limit of its own, which is told with the area', () => {
    const drill = driver();
    drill.ask(0x8600, {
      setType: 'append',
      areas: [circle({ areaAttributes: 2, maxSpeed: 30, overspeedDuration: 5, nightMaxSpeed: 30 })],
    });
    drill.until(200);
    const fast = drill.reports(100).find(({ alarm }) => (Number(alarm) & bit('overspeed')) !== 0);
    expect(fast?.items.overspeed).toEqual({ positionType: 'circle', areaId: 7 });
    expect(Math.abs(fast!.t - 145)).toBeLessThanOrEqual(2);
    expect(Number(drill.lastReport().alarm)).toBe(0);
  });

  it('is read back as it was set (2019)', () => {
    const drill = driver();
    drill.ask(0x8600, { setType: 'append', areas: [circle()] });
    const [answer] = drill.ask(0x8608, { queryType: 'circle', ids: [] });
    const back = drill.decode(0x0608 as 0x0200, answer!.body);
    expect(back).toMatchObject({ circles: [{ areas: [{ areaId: 7, radius: 100 }] }] });
  });

  it('too many of them are refused', () => {
    const drill = driver();
    const areas = Array.from({ length: 200 }, (_, areaId) => circle({ areaId }));
    drill.ask(0x8600, { setType: 'append', areas });
    const more = areas.map((area, i) => ({ ...area, areaId: 1000 + i }));
    const [answer] = drill.ask(0x8600, { setType: 'append', areas: more });
    expect(answer?.body.at(-1)).toBe(1);
  });
});

describe('a route', () => {
  const point = (pointId: number, metres: number, more: object = {}): object => ({
    pointId,
    segmentId: pointId,
    latitude: LATITUDE,
    longitude: east(metres),
    width: 40,
    segmentAttributes: 0,
    ...more,
  });
  const route = (...points: object[]): object => ({ routeId: 3, routeAttributes: TELL, points, name: '' });

  it('is entered and left, and off it is a deviation', () => {
    const drill = driver();
    drill.ask(0x8606, route(point(1, 200), point(2, 300), point(3, 400)));
    drill.until(115);
    expect(Number(drill.lastReport().alarm)).toBe(bit('routeDeviation'));
    drill.until(180);
    const told = drill.reports(115).filter(({ alarm }) => (Number(alarm) & bit('routeInOut')) !== 0);
    expect(told.map(({ items }) => items.areaInOut)).toMatchObject([
      { positionType: 'route', areaId: 3, direction: 'in' },
      { positionType: 'route', areaId: 3, direction: 'out' },
    ]);
    expect(Number(drill.lastReport().alarm)).toBe(bit('routeDeviation'));
    drill.ask(0x8607, { ids: [] });
    expect(Number(drill.until(200).lastReport().alarm)).toBe(0);
  });

  it('has segments that take too long or not long enough', () => {
    const drill = driver();
    const timed = (pointId: number, metres: number, minTravelTime: number, maxTravelTime: number): object =>
      point(pointId, metres, { segmentAttributes: 1, minTravelTime, maxTravelTime });
    drill.ask(0x8606, route(timed(1, 100, 60, 120), timed(2, 300, 1, 5), point(3, 500), point(4, 600)));
    drill.until(160);
    const told = drill.reports(100).flatMap(({ items }) => items.segmentTime ?? []);
    expect(told).toMatchObject([
      { segmentId: 1, result: 'tooShort' },
      { segmentId: 2, result: 'tooLong' },
    ]);
    // Two hundred metres, and half the width of the road behind them.
    expect(Math.abs(told[0]!.travelTime - 22)).toBeLessThanOrEqual(2);
  });
});

describe('on the ground', () => {
  const square = [
    { latitude: 0, longitude: 0 },
    { latitude: 0, longitude: 1 },
    { latitude: 1, longitude: 1 },
    { latitude: 1, longitude: 0 },
  ];

  it('a point is in a polygon or not', () => {
    expect(inPolygon({ latitude: 0.5, longitude: 0.5 }, square)).toBe(true);
    expect(inPolygon({ latitude: 1.5, longitude: 0.5 }, square)).toBe(false);
    expect(inPolygon({ latitude: 0.5, longitude: -0.5 }, square)).toBe(false);
  });

  it('the distance to a segment is that to its nearest point', () => {
    const [from, to] = [
      { latitude: 0, longitude: 0 },
      { latitude: 0, longitude: 0.01 },
    ];
    expect(distanceToSegment({ latitude: 0.001, longitude: 0.005 }, from, to)).toBeCloseTo(111.2, 0);
    expect(distanceToSegment({ latitude: 0, longitude: 0.02 }, from, to)).toBeCloseTo(1112, 0);
    expect(distanceToSegment({ latitude: 0, longitude: 0.001 }, from, from)).toBeCloseTo(111.2, 0);
  });
});
