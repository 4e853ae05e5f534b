/** Values to octets through the catalogue's codecs. */
import { type Codec, MAX_BODY } from '../../protocol/index.ts';

/** Encoding is synchronous and what comes out is copied: one buffer serves all terminals. */
let scratch = new Uint8Array(4 * MAX_BODY);

/** The octets that a codec makes of a value. */
export function encoded<T>(codec: Codec<T>, value: T): Uint8Array {
  let end = codec.encode(value, scratch, 0);
  if (end > scratch.length) {
    scratch = new Uint8Array(2 * end);
    end = codec.encode(value, scratch, 0);
  }
  return new Uint8Array(scratch.subarray(0, end));
}
