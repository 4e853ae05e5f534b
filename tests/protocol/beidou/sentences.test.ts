import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSentence,
  decodeSentenceLine,
  decodeSentenceOctets,
  type DecodedSentence,
  describeSentenceLine,
  encodeSentence,
  ProtocolError,
  readSentence,
  type SentenceBody,
  type SentenceKind,
  writeSentence,
} from '../../../protocol/index.ts';
import { SENTENCES } from '../../../protocol/beidou/sentences.ts';
import { vectors } from '../../support/vectors.ts';

function decoded(line: string): DecodedSentence {
  const result = decodeSentenceLine(line);
  if ('fault' in result) throw new Error(result.detail);
  return result;
}
const body = (line: string): unknown => describeSentenceLine(line);
const written = (kind: SentenceKind, value: unknown, talker?: string): string =>
  Buffer.from(encodeSentence(kind, value as SentenceBody<SentenceKind>, talker)).toString('latin1');

/** Fields as receivers print them, and as they should not. */
const printed = vectors({ protocol: 'nmea' }).flatMap(({ text }) => text!.replace(/\*.*$/s, '').split(',').slice(1));
const rdss = [
  '0179773',
  'A468656C6C6F',
  '0,1',
  'Y',
  'N',
  'H',
  'L',
  '2337',
  '0040',
  '-5',
  '000000.00',
  '9999',
  '\xb1\xb1',
];
const fields = [...new Set([...printed, ...rdss])];

describe('every kind of sentence', () => {
  test('gives a value or a coded refusal for any fields, and writes each value so that it is read again', () => {
    const kinds = Object.keys(SENTENCES) as SentenceKind[];
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(
          fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fields) }, fc.constant(''), fc.string({ maxLength: 6 })),
          { maxLength: 24 },
        ),
        (kind, given) => {
          const type = SENTENCES[kind];
          const cut = given.join(',').split(',');
          const result = decodeSentence({ id: type.id.length === 3 ? `GN${type.id}` : type.id, fields: cut });
          if ('fault' in result) {
            expect(result.fault).toBe('body');
            return;
          }
          if (result.kind === null) return;
          let octets: Uint8Array;
          try {
            octets = encodeSentence(result.kind, result.body as SentenceBody<SentenceKind>, result.talker);
          } catch (error) {
            // Fields that no line could have held.
            expect(error).toBeInstanceOf(ProtocolError);
            return;
          }
          seen.add(result.kind);
          expect(decodeSentenceOctets(octets)).toEqual(result);
        },
      ),
      { numRuns: 4000 },
    );
    expect(seen.size).toBeGreaterThan(40);
  });

  test('is refused, never thrown at, whatever the octets are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (octets, unchecked) => {
        const begun = Uint8Array.of(...Buffer.from('$GNGGA,'), ...octets);
        for (const each of [octets, begun]) {
          const decoded = decodeSentenceOctets(each, 0, each.length, { unchecked });
          expect('fault' in decoded ? decoded.detail : decoded.id).not.toBe('');
        }
      }),
    );
  });
});

describe('the envelope', () => {
  test('takes a check of either case, blanks around it, and a comma in the last field', () => {
    const line = Buffer.from(writeSentence('GNTXT', ['01', 'a,b'])).toString('latin1');
    expect(line).toBe('$GNTXT,01,a,b*7F\r\n');
    for (const each of [line, ` ${line.toLowerCase().replace('$gntxt', '$GNTXT')}`, line.trim()])
      expect(readSentence(Buffer.from(each), 0, each.length)).toEqual({ id: 'GNTXT', fields: ['01', 'a', 'b'] });
  });

  test('is refused where it is too long, has no id, or its check is of something else', () => {
    const reason = (text: string): string => {
      const result = readSentence(Buffer.from(text, 'latin1'), 0, text.length);
      return 'fault' in result ? `${result.fault}: ${result.detail}` : 'taken';
    };
    expect(reason(`$GNTXT,${'x'.repeat(4100)}*00`)).toBe('length: 4110 octets, a sentence has at most 4096');
    expect(reason('$gngga,1*75')).toBe('header: no sentence has this id');
    expect(reason('$GNGGA,1*58')).toBe('checksum: check code 58, expected 55');
    expect(reason('$GNGGA,1')).toBe('checksum: no check code');
    expect(reason('')).toBe('delimiter: a sentence starts with $');
    expect(() => writeSentence('GNTXT', ['a*b'])).toThrow(ProtocolError);
    expect(() => writeSentence('GNTXT', ['x'.repeat(4096)])).toThrow(ProtocolError);
  });
});

describe('fields', () => {
  test('of a position are signed degrees, and empty ones are absent, never 0', () => {
    expect(body('$GNRMC,070723.00,A,2309.30979,N,11330.00659,E,0.08,,070324,,,A,V*29')).toEqual({
      ok: true,
      id: 'GNRMC',
      talker: 'GN',
      name: 'minimumData',
      body: {
        time: '07:07:23Z',
        status: 'valid',
        latitude: 23.155163167,
        longitude: 113.500109833,
        speedKnots: 0.08,
        date: '2024-03-07',
        mode: 'single',
        navigationalStatus: 'notProvided',
        dateTime: '2024-03-07T07:07:23Z',
        speed: 0.1482,
      },
    });
    expect(decoded('$GNGGA,,,,,,0,00,25.5,,,,,,*64').body).toEqual({ quality: 'none', satellites: 0, hdop: 25.5 });
  });

  test('of an angle are written with the fewest places that give it back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -90_000_000_000, max: 90_000_000_000 }), (billionths) => {
        const latitude = billionths / 1e9;
        expect(decoded(written('GLL', { latitude, longitude: 2 * latitude })).body).toEqual({
          latitude: latitude + 0,
          longitude: Math.round(2e9 * latitude) / 1e9 + 0,
        });
      }),
    );
    expect(written('GLL', { latitude: 23.155163167, longitude: -0.999999999 }, 'GB')).toMatch(
      /^\$GBGLL,2309\.30979,N,00059\.99999994,W,,\*/,
    );
  });

  test('beyond those of the kind are kept', () => {
    expect(decoded('$GNHDT,12.5,T,new*4D').body).toEqual({ heading: 12.5, extra: ['new'] });
  });

  test('of signals stand behind the satellites where their number says so', () => {
    expect(decoded('$GBGSV,1,1,04,01,45,140,38,03,52,190,41,06,70,021,44,16,67,015,43,1*72').body).toMatchObject({
      signalId: 1,
      satellites: [{ id: 1, elevation: 45, azimuth: 140, cn0: 38 }, { id: 3 }, { id: 6 }, { id: 16 }],
    });
    expect(decoded('$BDGSV,1,1,00,0*74').body).toEqual({ total: 1, number: 1, inView: 0, satellites: [], signalId: 0 });
    expect(decodeSentenceLine('$BDGSV,1,1,01,13,43*6C')).toMatchObject({
      fault: 'body',
      detail: expect.stringContaining('four for each'),
    });
  });

  test('of GSA are told apart by their number: twelve places or fewer, with a system or without', () => {
    expect(decoded('$GNGSA,A,3,01,03,06,09,16,21,,,,,,,1.5,0.9,1.2,4*33').body).toEqual({
      selection: 'automatic',
      fix: '3d',
      satellites: [1, 3, 6, 9, 16, 21],
      pdop: 1.5,
      hdop: 0.9,
      vdop: 1.2,
      systemId: 4,
    });
    expect(decoded('$BDGSA,A,3,01,03,06,09,16,,,,,,,,1.5,0.9,1.2*27').body).not.toHaveProperty('systemId');
    expect(decoded('$GBGSA,A,1,,,,,,99.99,99.99,99.99,4*16').body).toEqual({
      selection: 'automatic',
      fix: 'none',
      satellites: [],
      pdop: 99.99,
      hdop: 99.99,
      vdop: 99.99,
      systemId: 4,
    });
  });

  test('of set-up commands are written as the receivers take them', () => {
    expect(written('PCAS02', { intervalMs: 1000 })).toBe('$PCAS02,1000*2E\r\n');
    expect(written('PCAS04', { constellations: ['gps', 'beidou'] })).toBe('$PCAS04,3*1A\r\n');
    const all = { gga: 1, gll: 1, gsa: 1, gsv: 1, rmc: 1, vtg: 1, zda: 1, txt: 1 };
    expect(written('PCAS03', all)).toBe('$PCAS03,1,1,1,1,1,1,1,1*02\r\n');
  });

  test('of two sentences with one id are told apart by their number', () => {
    expect(decoded('$GNZDA,070728.00,07,03,2024,00,00*72')).toMatchObject({
      kind: 'ZDA',
      body: { date: '2024-03-07' },
    });
    expect(decoded('$BDZDA,3,000329.00,01,01,2006,-08,00,00,00,00,N*0F')).toMatchObject({
      kind: 'BDZDA',
      body: { mode: '3', time: '00:03:29Z', date: '2006-01-01', zoneHours: -8, locked: false },
    });
    expect(decoded('$BDZDA,070728.00,07,03,2024,00,00*7D')).toMatchObject({ kind: 'ZDA', talker: 'BD' });
  });
});
