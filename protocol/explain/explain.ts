/**
 * Says what every octet of a frame means, from the descriptors: flags, escapes, header bits, fields, check. A frame
 * with a fault is said as far as it goes, with where it goes wrong and what was expected.
 */
import type { FrameFault } from '../errors.ts';
import { describeSpanFault } from '../fault.ts';
import { checkOf, FLAG, MAX_FRAME } from '../frame/escape.ts';
import { couldBeFrame, examine, examined, fitsDeclared } from '../frame/examine.ts';
import { isWhole } from '../frame/header.ts';
import { quirkBit, QuirkSet, quirkNames } from '../frame/quirks.ts';
import { encryptionOf, revisionIn } from '../message.ts';
import type { Message } from '../schema/message.ts';
import type { Revision } from '../schema/revision.ts';
import { formatHex, formatId, parseHex } from '../text/index.ts';
import type { VendorProfile } from '../vendor/profiles.ts';
import { messageFor } from '../vendor/message-codec.ts';
import { explainBody } from './explain-body.ts';
import { type ExplainedHeader, explainHeader } from './explain-header.ts';
import type { Explanation } from './field.ts';
import { Layer } from './layer.ts';

/** What is known of a terminal beyond its frames. */
export interface ExplainOptions {
  /** Decides between 2011 and 2013, which have one header, where the body does not. */
  readonly revision?: Revision;
  /** By which messages are read that the catalogue does not have. */
  readonly vendor?: VendorProfile;
}

/** Most octets between two flags. */
const MAX_SPAN = MAX_FRAME - 2;

/**
 * Explains the frames on a line of hex, written as `decodeFrameHex` takes it. Offsets count octets of the line; a line
 * without any flag is taken for a frame whose flags were left off, and given them. Undefined where it is not hex.
 */
export function explainFrameHex(line: string, options: ExplainOptions = {}): Explanation[] | undefined {
  const octets = parseHex(line.replaceAll(/0x|[\s,;:]/gi, ''));
  if (octets === undefined) return undefined;
  if (octets.length === 0) return [];
  return explainFrames(octets.includes(FLAG) ? octets : Uint8Array.of(FLAG, ...octets, FLAG), options);
}

/** Explains all frames of a stream that is at hand as a whole, and the octets between them. Never throws. */
export function explainFrames(stream: Uint8Array, options: ExplainOptions = {}): Explanation[] {
  const explanations: Explanation[] = [];
  let flag = stream.indexOf(FLAG);
  if (flag === -1) flag = stream.length;
  if (flag > 0) explanations.push(noise(stream, 0, flag));
  // The flag behind a frame may be the first one of the next.
  let closed = false;
  while (flag < stream.length) {
    const start = flag + 1;
    let end = flagAfter(stream, start);
    if (end === start) closed = false;
    else {
      end = joined(stream, start, end);
      if (end === stream.length || end - start > MAX_SPAN || (closed && !isFrame(stream, start, end))) {
        explanations.push(noise(stream, closed ? start : flag, end));
        closed = false;
      } else {
        explanations.push(frame(stream, flag, end, options));
        closed = true;
      }
    }
    flag = end;
  }
  return explanations;
}

function flagAfter(stream: Uint8Array, from: number): number {
  const at = stream.indexOf(FLAG, from);
  return at === -1 ? stream.length : at;
}

/**
 * The flag that ends a frame: a later one than `end` where an octet 7E in it was sent raw. As the deframer has it:
 * spans that could be a frame together stay together, also where they turn out to be none.
 */
function joined(stream: Uint8Array, start: number, end: number): number {
  if (end === stream.length || end - start > MAX_SPAN || examine(stream, start, end) !== 'cut') return end;
  let last = end;
  for (let next = flagAfter(stream, last + 1); next < stream.length; next = flagAfter(stream, last + 1)) {
    if (next - start > MAX_SPAN) return last;
    // The octets behind the flag are a frame of their own.
    if (next > last + 1 && examine(stream, last + 1, next) === 'packet' && fitsDeclared()) return last;
    const verdict = examine(stream, start, next);
    if (verdict === 'packet') return next;
    if (verdict !== 'cut') return last;
    last = next;
  }
  return last;
}

function isFrame(stream: Uint8Array, start: number, end: number): boolean {
  if (end - start > MAX_SPAN) return false;
  return examine(stream, start, end) === 'packet' ? examined.size >= 12 : couldBeFrame(stream, start, end);
}

function noise(stream: Uint8Array, start: number, end: number): Explanation {
  const hex = formatHex(stream, start, end);
  const from = stream[start] === FLAG ? start + 1 : start;
  const detail = describeSpanFault('delimiter', stream, from, end);
  const field = {
    path: 'noise',
    depth: 0,
    start,
    end,
    hex,
    value: undefined,
    zh: '帧外数据',
    en: 'no frame',
    fault: detail,
  };
  return { ok: false, start, end, fields: [field], reason: 'delimiter', detail, quirks: [] };
}

interface Fault {
  readonly reason: FrameFault;
  readonly detail: string;
}

/** Explains the frame from the flag at `start` to that at `last`. */
function frame(stream: Uint8Array, start: number, last: number, options: ExplainOptions): Explanation {
  const verdict = examine(stream, start + 1, last);
  // The flag that ends the frame may be its check octet too, sent raw.
  const shared = verdict === 'packet' && (examined.quirks & quirkBit('unescaped-delimiter')) !== 0;
  const quirks = new QuirkSet();
  quirks.bits = verdict === 'packet' ? examined.quirks : 0;
  if (stream.subarray(start + 1, last).includes(FLAG)) quirks.quirk('unescaped-delimiter');
  const layer = new Layer(stream, start + 1, last);
  const size = shared ? layer.size : layer.size - 1;
  const sent = shared ? FLAG : layer.packet[size]!;
  const check = checkOf(layer.packet, 0, size);
  const faults: Fault[] = [];
  if (verdict !== 'packet') {
    const reason = verdict === 'escape' ? 'escape' : 'checksum';
    faults.push({ reason, detail: describeSpanFault(reason, stream, start + 1, last) });
  }

  layer.addRaw('flag', 0, start, start + 1, { zh: '标识位', en: 'begins a frame' });
  const head = explainHeader(layer, size, (id) => messageFor(id, options.vendor));
  const message = head.id === undefined ? undefined : messageFor(head.id, options.vendor);
  if (head.fault !== undefined) faults.push({ reason: head.fault, detail: head.detail! });
  let revision: Revision | undefined;
  if (head.complete) {
    quirks.bits |= head.header.quirks;
    revision = revisionIn(layer.packet, head.header, message, options.revision);
    const fault = body(layer, head, { message, revision, quirks });
    if (fault !== undefined) faults.push(fault);
  } else if (head.end < size) {
    const value = { hex: formatHex(layer.packet, head.end, size) };
    layer.add('body', 0, head.end, size, { value, zh: '消息体', en: 'octets behind the header' });
  }
  if (!shared) {
    const fault = check === sent ? undefined : `expected ${code(check)}`;
    const said = { value: code(sent), zh: '校验码', en: 'check code, XOR of header and body', fault };
    layer.add('check', 0, size, layer.size, said);
  }
  const ends = shared ? 'ends the frame; it is the check octet too, sent without its escape' : 'ends the frame';
  layer.addRaw('flag', 0, last, last + 1, { zh: '标识位', en: ends });
  return {
    ok: faults.length === 0,
    start,
    end: last + 1,
    ...(head.id === undefined ? {} : { id: formatId(head.id, 4) }),
    ...(message === undefined ? {} : { name: message.name, zh: message.about.zh, en: message.about.en }),
    ...(revision === undefined ? {} : { revision }),
    fields: layer.fields,
    ...faults[0],
    quirks: quirkNames(quirks.bits),
  };
}

/** Says the body, as far as it can be read; returns what is wrong with it. */
function body(
  layer: Layer,
  { header, id }: ExplainedHeader,
  at: { readonly message: Message | undefined; readonly revision: Revision; readonly quirks: QuirkSet },
): Fault | undefined {
  const { message, revision } = at;
  const { bodyAt, bodyEnd, total, number, encryption } = header;
  const encrypted = encryption !== 0;
  const readable = message !== undefined && isWhole(header) && !encrypted;
  const part = total === 0 ? '' : `, part ${number} of ${total}`;
  layer.add('body', 0, bodyAt, bodyEnd, {
    ...(readable ? {} : { value: { hex: formatHex(layer.packet, bodyAt, bodyEnd) } }),
    zh: `消息体 ${message?.about.zh ?? ''}`.trim(),
    en: `${message?.about.en ?? `body of ${formatId(id!, 4)}, which the catalogue does not have`}${part}`,
    fault: encrypted ? 'encrypted' : undefined,
  });
  if (encrypted) return { reason: 'encrypted', detail: `the body is encrypted: ${encryptionOf(header)}` };
  if (!readable) return undefined;
  const stopped = explainBody(layer, message, { revision, start: bodyAt, end: bodyEnd }, at.quirks);
  if (stopped === undefined) return undefined;
  const octet = stopped.offset === undefined ? '' : ` (octet ${stopped.offset} of the body)`;
  return { reason: 'body', detail: `${stopped.message}${octet}` };
}

const code = (octet: number): string => `0x${octet.toString(16).padStart(2, '0')}`;
