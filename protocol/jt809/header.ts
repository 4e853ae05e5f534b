/** The header of a packet: 22 octets in 2011, 30 in 2019, which adds the time of sending. JT/T 809 4.4.2. */
import { ProtocolError } from '../errors.ts';
import { isUtcMilliseconds, isBinaryTime, putUtcTime, utcTime } from '../text/binary-time.ts';
import type { Edition } from './edition.ts';

/** A header, read or to be written. */
export interface Jt809Header {
  readonly edition: Edition;
  /** 报文序列号, counts up by one a message. */
  readonly serial: number;
  /** 业务数据类型, e.g. 0x1200. */
  readonly id: number;
  /** 下级平台接入码. */
  readonly centerId: number;
  /** 协议版本号标识, e.g. `1.2.15`. */
  readonly version: string;
  readonly encrypted: boolean;
  readonly key: number;
  /** Of sending, epoch ms; NaN in 2011, and where the sender left it at 0. */
  readonly time: number;
}

const HEADER_SIZE = { 2011: 22, 2019: 30 } as const;
/** Octets of the header of 2011, which is how the other one begins. */
export const LEAST_HEADER = HEADER_SIZE[2011];
/** Octets of a frame beyond its packet: two flags and the CRC. The length field counts them. */
export const AROUND = 4;

const u32 = (b: Uint8Array, at: number): number =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

const CENTURY = { from: Date.UTC(2000, 0), to: Date.UTC(2100, 0) } as const;

/** Octets of a header. */
export const headerSize = (edition: Edition): number => HEADER_SIZE[edition];

/** The length field of a packet that begins at `start`. */
export const declaredLength = (b: Uint8Array, start: number): number => u32(b, start);

/** 业务数据类型 of a packet that begins at `start`. */
export const businessType = (b: Uint8Array, start: number): number => (b[start + 8]! << 8) | b[start + 9]!;

/** Whether the octets where 2019 has its time hold one of this century. */
export function hasTime(b: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER_SIZE[2019]) return false;
  const ms = utcTime(b, start + 22);
  return ms >= CENTURY.from && ms < CENTURY.to;
}

/** Whether the time of a header of 2019 counts milliseconds, where seconds are due. */
export const countsMilliseconds = (b: Uint8Array, start: number): boolean => isUtcMilliseconds(b, start + 22);

/** Reads the header at `start`; `headerSize(edition)` octets are there. */
export function readHeader809(b: Uint8Array, start: number, edition: Edition): Jt809Header {
  return {
    edition,
    serial: u32(b, start + 4),
    id: businessType(b, start),
    centerId: u32(b, start + 10),
    version: `${b[start + 14]}.${b[start + 15]}.${b[start + 16]}`,
    encrypted: b[start + 17] !== 0,
    key: u32(b, start + 18),
    time: edition === 2019 ? utcTime(b, start + 22) : Number.NaN,
  };
}

function putU32(b: Uint8Array, at: number, value: number, path: string): void {
  if (value >>> 0 !== value) throw new ProtocolError('RANGE', path, `${value} is not a number of 4 octets`);
  for (let i = 0; i < 4; i++) b[at + i] = value >>> (24 - 8 * i);
}

function putVersion(b: Uint8Array, at: number, version: string): void {
  const parts = version.split('.').map(Number);
  const right = /^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(version) && parts.every((part) => part <= 255);
  if (!right) throw new ProtocolError('RANGE', 'version', `${JSON.stringify(version)} is not of the form 1.2.15`);
  b.set(parts, at);
}

/** Writes a header at 0, for a packet of `size` octets. Throws ProtocolError RANGE where a field does not fit. */
export function writeHeader809(b: Uint8Array, header: Jt809Header, size: number): void {
  putU32(b, 0, size + AROUND, 'length');
  putU32(b, 4, header.serial, 'serial');
  b[8] = header.id >> 8;
  b[9] = header.id;
  putU32(b, 10, header.centerId, 'centerId');
  putVersion(b, 14, header.version);
  b[17] = header.encrypted ? 1 : 0;
  putU32(b, 18, header.key, 'key');
  if (header.edition === 2011) return;
  if (!isBinaryTime(header.time, false))
    throw new ProtocolError('RANGE', 'time', `${header.time} is not a time of the years 1970 to 9999`);
  putUtcTime(b, 22, header.time, false);
}
