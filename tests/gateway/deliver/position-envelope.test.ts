import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import { Lines } from '../../../bridge/influx/points.ts';
import { PositionEnvelope } from '../../../gateway/deliver/position-envelope.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import { ID, locationBody, NOON } from '../../support/terminal-frames.ts';
import { frameRecord, show, TERMINAL } from '../support/records.ts';

const whole = (max: number): fc.Arbitrary<number> => fc.nat({ max });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const reports = fc
  .record({
    alarm: whole(0xffff_ffff),
    status: whole(0xffff_ffff),
    latitude: whole(90_000_000).map((n) => n / 1e6),
    longitude: whole(180_000_000).map((n) => n / 1e6),
    altitude: whole(0xffff),
    speed: whole(0xffff).map((n) => n / 10),
    direction: whole(359),
    time: fc.oneof(
      whole(86_400).map((n) => NOON - n * 1000),
      fc.constant(Number.NaN),
    ),
    mileage: maybe(whole(0xffff_ffff).map((n) => n / 10)),
    fuel: maybe(whole(0xffff).map((n) => n / 10)),
    rssi: maybe(whole(255)),
    satellites: maybe(whole(255)),
  })
  .map(({ mileage, fuel, rssi, satellites, ...basic }) => {
    const given = Object.entries({ mileage, fuel, rssi, satellites }).filter(([, value]) => value !== undefined);
    return locationBody({ ...basic, items: Object.fromEntries(given) as object });
  });

function envelopesOf(bodies: readonly Uint8Array[], ways = { signedAltitude: false, wide: false }): PositionEnvelope[] {
  const reader = new PositionReader(() => 2013, { timeOffset: () => 0, hasWideItems: () => ways.wide });
  const found: PositionEnvelope[] = [];
  const whose = {
    terminal: TERMINAL,
    division: '530102',
    vehicle: null,
    ways: { signedAltitude: ways.signedAltitude },
  };
  show(
    bodies.map((body, serial) => frameRecord({ id: ID.location, serial, body }, { receivedAt: NOON + serial })),
    (view) => void reader.forEach(view, (reading) => found.push(new PositionEnvelope(view, reading, whose))),
  );
  return found;
}

function lineOf(envelope: Envelope): string {
  const lines = new Lines();
  lines.add(envelope);
  return new TextDecoder().decode(lines.octets);
}

describe('a position that waits', () => {
  it('says in numbers what its payload says, whatever its terminal reported', () => {
    fc.assert(
      fc.property(reports, fc.boolean(), (body, signedAltitude) => {
        const [envelope] = envelopesOf([body], { signedAltitude, wide: false });
        const { division, payload, raw } = envelope!;
        const { alarm, status, ...rest } = raw;
        const bare = lineOf({ kind: 'position', division, payload });
        expect(bare).not.toMatch(/,alarm=|,status=/);
        expect(lineOf(envelope!).replace(`,alarm=${alarm}i,status=${status}i`, '')).toBe(bare);
        expect(rest).toMatchObject({ terminal: TERMINAL, altitude: payload.altitude });
      }),
    );
  });

  it('of a terminal whose clock is in another zone has the time that was read, in words and in numbers', () => {
    const eightHours = 8 * 3_600_000;
    const reader = new PositionReader(() => 2013, { timeOffset: () => eightHours, hasWideItems: () => false });
    const whose = { terminal: TERMINAL, division: '530102', vehicle: null, ways: {} };
    show([frameRecord({ id: ID.location, body: locationBody({ time: NOON - eightHours }) })], (view) => {
      reader.forEach(view, (reading) => {
        const { payload, raw } = new PositionEnvelope(view, reading, whose);
        expect([payload.time, raw.timeMs]).toEqual(['2026-03-01T12:00:00+08:00', NOON]);
      });
    });
    expect.assertions(1);
  });

  it('is itself whenever it is asked, after others were read too', () => {
    const bodies = [0, 1, 2].map((n) => locationBody({ latitude: 24 + n, time: NOON + n * 1000 }));
    const all = envelopesOf(bodies);
    const alone = bodies.map((body) => envelopesOf([body])[0]!);
    expect(all.map(({ payload }) => payload.id)).toEqual(alone.map(({ payload }) => payload.id));
    expect(all.map(({ payload }) => payload.latitude)).toEqual([24, 25, 26]);
    expect(all.map(({ raw }) => raw.latitude)).toEqual([24, 25, 26]);
    expect(all[0]!.payload).toEqual(all[0]!.payload);
  });

  it('of a terminal whose items have ids of two octets has no numbers of items that it did not mean', () => {
    const items = [0x01, 0x04, 0, 0, 0, 100, 0x00, 0x61, 0x02, 0x04, 0xd2, 0x00, 0xf0, 0x00, 0x01, 0xff];
    const body = Uint8Array.of(...locationBody({ items: {} }), ...items);
    const [usual] = envelopesOf([body]);
    const [wide] = envelopesOf([body], { signedAltitude: false, wide: true });
    expect([usual!.raw.mileage, wide!.raw.mileage]).toEqual([10, undefined]);
    expect(wide!.payload.items).toHaveProperty('unknown');
  });
});
