import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACK_ROOM, AckWriter } from '../../../protocol/frame/ack-writer.ts';
import { addressFor, addressOf } from '../../../protocol/frame/address.ts';
import { encodeFrame, encodeFrames } from '../../../protocol/frame/enframer.ts';
import { checkOf, escapeInto, MAX_FRAME, unescapeInto } from '../../../protocol/frame/escape.ts';
import { newHeader, phoneOf, readHeader } from '../../../protocol/frame/header.ts';
import { octetsOf, vectors } from '../../support/vectors.ts';
import { collect, hexOf, nastyOctet, octets } from './collect.ts';

const phone = '13912345678';
const NOTHING = new Uint8Array(0);

describe('escapes', () => {
  test('are undone, and the escaped octets hold no flag', () => {
    fc.assert(
      fc.property(fc.array(nastyOctet), (plain) => {
        const b = Uint8Array.from(plain);
        const out = new Uint8Array(2 * b.length);
        const end = escapeInto(b, 0, b.length, out, 0);
        expect(out.subarray(0, end)).not.toContain(0x7e);
        const back = new Uint8Array(b.length);
        expect(unescapeInto(out, 0, end, back, 0)).toBe(b.length);
        expect(back).toEqual(b);
      }),
    );
  });

  test.each([
    ['7d01', '7d'],
    ['7d02', '7e'],
    ['7d0102', '7d02'],
    ['7d017d02', '7d7e'],
  ])('%s stands for %s', (escaped, plain) => {
    const out = new Uint8Array(8);
    const b = octets(escaped);
    expect(hexOf(out, 0, unescapeInto(b, 0, b.length, out, 0))).toBe(plain);
  });

  test.each(['7d', '417d', '7d03', '7d00', '7d7d01'])('%s is malformed', (escaped) => {
    const b = octets(escaped);
    expect(unescapeInto(b, 0, b.length, new Uint8Array(8), 0)).toBe(-1);
  });

  test('are those of go-jt808', () => {
    for (const vector of vectors({ protocol: 'jt808', kind: 'escape' })) {
      const b = octetsOf(vector);
      const { unescapedHex, escapedHex, error } = vector.expect as Record<string, string | undefined>;
      const out = new Uint8Array(MAX_FRAME);
      const end = b[0] === 0x7e ? unescapeInto(b, 1, b.length - 1, out, 0) : escapeInto(b, 0, b.length, out, 0);
      if (error !== undefined) expect(end, vector.id).toBe(-1);
      else expect(hexOf(out, 0, end), vector.id).toBe(unescapedHex ?? escapedHex!.slice(2, -2));
    }
  });
});

describe('a frame', () => {
  // Computed by hand from the standard's rules.
  test.each([
    ['7e000200000139123456780001337e', { id: 2, revision: 2013, phone, serial: 1, body: NOTHING }],
    ['7e0002400001000000000139123456780001727e', { id: 2, revision: 2019, phone, serial: 1, body: NOTHING }],
    [
      '7e8001000501391234567800057d027d01020000b07e',
      { id: 0x8001, revision: 2013, phone, serial: 5, body: octets('7e7d020000') },
    ],
    [
      '7e0801600401000000000139123456 78000b00030002ffd8ffe06e7e'.replaceAll(' ', ''),
      { id: 0x0801, revision: 2019, phone, serial: 11, body: octets('ffd8ffe0'), part: { total: 3, number: 2 } },
    ],
  ] as const)('%s is written', (hex, input) => {
    expect(hexOf(encodeFrame(input))).toBe(hex);
  });

  test('gives back what was put into it', () => {
    const input = fc.record({
      id: fc.nat({ max: 0xffff }),
      revision: fc.constantFrom(2011 as const, 2013 as const, 2019 as const),
      phone: fc
        .array(fc.constantFrom(...'0123456789abcdef'), { minLength: 1, maxLength: 12 })
        .map((digits) => digits.join('')),
      serial: fc.nat({ max: 0xffff }),
      encryption: fc.nat({ max: 7 }),
      body: fc.array(nastyOctet, { maxLength: 1023 }).map((body) => Uint8Array.from(body)),
      part: fc.option(fc.record({ total: fc.integer({ min: 2, max: 0xffff }), number: fc.constant(2) })),
    });
    fc.assert(
      fc.property(input, ({ part, ...rest }) => {
        const frame = encodeFrame(part === null ? rest : { ...rest, part });
        const { packets, faults } = collect(frame);
        expect(faults).toEqual([]);
        const b = octets(packets[0]!);
        const header = newHeader();
        expect(readHeader(b, 0, b.length, header)).toBeUndefined();
        expect(header).toMatchObject({
          id: rest.id,
          serial: rest.serial,
          encryption: rest.encryption,
          flagged: rest.revision === 2019,
          total: part?.total ?? 0,
          number: part?.number ?? 0,
        });
        expect(phoneOf(b, header)).toBe(rest.phone.padStart(rest.revision === 2019 ? 20 : 12, '0'));
        expect(hexOf(b, header.bodyAt, header.bodyEnd)).toBe(hexOf(rest.body));
      }),
    );
  });

  test('is refused where a number does not fit its field', () => {
    const good = { id: 2, revision: 2013 as const, phone, serial: 1, body: NOTHING };
    const bad: [string, object][] = [
      ['id', { id: 0x10000 }],
      ['serial', { serial: -1 }],
      ['serial', { serial: 1.5 }],
      ['phone', { phone: '1234567890123' }],
      ['phone', { phone: 'no number' }],
      ['phone', { phone: '' }],
      ['version', { revision: 2019, version: 256 }],
      ['encryption', { encryption: 8 }],
      ['part.number', { part: { total: 1, number: 2 } }],
      ['body', { body: new Uint8Array(1024) }],
    ];
    for (const [at, change] of bad)
      expect(() => encodeFrame({ ...good, ...change }), at).toThrow(expect.objectContaining({ code: 'RANGE', at }));
  });

  test('takes a long phone whose surplus digits are zeros', () => {
    const frame = encodeFrame({ id: 2, revision: 2013, phone: '00000000013912345678', serial: 1, body: NOTHING });
    expect(hexOf(frame)).toBe('7e000200000139123456780001337e');
  });
});

describe('a body too long for one frame', () => {
  test('is cut into parts with consecutive serials that wrap', () => {
    const body = Uint8Array.from({ length: 3000 }, (_, i) => i);
    const frames = encodeFrames({ id: 0x0801, revision: 2019, phone, serial: 0xfffe, body });
    const { packets } = collect(...frames);
    const joined: string[] = [];
    const headers = packets.map((packet) => {
      const b = octets(packet);
      const header = newHeader();
      expect(readHeader(b, 0, b.length, header)).toBeUndefined();
      joined.push(hexOf(b, header.bodyAt, header.bodyEnd));
      return [header.total, header.number, header.serial, header.bodyEnd - header.bodyAt];
    });
    expect(headers).toEqual([
      [3, 1, 0xfffe, 1023],
      [3, 2, 0xffff, 1023],
      [3, 3, 0, 954],
    ]);
    expect(joined.join('')).toBe(hexOf(body));
  });

  test('may be cut smaller, and one that fits is not cut', () => {
    const input = { id: 0x0801, revision: 2013 as const, phone, serial: 0, body: new Uint8Array(1023) };
    expect(encodeFrames(input)).toHaveLength(1);
    expect(encodeFrames(input, 512)).toHaveLength(2);
    expect(() => encodeFrames(input, 1024)).toThrow('partSize');
    expect(() => encodeFrames({ ...input, body: new Uint8Array(65536) }, 1)).toThrow('part.total');
  });
});

describe('an acknowledgement', () => {
  test('is the frame that the generic encoder makes, whatever the numbers', () => {
    const word = fc.oneof(fc.nat({ max: 0xffff }), fc.constantFrom(0x7e7e, 0x7d7d, 0x7e00, 0x017d));
    const digits = fc.array(fc.constantFrom(...'0123456789de7'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        word,
        word,
        word,
        fc.nat({ max: 4 }),
        digits,
        fc.constantFrom(2013 as const, 2019 as const),
        (...drawn) => {
          const [serial, toSerial, toId, result, phoneDigits, revision] = drawn;
          const number = phoneDigits.join('');
          const writer = new AckWriter(addressFor(revision, number));
          const out = new Uint8Array(ACK_ROOM + 5).fill(0x55);
          const end = writer.write({ serial, toSerial, toId, result }, out, 5);
          const body = Uint8Array.from([toSerial >> 8, toSerial, toId >> 8, toId, result]);
          expect(hexOf(out, 5, end)).toBe(hexOf(encodeFrame({ id: 0x8001, revision, phone: number, serial, body })));
          expect(hexOf(out, 0, 5)).toBe('5555555555');
        },
      ),
    );
  });

  test('keeps to its room in the worst case', () => {
    const writer = new AckWriter({ flag: true, version: 0x7e, phone: new Uint8Array(10).fill(0x7d) });
    const end = writer.write(
      { serial: 0x7e7e, toSerial: 0x7d7d, toId: 0x7e7e, result: 0x7e },
      new Uint8Array(ACK_ROOM),
      0,
    );
    expect(end).toBeLessThanOrEqual(ACK_ROOM);
  });

  test.each([
    ['the layout of 2013', '0200000001391234567800 07', '80010005013912345678'],
    ['the layout of 2019 and its version', '020040000200000000013912345678 0007', '800140050200000000013912345678'],
    ['hexadecimal digits', '0200000001391234567f0007', '8001000501391234567f'],
    ['2019 without the flag', '0200000001000000000139123456780007', '800100050100000000013912345678'],
    ['the flag on the layout of 2013', '020040050139123456780007 4242424242', '80014005013912345678'],
  ])('is sent in the form the terminal used: %s', (_, packet, head) => {
    const b = octets(packet);
    const header = newHeader();
    expect(readHeader(b, 0, b.length, header)).toBeUndefined();
    const out = new Uint8Array(ACK_ROOM);
    const end = new AckWriter(addressOf(b, header)).write({ serial: 1, toSerial: 7, toId: 0x0200, result: 0 }, out, 0);
    const answer = octets(collect(out.subarray(0, end)).packets[0]!);
    expect(hexOf(answer)).toBe(`${head}00010007020000`);
    expect(checkOf(out, 1, end - 1)).toBe(0);
  });
});
