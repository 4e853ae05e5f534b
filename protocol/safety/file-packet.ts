/**
 * Octets of a file as a terminal sends them on the link for attachments (文件码流数据): neither escaped nor checked
 * nor acknowledged. T/JSATL 12-2017 table 24. Heilongjiang has the length of the name before it instead of 50 octets.
 */
import { ProtocolError } from '../errors.ts';
import { gbkText, putGbk } from '../text/gbk.ts';

/** Octets of a name in the layout of T/JSATL 12-2017: a longer one is cut off. */
export const FILE_NAME_ROOM = 50;
/** 帧头标识. Packets of media begin with the same four octets: they come on another port. */
const MAGIC = [0x30, 0x31, 0x63, 0x64] as const;
const MAGIC_SIZE = 4;
/** Offset and length behind the name. */
const SPAN = 8;
/** Most octets in front of the data. */
export const MAX_FILE_HEAD = MAGIC_SIZE + 1 + 255 + SPAN;

/** How the name is written: in 50 octets, or in as many as an octet before it says. */
export type FileNameForm = 'fixed' | 'prefixed';

/** What stands in front of the data. */
export interface FilePacket {
  /** As it was announced, or its first 50 octets. */
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** How much of the magic octets [at, end) begin with: 4 where all of it, 0 where something else. */
export function fileMagicAt(b: Uint8Array, at: number, end: number): number {
  let n = 0;
  while (n < MAGIC_SIZE && at + n < end) {
    if (b[at + n] !== MAGIC[n]) return 0;
    n++;
  }
  return n;
}

/** Octets that a packet at `at` has in front of its data; 0 where more are needed to tell. */
export function fileHeadSize(b: Uint8Array, at: number, end: number, form: FileNameForm): number {
  if (form === 'fixed') return MAGIC_SIZE + FILE_NAME_ROOM + SPAN;
  return end <= at + MAGIC_SIZE ? 0 : MAGIC_SIZE + 1 + b[at + MAGIC_SIZE]! + SPAN;
}

/** Reads octets [at, at + size) as what stands in front of the data. */
export function readFileHead(b: Uint8Array, at: number, size: number, form: FileNameForm): FilePacket {
  const end = at + size;
  const nameAt = at + MAGIC_SIZE + (form === 'fixed' ? 0 : 1);
  let nameEnd = end - SPAN;
  while (nameEnd > nameAt && b[nameEnd - 1] === 0) nameEnd--;
  return { name: gbkText(b, nameAt, nameEnd), offset: u32(b, end - SPAN), length: u32(b, end - 4) };
}

/**
 * A packet with its data. Throws ProtocolError: TEXT where the name has a character that GBK lacks, RANGE where it is
 * longer than 255 octets, or than the file may be.
 */
export function encodeFilePacket(
  name: string,
  offset: number,
  data: Uint8Array,
  form: FileNameForm = 'fixed',
): Uint8Array {
  if (!Number.isInteger(offset) || offset < 0 || offset + data.length > 0xffff_ffff)
    throw new ProtocolError('RANGE', 'offset', `no file has octets from ${offset} on`);
  const text = new Uint8Array(2 * name.length);
  const size = putGbk(text, 0, name);
  if (size < 0) throw new ProtocolError('TEXT', 'name', `no GBK code for ${JSON.stringify(name[-1 - size])}`);
  if (size > 255) throw new ProtocolError('RANGE', 'name', `${size} octets, at most 255`);
  const room = form === 'fixed' ? FILE_NAME_ROOM : size;
  const lead = MAGIC_SIZE + (form === 'fixed' ? 0 : 1);
  const out = new Uint8Array(lead + room + SPAN + data.length);
  out.set(MAGIC);
  if (form === 'prefixed') out[MAGIC_SIZE] = size;
  out.set(text.subarray(0, Math.min(size, room)), lead);
  put32(out, lead + room, offset);
  put32(out, lead + room + 4, data.length);
  out.set(data, lead + room + SPAN);
  return out;
}

/** What is left of a name that does not fit into 50 octets: a packet has no more of it. */
export function nameInPacket(name: string): string {
  const text = new Uint8Array(2 * name.length);
  const size = putGbk(text, 0, name);
  return size <= FILE_NAME_ROOM ? name : gbkText(text, 0, FILE_NAME_ROOM);
}

const u32 = (b: Uint8Array, at: number): number =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

function put32(out: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) out[at + i] = value >>> (24 - 8 * i);
}
