import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeJt809,
  decodeJt809Hex,
  type Jt809Decoded,
  describeJt809,
  encodeJt809,
  encodeJt809Json,
  JT809_CATALOGUE,
  JT809_EDITIONS,
  JT809_QUIRKS,
  type Jt809Edition,
  type Jt809Described,
  type Jt809Options,
  type Message,
  ProtocolError,
} from '../../../protocol/index.ts';
import { encodeData } from '../../../protocol/jt809/encode.ts';
import { anyBody } from '../schema/arbitrary.ts';
import { frameOf, hexOf, nasty, octets, packetOf } from './frames.ts';

const CIPHER = { m1: 56_107_078, ia1: 37_382_110, ic1: 50_361_430 };
const SECONDS = 1_587_873_720;
const TIME = '2020-04-26T12:02:00+08:00';

function only(hex: string, options: Jt809Options = {}): Jt809Described {
  const [decoded, ...more] = decodeJt809Hex(hex, options);
  expect(more).toEqual([]);
  const described = describeJt809(decoded!);
  if (!described.ok) throw new Error(`${described.reason}: ${described.detail}`);
  return described;
}

const hexOfPacket = (packet: Uint8Array): string => hexOf(frameOf(packet));

/** Plate, colour, sub-type and length before data. */
function ofVehicle(subId: number, data: Uint8Array, length = data.length): Uint8Array {
  const head = Buffer.alloc(28);
  head.set(octets('d4c14131323334 35'), 0);
  head[21] = 2;
  head.writeUInt16BE(subId, 22);
  head.writeUInt32BE(length, 24);
  return Uint8Array.from([...head, ...data]);
}

describe('a frame', () => {
  it('is read as the standard has it, escapes in the length field included', () => {
    const hex =
      '5b0000005a02000000031200000004000102 0f0000000000d4c1413132333435000000000000000000000000000212020000002400130707dc0f0f0f07ef4d80017018400035002d000004d2002d002d0000000300000101 0857 5d';
    expect(only(hex)).toEqual({
      ok: true,
      id: '0x1200',
      subId: '0x1202',
      name: 'realLocation',
      constant: 'UP_EXG_MSG_REAL_LOCATION',
      edition: 2011,
      serial: 3,
      centerId: 1024,
      version: '1.2.15',
      encrypted: false,
      key: 0,
      time: null,
      plate: '粤A12345',
      plateColour: 'yellow',
      body: {
        encrypted: 'no',
        time: '2012-07-19T15:15:15+08:00',
        longitude: 133.123456,
        latitude: 24.123456,
        speed: 53,
        recorderSpeed: 45,
        mileage: 1234,
        direction: 45,
        altitude: 45,
        state: ['acc', 'positioned'],
        alarm: ['emergency', 'mainPowerOff'],
      },
      quirks: [],
    });
  });

  it('of 2011 south and west is in negative degrees', () => {
    const body = octets('00130707dc0f0f0f07ef4d80017018400035002d000004d2002d002d0000000f00000101');
    const { body: read } = only(hexOfPacket(packetOf(0x1200, ofVehicle(0x1202, body))));
    expect(read).toMatchObject({ longitude: -133.123456, latitude: -24.123456 });
  });

  it('is told apart by edition where one has a time and the other has not', () => {
    const empty = new Uint8Array(0);
    expect(only(hexOfPacket(packetOf(0x1005, empty)))).toMatchObject({ edition: 2011, time: null });
    expect(only(hexOfPacket(packetOf(0x1005, empty, { seconds: SECONDS })))).toMatchObject({
      edition: 2019,
      time: TIME,
    });
  });

  it('of 2019 without a time is known by what fits', () => {
    const untimed = packetOf(0x1200, ofVehicle(0x1208, new Uint8Array(0)), { seconds: 0 });
    expect(only(hexOfPacket(untimed))).toMatchObject({ edition: 2019, time: null, name: 'cancelExchange', quirks: [] });
  });

  it('is read in the edition that is asked for', () => {
    const report = packetOf(0x1500, ofVehicle(0x1501, octets('00')));
    expect(only(hexOfPacket(report), { edition: 2011 })).toMatchObject({ edition: 2011, body: { result: 'success' } });
    const [refused] = decodeJt809Hex(hexOfPacket(report), { edition: 2019 });
    expect(refused).toMatchObject({ fault: 'body' });
  });

  it('whose header counts milliseconds says so', () => {
    const packet = packetOf(0x1005, new Uint8Array(0), { seconds: 0 });
    packet.set(octets('00000171b4ad2940'), 22);
    expect(only(hexOfPacket(packet))).toMatchObject({ edition: 2019, quirks: ['time-unit'] });
  });
});

describe('an enciphered frame', () => {
  const hex = '5b00000033000002581400052df12c0000000100003b890000000068b7a9c0b7a40dc8859dc47888e98b8678be0e5b91232e5d';

  it('is read with its constants', () => {
    expect(only(hex, { cipher: CIPHER })).toMatchObject({
      name: 'superviseResponse',
      encrypted: true,
      body: { supervisionId: 225_384_814, sourceType: 0x1402, sourceSerial: 4, result: 'done' },
      quirks: ['unescaped'],
    });
  });

  it('keeps its body as octets without them', () => {
    const described = only(hex);
    expect(described).toMatchObject({ id: '0x1400', subId: null, name: null, encrypted: true });
    expect(described.body).toEqual({ hex: 'b7a40dc8859dc47888e98b8678be0e5b91' });
    expect(encodeJt809Json(described)).toEqual(encodeJt809Json(only(hex, { cipher: CIPHER }), CIPHER));
  });

  it('is refused with others', () => {
    expect(decodeJt809Hex(hex, { cipher: { ...CIPHER, ia1: 1 } })).toMatchObject([{ fault: 'body' }]);
  });
});

describe('what stands before the data', () => {
  it('is taken as it is met, and noted', () => {
    const result = octets('0400000004000 1'.replace(' ', ''));
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['platform', Uint8Array.from([0x92, 0x01, 0, 0, 0, 7, ...result])],
      ['bare', Uint8Array.from([0x92, 0x01, ...result])],
      ['unsized', Uint8Array.from([...ofVehicle(0x9201, new Uint8Array(0)).subarray(0, 24), ...result])],
    ];
    for (const [envelope, body] of cases) {
      const described = only(hexOfPacket(packetOf(0x9200, body, { seconds: SECONDS })));
      expect(described).toMatchObject({ envelope, body: { result: 'approved' }, quirks: ['envelope'] });
    }
  });

  it('may state a wrong length, which is noted', () => {
    const body = octets('01');
    const described = only(hexOfPacket(packetOf(0x9200, ofVehicle(0x9205, body, 9))));
    expect(described).toMatchObject({ name: 'startExchange', body: { reason: 'manual' }, quirks: ['length'] });
  });

  it('may name a sub-type that nobody knows: its data stay octets', () => {
    const described = only(hexOfPacket(packetOf(0x1200, ofVehicle(0x12ff, octets('0102')))));
    expect(described).toMatchObject({
      subId: '0x12FF',
      name: null,
      plate: '粤A12345',
      body: { hex: '0102' },
      quirks: [],
    });
  });

  it('must be of the business type', () => {
    const [refused] = decodeJt809Hex(hexOfPacket(packetOf(0x1200, ofVehicle(0x9301, octets('0102')))));
    expect(refused).toMatchObject({ fault: 'body', detail: 'body: holds no sub-type of this message' });
  });
});

describe('a message of another edition', () => {
  it('is read by the layout it has, which is noted', () => {
    const described = only(
      hexOfPacket(packetOf(0x1400, ofVehicle(0x1411, octets('940100000001 01'.replace(' ', ''))))),
    );
    expect(described).toMatchObject({ edition: 2011, layout: { edition: 2019, number: 0 } });
    expect(described.quirks).toContain('edition');
  });

  it('is not written', () => {
    const sender = { edition: 2011, centerId: 1 } as const;
    expect(() => encodeJt809(sender, { serial: 1 }, 'serialsSent', { serials: [] })).toThrow(
      'serialsSent: JT/T 809-2011 has no such message, or no layout 0',
    );
  });
});

const MESSAGES = JT809_CATALOGUE.flatMap((message) =>
  JT809_EDITIONS.flatMap((edition) =>
    message.bodies[edition].map((body: Message, layout) => ({
      title: `${message.name} ${edition} layout ${layout}`,
      message,
      edition,
      layout,
      body,
    })),
  ),
);

describe.each(MESSAGES)('$title', ({ message, edition, layout, body }) => {
  const fields = fc.record({
    serial: fc.nat(0xffff_ffff),
    centerId: fc.nat(0xffff_ffff),
    key: fc.nat(0xffff_ffff),
    encrypted: fc.boolean(),
    plate: fc.constantFrom('粤A12345', '京AD00001', '测B01844'),
    plateColour: fc.constantFrom('blue', 'gradientGreen', 77),
  });

  it('comes back from its frame, as JSON says it', () => {
    fc.assert(
      fc.property(fields, anyBody(body, edition), ({ encrypted, ...said }, value) => {
        const fitting = {
          ...value,
          ...('photo' in value ? { photoLength: (value['photo'] as Uint8Array).length } : {}),
        };
        const data = encodeData(message, edition, layout, fitting);
        const json = {
          ...said,
          edition,
          name: message.name,
          encrypted,
          time: edition === 2019 ? TIME : null,
          ...(layout === 0 ? {} : { layout: { edition, number: layout } }),
        };
        // The data themselves, not their JSON: this is about what stands around them.
        const frame = encodeJt809Json({ ...json, subId: hexId(message.id), body: { hex: hexOf(data) } }, CIPHER);
        const options = { edition, cipher: CIPHER };
        const described = only(hexOf(frame), options);
        expect(described).toMatchObject({ ok: true, edition, encrypted, serial: said.serial, centerId: said.centerId });
        expect(encodeJt809Json(described, CIPHER)).toEqual(frame);
        if (described.layout === undefined && layout === 0) expect(described.quirks).not.toContain('layout');
      }),
      { numRuns: 12 },
    );
  });
});

const hexId = (id: number): string => `0x${id.toString(16).padStart(4, '0')}`;

describe('any octets', () => {
  const ids = fc.constantFrom(...JT809_CATALOGUE.map(({ id }) => (((id >> 8) & 0x7f) <= 0x11 ? id : id & 0xff00)));
  const names = new Set(Object.keys(JT809_QUIRKS));

  /** Whether it is described with known words, and can be said again or is refused with a code. */
  function isBorne(decoded: ReturnType<typeof decodeJt809>): boolean {
    const described = describeJt809(decoded);
    if (!described.ok) return described.reason === 'header' || described.reason === 'body';
    if (!described.quirks.every((quirk) => names.has(quirk))) return false;
    try {
      return encodeJt809Json(JSON.parse(JSON.stringify(described))).length > 0;
    } catch (error) {
      return error instanceof ProtocolError;
    }
  }

  it('are a message or a coded refusal', () => {
    fc.assert(
      fc.property(ids, nasty(200), fc.option(fc.constantFrom<Jt809Edition>(2011, 2019)), (id, body, edition) => {
        const packet = packetOf(id, body);
        expect(isBorne(decodeJt809(packet, 0, packet.length, edition === null ? {} : { edition }))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('behind a right envelope are a message or a coded refusal', () => {
    const sub = fc.constantFrom(...JT809_CATALOGUE.map(({ id }) => id).filter((id) => ((id >> 8) & 0x7f) > 0x11));
    fc.assert(
      fc.property(sub, nasty(120), fc.boolean(), (id, data, timed) => {
        const packet = packetOf(id & 0xff00, ofVehicle(id, data), timed ? { seconds: SECONDS } : {});
        expect(isBorne(decodeJt809(packet, 0, packet.length))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('are kept no hold of', () => {
    const packet = packetOf(0x1200, ofVehicle(0x1602 - 0x400 + 0xc, octets('0102030405')), { seconds: SECONDS });
    const shared = Buffer.from(packet);
    const decoded = decodeJt809(shared, 0, shared.length) as Jt809Decoded;
    const before = JSON.stringify(describeJt809(decoded));
    shared.fill(0xff);
    expect(JSON.stringify(describeJt809(decoded))).toBe(before);
  });

  it('as text are one result a frame or run of noise, none for an empty line', () => {
    expect(decodeJt809Hex('')).toEqual([]);
    expect(decodeJt809Hex(' \t')).toEqual([]);
    expect(decodeJt809Hex('hello')).toMatchObject([{ fault: 'delimiter' }]);
    expect(decodeJt809Hex('5b0')).toMatchObject([{ fault: 'delimiter' }]);
    const frame = hexOfPacket(packetOf(0x1005, new Uint8Array(0)));
    const spaced = frame.toUpperCase().replaceAll(/../g, '0x$&, ');
    expect(decodeJt809Hex(`00 ${spaced}${frame}`).map((one) => 'fault' in one)).toEqual([true, false, false]);
  });
});

describe('what cannot be written', () => {
  const right = { edition: 2011, name: 'startExchange', plate: '粤A12345', body: { reason: 'manual' } };

  it('is refused with its place and what was expected', () => {
    expect(only(hexOf(encodeJt809Json(right)))).toMatchObject({ name: 'startExchange', plateColour: 'other' });
    const cases: readonly (readonly [object, string])[] = [
      [{ ...right, plate: null }, 'plate: is missing'],
      [{ ...right, plate: '粤'.repeat(11) }, 'plate: "粤粤粤粤粤粤粤粤粤粤粤" is longer than 21 octets'],
      [{ ...right, plate: '粤😀' }, 'plate: no GBK code'],
      [{ ...right, plateColour: 'pink' }, 'plateColour: expected one of blue'],
      [{ ...right, plateColour: 256 }, 'colour: 256 is not a number of 1 octet'],
      [{ ...right, edition: 2013 }, 'edition: expected one of 2011, 2019'],
      [{ ...right, name: 'nobody' }, 'name: no message is called "nobody"'],
      [{ ...right, name: undefined }, 'id: expected an id'],
      [{ ...right, serial: -1 }, 'serial: -1 is not a number of 4 octets'],
      [{ ...right, version: '1.2' }, 'version: "1.2" is not of the form 1.2.15'],
      [{ ...right, encrypted: true }, 'encrypted: needs the cipher'],
      [{ ...right, layout: { number: 3 } }, 'layout: startExchange has no layout 3 in 2011'],
      [{ ...right, colour: 1 }, 'colour: no such field'],
      [{ ...right, body: { reason: 'boredom' } }, 'startExchange.reason: expected one of'],
      [{ ...right, edition: 2019, time: 'noon' }, 'time: expected an ISO 8601 time'],
      [{ ...right, ok: false }, 'ok: a refused frame is no message'],
    ];
    for (const [json, detail] of cases) expect(() => encodeJt809Json(json)).toThrow(detail);
  });

  it('is a photograph of another length than it says', () => {
    const photo = { lens: 1, photoLength: 3, size: 'CIF', type: 'jpg', photo: '0102' };
    const position = only(
      hexOfPacket(packetOf(0x1200, ofVehicle(0x1202, octets(`00130707dc0f0f0f${'00'.repeat(28)}`)))),
    ).body;
    const json = { ...right, name: 'photoResponse', body: { flag: 'done', position, ...photo } };
    expect(() => encodeJt809Json(json)).toThrow('photoLength: 3 is not 2, the octets of photo');
  });
});
