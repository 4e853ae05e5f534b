/** Content on the binary interface: a length in bits, and octets whose form the information octet says. */
import { latin1Text } from '../../text/gbk.ts';
import { formatHex, parseHex } from '../../text/hex.ts';
import { type Cell, unwritable, type Values } from '../cell.ts';
import { contentJson, exactGbk, gbkOctets, isMixedMark, type RdssContent } from './content.ts';
import { type BitPart, bits, type OctetCell, type OctetReader, putUint } from './octet-cells.ts';

/** The octets of content, and how many bits of them count: an odd digit is filled up with F. */
function packed(content: RdssContent): { readonly octets: Uint8Array; readonly bits: number } {
  if ('digits' in content) {
    const { digits } = content;
    const octets = parseHex(digits.length % 2 === 0 ? digits : `${digits}F`);
    return octets === undefined
      ? unwritable('TEXT', 'only hexadecimal digits can be sent as code')
      : { octets, bits: 4 * digits.length };
  }
  const octets = 'octets' in content ? content.octets : gbkOctets('text' in content ? content.text : content.raw);
  return { octets, bits: 8 * octets.length };
}

/** Length of the content in bits: taken from it where it is not given, or is not that of these octets. */
export const bitLength: Cell<number, OctetReader, number[]> = {
  read: (from) => from.uint(2),
  write(value, out, { content }) {
    const own = packed(content as RdssContent);
    const given = value !== undefined && Math.ceil(value / 8) === own.octets.length;
    putUint(out, 2, given ? value : own.bits);
  },
};

/** The rest of the body but for `behind` octets. `codeBit` is the name of the bit that says "not Chinese". */
export function binaryContent(behind: 0 | 1): OctetCell<RdssContent> {
  return {
    required: true,
    read(from, seen) {
      const length = seen['bits'] as number;
      const size = Math.ceil(length / 8);
      if (from.left !== size + behind)
        return from.refuse('RANGE', `${length} bits are ${size} octets, there are ${from.left - behind}`);
      const octets = from.octets(size);
      const text = isCode(seen) || length !== 8 * size ? undefined : exactGbk(octets);
      if (text !== undefined) return { text };
      return !isCode(seen) || isMixed(octets, length) ? { octets } : (digitsOf(octets, length) ?? { octets });
    },
    write: (value, out) => void out.push(...packed(value!).octets),
    json: contentJson,
  };
}

const isCode = (seen: Values): boolean => (seen['info'] as { readonly code?: number }).code === 1;
const isMixed = (octets: Uint8Array, length: number): boolean => length % 8 === 0 && isMixedMark(octets[0]);

function digitsOf(octets: Uint8Array, length: number): RdssContent | undefined {
  if (length % 4 !== 0) return undefined;
  const digits = formatHex(octets).toUpperCase();
  const filled = length / 4;
  return filled === digits.length || digits.endsWith('F') ? { digits: digits.slice(0, filled) } : undefined;
}

/** The information octet of a message; where it is not given, that of an ordinary message of this content. */
export function messageInfo<const P extends Readonly<Record<string, BitPart>>>(
  parts: P,
  ordinary: number,
): Cell<{ readonly [K in keyof P | 'other']?: number }, OctetReader, number[]> {
  const whole = bits(parts);
  const [codeBit] = parts['code']!;
  return {
    read: (from, seen) => whole.read(from, seen),
    write(value, out, all) {
      if (value !== undefined) whole.write(value, out, all);
      else out.push('text' in (all['content'] as object) ? ordinary : ordinary | (1 << codeBit));
    },
  };
}

/** What stands in FKXX behind its code. */
export type FeedbackDetail =
  | { readonly command: string }
  | { readonly waitSeconds: number }
  | { readonly octets: Uint8Array };

const DETAIL = 4;

/** The command that is answered by its letters, or the seconds to wait. */
export const feedbackDetail: OctetCell<FeedbackDetail> = {
  required: true,
  read(from, seen) {
    const octets = from.octets(DETAIL);
    if (seen['code'] === 'intervalNotReached') {
      // Makers put the seconds first or last: the one octet that is not 0 is meant.
      const set = octets.filter((octet) => octet !== 0);
      return set.length > 1 ? { octets } : { waitSeconds: set[0] ?? 0 };
    }
    const command = latin1Text(octets, 0, DETAIL);
    return /^[A-Z]{4}$/.test(command) ? { command } : { octets };
  },
  write(value, out) {
    const detail = value!;
    if ('waitSeconds' in detail) {
      putUint(out, 1, detail.waitSeconds);
      out.push(0, 0, 0);
    } else if ('command' in detail) {
      if (!/^[A-Z]{4}$/.test(detail.command)) return unwritable('SHAPE', 'a command has four capitals');
      out.push(...Array.from(detail.command, (letter) => letter.charCodeAt(0)));
    } else if (detail.octets.length === DETAIL) out.push(...detail.octets);
    else return unwritable('SHAPE', `${detail.octets.length} octets, there are places for ${DETAIL}`);
  },
};
