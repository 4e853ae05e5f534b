import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRdssFrame,
  describeRdssFrame,
  describeRdssLine,
  encodeRdssFrame,
  ProtocolError,
  type RdssBody,
  type RdssKind,
} from '../../../../protocol/index.ts';
import { RDSS_MESSAGES } from '../../../../protocol/beidou/rdss/binary-messages.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (b: Uint8Array): string =>
  Buffer.from(b)
    .toString('hex')
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, '$1 ');
const encoded = (kind: RdssKind, body: unknown, address?: string): string =>
  hexOf(encodeRdssFrame(kind, body as RdssBody<RdssKind>, address));

const OWN = '0166166';
/** Made by the rules of the interface, own address 166166. */
const FRAMES: readonly (readonly [RdssKind, string, string, object])[] = [
  ['ICJC', '0000000', '24 49 43 4A 43 00 0C 00 00 00 00 2B', { frame: 0 }],
  ['GLJC', '0000000', '24 47 4C 4A 43 00 0C 00 00 00 00 2A', { period: 0 }],
  ['GLZK', OWN, '24 47 4C 5A 4B 00 11 02 89 16 04 03 00 00 01 02 B6', { levels: [4, 3, 0, 0, 1, 2] }],
  [
    'ICXX',
    OWN,
    '24 49 43 58 58 00 16 02 89 16 00 1F FF FF 06 00 3C 03 00 00 00 83',
    {
      frame: 0,
      broadcastAddress: '2097151',
      userClass: 6,
      serviceInterval: 60,
      level: 3,
      encrypted: 0,
      subordinates: 0,
    },
  ],
  ['SJXX', OWN, '24 53 4A 58 58 00 12 02 89 16 07 E8 03 07 07 07 17 4E', { time: '2024-03-07T07:07:23' }],
  [
    'DWSQ',
    OWN,
    '24 44 57 53 51 00 16 02 89 16 04 00 00 00 00 00 00 00 00 00 00 BA',
    {
      info: { urgent: 0, heightMode: 1, multipleAntennas: 0, highAltitude: 0 },
      height: 0,
      antennaHeight: 0,
      weather: { pressure: 0, temperature: 0 },
      interval: 0,
    },
  ],
  [
    'TXSQ',
    OWN,
    '24 54 58 53 51 00 18 02 89 16 46 02 BE 3D 00 30 00 A4 68 65 6C 6C 6F 9E',
    {
      info: { category: 2, key: 0, ordinary: 1, code: 1 },
      destination: '0179773',
      bits: 48,
      acknowledge: 0,
      content: { octets: octets('a468656c6c6f') },
    },
  ],
  [
    'TXSQ',
    OWN,
    '24 54 58 53 51 00 16 02 89 16 44 02 BE 3D 00 20 00 B1 B1 B6 B7 45',
    {
      info: { category: 2, key: 0, ordinary: 1, code: 0 },
      destination: '0179773',
      bits: 32,
      acknowledge: 0,
      content: { text: '北斗' },
    },
  ],
  [
    'TXSQ',
    OWN,
    '24 54 58 53 51 00 15 02 89 16 46 02 BE 3D 00 14 00 12 34 5F 08',
    {
      info: { category: 2, key: 0, ordinary: 1, code: 1 },
      destination: '0179773',
      bits: 20,
      acknowledge: 0,
      content: { digits: '12345' },
    },
  ],
  [
    'TXXX',
    OWN,
    '24 54 58 58 58 00 1A 02 89 16 60 02 BE 3D 00 00 00 30 A4 68 65 6C 6C 6F 00 B8',
    {
      info: { category: 1, code: 1, receipt: 0, answer: 0, key: 0 },
      sender: '0179773',
      hour: 0,
      minute: 0,
      bits: 48,
      content: { octets: octets('a468656c6c6f') },
      crc: 0,
    },
  ],
  ['FKXX', OWN, '24 46 4B 58 58 00 10 02 89 16 00 54 58 53 51 AA', { code: 'success', detail: { command: 'TXSQ' } }],
  [
    'FKXX',
    OWN,
    '24 46 4B 58 58 00 10 02 89 16 04 2A 00 00 00 8A',
    { code: 'intervalNotReached', detail: { waitSeconds: 42 } },
  ],
];

describe('frames of user machines', () => {
  test.each(FRAMES)('%s of %s: %s', (kind, address, hex, body) => {
    expect(decodeRdssFrame(octets(hex))).toEqual({ id: kind, address, kind, body });
    expect(encoded(kind, body, address)).toBe(hex);
  });

  test('say by themselves what their content is', () => {
    const message = { destination: '0179773', acknowledge: 0, content: { text: '北斗' } };
    expect(encoded('TXSQ', message, OWN)).toBe(FRAMES[7]![2]);
    expect(encoded('TXSQ', { ...message, content: { digits: '12345' } }, OWN)).toBe(FRAMES[8]![2]);
  });

  test('of a position hold degrees, sign and magnitude, and a height in one octet or two', () => {
    const body = {
      info: { urgent: 1 },
      card: OWN,
      time: '07:07:23.25',
      longitude: 113.500083333,
      latitude: 23.155138889,
      altitude: -45,
      geoidSeparation: -5,
    };
    const frame = encodeRdssFrame('DWXX', body, OWN);
    expect(frame.length).toBe(31);
    expect(hexOf(frame.subarray(14, 30))).toBe('07 07 17 19 71 1E 00 03 17 09 12 05 80 2D 80 05');
    expect(decodeRdssFrame(frame)).toMatchObject({ body: { ...body, info: { urgent: 1, coarse: 0 } } });
    // The older form has 30 octets: the anomaly is one of them.
    const short = Uint8Array.of(...frame.subarray(0, 28), 0x85, 0);
    short[6] = 30;
    short[29] = short.subarray(0, 29).reduce((check, octet) => check ^ octet, 0);
    expect(decodeRdssFrame(short)).toMatchObject({ body: { altitude: -45, geoidSeparation: -5 } });
  });

  test('of subordinates and receipts hold lists', () => {
    const list = encodeRdssFrame('ICXXn', { frame: 1, addresses: ['0166167', '0166168'] }, OWN);
    expect(decodeRdssFrame(list)).toMatchObject({
      id: 'ICXX',
      kind: 'ICXXn',
      body: { addresses: ['0166167', '0166168'] },
    });
    const receipts = [{ sent: '09:30', acknowledged: '09:31' }];
    expect(decodeRdssFrame(encodeRdssFrame('TXHZ', { receiver: OWN, receipts }))).toMatchObject({ body: { receipts } });
  });

  test('of a machine that waits put the seconds where they please', () => {
    const wait = (four: string): unknown => {
      const frame = octets(`24464B58580010028916 04 ${four} 00`);
      frame[15] = frame.subarray(0, 15).reduce((check, octet) => check ^ octet, 0);
      const decoded = decodeRdssFrame(frame);
      return 'kind' in decoded && decoded.kind === 'FKXX' ? decoded.body.detail : decoded;
    };
    expect(wait('2A000000')).toEqual({ waitSeconds: 42 });
    expect(wait('0000002A')).toEqual({ waitSeconds: 42 });
    expect(wait('00000000')).toEqual({ waitSeconds: 0 });
    expect(wait('2A00002A')).toEqual({ octets: octets('2A00002A') });
  });

  test('are refused with a reason', () => {
    const good = octets(FRAMES[6]![2]);
    const reason = (b: Uint8Array): unknown => {
      const decoded = decodeRdssFrame(b);
      return 'fault' in decoded ? decoded.fault : decoded.kind;
    };
    const changed = (at: number, value: number): Uint8Array => good.map((octet, i) => (i === at ? value : octet));
    expect(reason(good)).toBe('TXSQ');
    expect(reason(good.subarray(0, -1))).toBe('length');
    expect(reason(changed(20, 0))).toBe('checksum');
    expect(reason(changed(2, 0x31))).toBe('header');
    expect(reason(changed(0, 0x23))).toBe('delimiter');
    const wrongBits = changed(15, 0x40);
    wrongBits[23]! ^= 0x70;
    expect(decodeRdssFrame(wrongBits)).toEqual({
      fault: 'body',
      detail: 'messageRequest.content: 64 bits are 8 octets, there are 6',
    });
    expect(() => encoded('JJZH', { octets: new Uint8Array(4) })).toThrow(ProtocolError);
    expect(() => encoded('BBXX', { text: 'x'.repeat(300) })).toThrow(ProtocolError);
  });

  test('of every kind give a value or a coded refusal for any octets, and are written so that they are read again', () => {
    const kinds = Object.keys(RDSS_MESSAGES) as RdssKind[];
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.constantFrom(...kinds, undefined), fc.uint8Array({ maxLength: 60 }), (kind, body) => {
        const id = kind === undefined ? 'QQQQ' : RDSS_MESSAGES[kind].id;
        const frame = Uint8Array.of(...Buffer.from(`$${id}`), 0, body.length + 11, 1, 2, 3, ...body, 0);
        frame[frame.length - 1] = frame.reduce((check, octet) => check ^ octet, 0);
        const decoded = decodeRdssFrame(frame);
        if ('fault' in decoded) {
          expect(decoded.fault).toBe('body');
          return;
        }
        expect(JSON.stringify(describeRdssFrame(decoded))).toContain('"ok":true');
        if (decoded.kind === null || decoded.kind === 'JJZH') return;
        seen.add(decoded.kind);
        const again = encodeRdssFrame(decoded.kind, decoded.body as RdssBody<RdssKind>, decoded.address);
        expect(decodeRdssFrame(again)).toEqual(decoded);
      }),
      { numRuns: 4000 },
    );
    expect(seen.size).toBeGreaterThan(25);
  });

  test('carry any content there and back', () => {
    const content = fc.oneof(
      fc
        .array(fc.constantFrom(...'北斗短报文位置报告'), { minLength: 1, maxLength: 40 })
        .map((all) => ({ text: all.join('') })),
      // Digits that begin like mixed content are read as such.
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 150 }).map((digits) => ({ digits })),
      fc.uint8Array({ maxLength: 90 }).map((rest) => ({ octets: Uint8Array.of(0xa4, ...rest) })),
    );
    fc.assert(
      fc.property(content, fc.constantFrom('TXSQ' as const, 'TXXX' as const), (each, kind) => {
        const [to, behind] = [
          { destination: OWN, acknowledge: 0 },
          { sender: OWN, hour: 7, minute: 7, crc: 0 },
        ];
        const body = { ...(kind === 'TXSQ' ? to : behind), content: each };
        expect(decodeRdssFrame(encodeRdssFrame(kind, body as unknown as RdssBody<typeof kind>))).toMatchObject({
          kind,
          body,
        });
      }),
    );
  });
});

describe('a line', () => {
  const frame = FRAMES[6]![2];

  test('holds a sentence, or frames in hex as people paste them', () => {
    const ids = (text: string): unknown => describeRdssLine(text).map((each) => (each.ok ? each.id : each.reason));
    expect(ids('$BDTXR,1,0179773,2,,A468656C6C6F*43')).toEqual(['BDTXR']);
    expect(ids(frame)).toEqual(['TXSQ']);
    expect(ids(frame.toLowerCase().replaceAll(' ', ''))).toEqual(['TXSQ']);
    expect(ids(frame.replaceAll(/(..) ?/g, '0x$1,'))).toEqual(['TXSQ']);
    expect(ids(`${frame} ${FRAMES[0]![2]}`)).toEqual(['TXSQ', 'ICJC']);
    expect(ids(Buffer.from('$CCICA,0,00*7B\r\n').toString('hex') + frame)).toEqual(['CCICA', 'TXSQ']);
  });

  test('is refused with what is wrong with it', () => {
    const reasons = (text: string): unknown => describeRdssLine(text);
    expect(reasons(frame.replace(/9E$/, '9F'))).toMatchObject([
      { ok: false, reason: 'checksum', detail: 'check code 0x9f, expected 0x9e' },
    ]);
    expect(reasons('no hex')).toMatchObject([{ ok: false, reason: 'delimiter' }]);
    expect(reasons('$BDTXR,1,0179773,2,,A468656C6C6F*44')).toMatchObject([{ ok: false, reason: 'checksum' }]);
    expect(reasons('41')).toMatchObject([{ ok: false, reason: 'delimiter' }]);
  });
});
