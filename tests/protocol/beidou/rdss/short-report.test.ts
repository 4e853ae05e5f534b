import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSentenceLine,
  describeSentenceLine,
  encodeSentence,
  type GroupReport,
  type PackedReport,
  ProtocolError,
  readContent,
  readDigitReport,
  readShortReport,
  type TunnelledReport,
  writeShortReport,
} from '../../../../protocol/index.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const PACKED: PackedReport = {
  packing: 'packed',
  time: '07:07:23.00',
  latitude: 23.155138889,
  longitude: 113.500083333,
  heightType: 0,
  altitude: 45,
  geoidSeparation: -5,
};
const GROUP: GroupReport = {
  packing: 'group',
  members: [
    { card: '0166166', longitude: 113.500083333, latitude: 23.155138889 },
    { card: '0166167', longitude: -113.500083333, latitude: -23.155138889 },
  ],
};
const TUNNELLED: TunnelledReport = {
  packing: 'locationReport',
  body: {
    alarm: 256,
    status: 3,
    latitude: 31.258039,
    longitude: 121.461953,
    altitude: 20,
    speed: 91.8,
    direction: 359,
    time: Date.UTC(2026, 10, 21, 2, 30, 6),
    items: { mileage: 271_013.7 },
  },
};

describe('a position in a short message', () => {
  test('is packed into thirteen octets', () => {
    const packed = octets('A0 38 EB 80 71 78 03 5C 94 94 00 5B 05');
    expect(readShortReport(packed)).toEqual(PACKED);
    expect(writeShortReport(PACKED)).toEqual(packed);
  });

  test('comes back however it was packed', () => {
    for (const report of [PACKED, GROUP, TUNNELLED]) {
      const written = writeShortReport(report);
      expect(readShortReport(written)).toEqual(report);
      expect(readContent({ octets: written })).toEqual({ report });
      // Senders that say "code" and mean octets.
      expect(readContent({ digits: Buffer.from(written).toString('hex') })).toEqual({ report });
    }
  });

  test('of a tunnelled 0x0200 fits into a message of a civil card of level 3', () => {
    expect(writeShortReport(TUNNELLED).length).toBeLessThanOrEqual(78);
  });

  test('may be digits, for cards that send code only', () => {
    const digits = '07032407072323093098113300066';
    const report = { packing: 'digits', time: '2024-03-07T07:07:23', latitude: 23.155163333, longitude: 113.50011 };
    expect(readDigitReport(digits)).toEqual(report);
    const line = Buffer.from(encodeSentence('BDTXR', { sender: '0166166', form: 'code', content: { digits } }));
    expect(describeSentenceLine(line.toString('latin1'))).toMatchObject({ body: { content: { digits, report } } });
    expect(readDigitReport(digits.replace('0703', '3103').replace('3103', '3202'))).toBeUndefined();
  });

  test('is shown with the message', () => {
    const content = { octets: writeShortReport(TUNNELLED) };
    const line = Buffer.from(encodeSentence('BDTXR', { sender: '0166166', form: 'mixed', content })).toString('latin1');
    expect(decodeSentenceLine(line)).toMatchObject({ body: { content } });
    expect(describeSentenceLine(line)).toMatchObject({
      body: {
        content: {
          report: {
            packing: 'locationReport',
            alarm: ['mainPowerOff'],
            latitude: 31.258039,
            time: '2026-11-21T10:30:06+08:00',
          },
        },
      },
    });
  });

  test('is not seen where time or place cannot be', () => {
    const packed = writeShortReport(PACKED);
    expect(readShortReport(packed.map((octet, i) => (i === 1 ? 0xff : octet)))).toBeUndefined();
    expect(readShortReport(packed.subarray(0, 12))).toBeUndefined();
    const group = writeShortReport(GROUP);
    expect(readShortReport(group.map((octet, i) => (i === 8 ? 0x0f : octet)))).toBeUndefined();
    const tunnelled = writeShortReport(TUNNELLED);
    expect(readShortReport(tunnelled.map((octet, i) => (i === 24 ? 0xff : octet)))).toBeUndefined();
    expect(() => writeShortReport({ ...PACKED, latitude: -1 })).toThrow(ProtocolError);
    expect(() => writeShortReport({ ...PACKED, altitude: 20_000 })).toThrow(ProtocolError);
  });

  test('or none comes of any octets, and what comes is written so that it is read again', () => {
    const marked = fc
      .tuple(fc.constantFrom(0xa0, 0xa4, 0xf1), fc.uint8Array({ minLength: 10, maxLength: 40 }))
      .map(([mark, rest]) => Uint8Array.of(mark, ...rest));
    fc.assert(
      fc.property(
        fc.oneof(
          marked,
          fc.uint8Array({ minLength: 12, maxLength: 12 }).map((b) => Uint8Array.of(0xa0, ...b)),
        ),
        (b) => {
          const report = readShortReport(b);
          if (report === undefined || report.packing === 'digits') return;
          if (report.packing === 'packed' && report.latitude > 63.99) return;
          expect(readShortReport(writeShortReport(report))).toEqual(report);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
