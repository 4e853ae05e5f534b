/**
 * GZIP (RFC 1952) without compressing: the octets in stored blocks. Whoever reads GZIP reads it, and it is the same on every
 * machine, which compressors are not.
 */
import { crc32 } from 'node:zlib';

/** Magic, deflate, no flags, no time, no hint, unknown system. */
const HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const BLOCK = 0xffff;
const BLOCK_HEAD = 5;
const TAIL = 8;

/** `data` as a GZIP member. */
export function gzip(data: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(data.length / BLOCK));
  const out = new Uint8Array(HEAD.length + blocks * BLOCK_HEAD + data.length + TAIL);
  const view = new DataView(out.buffer);
  out.set(HEAD);
  let at = HEAD.length;
  for (let i = 0; i < blocks; i++) {
    const block = data.subarray(i * BLOCK, (i + 1) * BLOCK);
    // The last one is marked; its length stands twice, once turned over (RFC 1951 3.2.4).
    out[at] = i === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, block.length, true);
    view.setUint16(at + 3, ~block.length & 0xffff, true);
    out.set(block, at + BLOCK_HEAD);
    at += BLOCK_HEAD + block.length;
  }
  view.setUint32(at, crc32(data), true);
  view.setUint32(at + 4, data.length, true);
  return out;
}
