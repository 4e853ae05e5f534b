import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageById } from '../../protocol/catalogue/index.ts';
import { encodeFrame, encodeFrames } from '../../protocol/frame/enframer.ts';
import { newHeader, readHeader } from '../../protocol/frame/header.ts';
import { QUIRKS, QuirkSet, quirkBit, quirkNames } from '../../protocol/frame/quirks.ts';
import { Reassembler } from '../../protocol/frame/reassembler.ts';
import { decodeFrameHex } from '../../protocol/frame-text.ts';
import { type DecodedMessage, decodeMessage, describeMessage } from '../../protocol/message.ts';
import { encodeBody, encodeMessageJson } from '../../protocol/message-json.ts';
import { fromJson } from '../../protocol/schema/index.ts';
import { vectors } from '../support/vectors.ts';
import { collect, hexOf, octets } from './frame/collect.ts';

const HEARTBEAT = '7e000200000139123456780001337e';
const LOCATION =
  '7e020000280139123456787d027d01000000010000000301dae80007404c310019025d005a2401311259590104000186a03001183101093a7e';
const phone = '13912345678';

const shown = (line: string) => decodeFrameHex(line).map((each) => describeMessage(each));

describe('a frame as xingji decode shows it', () => {
  test('names everything in words, units and ISO times', () => {
    expect(shown(LOCATION)).toEqual([
      {
        ok: true,
        id: '0x0200',
        name: 'locationReport',
        revision: 2013,
        phone: '013912345678',
        terminal: '13912345678',
        serial: 32381,
        encryption: 'none',
        part: null,
        body: {
          alarm: ['emergency'],
          status: ['acc', 'positioned'],
          latitude: 31.123456,
          longitude: 121.654321,
          altitude: 25,
          speed: 60.5,
          direction: 90,
          time: '2024-01-31T12:59:59+08:00',
          items: { mileage: 10000, rssi: 24, satellites: 9 },
        },
        quirks: [],
      },
    ]);
  });

  test.each([
    [HEARTBEAT.replace('337e', '347e'), 'checksum', 'check code 0x34, expected 0x33'],
    ['7e0002000001391234567d05000133 7e', 'escape', 'the octet 7d is followed by 05'],
    ['7e00020000013912345678000133 7d 7e', 'escape', 'the octet 7d is the last one'],
    ['7e00020001 013912345678 0001 32 7e', 'length', 'the header declares 1 octets of body, there are 0'],
    ['7e01017e', 'header', 'a header has 12 octets, there are 1'],
    ['7e080120000139123456780001000300041f 7e', 'header', 'there is no part 4 of 3'],
    ['7e0801040500123456789002de001a000221757e', 'encrypted', 'the body is encrypted: rsa'],
    ['2424 7e7e', 'delimiter', 'no frame: octets outside of two flags 7e'],
    ['7e0002', 'delimiter', 'no frame: octets outside of two flags 7e'],
    ['7e0', 'delimiter', 'an odd number of hexadecimal digits'],
    ['hello', 'delimiter', 'not hexadecimal'],
  ])('%s is refused as %s: %s', (line, reason, detail) => {
    const [fault, ...others] = shown(line);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ ok: false, reason, detail });
  });

  test('whose body cannot be read says where', () => {
    const frame = encodeFrame({ id: 0x0200, revision: 2013, phone, serial: 1, body: new Uint8Array(20) });
    const [fault] = shown(hexOf(frame));
    expect(fault).toMatchObject({ ok: false, reason: 'body', hex: hexOf(frame) });
    expect(fault).toHaveProperty('detail', expect.stringContaining('locationReport'));
  });

  test('of an id that nobody knows, and of a part, keeps its octets', () => {
    const unknown = encodeFrame({ id: 0x0f01, revision: 2019, phone, serial: 1, body: octets('7e7d01') });
    expect(shown(hexOf(unknown))).toMatchObject([{ ok: true, id: '0x0F01', name: null, body: { hex: '7e7d01' } }]);
    const body = encodeBody(0x0200, 2013, (decodeFrameHex(LOCATION)[0] as DecodedMessage).body);
    const part = { id: 0x0200, revision: 2013 as const, phone, serial: 1, body };
    expect(shown(hexOf(encodeFrame({ ...part, part: { total: 2, number: 1 } })))).toMatchObject([
      { ok: true, name: 'locationReport', part: { total: 2, number: 1 }, body: { hex: hexOf(body) } },
    ]);
    expect(shown(hexOf(encodeFrame({ ...part, part: { total: 1, number: 1 } })))).toMatchObject([
      { ok: true, part: { total: 1, number: 1 }, body: { latitude: 31.123456 } },
    ]);
  });

  test('names each deviation that was borne, of whatever layer', () => {
    expect(shown('7e0002000000000000067900007d7e')).toMatchObject([{ ok: true, quirks: ['unescaped-check'] }]);
    const hexPhone = encodeFrame({ id: 2, revision: 2013, phone: '1391234567f', serial: 1, body: new Uint8Array(0) });
    expect(shown(hexOf(hexPhone))).toMatchObject([{ ok: true, quirks: ['phone-hex'], terminal: '1391234567f' }]);
    const oddItem = encodeFrame({
      id: 0x0200,
      revision: 2013,
      phone: 'f',
      serial: 1,
      body: octets(`${'00'.repeat(8)}01dae80007404c310000000000002401311259593002ffff01`),
    });
    expect(shown(hexOf(oddItem))).toMatchObject([{ ok: true, quirks: ['phone-hex', 'length', 'trailing'] }]);
  });

  test('is of the revision that it proves: 2011 by the body, 2019 by the header, 2013 else', () => {
    const registration = (model: number) =>
      octets(`0000 0000 ${'41'.repeat(5)} ${'42'.repeat(model)} ${'43'.repeat(7)} 01 31`);
    const revisionOf = (model: number, known?: 2011) => {
      const frame = encodeFrame({ id: 0x0100, revision: 2013, phone, serial: 1, body: registration(model) });
      const [decoded] = decodeFrameHex(hexOf(frame), known === undefined ? {} : { revision: known });
      return describeMessage(decoded!);
    };
    expect(revisionOf(8)).toMatchObject({ revision: 2011, body: { terminalModel: 'BBBBBBBB' } });
    expect(revisionOf(20)).toMatchObject({ revision: 2013, body: { terminalModel: 'B'.repeat(20) } });
    expect(shown('7e0002400001000000000139123456780001727e')).toMatchObject([{ revision: 2019 }]);
    expect(describeMessage(decodeFrameHex(HEARTBEAT, { revision: 2011 })[0]!)).toMatchObject({ revision: 2011 });
    expect(describeMessage(decodeFrameHex(HEARTBEAT, { revision: 2019 })[0]!)).toMatchObject({ revision: 2013 });
  });
});

describe('a line of hex', () => {
  test.each([
    ['flags left off', '00020000013912345678000133'],
    ['spaces', '7e 00 02 00 00 01 39 12 34 56 78 00 01 33 7e'],
    ['0x and commas', '0x7E,0x00,0x02,0x00,0x00,0x01,0x39,0x12,0x34,0x56,0x78,0x00,0x01,0x33,0x7E'],
    ['one prefix', `0x${HEARTBEAT.toUpperCase()}`],
    ['a line end', `${HEARTBEAT}\r\n`],
  ])('may be written with %s', (_, line) => {
    expect(shown(line)).toMatchObject([{ ok: true, id: '0x0002', serial: 1 }]);
  });

  test('may hold several frames, and noise between them, in their order', () => {
    const line = `41${HEARTBEAT}${LOCATION}2425${HEARTBEAT}${LOCATION.slice(2)}`;
    expect(shown(line).map((each) => (each.ok ? each.id : each.reason))).toEqual([
      'delimiter',
      '0x0002',
      '0x0200',
      'delimiter',
      '0x0002',
      '0x0200',
    ]);
    expect(shown('  ')).toEqual([]);
  });

  test('of any characters is decoded or refused, never thrown at', () => {
    const hex = fc.uint8Array({ maxLength: 80 }).map((b) => `7e${hexOf(b)}7e`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), hex), (line) => {
        for (const each of shown(line)) expect(each.ok ? each.id : each.reason).toBeTypeOf('string');
      }),
    );
  });
});

describe('every vector', () => {
  test('is shown or refused for a stated reason, and what is shown can be encoded again', () => {
    let encoded = 0;
    for (const vector of vectors({ protocol: 'jt808', kind: 'frame' })) {
      const [decoded, ...others] = decodeFrameHex(vector.hex!);
      expect(others).toEqual([]);
      const said = describeMessage(decoded!);
      if (!said.ok) {
        expect(['length', 'body', 'encrypted'], `${vector.id}: ${said.detail}`).toContain(said.reason);
        expect(said.reason === 'length', `${vector.id}: ${said.detail}`).toBe(
          vector.lengthOk === false && said.reason !== 'body',
        );
        continue;
      }
      const frames = encodeMessageJson(JSON.parse(JSON.stringify(said)));
      const again = describeMessage(decodeFrameHex(frames.map((frame) => hexOf(frame)).join(''))[0]!);
      expect({ ...again, quirks: [] }, vector.id).toEqual({ ...said, quirks: [] });
      encoded++;
    }
    expect(encoded).toBeGreaterThan(250);
  });
});

describe('a message joined from its parts', () => {
  test('is decoded as if it had come whole, serial of the first part included', () => {
    const text = '注意行车安全。'.repeat(100);
    const body = encodeBody(0x8300, 2013, fromJson(messageById(0x8300)!, 2013, { flag: ['urgent'], text }));
    const frames = encodeFrames({ id: 0x8300, revision: 2013, phone, serial: 9, body });
    expect(frames.length).toBe(2);
    const reassembler = new Reassembler();
    const header = newHeader();
    const offers = collect(...frames).packets.map((packet) => {
      const b = octets(packet);
      expect(readHeader(b, 0, b.length, header)).toBeUndefined();
      return reassembler.offer({ terminal: phone, b, header }, 0);
    });
    const whole = offers[1]!;
    if (typeof whole === 'string' || 'absent' in whole) return expect.unreachable();
    const decoded = describeMessage(decodeMessage(whole.octets, 0, whole.octets.length, { whole: true }));
    expect(decoded).toMatchObject({ ok: true, serial: 9, part: null, body: { text } });
    expect(describeMessage(decodeMessage(whole.octets, 0, whole.octets.length))).toMatchObject({
      ok: false,
      reason: 'length',
    });
  });
});

describe('a message as JSON', () => {
  test('becomes one frame, by id or by name, with or without the fields that have a default', () => {
    const golden = '7e8001000501391234567800057d027d01020000b07e';
    const body = { replySerial: 0x7e7d, replyId: 0x0200, result: 'success' };
    const [decoded] = shown(golden);
    expect(decoded).toMatchObject({ ok: true, name: 'platformAck' });
    const acked = decoded!.ok ? decoded!.body : undefined;
    expect(acked).toMatchObject({ result: body.result });
    for (const head of [
      { id: '0x8001' },
      { id: 0x8001 },
      { name: 'platformAck' },
      { id: '0x8001', name: 'platformAck', revision: 2013 },
    ])
      expect(encodeMessageJson({ ...head, phone, serial: 5, body: acked }).map((frame) => hexOf(frame))).toEqual([
        golden,
      ]);
    expect(encodeMessageJson({ id: 2, phone }).map((frame) => hexOf(frame))).toEqual([
      hexOf(encodeFrame({ id: 2, revision: 2013, phone, serial: 0, body: new Uint8Array(0) })),
    ]);
    expect(encodeMessageJson({ id: 2, phone: '00000000013912345678', serial: 1 }).map((frame) => hexOf(frame))).toEqual(
      ['7e0002400001000000000139123456780001727e'],
    );
  });

  test('becomes as many frames as its body needs', () => {
    expect(encodeMessageJson({ id: '0x0900', phone, body: { hex: '41'.repeat(2000) } })).toHaveLength(2);
  });

  test.each([
    ['message', [], 'expected an object'],
    ['id', { phone }, 'expected an id'],
    ['id', { id: '512', phone }, 'expected an id'],
    ['name', { name: 'nothing', phone }, 'no message is called'],
    ['name', { id: 2, name: 'locationReport', phone }, '0x0002 is not'],
    ['phone', { id: 2 }, 'digits'],
    ['phone', { id: 2, phone: '+86 139' }, 'digits'],
    ['revision', { id: 2, phone, revision: 2016 }, '2011, 2013, 2019'],
    ['serial', { id: 2, phone, serial: '1' }, 'whole number'],
    ['serial', { id: 2, phone, serial: 65_536 }, '65535'],
    ['encryption', { id: 2, phone, encryption: 'rsa' }, 'none'],
    ['part.number', { id: 0x0801, phone, part: { total: 2 }, body: { hex: '' } }, 'whole number'],
    ['body', { id: 0x0f01, phone, body: { a: 1 } }, 'not in the catalogue'],
    ['body.hex', { id: 0x0f01, phone, body: { hex: 'f' } }, 'hexadecimal'],
    ['colour', { id: 2, phone, colour: 'red' }, 'no such field'],
    ['ok', { ok: false, reason: 'checksum' }, 'no such field'],
    ['ok', { ok: false, id: 2, phone }, 'refused'],
    ['locationReport.speeed', { id: 0x0200, phone, body: { speeed: 1 } }, 'no such field'],
  ])('is refused at %s: %j', (at, json, detail) => {
    const path = at === 'ok' && 'reason' in json ? 'reason' : at;
    expect(() => encodeMessageJson(json)).toThrow(expect.objectContaining({ name: 'ProtocolError', at: path }));
    expect(() => encodeMessageJson(json)).toThrow(detail);
  });
});

describe('quirks', () => {
  test('have a bit each and a sentence', () => {
    const entries = Object.values(QUIRKS);
    expect(new Set(entries.map(({ bit }) => bit)).size).toBe(entries.length);
    for (const { bit, about } of entries) {
      expect(bit).toBeLessThan(31);
      expect(about).toMatch(/^[A-Z].+\.$/);
    }
  });

  test('come back by name from their bits, unknown ones as other', () => {
    for (const name of Object.keys(QUIRKS)) expect(quirkNames(quirkBit(name))).toEqual([name]);
    const set = new QuirkSet();
    for (const name of ['trailing', 'phone-hex', 'never heard of', 'trailing']) set.quirk(name);
    expect(quirkNames(set.bits)).toEqual(['phone-hex', 'trailing', 'other']);
    set.clear();
    expect(quirkNames(set.bits)).toEqual([]);
  });
});
