/**
 * One packet of a media stream (JT/T 1078-2016 5.5.3): a header like RTP's and at most 950 octets of one frame.
 *
 * The SIM number has six octets; terminals of 808-2019 also send ten, which moves all that follows by four. Nothing
 * in the header says which, so a reader is told or looks at what makes sense.
 */
import { ProtocolError } from '../errors.ts';
import { bcdText, putBcd } from '../text/bcd.ts';

/** Octets of the SIM number in a header. */
export type SimSize = 6 | 10;
/** What a packet carries: a kind of video frame, sound, or octets of a serial port. */
export type MediaKind = 'iFrame' | 'pFrame' | 'bFrame' | 'audio' | 'transparent';
/** Which part of a frame a packet is. */
export type MediaPart = 'whole' | 'first' | 'last' | 'middle';

const KINDS: readonly MediaKind[] = ['iFrame', 'pFrame', 'bFrame', 'audio', 'transparent'];
const PARTS: readonly MediaPart[] = ['whole', 'first', 'last', 'middle'];

/** Most octets of a frame in one packet. */
export const MAX_MEDIA_BODY = 950;
/** Most octets of a packet: the header of video with a SIM number of ten octets, and the body. */
export const MAX_MEDIA_PACKET = 34 + MAX_MEDIA_BODY;
/** 帧头标识. The packets of active-safety files begin with the same four octets: they come on another port. */
export const MEDIA_MAGIC = 0x30316364;
/** Version 2, no padding, no extension, one source. */
const FIRST_OCTET = 0x81;

/** The header of a packet. */
export interface MediaHeader {
  /** Last packet of a frame, as the sender says; `part` is what receivers go by. */
  marker: boolean;
  /** Code of `PAYLOAD_TYPES`. */
  payloadType: number;
  /** One more with every packet of a channel, modulo 65536. */
  serial: number;
  /** SIM number as digits, leading zeros kept. */
  sim: string;
  simSize: SimSize;
  channel: number;
  kind: MediaKind;
  part: MediaPart;
  /** Milliseconds from a start of the sender's own choice; 0 for `transparent`, which has none. */
  timestamp: number;
  /** Milliseconds since the I frame and since the frame before, of video; else 0. */
  sinceIFrame: number;
  sinceFrame: number;
  /** Octets of the frame behind the header. */
  length: number;
}

/** An empty header to read into. */
export function newMediaHeader(): MediaHeader {
  return {
    marker: false,
    payloadType: 0,
    serial: 0,
    sim: '',
    simSize: 6,
    channel: 0,
    kind: 'iFrame',
    part: 'whole',
    timestamp: 0,
    sinceIFrame: 0,
    sinceFrame: 0,
    length: 0,
  };
}

/** Octets of the header of a kind. */
export function mediaHeaderSize(kind: MediaKind, simSize: SimSize): number {
  return simSize + (kind === 'transparent' ? 12 : kind === 'audio' ? 20 : 24);
}

const u16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!;
const u32 = (b: Uint8Array, at: number): number => u16(b, at) * 0x1_0000 + u16(b, at + 2);

/** Whether the four octets at `at` begin a packet. */
export function isMediaMagic(b: Uint8Array, at: number): boolean {
  return u32(b, at) === MEDIA_MAGIC;
}

/**
 * Reads the header at `at`, where `isMediaMagic` holds, with a SIM number of `simSize` octets. Returns its size; 0
 * where more octets are needed to tell; -1 where the octets are no such header.
 */
export function readMediaHeader(b: Uint8Array, at: number, end: number, simSize: SimSize, into: MediaHeader): number {
  const channelAt = at + 8 + simSize;
  if (end < channelAt + 2) return 0;
  const kind = KINDS[b[channelAt + 1]! >> 4];
  const part = PARTS[b[channelAt + 1]! & 0x0f];
  // Logical channels count from 1, and a SIM number has decimal digits: else this is the other size, or no header.
  if (kind === undefined || part === undefined || b[channelAt] === 0 || !isDecimal(b, at + 8, simSize)) return -1;
  const size = mediaHeaderSize(kind, simSize);
  if (end < at + size) return 0;
  const length = u16(b, at + size - 2);
  if (length > MAX_MEDIA_BODY) return -1;
  const timed = kind !== 'transparent';
  const video = timed && kind !== 'audio';
  into.marker = b[at + 5]! >= 0x80;
  into.payloadType = b[at + 5]! & 0x7f;
  into.serial = u16(b, at + 6);
  into.sim = bcdText(b, at + 8, simSize);
  into.simSize = simSize;
  into.channel = b[channelAt]!;
  into.kind = kind;
  into.part = part;
  into.timestamp = timed ? u32(b, channelAt + 2) * 0x1_0000_0000 + u32(b, channelAt + 6) : 0;
  into.sinceIFrame = video ? u16(b, channelAt + 10) : 0;
  into.sinceFrame = video ? u16(b, channelAt + 12) : 0;
  into.length = length;
  return size;
}

/**
 * Writes a header at `at` and returns the offset behind it; the caller sees to `mediaHeaderSize` octets of room.
 * Throws ProtocolError RANGE where a number does not fit its field.
 */
export function writeMediaHeader(header: MediaHeader, out: Uint8Array, at: number): number {
  const { simSize, kind, part } = header;
  const p = at + 8 + simSize;
  const size = mediaHeaderSize(kind, simSize);
  out[at] = MEDIA_MAGIC >>> 24;
  out[at + 1] = (MEDIA_MAGIC >> 16) & 0xff;
  out[at + 2] = (MEDIA_MAGIC >> 8) & 0xff;
  out[at + 3] = MEDIA_MAGIC & 0xff;
  out[at + 4] = FIRST_OCTET;
  out[at + 5] = (header.marker ? 0x80 : 0) | inRange('payloadType', header.payloadType, 0x7f);
  put16(out, at + 6, inRange('serial', header.serial, 0xffff));
  if (!putBcd(out, at + 8, simSize, header.sim))
    throw new ProtocolError(
      'RANGE',
      'sim',
      `${JSON.stringify(header.sim)} is not a text of at most ${2 * simSize} digits`,
    );
  out[p] = inRange('channel', header.channel, 0xff);
  out[p + 1] = (KINDS.indexOf(kind) << 4) | PARTS.indexOf(part);
  if (kind !== 'transparent') {
    const time = inRange('timestamp', header.timestamp, Number.MAX_SAFE_INTEGER);
    put32(out, p + 2, Math.floor(time / 0x1_0000_0000));
    put32(out, p + 6, time >>> 0);
  }
  if (kind !== 'transparent' && kind !== 'audio') {
    put16(out, p + 10, inRange('sinceIFrame', header.sinceIFrame, 0xffff));
    put16(out, p + 12, inRange('sinceFrame', header.sinceFrame, 0xffff));
  }
  put16(out, at + size - 2, inRange('length', header.length, MAX_MEDIA_BODY));
  return at + size;
}

function isDecimal(b: Uint8Array, at: number, size: number): boolean {
  for (let i = at; i < at + size; i++) if ((b[i]! & 0x0f) > 9 || b[i]! > 0x99) return false;
  return true;
}

function put16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >> 8;
  out[at + 1] = value & 0xff;
}

function put32(out: Uint8Array, at: number, value: number): void {
  put16(out, at, value >>> 16);
  put16(out, at + 2, value & 0xffff);
}

function inRange(field: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ProtocolError('RANGE', field, `${value} is not a whole number up to ${most}`);
}
