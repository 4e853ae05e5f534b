import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEmqxHex, EMQX_IDS, type EmqxMessage, encodeEmqx, readEmqx } from '../../../bridge/index.ts';
import {
  CATALOGUE,
  codecFor,
  encodeFrame,
  formatHex,
  type Message,
  parseHex,
  REVISIONS,
  type Revision,
  sample,
  seededRandom,
} from '../../../protocol/index.ts';

const PHONE = { 2011: '013912345678', 2013: '013912345678', 2019: '00000000013912345678' } as const;

function frameOf(id: number, body: string | Uint8Array, revision: Revision = 2013): string {
  const octets = typeof body === 'string' ? parseHex(body.replaceAll(' ', ''))! : body;
  return formatHex(encodeFrame({ id, revision, phone: PHONE[revision], serial: 9, body: octets }));
}

/** The body that EMQX's platforms see for a body on the wire, which must also come back from it. */
function seen(id: number, body: string, revision: Revision = 2013): unknown {
  const frame = frameOf(id, body, revision);
  const [message] = decodeEmqxHex(frame) as [EmqxMessage];
  expect(encodeEmqx(message).map((one) => formatHex(one))).toEqual([frame]);
  return message.body;
}

/** The body on the wire of what a platform of EMQX's sends. */
const sent = (msg_id: number, body: unknown, header: object = {}): string =>
  formatHex(readEmqx({ header: { msg_id, ...header }, body }).body);

describe('the header', () => {
  test('has numbers in decimal and the phone as on the wire', () => {
    const [message] = decodeEmqxHex(frameOf(0x0002, ''));
    expect(message).toEqual({
      header: { msg_id: 2, encrypt: 0, len: 0, phone: '013912345678', msg_sn: 9 },
      body: {},
    });
  });

  test('of 2019 has the version of the protocol', () => {
    const [message] = decodeEmqxHex(frameOf(0x0004, '', 2019)) as [EmqxMessage];
    expect(message.header).toEqual({
      msg_id: 4,
      encrypt: 0,
      len: 0,
      proto_ver: 1,
      phone: '00000000013912345678',
      msg_sn: 9,
    });
  });

  test('of a part says which one, and its octets stay as they are', () => {
    const body = Uint8Array.of(1, 2, 3);
    const frame = encodeFrame({
      id: 0x0801,
      revision: 2013,
      phone: '1',
      serial: 3,
      body,
      part: { total: 4, number: 2 },
    });
    const [message] = decodeEmqxHex(formatHex(frame)) as [EmqxMessage];
    expect(message).toMatchObject({ header: { frag_total: 4, frag_sn: 2 }, body: { unknown_id: true, data: 'AQID' } });
    expect(encodeEmqx(message)).toEqual([frame]);
  });
});

describe('what a terminal says', () => {
  test('a position has the numbers of the wire, and its items by the names that EMQX gives them', () => {
    const fixed = '00000100 00000003 01db0632 073d5f1d 0014 0396 0167 261121103006';
    expect(seen(0x0200, `${fixed} 57 02 0102 01 04 00295ab9 2b04 0001 0002 30011f e1020064`)).toEqual({
      alarm: 256,
      status: 3,
      latitude: 31_131_186,
      longitude: 121_462_557,
      altitude: 20,
      speed: 918,
      direction: 359,
      time: '261121103006',
      extra: { 87: 'AQI=', mileage: 2_710_201, analog: { ad1: 1, ad0: 2 }, rssi: 31, custome: { 225: 'AGQ=' } },
    });
    expect(seen(0x0200, fixed)).not.toHaveProperty('extra');
  });

  test('vehicle signals are counted from the highest bit, as EMQX counts them', () => {
    const body = seen(0x0200, `${'00'.repeat(22)}261121103006 2504 80000000`) as { extra: { signal: object } };
    expect(body.extra.signal).toMatchObject({ low_beam: 1, high_beam: 0, cluth: 0 });
  });

  test('tyres and carriage are items of 2019, and others before it', () => {
    const body = `${'00'.repeat(22)}261121103006 0502 2030 0602 fff6`;
    expect(seen(0x0200, body, 2019)).toMatchObject({ extra: { tire_pressure: 'IDA=', carriage_temp: -10 } });
    expect(seen(0x0200, body)).toMatchObject({ extra: { 5: 'IDA=', 6: '//Y=' } });
  });

  test('an item of another length than its name has is kept by its id', () => {
    const body = seen(0x0200, `${'00'.repeat(22)}261121103006 0103 000102`);
    expect(body).toMatchObject({ extra: { 1: 'AAEC' } });
  });

  test('a registration has its layout of 2013 or 2019', () => {
    const maker = Buffer.from('abc\0\0').toString('hex');
    const body = `003a 003b ${maker} ${'33'.repeat(20)} 3132330000 0000 01 d4c1 42313233`;
    expect(seen(0x0100, body)).toEqual({
      province: 58,
      city: 59,
      manufacturer: 'abc\0\0',
      model: '3'.repeat(20),
      dev_id: '123',
      color: 1,
      license_number: '粤B123',
    });
    expect(
      seen(0x0100, `003a 003b ${'41'.repeat(11)} ${'42'.repeat(30)} ${'43'.repeat(30)} 02 5a`, 2019),
    ).toMatchObject({
      manufacturer: 'A'.repeat(11),
      dev_id: 'C'.repeat(30),
      color: 2,
    });
  });

  test('an authentication of 2019 has three fields', () => {
    const imei = Buffer.from('860000000000001').toString('hex');
    expect(seen(0x0102, `02 6162 ${imei} ${Buffer.from('V1').toString('hex')} ${'00'.repeat(18)}`, 2019)).toEqual({
      code: 'ab',
      imei: '860000000000001',
      software_version: 'V1',
    });
    expect(seen(0x0102, '6162')).toEqual({ code: 'ab' });
  });

  test('parameters are numbers or texts by their id, others in base64', () => {
    expect(seen(0x0104, '0007 03 00000001 04 0000003c 00000013 03 612e62 0000f364 02 0102')).toEqual({
      seq: 7,
      length: 3,
      params: [
        { id: 1, value: 60 },
        { id: 0x13, value: 'a.b' },
        { id: 0xf364, value: 'AQI=' },
      ],
    });
  });

  test('a driver is told by what the card reader said', () => {
    expect(seen(0x0702, '02 261121103006')).toEqual({ status: 2, time: '261121103006' });
    expect(seen(0x0702, '01 261121103006 03')).toEqual({ status: 1, time: '261121103006', ic_result: 3 });
    const card = `00 04 d5c5c8fd ${'31'.repeat(20)} 02 4142 20301231`;
    expect(seen(0x0702, `01 261121103006 ${card}`)).toMatchObject({
      driver_name: '张三',
      organization: 'AB',
      cert_expiry: '20301231',
    });
    expect(seen(0x0702, `01 261121103006 ${card} ${'39'.repeat(18)}0000`, 2019)).toMatchObject({
      id_card: '9'.repeat(18),
    });
  });

  test('positions in a batch, CAN data and found media are lists', () => {
    const position = `${'00'.repeat(22)}261121103006`;
    expect(seen(0x0704, `0002 01 001c ${position} 001f ${position} 300105`)).toMatchObject({
      type: 1,
      length: 2,
      location: [{ time: '261121103006' }, { extra: { rssi: 5 } }],
    });
    expect(seen(0x0705, `0001 1030061234 a0000102 0102030405060708`)).toEqual({
      length: 1,
      time: '1030061234',
      can_data: [{ channel: 1, frame_type: 0, data_method: 1, id: 0x102, data: 'AQIDBAUGBwg=' }],
    });
    expect(seen(0x0802, `0007 0001 00000005 00 01 02 ${position}`)).toMatchObject({
      result: [{ id: 5, channel: 1, event: 2 }],
    });
  });

  test('what EMQX does not know, or what does not fit, is in base64', () => {
    expect(seen(0x0f0f, '0102')).toEqual({ unknown_id: true, data: 'AQI=' });
    expect(seen(0x0001, '0102')).toEqual({ unknown_id: true, data: 'AQI=' });
  });
});

describe('what a platform says', () => {
  test('parameters, a question, contacts and areas are put into octets', () => {
    expect(sent(0x8103, { length: 1, params: [{ id: 0x55, value: 120 }] })).toBe(
      '010000005504 00000078'.replace(' ', ''),
    );
    const question = { flag: 16, length: 3, question: '好?', answers: [{ id: 1, len: 2, answer: '是' }] };
    expect(sent(0x8302, question)).toBe('1003bac33f010002cac7');
    const contact = { type: 2, phone_len: 3, phone: '110', name_len: 2, name: '张' };
    expect(sent(0x8401, { type: 2, length: 1, contacts: [contact] })).toBe('0201020331313002d5c5');
    const circle = {
      id: 1,
      flag: 2,
      center_latitude: 3,
      center_longitude: 4,
      radius: 5,
      max_speed: 80,
      overspeed_duration: 6,
    };
    const head = '0001000000010002000000030000000400000005005006';
    expect(sent(0x8600, { type: 0, length: 1, areas: [circle] })).toBe(head);
    expect(sent(0x8600, { type: 0, length: 1, areas: [{ ...circle, name: 'a' }] }, { proto_ver: 1 })).toBe(
      `${head}0000000161`,
    );
  });

  test('lengths are those of the octets, whatever was said', () => {
    expect(sent(0x8304, { type: 3, length: 99, info: '纽约' })).toBe('030004c5a6d4bc');
    expect(sent(0x8106, { length: 9, ids: [1] })).toBe('0100000001');
  });

  test('fields of 2019 that are left out have the values that EMQX gives them', () => {
    expect(sent(0x8300, { flag: 1, text: 'a' }, { proto_ver: 1 })).toBe('010161');
    expect(sent(0x8300, { flag: 1, text: 'a' })).toBe('0161');
  });

  test.each([
    [{}, 'header: expected an object'],
    [{ header: {} }, 'header.msg_id: is missing'],
    [
      { header: { msg_id: 0x8300 }, body: { flag: 256, text: '' } },
      'body.flag: 256 is not a whole number from 0 to 255',
    ],
    [
      { header: { msg_id: 0x8302 }, body: { flag: 1, question: '', answers: [{ id: 1 }] } },
      'body.answers[0].answer: expected a text',
    ],
    [{ header: { msg_id: 0x8300 }, body: { flag: 1, text: '😀' } }, /body.text: no GBK code/],
    [{ header: { msg_id: 0x8f00 }, body: {} }, /EMQX does not know 0x8F00/],
    [{ header: { msg_id: 0x8700 }, body: { command: 1, param: '?' } }, 'body.param: expected octets in base64'],
  ])('%j is refused with its path', (json, message) => {
    expect(() => readEmqx(json)).toThrow(message);
  });

  test('a text that is too long for one frame becomes several', () => {
    const message = {
      header: { msg_id: 0x8300, phone: '013912345678', msg_sn: 4 },
      body: { flag: 0, text: '速'.repeat(600) },
    };
    const parts = encodeEmqx(message).map((one) => decodeEmqxHex(formatHex(one))[0] as EmqxMessage);
    expect(parts.map(({ header }) => [header.msg_sn, header.frag_sn])).toEqual([
      [4, 1],
      [5, 2],
    ]);
  });
});

test('every message of the catalogue that EMQX knows comes back from its form', () => {
  const known = new Set(EMQX_IDS);
  const cases = (CATALOGUE as readonly Message[])
    .filter(({ id }) => known.has(id))
    .flatMap((message) => ([2013, 2019] as const).map((revision) => ({ message, revision })));
  expect(known.size).toBe(71);
  expect(cases.length).toBeGreaterThan(30);
  const room = new Uint8Array(8192);
  let understood = 0;
  fc.assert(
    fc.property(fc.constantFrom(...cases), fc.nat(), ({ message: { id, name }, message, revision }, seed) => {
      const end = codecFor(id, revision)!.encode(sample(message, revision, seededRandom(seed)), room, 0);
      fc.pre(end <= 1023);
      const frame = frameOf(id, room.subarray(0, end), revision);
      const [first] = decodeEmqxHex(frame) as [EmqxMessage];
      const [second] = decodeEmqxHex(formatHex(encodeEmqx(first)[0]!)) as [EmqxMessage];
      // Padding of texts may differ in its length alone.
      expect([name, second.body]).toEqual([name, first.body]);
      if (first.body['unknown_id'] !== true) understood++;
    }),
    { numRuns: 2000 },
  );
  expect(understood).toBeGreaterThan(1000);
});

test('any octets have a form, and come back as they were or as EMQX would write them', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...EMQX_IDS),
      fc.uint8Array({ maxLength: 80 }),
      fc.constantFrom(...REVISIONS),
      (id, body, revision) => {
        const [message] = decodeEmqxHex(frameOf(id, body, revision)) as [EmqxMessage];
        expect(message.header.len).toBe(body.length);
        expect(typeof message.body).toBe('object');
      },
    ),
    { numRuns: 1000 },
  );
});
