import { describe, expect, test } from 'vitest';
import {
  satelliteLabel,
  satelliteOf,
  type SatelliteSystem,
  signalName,
  systemOfTalker,
} from '../../../protocol/index.ts';
import { systemOfId } from '../../../protocol/beidou/system.ts';

const label = (id: number, system?: SatelliteSystem, offset?: 140 | 160): string | undefined => {
  const satellite = satelliteOf(id, system, offset === undefined ? {} : { beidouOffset: offset });
  return satellite === undefined ? undefined : satelliteLabel(satellite);
};

describe('a satellite number', () => {
  test('of BeiDou is C01 to C63 by every convention', () => {
    const ids = [1, 37, 63, 161, 197, 201, 263, 401, 437];
    expect(ids.map((id) => label(id, 'beidou'))).toEqual([
      'C01',
      'C37',
      'C63',
      'C01',
      'C37',
      'C01',
      'C63',
      'C01',
      'C37',
    ]);
    expect([0, 64, 100, 146, 160, 198, 264, 464].map((id) => label(id, 'beidou'))).toEqual(Array.from({ length: 8 }));
  });

  test('may be shifted as a receiver is known to do', () => {
    expect(label(146, 'beidou', 140)).toBe('C06');
    expect(label(165, 'beidou', 140)).toBe('C25');
    expect(label(165, 'beidou', 160)).toBe('C05');
    expect(label(165, 'gps', 140)).toBeUndefined();
  });

  test('belongs to the system of its sentence, or by its range to one where that names none', () => {
    expect(label(7, 'gps')).toBe('G07');
    expect(label(7, 'glonass')).toBe('R07');
    expect(label(71, 'glonass')).toBe('R07');
    expect(label(305, 'galileo')).toBe('E05');
    expect(label(40, 'gps')).toBe('S27');
    expect(label(3, 'qzss')).toBe('J03');
    expect([7, 71, 40, 193, 165, 214, 301, 414, 999].map((id) => label(id))).toEqual([
      'G07',
      'R07',
      'S27',
      'J01',
      'C05',
      'C14',
      'E01',
      'C14',
      undefined,
    ]);
  });
});

describe('systems and signals', () => {
  test('are those of NMEA 4.11', () => {
    expect(['GP', 'BD', 'GB', 'GL', 'GA', 'GQ', 'QZ', 'GI', 'GN', 'II'].map(systemOfTalker)).toEqual([
      'gps',
      'beidou',
      'beidou',
      'glonass',
      'galileo',
      'qzss',
      'qzss',
      'navic',
      undefined,
      undefined,
    ]);
    expect([0, 1, 4, 6, 7].map(systemOfId)).toEqual([undefined, 'gps', 'beidou', 'navic', undefined]);
    expect([0, 1, 3, 5, 8, 11, 13].map((id) => signalName('beidou', id))).toEqual([
      undefined,
      'B1I',
      'B1C',
      'B2a',
      'B3I',
      'B2I',
      undefined,
    ]);
    expect(signalName('galileo', 7)).toBe('L1-BC');
    expect([1, 2, 3, 8].map((id) => signalName('beidou', id, { signals: 'ublox' }))).toEqual([
      'B1I',
      'B1Q',
      'B2I',
      'B3I',
    ]);
    expect(signalName('gps', 3, { signals: 'ublox' })).toBe('L1M');
  });
});
