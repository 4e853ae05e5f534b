import { describe, expect, it } from 'vitest';
import {
  CATALOGUE,
  codecFor,
  formatHex,
  fromJson,
  IGNORE_QUIRKS,
  isResponse,
  type Message,
  messageById,
  messageByName,
  parseHex,
  ProtocolError,
  replyTo,
  type Revision,
  toJson,
} from '../../../protocol/index.ts';

function decode(id: number, revision: Revision, text: string): { json: unknown; quirks: string[] } {
  const octets = parseHex(hex(text))!;
  const quirks: string[] = [];
  const value = codecFor(id, revision)!.decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) });
  return { json: toJson(messageById(id)!, revision, value as never), quirks };
}
function encode(id: number, revision: Revision, json: unknown): string {
  const message = messageById(id)!;
  const out = new Uint8Array(2048);
  return formatHex(out, 0, codecFor(id, revision)!.encode(fromJson(message, revision, json), out, 0));
}
/** Octets as hex, with spaces where fields meet. */
const hex = (text: string): string => text.replaceAll(' ', '');
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

describe('the catalogue', () => {
  it('lists messages by ascending id, each id and name once', () => {
    const ids = CATALOGUE.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  });

  it('finds a message by id and by name', () => {
    expect(messageById(0x0200)).toBe(messageByName('locationReport'));
    expect(messageById(0x0f0f)).toBeUndefined();
    expect(messageByName('constructor')).toBeUndefined();
  });

  it('compiles a codec once', () => {
    expect(codecFor(0x8001, 2019)).toBe(codecFor(0x8001, 2019));
    expect(codecFor(0x8001, 2019)).not.toBe(codecFor(0x8001, 2013));
    expect(codecFor(0x0f0f as number, 2013)).toBeUndefined();
  });
});

describe('exchange', () => {
  it('knows what answers what', () => {
    expect(replyTo(0x0200)).toEqual({ general: 0x8001, specific: undefined });
    expect(replyTo(0x0100)).toEqual({ general: undefined, specific: 0x8100 });
    expect(replyTo(0x8104)).toEqual({ general: undefined, specific: 0x0104 });
    expect(replyTo(0x8300)).toEqual({ general: 0x0001, specific: undefined });
  });

  it('has no answer to an answer', () => {
    for (const id of [0x0001, 0x8001, 0x8100, 0x0104, 0x0201]) {
      expect(replyTo(id)).toEqual({ general: undefined, specific: undefined });
      expect(isResponse(id)).toBe(true);
    }
    expect(isResponse(0x0200)).toBe(false);
  });

  it('answers what it does not know in general', () => {
    expect(replyTo(0x0f00).general).toBe(0x8001);
    expect(replyTo(0x8f00).general).toBe(0x0001);
    expect(isResponse(0x0f00)).toBe(false);
  });
});

describe('0x0100', () => {
  const body2013 =
    '001f0073' + ascii('ABCDE') + ascii('M1') + '00'.repeat(18) + ascii('T000001') + '01bba6' + ascii('A12345');
  const body2011 = '001f0073' + ascii('ABCDE') + ascii('M1') + '00'.repeat(6) + ascii('T000001');
  const shown = { provinceId: 31, cityId: 115, manufacturerId: 'ABCDE', terminalModel: 'M1', terminalId: 'T000001' };
  const revisionOf = (hex: string): Revision | undefined => {
    const octets = parseHex(hex)!;
    return messageById(0x0100)!.about.revisionOf!(octets, 0, octets.length);
  };

  it('reads and writes the worked example', () => {
    const json = { ...shown, plateColor: 'blue', plate: '沪A12345' };
    expect(decode(0x0100, 2013, body2013)).toEqual({ json, quirks: [] });
    expect(encode(0x0100, 2013, json)).toBe(body2013);
  });

  it('shows by its length which revision it is of', () => {
    expect(revisionOf(body2013)).toBe(2013);
    expect(revisionOf(`${body2011}01bba6${ascii('A12345')}`)).toBe(2011);
    expect(revisionOf(body2013.slice(0, 74))).toBe(2013);
  });

  it('of 2011 with a VIN is as long as one of 2013, and told by what stands there', () => {
    const vin = `${body2011}00${ascii('LSVAU2A37N2183294')}`;
    expect(vin).toHaveLength(2 * 42);
    expect(revisionOf(vin)).toBe(2011);
    expect(decode(0x0100, 2011, vin).json).toEqual({ ...shown, plateColor: 'noPlate', plate: 'LSVAU2A37N2183294' });
    expect(revisionOf(body2013.slice(0, 74) + ascii('AB123'))).toBe(2013);
  });

  it('strips padding on either side and keeps octets that are no letters', () => {
    const json = decode(
      0x0100,
      2019,
      '00000000' + '0001ff8041'.padEnd(22, '20') + ascii('M').padStart(60, '0') + ascii('T').padEnd(60, '0') + '63',
    ).json;
    expect(json).toMatchObject({
      manufacturerId: '\u0001\u00ff\u0080A',
      terminalModel: 'M',
      terminalId: 'T',
      plateColor: 99,
      plate: '',
    });
  });
});

describe('0x8100', () => {
  it('carries a code with success only', () => {
    expect(encode(0x8100, 2013, { replySerial: 5, result: 'success', authCode: 'abc' })).toBe('000500616263');
    expect(encode(0x8100, 2013, { replySerial: 5, result: 'noSuchVehicleInDatabase' })).toBe('000502');
    expect(() => encode(0x8100, 2013, { replySerial: 5, result: 'success' })).toThrow(
      'registrationResponse.authCode: is missing',
    );
    expect(() => encode(0x8100, 2013, { replySerial: 5, result: 1, authCode: 'abc' })).toThrow(
      /is not part of this message/,
    );
  });

  it('with a code behind a refusal keeps it as octets', () => {
    expect(decode(0x8100, 2013, '00050361')).toEqual({
      json: { replySerial: 5, result: 'terminalAlreadyRegistered', trailing: '61' },
      quirks: ['trailing'],
    });
  });
});

describe('0x0102', () => {
  const imei = ascii('123456789012345');
  const version = ascii('v1').padEnd(40, '0');

  it('is the code alone before 2019, and has its length since', () => {
    expect(decode(0x0102, 2013, ascii('abc')).json).toEqual({ authCode: 'abc' });
    expect(decode(0x0102, 2019, `03${ascii('abc')}${imei}${version}`)).toEqual({
      json: { authCodeLength: 3, authCode: 'abc', imei: '123456789012345', softwareVersion: 'v1' },
      quirks: [],
    });
  });

  it('of 2019 without IMEI and version is borne, and noted', () => {
    expect(decode(0x0102, 2019, `03${ascii('abc')}`)).toEqual({
      json: { authCodeLength: 3, authCode: 'abc' },
      quirks: ['length', 'length'],
    });
    expect(() => encode(0x0102, 2019, { authCode: 'abc' })).toThrow('terminalAuthentication.imei: is missing');
  });

  it('whose code is longer than the body cannot be read', () => {
    expect(() => decode(0x0102, 2019, `05${ascii('abc')}`)).toThrow(/authCode: needs 5 octets, 3 left/);
  });
});

describe('0x8103', () => {
  const heartbeat = hex('00000001 04 0000003c');

  it('names its parameters', () => {
    const photo = hex('00000064 04 003c0303');
    const alarms = hex('00000050 04 00000005');
    const octets = `04${heartbeat}0000001309${ascii('127.0.0.1')}${alarms}${photo}`;
    const json = {
      count: 4,
      params: {
        heartbeatInterval: 60,
        mainServerAddress: '127.0.0.1',
        alarmMask: ['emergency', 'fatigue'],
        timedPhotoControl: { channelEnable: 3, channelStore: 3, unit: 'seconds', interval: 30 },
      },
    };
    expect(decode(0x8103, 2013, octets)).toEqual({ json, quirks: [] });
    expect(encode(0x8103, 2013, json)).toBe(octets);
    expect(encode(0x8103, 2013, { params: json.params })).toBe(octets);
  });

  it('keeps raw what has another length or no name', () => {
    expect(decode(0x8103, 2013, `03 00000090 04 00000003 0000f3aa 02 01ff ${heartbeat}`)).toEqual({
      json: {
        count: 3,
        params: {
          heartbeatInterval: 60,
          unknown: [
            { id: '0x0090', hex: '00000003' },
            { id: '0xF3AA', hex: '01ff' },
          ],
        },
      },
      quirks: ['length'],
    });
  });

  it('bears fewer parameters than its count, and keeps what is cut off', () => {
    expect(decode(0x8103, 2013, `03${heartbeat}000000290400`)).toEqual({
      json: { count: 1, params: { heartbeatInterval: 60 }, trailing: '000000290400' },
      quirks: ['count', 'trailing'],
    });
  });

  it('keeps a parameter raw whose own list does not fit', () => {
    const list = hex('00000077 03 020100');
    expect(decode(0x8103, 2013, `01${list}`)).toEqual({
      json: { count: 1, params: { unknown: [{ id: '0x0077', hex: '020100' }] } },
      quirks: ['length'],
    });
  });

  it('counts in one octet', () => {
    const unknown = Array.from({ length: 256 }, (_, i) => ({ id: `0xF${i.toString(16).padStart(3, '0')}`, hex: '' }));
    expect(() => encode(0x8103, 2013, { params: { unknown } })).toThrow(/256 is not a length of 1 octets/);
  });
});

describe('0x8300', () => {
  it('has other flags and a type since 2019', () => {
    expect(decode(0x8300, 2013, '05c4e3').json).toEqual({ flag: ['urgent', 'display'], text: '你' });
    expect(decode(0x8300, 2019, '0601c4e3').json).toEqual({
      flag: ['urgent', 'display'],
      textType: 'notification',
      text: '你',
    });
    expect(encode(0x8300, 2019, { flag: ['notification', 'tts'], textType: 'service', text: '你' })).toBe('0b02c4e3');
  });

  it('refuses a character that GBK does not have, by field', () => {
    expect(() => encode(0x8300, 2013, { flag: [], text: 'a😀' })).toThrow(/^textMessage.text: no GBK code for/);
  });

  it('notes octets that are no character', () => {
    expect(decode(0x8300, 2013, '00ff41')).toEqual({ json: { flag: [], text: '\ufffdA' }, quirks: ['text'] });
  });
});

describe('bodies that are empty by the standard', () => {
  it.each([0x0002, 0x0003, 0x8104, 0x8201])('keep what a sender put there: %i', (id) => {
    expect(decode(id, 2013, '')).toEqual({ json: {}, quirks: [] });
    expect(decode(id, 2013, '641f01')).toEqual({ json: { trailing: '641f01' }, quirks: ['trailing'] });
    expect(encode(id, 2013, { trailing: '641f01' })).toBe('641f01');
  });
});

it('errors of a body carry a code, a path, an offset and no stack', () => {
  try {
    codecFor(0x8001, 2013).decode(new Uint8Array(3), 0, 3, IGNORE_QUIRKS);
    expect.fail('three octets are no acknowledgement');
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: 'TRUNCATED', at: 'platformAck.replySerial', offset: 0 });
    expect((error as ProtocolError).stack).not.toContain('\n    at ');
  }
});

it('every descriptor says what it is in both languages', () => {
  for (const { about } of CATALOGUE as readonly Message[]) {
    expect(about.zh).toMatch(/\p{Script=Han}/u);
    expect(about.en).toMatch(/^[A-Z]/);
  }
});
