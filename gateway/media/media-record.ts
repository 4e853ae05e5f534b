/**
 * The `media` record: where the file of a picture, sound or video is, and the message it came in without its data; of the
 * evidence of an alarm, the message that ended it.
 *
 *     0     u16  n
 *     2     n    JSON: path, size, sha256
 *     2+n        header of part 1 without its package item, then the body up to the data
 */
const text = new TextEncoder();
const back = new TextDecoder();

/** A file of the data folder. */
export interface MediaFile {
  /** From the data folder on, with slashes. */
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of which alarm it is evidence. */
  readonly alarm?: { readonly alarmNumber: string; readonly identification: unknown };
}

export interface MediaRecord {
  readonly file: MediaFile;
  /** The message is octets [at, end) of what was read. */
  readonly at: number;
}

export function encodeMedia(file: MediaFile, message: Uint8Array): Uint8Array {
  const json = text.encode(JSON.stringify(file));
  const payload = new Uint8Array(2 + json.length + message.length);
  payload[0] = json.length >> 8;
  payload[1] = json.length;
  payload.set(json, 2);
  payload.set(message, 2 + json.length);
  return payload;
}

/** Undefined where octets [start, end) are no such payload. */
export function decodeMedia(b: Uint8Array, start: number, end: number): MediaRecord | undefined {
  const at = start + 2 + ((b[start]! << 8) | b[start + 1]!);
  if (end - start < 2 || at > end) return undefined;
  try {
    return { file: JSON.parse(back.decode(b.subarray(start + 2, at))) as MediaFile, at };
  } catch {
    return undefined;
  }
}
