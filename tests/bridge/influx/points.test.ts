import { Point } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../bridge/index.ts';
import { Lines } from '../../../bridge/influx/points.ts';
import { event, position, rawOf } from '../support/envelopes.ts';

type PositionEnvelope = ReturnType<typeof position>;
type EventEnvelope = ReturnType<typeof event>;

function lines(...envelopes: Envelope[]): string[] {
  const body = new Lines(16);
  for (const envelope of envelopes) body.add(envelope);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body.octets);
  expect(text.endsWith('\n') || text === '').toBe(true);
  return text.split('\n').slice(0, -1);
}

/** `Point` sorts fields by name and we do not: the order means nothing to a store. */
function canonical(line: string): unknown {
  const parts = /^((?:[^ \\]|\\.)+) (.*) (-?\d+)$/su.exec(line);
  if (parts === null) throw new Error(`no line protocol: ${line}`);
  const [, series = '', fields = '', time] = parts;
  return {
    series,
    fields: [...fields.matchAll(/([a-z]+)=("(?:[^"\\]|\\.)*"|[^,]*)/gsu)].map(([whole]) => whole).toSorted(),
    time,
  };
}

/** The same point by the client library. */
function oracle({ division, payload, raw }: PositionEnvelope): string | undefined {
  if (raw === undefined) throw new Error('no raw values');
  const timeFault = !(raw.timeMs > 0);
  const point = new Point('position')
    .tag('division', division)
    .tag('terminal', payload.terminal)
    .intField('received', raw.receivedMs)
    .floatField('lat', payload.latitude)
    .floatField('lon', payload.longitude)
    .floatField('alt', payload.altitude)
    .floatField('speed', payload.speed)
    .floatField('course', payload.direction)
    .intField('alarm', raw.alarm)
    .intField('status', raw.status)
    .booleanField('fix', payload.fix === 'gnss')
    .booleanField('backfill', payload.backfill)
    .timestamp(timeFault ? raw.receivedMs : raw.timeMs);
  const { mileage, fuel, rssi, satellites } = payload.items;
  if (mileage !== undefined) point.floatField('mileage', mileage);
  if (fuel !== undefined) point.floatField('fuel', fuel);
  if (rssi !== undefined) point.intField('rssi', rssi);
  if (satellites !== undefined) point.intField('sats', satellites);
  if (timeFault) point.booleanField('timefault', true);
  return point.toLineProtocol({ convertTime: String });
}

function eventOracle({ division, payload }: EventEnvelope): string | undefined {
  return new Point('event')
    .tag('code', payload.code)
    .tag('division', division)
    .tag('state', payload.state)
    .tag('terminal', payload.terminal)
    .stringField('id', payload.id)
    .intField('severity', payload.severity)
    .stringField('text', payload.text['zh-CN'])
    .timestamp(Date.parse(payload.time ?? payload.receivedAt))
    .toLineProtocol({ convertTime: String });
}

const instant = fc.integer({ min: 1, max: 4_102_444_800_000 });
/** Quantities as protocol fields give them, and any other double. */
const quantity = fc.oneof(
  fc.integer({ min: -900_000_000, max: 900_000_000 }).map((n) => n / 1e6),
  fc.integer({ min: 0, max: 0xffffffff }).map((n) => n / 10),
  fc.integer({ min: -0x8000, max: 0xffff }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const positions = fc
  .record({
    division: fc.stringMatching(/^\d{6}$/),
    terminal: fc.stringMatching(/^\d{1,20}$/),
    numbers: fc.tuple(quantity, quantity, quantity, quantity, quantity),
    items: fc.record({
      mileage: maybe(quantity),
      fuel: maybe(quantity),
      rssi: maybe(fc.nat(255)),
      satellites: maybe(fc.nat(255)),
    }),
    raw: fc.record({
      alarm: fc.nat({ max: 0xffffffff }),
      status: fc.nat({ max: 0xffffffff }),
      timeMs: fc.oneof({ weight: 4, arbitrary: instant }, fc.constantFrom(Number.NaN, 0, -1)),
      receivedMs: instant,
    }),
    gnss: fc.boolean(),
    backfill: fc.boolean(),
  })
  .map(({ division, terminal, numbers, items, raw, gnss, backfill }): PositionEnvelope => {
    const [latitude, longitude, altitude, speed, direction] = numbers;
    const fix = gnss ? 'gnss' : 'none';
    const { payload } = position(1, {
      terminal,
      latitude,
      longitude,
      altitude,
      speed,
      direction,
      items,
      fix,
      backfill,
    });
    return { kind: 'position', division, payload, raw: rawOf(payload, raw) };
  });

/** A tag may not end in a backslash and a text has no line breaks here: there we differ from `Point`, on purpose. */
const tagText = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.endsWith('\\'));
const fieldText = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));

describe('a position', () => {
  it('is the line that the client library makes', () => {
    fc.assert(
      fc.property(positions, (envelope) => {
        expect(lines(envelope).map(canonical)).toEqual([oracle(envelope)].map((line) => canonical(line ?? '')));
      }),
      { numRuns: 1000 },
    );
  });

  it('is written at the time of the terminal, in ms', () => {
    expect(lines(position(0))).toEqual([
      'position,division=530102,terminal=13912345678 received=1795228206250i,lat=25.04,lon=102.71,alt=1891,speed=91.8,course=359,' +
        'alarm=256i,status=3i,mileage=271013.7,fuel=33.2,rssi=26i,sats=5i,fix=T,backfill=F 1795228206000',
    ]);
  });

  it('is the same point live and back-filled but for what tells them apart', () => {
    const series = (line = ''): string[] => [line.split(' ')[0] ?? '', line.split(' ').at(-1) ?? ''];
    const [live, late] = lines(position(3), position(3, { backfill: true }));
    expect(series(live)).toEqual(series(late));
  });

  it('without a time of its own stands at the time of receipt and says so', () => {
    const envelope = position(1);
    const raw = { alarm: 0, status: 0, timeMs: Number.NaN, receivedMs: 1_763_692_207_000 };
    expect(lines({ ...envelope, raw: rawOf(envelope.payload, raw) })[0]).toMatch(/,timefault=T 1763692207000$/);
  });

  it('leaves out what is no number', () => {
    const [line] = lines(
      position(1, {
        latitude: Number.NaN,
        altitude: Number.POSITIVE_INFINITY,
        items: { mileage: 'far', rssi: 1.5, fuel: null },
      }),
    );
    expect(line).not.toMatch(/lat=|alt=|mileage|rssi|fuel|NaN|Infinity/);
    expect(line).toMatch(/,lon=/);
  });

  it('without raw values goes by its payload', () => {
    const { kind, division, payload } = position(1);
    expect(lines({ kind, division, payload })[0]).toMatch(
      new RegExp(`^position,.* ${Date.parse(payload.time ?? '')}$`),
    );
  });
});

describe('an event', () => {
  it('is the line that the client library makes, whatever is in its texts', () => {
    fc.assert(
      fc.property(
        tagText,
        fc.constantFrom('raised', 'cleared'),
        fc.integer(),
        fieldText,
        fieldText,
        (code, step, severity, id, text) => {
          const envelope = event({ code, state: step as 'raised', severity, id, text: { 'zh-CN': text, en: '' } });
          expect(lines(envelope)).toEqual([eventOracle(envelope)]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('stays on one line whatever breaks are in its text', () => {
    expect(lines(event({ text: { 'zh-CN': '一\r\n二\n三', en: '' } }))[0]).toMatch(/text="一 二 三" /);
  });

  it('has no tag that would swallow what follows it, and none that is empty', () => {
    expect(lines(event({ code: 'a\\\\' }))[0]).toMatch(/^event,code=a\/\/,division=/);
    expect(lines(event({ code: '' }))[0]).toMatch(/^event,division=/);
  });
});

describe('a body', () => {
  it('grows as needed and starts anew when it is cleared', () => {
    const body = new Lines(1);
    for (let i = 0; i < 1000; i++) body.add(position(i));
    const first = Buffer.from(body.octets).toString();
    expect(first.split('\n').length).toBe(1001);
    body.clear();
    expect(body.octets.length).toBe(0);
    for (let i = 0; i < 1000; i++) body.add(position(i));
    expect(Buffer.from(body.octets).toString()).toBe(first);
  });

  it('has nothing of envelopes that are no points', () => {
    const { division, payload } = position(1);
    const { id, terminal, vehicle, time, receivedAt, seq } = payload;
    const body = new Lines();
    expect(
      body.add({ kind: 'reply', division, payload: { id, terminal, vehicle, time, receivedAt, seq, state: 'done' } }),
    ).toBe(false);
    expect(body.octets.length).toBe(0);
  });
});
