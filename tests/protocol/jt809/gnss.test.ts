import { describe, expect, it } from 'vitest';
import {
  codecFor,
  decodeJt809Hex,
  describeJt809,
  encodeJt809,
  gnss2011,
  gnss2019,
  IGNORE_QUIRKS,
  type Jt809Described,
  type LocationReport,
} from '../../../protocol/index.ts';
import { hexOf, octets } from './frames.ts';

/** A report of 2019 with mileage 123456.7 km, recorder speed 61.9 km/h and an item of a maker. */
const WIRE = octets(
  '00000002 0000000e 01c9c380 06cb8080 0064 0271 005c 251121103006 0104 0012d687 0302 026b e402 beef',
);
const report = (): LocationReport => codecFor(0x0200, 2019).decode(WIRE, 0, WIRE.length, IGNORE_QUIRKS);
const said = { serial: 7, time: Date.parse('2025-11-21T10:30:08+08:00'), vehicle: { plate: '京A12345', colour: 2 } };

function described(frame: Uint8Array): Jt809Described {
  const [decoded] = decodeJt809Hex(hexOf(frame));
  const all = describeJt809(decoded!);
  if (!all.ok) throw new Error(all.detail);
  return all;
}

describe("a terminal's report as platforms exchange it", () => {
  it('is in whole units in 2011', () => {
    const frame = encodeJt809({ edition: 2011, centerId: 1024 }, said, 'realLocation', gnss2011(report()));
    expect(described(frame)).toMatchObject({
      id: '0x1200',
      subId: '0x1202',
      edition: 2011,
      serial: 7,
      centerId: 1024,
      plate: '京A12345',
      plateColour: 'yellow',
      body: {
        encrypted: 'no',
        time: '2025-11-21T10:30:06+08:00',
        longitude: -114,
        latitude: -30,
        speed: 62,
        recorderSpeed: 61,
        mileage: 123_456,
        direction: 92,
        altitude: 100,
        state: ['positioned', 'southLatitude', 'westLongitude'],
        alarm: ['overspeed'],
      },
      quirks: [],
    });
  });

  it('is octet for octet what the terminal sent in 2019, with what the platforms say', () => {
    const position = gnss2019(report(), { platform1: 'JC2025PT047', alarm1: 2, alarm3: 1 });
    const frame = encodeJt809({ edition: 2019, centerId: 1024 }, said, 'realLocation', position);
    expect(hexOf(frame)).toContain(hexOf(WIRE));
    expect(described(frame)).toMatchObject({
      edition: 2019,
      time: '2025-11-21T10:30:08+08:00',
      body: {
        length: WIRE.length,
        location: { longitude: -114, latitude: -30, speed: 62.5, items: { mileage: 123_456.7 } },
        platform1: 'JC2025PT047',
        alarm1: ['overspeed'],
        platform2: '',
        alarm2: [],
        alarm3: ['emergency'],
      },
      quirks: [],
    });
  });

  it('goes in batches too, enciphered where the platforms agreed on that', () => {
    const cipher = { m1: 1, ia1: 2, ic1: 0x1234_5678, key: 99 };
    const positions = [report(), { ...report(), longitude: 120.5, status: 2 }].map(gnss2011);
    const frame = encodeJt809({ edition: 2011, centerId: 1, cipher }, said, 'historyLocation', { positions });
    const [decoded] = decodeJt809Hex(hexOf(frame), { cipher });
    expect(describeJt809(decoded!)).toMatchObject({
      name: 'historyLocation',
      encrypted: true,
      key: 99,
      body: { count: 2, positions: [{ longitude: -114 }, { longitude: 120.5, latitude: -30 }] },
    });
    expect(described(frame)).toMatchObject({ name: null, encrypted: true });
  });

  it('drops what the fields cannot hold', () => {
    const far = { ...report(), speed: 70_000, items: {} };
    expect(gnss2011(far)).toMatchObject({ speed: 0xffff, recorderSpeed: 0, mileage: 0 });
  });
});
