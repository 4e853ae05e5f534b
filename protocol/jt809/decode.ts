/** Packets of JT/T 809 to messages. Everything is copied and may be kept. */
import { type FrameFault, ProtocolError } from '../errors.ts';
import type { QuirkSink } from '../schema/quirk.ts';
import { octets } from '../schema/runtime.ts';
import { codecOf, jt809ById } from './catalogue.ts';
import { applyCipher, type Jt809Cipher } from './cipher.ts';
import { type Edition, EDITIONS } from './edition.ts';
import { type Jt809Vehicle, openEnvelope, type Opened } from './envelope.ts';
import {
  businessType,
  countsMilliseconds,
  hasTime,
  headerSize,
  type Jt809Header,
  LEAST_HEADER,
  readHeader809,
} from './header.ts';
import { type Envelope, envelopeOf, type Jt809Message } from './message.ts';
import type { Jt809QuirkName } from './quirks.ts';

/** What is known of a packet beyond its octets. */
export interface Jt809Options {
  /** The edition that the other side speaks. Without it, it is told by the time in the header and by what fits. */
  readonly edition?: Edition;
  /** What the other side enciphers with. Without it, an enciphered body stays octets. */
  readonly cipher?: Jt809Cipher;
}

/** A packet that was understood. */
export interface Jt809Decoded {
  readonly header: Jt809Header;
  readonly envelope: Envelope;
  /** Undefined where the message has no sub-type, or its body was not deciphered. */
  readonly subId: number | undefined;
  readonly vehicle: Jt809Vehicle | undefined;
  /** Undefined where the catalogue has none, or the body was not deciphered. */
  readonly message: Jt809Message | undefined;
  /** Which of the layouts of the message the body has, and of which edition. */
  readonly layout: number;
  readonly bodyEdition: Edition;
  /** The value; octets where `message` is undefined. */
  readonly body: unknown;
  readonly quirks: readonly Jt809QuirkName[];
}

/** A packet or a span of octets that was refused. */
export interface Jt809Refused {
  readonly fault: FrameFault;
  /** What is wrong, in words, with the numbers. */
  readonly detail: string;
}

/** Collects names in the order in which they come, each once. */
class Quirks implements QuirkSink {
  readonly names = new Set<string>();

  quirk(name: string): void {
    this.names.add(name);
  }
}

/** Octets [start, end) of `b`. */
interface Span {
  readonly b: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One way of reading a packet. */
interface Reading {
  readonly opened: Opened;
  readonly message: Jt809Message | undefined;
  readonly layout: number;
  readonly bodyEdition: Edition;
  readonly body: unknown;
  readonly quirks: ReadonlySet<string>;
  /** The data do not end where their layout does. */
  readonly misfit: boolean;
  /** To the last octet, by the envelope and the edition that the message has. */
  readonly clean: boolean;
}

const KINDS: readonly Envelope[] = ['vehicle', 'platform', 'unsized', 'bare'];

/** Decodes packet [start, end), CRC left off. Never throws for what the octets hold. */
export function decodeJt809(
  b: Uint8Array,
  start: number,
  end: number,
  options: Jt809Options = {},
): Jt809Decoded | Jt809Refused {
  if (end - start < LEAST_HEADER)
    return { fault: 'header', detail: `a header has ${LEAST_HEADER} octets, there are ${end - start}` };
  const editions = likelyEditions(b, start, end, options.edition);
  const id = businessType(b, start);
  let refused: ProtocolError | undefined;
  let best: Jt809Decoded | undefined;
  for (const edition of editions) {
    const header = readHeader809(b, start, edition);
    let span: Span = { b, start: start + headerSize(edition), end };
    if (header.encrypted) {
      if (options.cipher === undefined) return undeciphered(header, span);
      span = decipher(span, header.key, options.cipher);
    }
    try {
      const reading = read(span, id, edition);
      const decoded = decodedOf(header, reading, !Number.isNaN(header.time) && countsMilliseconds(b, start));
      if (reading.clean) return decoded;
      best ??= decoded;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refused ??= error;
    }
  }
  if (best !== undefined) return best;
  const at = refused?.offset === undefined ? '' : ` (octet ${refused.offset} of the data)`;
  return { fault: 'body', detail: `${refused?.message ?? 'cannot be read'}${at}` };
}

/** Nothing in a header names the edition: the time that 2019 adds tells, where the sender fills it in. */
function likelyEditions(b: Uint8Array, start: number, end: number, known: Edition | undefined): readonly Edition[] {
  if (known !== undefined) return end - start < headerSize(known) ? [2011] : [known];
  if (end - start < headerSize(2019)) return [2011];
  return hasTime(b, start, end) ? [2019, 2011] : [2011, 2019];
}

function decipher({ b, start, end }: Span, key: number, cipher: Jt809Cipher): Span {
  const plain = octets(b, start, end);
  applyCipher(plain, 0, plain.length, key, cipher);
  return { b: plain, start: 0, end: plain.length };
}

function undeciphered(header: Jt809Header, span: Span): Jt809Decoded {
  return {
    header,
    envelope: 'none',
    subId: undefined,
    vehicle: undefined,
    message: undefined,
    layout: 0,
    bodyEdition: header.edition,
    body: octets(span.b, span.start, span.end),
    quirks: [],
  };
}

function decodedOf(header: Jt809Header, reading: Reading, milliseconds: boolean): Jt809Decoded {
  const { opened, message, layout, bodyEdition, body, quirks } = reading;
  const names = new Set(quirks);
  if (milliseconds) names.add('time-unit');
  return {
    header,
    envelope: opened.kind,
    subId: opened.subId,
    vehicle: opened.vehicle,
    message,
    layout,
    bodyEdition,
    body,
    quirks: [...names] as Jt809QuirkName[],
  };
}

/** Reads what is behind the header: by the envelope that the message has, else by one that fits to the octet. */
function read(span: Span, id: number, edition: Edition): Reading {
  const due = envelopeOf(id, edition, undefined);
  // A message without an envelope is met inside one too, whose sub-type then is its own type.
  const kinds = due === 'none' ? (['platform', 'none'] as const) : [due, ...KINDS.filter((kind) => kind !== due)];
  let inexact: Reading | undefined;
  let refused: ProtocolError | undefined;
  for (const kind of kinds) {
    const quirks = new Quirks();
    const opened = openEnvelope(span.b, span, id, kind, quirks);
    if (opened === undefined || (kind !== due && !opened.exact)) continue;
    try {
      const reading = readData(span.b, id, edition, opened, quirks);
      if (opened.exact && (kind === due || !reading.misfit)) return reading;
      inexact ??= reading;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refused ??= error;
    }
  }
  if (inexact !== undefined) return inexact;
  throw refused ?? new ProtocolError('SHAPE', 'body', 'holds no sub-type of this message');
}

function readData(b: Uint8Array, id: number, edition: Edition, opened: Opened, quirks: Quirks): Reading {
  const message = jt809ById(opened.subId ?? id);
  const isDue = opened.kind === envelopeOf(opened.subId ?? id, edition, message);
  if (!isDue) quirks.quirk('envelope');
  if (!opened.exact) quirks.quirk('length');
  if (message === undefined) {
    const body = octets(b, opened.at, opened.end);
    const clean = isDue && opened.exact && opened.kind !== 'none';
    return { opened, message, layout: 0, bodyEdition: edition, body, quirks: quirks.names, misfit: false, clean };
  }
  const own = message.bodies[edition];
  const bodyEdition = own.length > 0 ? edition : EDITIONS.find((other) => other !== edition)!;
  if (own.length === 0) quirks.quirk('edition');
  const { body, layout, noted, misfit } = fitting(message, bodyEdition, b, opened);
  if (layout > 0) quirks.quirk('layout');
  for (const name of noted) quirks.quirk(name);
  const clean = own.length > 0 && isDue && opened.exact && !misfit;
  return { opened, message, layout, bodyEdition, body, quirks: quirks.names, misfit, clean };
}

interface Fit {
  readonly body: unknown;
  readonly layout: number;
  readonly noted: ReadonlySet<string>;
  readonly misfit: boolean;
}

/** The first layout that ends where the data end; else the first that can be read at all. */
function fitting(message: Jt809Message, edition: Edition, b: Uint8Array, { at, end }: Opened): Fit {
  let least: Fit | undefined;
  let refused: ProtocolError | undefined;
  for (const [layout, shape] of message.bodies[edition].entries()) {
    const quirks = new Quirks();
    try {
      const body = codecOf(shape, edition).decode(b, at, end, quirks) as Readonly<Record<string, unknown>>;
      const contradicts = message.about.contradiction?.(body) !== undefined;
      if (contradicts) quirks.quirk('length');
      const { names } = quirks;
      const misfit = contradicts || body['trailing'] !== undefined || names.has('broken-item') || names.has('count');
      const fit = { body, layout, noted: names, misfit };
      if (!misfit) return fit;
      least ??= fit;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refused ??= error;
    }
  }
  if (least !== undefined) return least;
  throw refused!;
}
