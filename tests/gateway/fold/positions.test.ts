import { describe, expect, it } from 'vitest';
import { hasFix, orderTime, PositionReader } from '../../../gateway/fold/positions.ts';
import { type RecordInput } from '../../../gateway/journal/record.ts';
import { type LocationReport, type Revision, toJson, messageById } from '../../../protocol/index.ts';
import {
  batchBody,
  bodyOf,
  frameOf,
  ID,
  location,
  locationBody,
  NOON,
  packetOf,
} from '../../support/terminal-frames.ts';
import { CAR_2019, frameRecord, record, show } from '../support/records.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

interface Found {
  readonly time: number;
  readonly serial: number;
  readonly revision: Revision;
  readonly backfill: boolean;
  readonly octets: number;
}

function read(input: RecordInput, revision: Revision = 2013): Found[] {
  const reader = new PositionReader(() => revision);
  const found: Found[] = [];
  show([input], (view) => {
    const count = reader.forEach(view, ({ report, serial, revision: read, backfill, at, end }) => {
      found.push({ time: report.time, serial, revision: read, backfill, octets: end - at });
    });
    expect(count).toBe(found.length);
  });
  return found;
}

const at = (time: number): Uint8Array => locationBody({ time });
const OCTETS = locationBody().length;

describe('the positions of a record', () => {
  it('are one of a 0x0200', () => {
    expect(read(frameRecord({ id: ID.location, serial: 7, body: at(NOON) }))).toEqual([
      { time: NOON, serial: 7, revision: 2013, backfill: false, octets: OCTETS },
    ]);
  });

  it('are one of a 0x0201, behind the serial of the query', () => {
    const body = bodyOf('locationQueryResponse', 2013, { replySerial: 3, location: location() });
    expect(read(frameRecord({ id: ID.locationResponse, serial: 8, body }))).toEqual([
      { time: NOON, serial: 8, revision: 2013, backfill: false, octets: OCTETS },
    ]);
  });

  it('are read once, however many ask, and anew with the next record', () => {
    const reader = new PositionReader(() => 2013);
    const reports: LocationReport[] = [];
    const records = [1000, 2000].map((ms, i) => frameRecord({ id: ID.location, serial: i, body: at(NOON + ms) }));
    show(records, (view) => {
      for (let asked = 0; asked < 2; asked++) reader.forEach(view, ({ report }) => reports.push(report));
    });
    expect(reports.map(({ time }) => time - NOON)).toEqual([1000, 1000, 2000, 2000]);
    expect(reports[1]).toBe(reports[0]);
    expect(reports[3]).toBe(reports[2]);
  });

  it('are all of a 0x0704, told apart by their place, and back-fill where it says so', () => {
    const body = batchBody([at(NOON - 2000), at(NOON - 1000)]);
    expect(read(frameRecord({ id: ID.batch, serial: 20, body }))).toEqual([
      { time: NOON - 2000, serial: 20, revision: 2013, backfill: true, octets: OCTETS },
      { time: NOON - 1000, serial: 21, revision: 2013, backfill: true, octets: OCTETS },
    ]);
    const live = batchBody([at(NOON - 1000)], false);
    expect(read(frameRecord({ id: ID.batch, body: live })).map(({ backfill }) => backfill)).toEqual([false]);
  });

  it('leave a broken item out and read the ones around it', () => {
    const body = batchBody([at(NOON - 2000), at(NOON).subarray(0, 11), at(NOON - 1000)]);
    const reader = new PositionReader(() => 2013);
    const times: number[] = [];
    show([frameRecord({ id: ID.batch, body })], (view) => {
      expect(reader.forEach(view, ({ report }) => times.push(report.time))).toBe(2);
      expect(reader.announced).toBe(3);
    });
    expect(times).toEqual([NOON - 2000, NOON - 1000]);
  });

  it('are those of a batch joined from parts, though its header tells of the first part only', () => {
    const body = batchBody(Array.from({ length: 40 }, (_, i) => at(NOON - i * 1000)));
    const packet = packetOf(frameOf({ phone: '013912345678', revision: 2013 }, ID.batch, 5, body.subarray(0, 500)));
    const whole = new Uint8Array(12 + body.length);
    whole.set(packet.subarray(0, 12));
    whole.set(body, 12);
    expect(read(record('assembled', whole)).length).toBe(40);
    // Taken for a frame, its length is wrong.
    expect(read(record('frame', whole))).toEqual([]);
  });

  it('are back-fill by their age where a terminal has no 0x0704 to say so', () => {
    const ages = [0, 5 * MINUTE, 5 * MINUTE + 1000, 30 * DAY, 90 * DAY + 1000, -MINUTE];
    expect(ages.map((age) => read(frameRecord({ id: ID.location, body: at(NOON - age) }), 2011)[0]?.backfill)).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it('are of the revision that the frame or the registration says', () => {
    const of = (input: RecordInput, known: Revision): Revision | undefined => read(input, known)[0]?.revision;
    const plain = frameRecord({ id: ID.location, body: at(NOON) });
    const flagged = frameRecord({ id: ID.location, body: at(NOON), speaker: CAR_2019 });
    expect([of(plain, 2011), of(plain, 2013), of(plain, 2019)]).toEqual([2011, 2013, 2013]);
    expect([of(flagged, 2011), of(flagged, 2013)]).toEqual([2019, 2019]);
  });

  it('are none of what is encrypted, a part, too short, of another message, or no frame', () => {
    const part = packetOf(
      frameOf({ phone: '013912345678', revision: 2013 }, ID.location, 0, at(NOON), { part: { total: 2, number: 1 } }),
    );
    const inputs = [
      frameRecord({ id: ID.location, body: at(NOON), encryption: 1 }),
      record('frame', part),
      frameRecord({ id: ID.location, body: at(NOON).subarray(0, 27) }),
      frameRecord({ id: ID.batch, body: Uint8Array.of(0, 1) }),
      frameRecord({ id: ID.locationResponse, body: Uint8Array.of(0) }),
      frameRecord({ id: ID.heartbeat }),
      record('quarantine', packetOf(frameOf({ phone: '013912345678', revision: 2013 }, ID.location, 0, at(NOON)))),
      record('link', { fact: 'closed' }),
      record('frame', Uint8Array.of(1, 2, 3)),
    ];
    for (const input of inputs) expect(read(input)).toEqual([]);
  });

  it('say which quirks were met, of the last record only', () => {
    const reader = new PositionReader(() => 2013);
    const bits: number[] = [];
    const odd = Uint8Array.of(...at(NOON), 0x01, 0x03, 1, 2, 3);
    show([frameRecord({ id: ID.location, body: odd }), frameRecord({ id: ID.location, body: at(NOON) })], (view) => {
      reader.forEach(view, () => {});
      bits.push(reader.quirks.bits);
    });
    expect(bits[0]).not.toBe(0);
    expect(bits[1]).toBe(0);
  });
});

describe('the time that positions are ordered by', () => {
  it.each([
    ['the device time of an ordinary report', NOON - 1000, NOON - 1000],
    ['the device time of a stored one', NOON - 89 * DAY, NOON - 89 * DAY],
    ['the reception where the clock runs ahead a little', NOON + 5 * MINUTE, NOON],
    ['the reception where the clock runs ahead far', NOON + 300 * DAY, NOON],
    ['the reception where the clock was never set', Number.NaN, NOON],
    ['the reception where the clock stands at its factory date', Date.parse('2000-01-01T00:00:00+08:00'), NOON],
    ['the reception where the clock fell back by a year', NOON - 365 * DAY, NOON],
  ])('is %s', (_what, device, order) => {
    expect(orderTime(device, NOON)).toBe(order);
  });
});

describe('a fix', () => {
  it('is what the terminal calls positioned and is a place on Earth', () => {
    const fix = (over: object): boolean => hasFix(location(over));
    expect([fix({}), fix({ status: 0b01 }), fix({ latitude: 90.1 }), fix({ longitude: -180.1 })]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([fix({ latitude: -90, longitude: 180 }), fix({ latitude: 0, longitude: 0 })]).toEqual([true, true]);
  });
});

it('a report read from a record is the one that was sent', () => {
  const reader = new PositionReader(() => 2013);
  const sent = location({ alarm: 1 << 8, items: { mileage: 12.3, fuel: 40 } });
  show([frameRecord({ id: ID.location, body: bodyOf('locationReport', 2013, sent) })], (view) => {
    reader.forEach(view, ({ report }) => {
      expect(toJson(messageById(ID.location)!, 2013, report)).toMatchObject({
        alarm: ['mainPowerOff'],
        status: ['acc', 'positioned'],
        latitude: 24.88,
        speed: 42.5,
        items: { mileage: 12.3, fuel: 40 },
      });
    });
  });
});
