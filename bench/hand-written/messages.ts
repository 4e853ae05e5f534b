/**
 * Ten common messages as a careful engineer would read and write them by hand, each with a body to do it with: the
 * yardstick of the compiled codecs. Reading checks the length once and makes the same values; writing trusts them.
 */
import {
  gbkText,
  latin1Text,
  type MessageName,
  ProtocolError,
  putGbk,
  putLatin1,
  type Revision,
} from '../../protocol/index.ts';
import { encodeLocation } from './location-encode.ts';
import { decodeLocation, type HandLocation } from './location.ts';

export interface HandMessage {
  readonly name: MessageName;
  readonly revision: Revision;
  readonly value: unknown;
  readonly decode: (b: Uint8Array, start: number, end: number) => unknown;
  readonly encode: (value: never, b: Uint8Array, start: number) => number;
}

const u16 = (b: Uint8Array, p: number): number => (b[p]! << 8) | b[p + 1]!;
const u32 = (b: Uint8Array, p: number): number => ((u16(b, p) << 16) | u16(b, p + 2)) >>> 0;

function put16(b: Uint8Array, p: number, value: number): void {
  b[p] = value >>> 8;
  b[p + 1] = value;
}

function put32(b: Uint8Array, p: number, value: number): void {
  put16(b, p, value >>> 16);
  put16(b, p + 2, value);
}

function need(name: string, octets: number, start: number, end: number): void {
  if (end - start < octets)
    throw new ProtocolError('TRUNCATED', name, `needs ${octets} octets, ${end - start} left`, 0);
}

/** Letters of a fixed field, without the NUL behind them. */
function ascii(b: Uint8Array, start: number, size: number): string {
  let end = start + size;
  while (end > start && (b[end - 1] === 0 || b[end - 1] === 0x20)) end--;
  return latin1Text(b, start, end);
}

function putAscii(b: Uint8Array, start: number, size: number, text: string): number {
  b.fill(0, putLatin1(b, start, text), start + size);
  return start + size;
}

function copy(b: Uint8Array, start: number, end: number): Uint8Array {
  const octets = new Uint8Array(end - start);
  for (let i = start; i < end; i++) octets[i - start] = b[i]!;
  return octets;
}

function putOctets(b: Uint8Array, start: number, octets: Uint8Array): number {
  b.set(octets, start);
  return start + octets.length;
}

const RESULTS = ['success', 'failure', 'messageMalformed', 'notSupported', 'alarmHandlingConfirmed'] as const;
const COLORS: Readonly<Record<number, string>> = {
  0: 'noPlate',
  1: 'blue',
  2: 'yellow',
  3: 'black',
  4: 'white',
  9: 'other',
};
const codeOf = (names: Readonly<Record<number, string>>, name: string): number =>
  Number(Object.keys(names).find((code) => names[Number(code)] === name));

const LOCATION: HandLocation = {
  alarm: 0x100,
  status: 0xc0003,
  latitude: 31.123456,
  longitude: 121.654321,
  altitude: 25,
  speed: 60.5,
  direction: 90,
  time: 1_706_677_199_000,
  items: { mileage: 10_000, fuel: 55.5, rssi: 24, satellites: 9 },
};

interface Ack {
  readonly replySerial: number;
  readonly replyId: number;
  readonly result: (typeof RESULTS)[number] | number;
}
function decodeAck(b: Uint8Array, start: number, end: number): Ack {
  need('ack', 5, start, end);
  const result = b[start + 4]!;
  return { replySerial: u16(b, start), replyId: u16(b, start + 2), result: RESULTS[result] ?? result };
}
function encodeAck(value: Ack, b: Uint8Array, start: number): number {
  put16(b, start, value.replySerial);
  put16(b, start + 2, value.replyId);
  b[start + 4] = typeof value.result === 'number' ? value.result : RESULTS.indexOf(value.result);
  return start + 5;
}

interface Registration {
  readonly provinceId: number;
  readonly cityId: number;
  readonly manufacturerId: string;
  readonly terminalModel: string;
  readonly terminalId: string;
  readonly plateColor: string | number;
  readonly plate: string;
}
function decodeRegistration(b: Uint8Array, start: number, end: number): Registration {
  need('terminalRegistration', 37, start, end);
  const color = b[start + 36]!;
  return {
    provinceId: u16(b, start),
    cityId: u16(b, start + 2),
    manufacturerId: ascii(b, start + 4, 5),
    terminalModel: ascii(b, start + 9, 20),
    terminalId: ascii(b, start + 29, 7),
    plateColor: COLORS[color] ?? color,
    plate: gbkText(b, start + 37, end),
  };
}
function encodeRegistration(value: Registration, b: Uint8Array, start: number): number {
  put16(b, start, value.provinceId);
  put16(b, start + 2, value.cityId);
  putAscii(b, start + 4, 5, value.manufacturerId);
  putAscii(b, start + 9, 20, value.terminalModel);
  putAscii(b, start + 29, 7, value.terminalId);
  b[start + 36] = typeof value.plateColor === 'number' ? value.plateColor : codeOf(COLORS, value.plateColor);
  return putGbk(b, start + 37, value.plate);
}

interface Reply {
  readonly replySerial: number;
  readonly location: HandLocation;
}
interface Batch {
  readonly dataType: string;
  readonly items: readonly { readonly location: HandLocation }[];
}
function decodeBatch(b: Uint8Array, start: number, end: number): Batch {
  need('batchLocationUpload', 3, start, end);
  const count = u16(b, start);
  const items: { location: HandLocation }[] = [];
  let p = start + 3;
  while (items.length < count && end - p >= 2) {
    const to = p + 2 + u16(b, p);
    if (to > end) break;
    items.push({ location: decodeLocation(b, p + 2, to) });
    p = to;
  }
  return { dataType: b[start + 2] === 1 ? 'blindZoneSupplement' : 'normalBatchReport', items };
}
function encodeBatch(value: Batch, b: Uint8Array, start: number): number {
  put16(b, start, value.items.length);
  b[start + 2] = value.dataType === 'blindZoneSupplement' ? 1 : 0;
  let p = start + 3;
  for (const { location } of value.items) {
    const to = encodeLocation(location, b, p + 2);
    put16(b, p, to - p - 2);
    p = to;
  }
  return p;
}

interface Can {
  readonly time: string;
  readonly items: readonly { readonly canId: number; readonly canData: Uint8Array }[];
}
function decodeCan(b: Uint8Array, start: number, end: number): Can {
  need('canBusDataUpload', 7, start, end);
  const count = u16(b, start);
  need('canBusDataUpload', 7 + 12 * count, start, end);
  const items: { canId: number; canData: Uint8Array }[] = [];
  for (let i = 0, p = start + 7; i < count; i++, p += 12)
    items.push({ canId: u32(b, p), canData: copy(b, p + 4, p + 12) });
  return {
    time:
      u32(b, start + 2)
        .toString(16)
        .padStart(8, '0') + b[start + 6]!.toString(16).padStart(2, '0'),
    items,
  };
}
function encodeCan(value: Can, b: Uint8Array, start: number): number {
  put16(b, start, value.items.length);
  put32(b, start + 2, Number.parseInt(value.time.slice(0, 8), 16));
  b[start + 6] = Number.parseInt(value.time.slice(8), 16);
  let p = start + 7;
  for (const { canId, canData } of value.items) {
    put32(b, p, canId);
    p = putOctets(b, p + 4, canData);
  }
  return p;
}

interface Media {
  readonly multimediaId: number;
  readonly channelId: number;
  readonly location: Omit<HandLocation, 'items'>;
  readonly data: Uint8Array;
}
function decodeMedia(b: Uint8Array, start: number, end: number): unknown {
  need('multimediaDataUpload', 36, start, end);
  const { items: _, ...location } = decodeLocation(b, start + 8, start + 36);
  return {
    multimediaId: u32(b, start),
    type: ['image', 'audio', 'video'][b[start + 4]!] ?? b[start + 4]!,
    format: ['jpeg', 'tif', 'mp3', 'wav', 'wmv'][b[start + 5]!] ?? b[start + 5]!,
    event: ['platformCommand', 'timedAction', 'robberyAlarm', 'collisionRolloverAlarm'][b[start + 6]!] ?? b[start + 6]!,
    channelId: b[start + 7]!,
    location,
    data: copy(b, start + 36, end),
  };
}
function encodeMedia(value: Media, b: Uint8Array, start: number): number {
  put32(b, start, value.multimediaId);
  b[start + 4] = 0;
  b[start + 5] = 0;
  b[start + 6] = 1;
  b[start + 7] = value.channelId;
  encodeLocation({ ...value.location, items: {} }, b, start + 8);
  return putOctets(b, start + 36, value.data);
}

const { items: _, ...BASIC } = LOCATION;

export const HAND_WRITTEN: readonly HandMessage[] = [
  {
    name: 'terminalAck',
    revision: 2013,
    value: { replySerial: 7, replyId: 0x8300, result: 'success' },
    decode: decodeAck,
    encode: encodeAck,
  },
  {
    name: 'platformAck',
    revision: 2013,
    value: { replySerial: 7, replyId: 0x0200, result: 'success' },
    decode: decodeAck,
    encode: encodeAck,
  },
  {
    name: 'terminalRegistration',
    revision: 2013,
    value: {
      provinceId: 31,
      cityId: 115,
      manufacturerId: 'ABCDE',
      terminalModel: 'M1',
      terminalId: 'T000001',
      plateColor: 'blue',
      plate: '沪A12345',
    },
    decode: decodeRegistration,
    encode: encodeRegistration,
  },
  {
    name: 'terminalAuthentication',
    revision: 2013,
    value: { authCode: '013912345678' },
    decode: (b, start, end) => ({ authCode: gbkText(b, start, end) }),
    encode: (value: { readonly authCode: string }, b, start) => putGbk(b, start, value.authCode),
  },
  { name: 'locationReport', revision: 2013, value: LOCATION, decode: decodeLocation, encode: encodeLocation },
  {
    name: 'locationQueryResponse',
    revision: 2013,
    value: { replySerial: 7, location: LOCATION },
    decode: (b, start, end) => {
      need('locationQueryResponse', 30, start, end);
      return { replySerial: u16(b, start), location: decodeLocation(b, start + 2, end) };
    },
    encode: (value: Reply, b, start) => {
      put16(b, start, value.replySerial);
      return encodeLocation(value.location, b, start + 2);
    },
  },
  {
    name: 'batchLocationUpload',
    revision: 2013,
    value: { dataType: 'blindZoneSupplement', items: Array.from({ length: 10 }, () => ({ location: LOCATION })) },
    decode: decodeBatch,
    encode: encodeBatch,
  },
  {
    name: 'canBusDataUpload',
    revision: 2013,
    value: {
      time: '2359590123',
      items: Array.from({ length: 5 }, (__, i) => ({
        canId: 0x4000_0100 + i,
        canData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, i),
      })),
    },
    decode: decodeCan,
    encode: encodeCan,
  },
  {
    name: 'multimediaDataUpload',
    revision: 2013,
    value: {
      multimediaId: 7,
      type: 'image',
      format: 'jpeg',
      event: 'timedAction',
      channelId: 1,
      location: BASIC,
      data: new Uint8Array(900).fill(0x5a),
    },
    decode: decodeMedia,
    encode: encodeMedia,
  },
  {
    name: 'textMessage',
    revision: 2013,
    value: { flag: 5, text: '前方拥堵,请绕行 G56' },
    decode: (b, start, end) => {
      need('textMessage', 1, start, end);
      return { flag: b[start]!, text: gbkText(b, start + 1, end) };
    },
    encode: (value: { readonly flag: number; readonly text: string }, b, start) => {
      b[start] = value.flag;
      return putGbk(b, start + 1, value.text);
    },
  },
];
