/** All kinds of sentences, and the way from a sentence to its value, to JSON and back. */
import type { FrameFault } from '../errors.ts';
import { ProtocolError } from '../errors.ts';
import type { Json } from '../schema/json-scalar.ts';
import { PCAS01, PCAS02, PCAS03, PCAS04, PCAS06, PCAS10 } from './nmea/casic-commands.ts';
import { DHV, DTM, GBS, GRS, GST, HDT, THS, TXT, VTG, ZDA } from './nmea/motion-sentences.ts';
import { GGA, GLL, GNS, RMC } from './nmea/position-sentences.ts';
import { GSA, GSV } from './nmea/satellite-sentences.ts';
import { PRIVILEGED, RDSS_SENTENCES } from './rdss/rdss-sentences.ts';
import { readSentence, type RefusedSentence, type Sentence, type SentenceOptions, writeSentence } from './sentence.ts';
import type { Numbering } from './system.ts';
import { type BodyOfSentence, fieldsJson, readFields, type SentenceType, writeFields } from './sentence-type.ts';

/** Sentences that any talker may send: the id holds the three letters behind it. */
export const NMEA_SENTENCES = {
  GGA,
  RMC,
  GLL,
  GNS,
  VTG,
  GSA,
  GSV,
  ZDA,
  TXT,
  GST,
  GBS,
  GRS,
  HDT,
  THS,
  DHV,
  DTM,
} as const;

/** Sentences by their whole id, but for two layouts of one id. */
export const SENTENCES = {
  ...NMEA_SENTENCES,
  ...RDSS_SENTENCES,
  PCAS01,
  PCAS02,
  PCAS03,
  PCAS04,
  PCAS06,
  PCAS10,
} as const;

type Table = typeof SENTENCES;
/** A kind of sentence that we know: `RMC`, `BDTXR`. */
export type SentenceKind = keyof Table;
/** The value of a kind of sentence. */
export type SentenceBody<K extends SentenceKind> = BodyOfSentence<Table[K]>;

interface Common {
  /** As it stands behind `$`. */
  readonly id: string;
  /** The first two letters; `P` for a maker's own sentence. */
  readonly talker: string;
}
/** A sentence with its value, told apart by `kind`; its fields as they stand where nobody told us what they are. */
export type DecodedSentence =
  | { readonly [K in SentenceKind]: Common & { readonly kind: K; readonly body: SentenceBody<K> } }[SentenceKind]
  | (Common & { readonly kind: null; readonly body: { readonly fields: readonly string[] } });

interface Entry {
  readonly kind: SentenceKind;
  readonly type: SentenceType;
}

const BY_ID = new Map<string, Entry[]>();
for (const [kind, type] of Object.entries(SENTENCES) as [SentenceKind, SentenceType][])
  BY_ID.set(type.id, [...(BY_ID.get(type.id) ?? []), { kind, type }]);

function entryOf({ id, fields }: Sentence): Entry | undefined {
  const entries = BY_ID.get(id) ?? [];
  const found = entries.find(({ type }) => type.fits?.(fields) ?? true);
  if (found !== undefined || id.length !== 5 || id.startsWith('P')) return found;
  return BY_ID.get(id.slice(2))?.find(({ type }) => type.fits?.(fields) ?? true);
}

/** Decodes a sentence whose check was right. Never throws: a field that is not of its form is a fault of the body. */
export function decodeSentence(sentence: Sentence): DecodedSentence | RefusedSentence {
  const { id, fields } = sentence;
  const common = { id, talker: id.startsWith('P') ? 'P' : id.slice(0, 2) };
  const entry = entryOf(sentence);
  if (entry === undefined) return { ...common, kind: null, body: { fields } };
  try {
    return { ...common, kind: entry.kind, body: readFields(entry.type, fields) } as unknown as DecodedSentence;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { fault: 'body', detail: error.message };
  }
}

/** Reads and decodes octets [start, end). Never throws. */
export function decodeSentenceOctets(
  b: Uint8Array,
  start = 0,
  end: number = b.length,
  options: SentenceOptions = {},
): DecodedSentence | RefusedSentence {
  const sentence = readSentence(b, start, end, options);
  return 'fault' in sentence ? sentence : decodeSentence(sentence);
}

/**
 * The octets of a sentence, line end behind it. `talker` is for NMEA sentences, whose ids do not say it. Throws
 * ProtocolError where a value has no form, and for orders that make a card unusable.
 */
export function encodeSentence<K extends SentenceKind>(kind: K, body: SentenceBody<K>, talker = 'GN'): Uint8Array {
  const type = SENTENCES[kind] as SentenceType;
  if (PRIVILEGED.has(type.id)) throw new ProtocolError('SHAPE', type.id, 'is an order that destroys a card');
  const id = Object.hasOwn(NMEA_SENTENCES, kind) ? talker + type.id : type.id;
  return writeSentence(id, writeFields(type, body));
}

/** A sentence as `xingji nmea` and `xingji rdss` show it. */
export interface DescribedSentence {
  readonly ok: true;
  readonly id: string;
  readonly talker: string;
  /** What it is, in one word; null for a kind that we do not know. */
  readonly name: string | null;
  readonly body: { readonly [name: string]: Json };
}

/** A refused line as they show it. */
export interface DescribedRefusal {
  readonly ok: false;
  readonly reason: FrameFault;
  readonly detail: string;
  readonly text: string;
}

/** The JSON of a sentence; satellites and signals by the numbering of its receiver. */
export function describeSentence(decoded: DecodedSentence, numbering: Numbering = {}): DescribedSentence {
  const { id, talker, kind, body } = decoded;
  if (kind === null) return { ok: true, id, talker, name: null, body: { fields: [...decoded.body.fields] } };
  const type = SENTENCES[kind] as SentenceType;
  return { ok: true, id, talker, name: type.name, body: fieldsJson(type, body, { talker, numbering }) };
}

/** Most characters of a refused line that are repeated. */
const SHOWN = 120;

/** The JSON of a line that was refused. */
export function describeRefusal({ fault, detail }: RefusedSentence, line: string): DescribedRefusal {
  return { ok: false, reason: fault, detail, text: line.trim().slice(0, SHOWN) };
}
