import { describe, expect, test } from 'vitest';
import {
  decodeFrameHex,
  describeMessage,
  encodeMessageJson,
  explainFrameHex,
  formatHex,
  messageById,
  messageByName,
  messageFor,
  parseHex,
  VENDOR_PROFILES,
} from '../../../protocol/index.ts';
import { encodeFrame } from '../../../protocol/frame/enframer.ts';
import { VENDOR_MESSAGES } from '../schema/arbitrary.ts';

const frame = (id: number, body: string, revision: 2013 | 2019 = 2013): string =>
  formatHex(encodeFrame({ id, revision, phone: '13912345678', serial: 7, body: parseHex(body.replaceAll(' ', ''))! }));
const shown = (line: string, vendor?: string) =>
  decodeFrameHex(line, vendor === undefined ? {} : { vendor: VENDOR_PROFILES[vendor]! }).map((one) =>
    describeMessage(one),
  )[0]!;

describe('a message of a maker', () => {
  test('is read by the profile of the terminal, and by no other', () => {
    const reply = frame(0x6006, '00 4f4b');
    expect(shown(reply, 'bsj')).toMatchObject({
      name: 'textReply',
      body: { encoding: 'gbk', text: 'OK' },
      vendor: { profile: 'bsj' },
    });
    expect(shown(reply)).toMatchObject({ name: null, body: { hex: '004f4b' } });
    expect(shown(reply, 'gps51')).toMatchObject({ name: null, body: { hex: '004f4b' } });
  });

  test('keeps a text in Unicode as its octets', () => {
    expect(shown(frame(0x6006, '01 597d'), 'g10')).toMatchObject({
      body: { encoding: 'unicode', unicodeText: '597d' },
    });
  });

  test('holds locations behind lengths of one octet', () => {
    const location = `${'00'.repeat(22)}260101120000 300118`;
    const found = shown(frame(0x0210, `1f${location} 1f${location}`), 'tracker');
    const one = { location: expect.objectContaining({ items: { rssi: 24 } }) };
    expect(found).toMatchObject({ name: 'compactBatch', body: { items: [one, one] } });
  });

  test('is written again from what is shown of it', () => {
    for (const [id, body, vendor] of [
      [0x6006, '004f4b', 'bsj'],
      [0x2070, '2601011200008001000200037fff80ff0000'.slice(0, 24), 'tracker'],
      [0x0506, '', 'tracker'],
    ] as const) {
      const hex = frame(id, body);
      expect(encodeMessageJson(shown(hex, vendor)).map((octets) => formatHex(octets))).toEqual([hex]);
    }
    const named = {
      name: 'oilControl',
      vendor: 'tracker',
      phone: '1',
      body: { command: 'cut', time: '2026-01-01T12:00:00+08:00' },
    };
    expect(encodeMessageJson(named).map((octets) => formatHex(octets))[0]).toContain('01260101120000');
    expect(() => encodeMessageJson({ ...named, vendor: 'constructor' })).toThrow(/vendor: expected one of bsj/);
    expect(() => encodeMessageJson({ ...named, vendor: 'bsj' })).toThrow(/no message is called/);
  });

  test('is explained octet by octet', () => {
    const [explained] = explainFrameHex(frame(0x6006, '004f4b'), { vendor: VENDOR_PROFILES['bsj']! })!;
    expect(explained).toMatchObject({ ok: true, name: 'textReply' });
    expect(explained!.fields.map(({ path }) => path)).toContain('body.text');
  });

  test('shares no id and no name with a standard', () => {
    expect(VENDOR_MESSAGES.length).toBeGreaterThan(5);
    for (const [message, profile] of VENDOR_MESSAGES) {
      expect(messageById(message.id)).toBeUndefined();
      expect(messageByName(message.name)).toBeUndefined();
      expect(messageFor(message.id, profile)).toBe(message);
    }
  });
});

describe('the items of a report', () => {
  test('are shown by a profile beside the octets, and written again as they were', () => {
    const hex = frame(0x0200, `${'00'.repeat(22)}260101120000 300118 eb06000400ce04f8`);
    const found = shown(hex, 'bsj');
    expect(found).toMatchObject({
      body: { items: { rssi: 24, unknown: [{ id: '0xEB', hex: '000400ce04f8' }] } },
      vendor: { profile: 'bsj', values: { extension: { supplyVoltage: 12.72 } }, reading: { supplyMv: 12_720 } },
    });
    expect(encodeMessageJson(found).map((octets) => formatHex(octets))).toEqual([hex]);
    expect(shown(hex)).not.toHaveProperty('vendor');
  });
});
