/** Lines of a text, as people and logs have them: sentences, and binary frames in hex. */
import { gbkSize, latin1Text } from '../text/gbk.ts';
import { formatHex, parseHex } from '../text/hex.ts';
import { gbkOctets } from './rdss/content.ts';
import { decodeRdssFrame, describeRdssFrame, type DescribedRdssFrame } from './rdss/binary.ts';
import type { RefusedSentence, SentenceOptions } from './sentence.ts';
import {
  type DecodedSentence,
  decodeSentenceOctets,
  describeRefusal,
  type DescribedRefusal,
  describeSentence,
  type DescribedSentence,
} from './sentences.ts';
import type { Numbering } from './system.ts';
import { type BeidouSink, BeidouSplitter } from './splitter.ts';

/** The octets of a line that was read as Latin-1. */
function octetsOf(line: string): Uint8Array {
  return Uint8Array.from(line, (character) => character.charCodeAt(0));
}

/**
 * Decodes a sentence on a line whose characters are octets (Latin-1). Where a log was saved as UTF-8, the check is
 * tried over the GBK that stood on the wire as well. Never throws.
 */
export function decodeSentenceLine(line: string, options: SentenceOptions = {}): DecodedSentence | RefusedSentence {
  const octets = octetsOf(line);
  const decoded = decodeSentenceOctets(octets, 0, octets.length, options);
  if (!('fault' in decoded) || octets.every((octet) => octet < 0x80)) return decoded;
  const text = new TextDecoder('utf-8').decode(octets);
  if (gbkSize(text) < 0) return decoded;
  const onWire = gbkOctets(text);
  const again = decodeSentenceOctets(onWire, 0, onWire.length, options);
  return 'fault' in again ? decoded : again;
}

/** The JSON of a sentence on a line, or of why it is none. */
export function describeSentenceLine(
  line: string,
  options: SentenceOptions & Numbering = {},
): DescribedSentence | DescribedRefusal {
  const decoded = decodeSentenceLine(line, options);
  return 'fault' in decoded ? describeRefusal(decoded, line) : describeSentence(decoded, options);
}

/** What `xingji rdss` shows of a line. */
export type DescribedRdss = DescribedSentence | DescribedRdssFrame | DescribedRefusal;

/**
 * The JSON of what is on a line: one sentence; or, in hex with or without spaces and `0x`, frames and sentences as
 * they follow one another. At least one result. Never throws.
 */
export function describeRdssLine(line: string, options: SentenceOptions = {}): readonly DescribedRdss[] {
  if (line.trimStart().startsWith('$')) return [describeSentenceLine(line, options)];
  const octets = parseHex(line.replaceAll(/0x|[\s,;:]/gi, ''));
  if (octets === undefined || octets.length === 0)
    return [describeRefusal({ fault: 'delimiter', detail: 'neither a sentence nor hexadecimal' }, line)];
  const alone = decodeRdssFrame(octets);
  if (!('fault' in alone)) return [describeRdssFrame(alone)];
  const found: DescribedRdss[] = [];
  let good = 0;
  const splitter = new BeidouSplitter();
  const sink: BeidouSink = {
    sentence(b, start, end) {
      const described = describeSentenceLine(latin1Text(b, start, end), options);
      found.push(described);
      if (described.ok) good += 1;
    },
    frame(b, start, end) {
      const decoded = decodeRdssFrame(b, start, end);
      found.push('fault' in decoded ? describeRefusal(decoded, line) : describeRdssFrame(decoded));
      good += 1;
    },
    fault: (fault, b, start, end) =>
      void found.push(
        describeRefusal({ fault, detail: `${end - start} octets are neither` }, formatHex(b, start, end)),
      ),
  };
  splitter.feed(octets, sink);
  splitter.end(sink);
  // A line that is one broken frame is better told by what is wrong with the frame.
  return good > 0 || found.some((each) => !each.ok && each.reason === 'body') ? found : [describeRefusal(alone, line)];
}
