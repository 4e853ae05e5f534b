import { describe, expect, it } from 'vitest';
import { fromJson, messageById, ProtocolError, toJson } from '../../../protocol/index.ts';

const location = messageById(0x0200)!;
const valid = {
  alarm: ['mainPowerOff'],
  status: ['acc', 'positioned'],
  latitude: 31.258039,
  longitude: 121.461953,
  altitude: 20,
  speed: 91.8,
  direction: 359,
  time: '2026-11-21T10:30:06+08:00',
  items: { mileage: 271_013.7, rssi: 26, satellites: 5, unknown: [{ id: '0xE4', hex: '0064' }] },
};

/** Code, path and text of the refusal. */
function refusal(json: unknown, message = location): { code: string; at: string; message: string } {
  try {
    fromJson(message, 2013, json);
  } catch (error) {
    if (error instanceof ProtocolError) return { code: error.code, at: error.at, message: error.message };
    throw error;
  }
  return expect.fail('it was taken');
}

describe('the JSON form', () => {
  it('is that of the contract, number for number', () => {
    expect(JSON.stringify(toJson(location, 2013, fromJson(location, 2013, valid)))).toBe(JSON.stringify(valid));
  });

  it('takes a list of items that is left out for an empty one', () => {
    const { items, ...rest } = valid;
    expect(items).toBeDefined();
    expect(fromJson(location, 2013, rest)).toMatchObject({ items: {} });
  });

  it('rounds to what the wire can hold', () => {
    expect(fromJson(location, 2013, { ...valid, latitude: 31.2580394, speed: 91.84 })).toMatchObject({
      latitude: 31.258039,
      speed: 91.8,
    });
  });

  it('takes a bit set as the word, and an enumeration as the number of its name', () => {
    expect(toJson(location, 2013, fromJson(location, 2013, { ...valid, status: 3 }))).toMatchObject({
      status: ['acc', 'positioned'],
    });
    const ack = messageById(0x8001)!;
    expect(fromJson(ack, 2013, { replySerial: 1, replyId: 2, result: 4 })).toMatchObject({
      result: 'alarmHandlingConfirmed',
    });
    expect(fromJson(ack, 2013, { replySerial: 1, replyId: 2, result: 77 })).toMatchObject({ result: 77 });
  });
});

describe('what is refused', () => {
  it.each([
    [
      'a name that nobody knows',
      { ...valid, lattitude: 1 },
      'SHAPE',
      'locationReport.lattitude',
      /there are: alarm, status, latitude/,
    ],
    [
      'an item that nobody knows',
      { ...valid, items: { milage: 1 } },
      'SHAPE',
      'locationReport.items.milage',
      /mileage/,
    ],
    ['a name of every object', { ...valid, constructor: 1 }, 'SHAPE', 'locationReport.constructor', /no such field/],
    ['a field that is missing', { ...valid, speed: undefined }, 'SHAPE', 'locationReport.speed', /is missing/],
    [
      'a text for a number',
      { ...valid, speed: '91.8' },
      'SHAPE',
      'locationReport.speed',
      /expected a number.*, not "91.8"/,
    ],
    ['a number too large', { ...valid, speed: 7000 }, 'RANGE', 'locationReport.speed', /from 0 to 6553.5/],
    [
      'a part of a whole number',
      { ...valid, altitude: 1.5 },
      'SHAPE',
      'locationReport.altitude',
      /a whole number, not 1.5/,
    ],
    [
      'a bit that nobody knows',
      { ...valid, status: ['acc', 'flying'] },
      'SHAPE',
      'locationReport.status[1]',
      /positioned/,
    ],
    ['a bit set that is an object', { ...valid, alarm: {} }, 'SHAPE', 'locationReport.alarm', /a list of names/],
    ['a time without offset', { ...valid, time: '2026-11-21T10:30:06' }, 'SHAPE', 'locationReport.time', /ISO 8601/],
    [
      'a time outside the century',
      { ...valid, time: '1999-11-21T10:30:06Z' },
      'RANGE',
      'locationReport.time',
      /2000 to 2099/,
    ],
    [
      'octets that are no hex',
      { ...valid, items: { tyrePressure: 'xy' } },
      'SHAPE',
      'locationReport.items.tyrePressure',
      /hex/,
    ],
    [
      'an id that is none',
      { ...valid, items: { unknown: [{ id: '0x1E4', hex: '' }] } },
      'SHAPE',
      'locationReport.items.unknown[0].id',
      /0xE4/,
    ],
    [
      'an unknown item with more',
      { ...valid, items: { unknown: [{ id: '0xE4', hex: '', x: 1 }] } },
      'SHAPE',
      'locationReport.items.unknown[0].x',
      /id, hex/,
    ],
    ['no object', [valid], 'SHAPE', 'locationReport', /an object/],
    ['null', null, 'SHAPE', 'locationReport', /an object, not null/],
    ['nothing', undefined, 'SHAPE', 'locationReport', /an object, not nothing/],
  ])('%s', (_, json, code, at, message) => {
    expect(refusal(json)).toEqual({ code, at, message: expect.stringMatching(message) as string });
  });

  it('is an enumeration’s name that is every object’s', () => {
    expect(refusal({ replySerial: 1, replyId: 2, result: 'toString' }, messageById(0x8001)).at).toBe(
      'platformAck.result',
    );
  });

  it('is a count that does not follow', () => {
    const batch = { count: 2, dataType: 'normalBatchReport', items: [{ location: valid }] };
    expect(refusal(batch, messageById(0x0704))).toMatchObject({
      code: 'RANGE',
      at: 'batchLocationUpload.count',
      message: expect.stringMatching(/2 is not 1/) as string,
    });
    expect(refusal({ ...batch, count: 1, items: [{ length: 9, location: valid }] }, messageById(0x0704)).at).toBe(
      'batchLocationUpload.items[0].length',
    );
  });

  it('shows a long value in short', () => {
    expect(refusal({ ...valid, speed: 'x'.repeat(500) }).message.length).toBeLessThan(200);
  });
});
