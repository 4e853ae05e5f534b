/** What compiled codecs call for texts in UTF-8 instead of GBK: the same names as in `runtime.ts`. */
import { putUtf8, utf8TextOf } from '../text/charset.ts';
import type { QuirkSink } from './quirk.ts';
import * as runtime from './runtime.ts';

type Read = typeof runtime.plainText;

/** Padding is taken off before decoding; only what would have been GBK is UTF-8. */
function inUtf8(read: Read): Read {
  return (b, start, end, gbk, quirks) =>
    gbk ? known(read(b, start, end, false, quirks), quirks) : read(b, start, end, gbk, quirks);
}

/** Octets that were read one by one, as what they are in UTF-8. */
function known(single: string, quirks: QuirkSink): string {
  const octets = Uint8Array.from(single, (character) => character.charCodeAt(0));
  const text = utf8TextOf(octets, 0, octets.length);
  if (text.includes('\ufffd')) quirks.quirk('text');
  return text;
}

export const UTF8_RUNTIME: typeof runtime = {
  ...runtime,
  paddedText: inUtf8(runtime.paddedText),
  plainText: inUtf8(runtime.plainText),
  putText(b, at, value, gbk, path) {
    if (!gbk || typeof value !== 'string') return runtime.putText(b, at, value, gbk, path);
    return putUtf8(b, at, value);
  },
};
