/**
 * Pictures and sound that a terminal has taken, and the octets of them: real files, made when they are sent.
 *
 * A picture is a grey JPEG of the size that was asked for, filled up with comments; sound is silence in a WAV. At most
 * 64 are kept, the oldest goes.
 */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import { type Kept } from './kept.ts';

const MAX_MEDIA = 64;

/** One of them, with where it was when the taking began. */
export interface Medium {
  readonly id: number;
  readonly type: 'image' | 'audio';
  readonly format: 'jpeg' | 'wav';
  readonly event: BodyOf<0x0800>['event'];
  readonly channel: number;
  readonly at: EpochMs;
  /** The fixed 28 octets of a 0x0200. */
  readonly location: Uint8Array;
  /** Pixels, or seconds of sound. */
  readonly width: number;
  readonly height: number;
}

/** Keeps a medium under the next id. */
export function keepMedium(kept: Kept, taken: Omit<Medium, 'id'>): Medium {
  const medium = { ...taken, id: kept.nextMedium++ };
  kept.media.set(medium.id, medium);
  for (const id of kept.media.keys()) {
    if (kept.media.size <= MAX_MEDIA) break;
    kept.media.delete(id);
  }
  return medium;
}

/** The file. */
export function fileOf({ type, width, height }: Pick<Medium, 'type' | 'width' | 'height'>): Uint8Array {
  return type === 'image' ? greyJpeg(width, height) : silence(width);
}

const JPEG_HEAD = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
/** One DC code of two bits for "no difference", one AC code of one bit for "end of block": three zero bits a block. */
const DC_TABLE = [0xff, 0xc4, 0, 20, 0x00, 0, 1, ...Array<number>(14).fill(0), 0];
const AC_TABLE = [0xff, 0xc4, 0, 20, 0x10, 1, ...Array<number>(15).fill(0), 0];
const FLAT_QUANTISATION = [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)];
const SCAN = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0];
/** Octets of a picture for each pixel, as cameras in vehicles compress. */
const OCTETS_PER_PIXEL = 0.12;
const COMMENT_ROOM = 0xffff - 2;

function greyJpeg(width: number, height: number): Uint8Array {
  const bits = 3 * Math.ceil(width / 8) * Math.ceil(height / 8);
  const scan = new Uint8Array(Math.ceil(bits / 8));
  // The last octet is filled up with ones.
  if (bits % 8 !== 0) scan[scan.length - 1] = 0xff >> (bits % 8);
  const head = [
    ...JPEG_HEAD,
    ...FLAT_QUANTISATION,
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 0xff,
    width >> 8,
    width & 0xff,
    1,
    1,
    0x11,
    0,
    ...DC_TABLE,
    ...AC_TABLE,
  ];
  const room = Math.floor(width * height * OCTETS_PER_PIXEL) - head.length - scan.length - 16;
  const comments: Uint8Array[] = [];
  for (let left = room; left > 0; left -= COMMENT_ROOM) {
    const size = Math.min(left, COMMENT_ROOM);
    const comment = new Uint8Array(size + 4).fill(0x20);
    comment.set([0xff, 0xfe, (size + 2) >> 8, (size + 2) & 0xff]);
    comments.push(comment);
  }
  return joined(Uint8Array.from(head), ...comments, Uint8Array.from(SCAN), scan, Uint8Array.of(0xff, 0xd9));
}

const SAMPLES_PER_SECOND = 8000;

/** 8 kHz, 8 bits, one channel: silence is 0x80. */
function silence(seconds: number): Uint8Array {
  const size = SAMPLES_PER_SECOND * seconds;
  const file = new Uint8Array(44 + size).fill(0x80);
  const view = new DataView(file.buffer);
  for (const [at, text] of [
    [0, 'RIFF'],
    [8, 'WAVEfmt '],
    [36, 'data'],
  ] as const)
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  view.setUint32(4, 36 + size, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLES_PER_SECOND, true);
  view.setUint32(28, SAMPLES_PER_SECOND, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  view.setUint32(40, size, true);
  return file;
}

/** Octets one after another. */
export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
