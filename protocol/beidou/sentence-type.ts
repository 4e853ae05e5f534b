/** What a kind of sentence is: its id, its names, and the shape of its fields. */
import type { Json } from '../schema/json-scalar.ts';
import { shapeJson, type ShapeValue, readShape, type Values, writeShape } from './cell.ts';
import { FieldReader, type FieldShape, others } from './field-cells.ts';
import type { Numbering } from './system.ts';

/** One kind of sentence. */
export interface SentenceType<S extends FieldShape = FieldShape> {
  /** Three letters behind any talker (`RMC`), or a whole id (`BDTXR`). */
  readonly id: string;
  /** What it is, in one word. */
  readonly name: string;
  readonly zh: string;
  readonly shape: S;
  /** Where one id stands for two layouts: whether these fields are of this one. */
  readonly fits?: (fields: readonly string[]) => boolean;
  /** What the JSON form says beside the fields. */
  readonly also?: (value: ShapeValue<S>, talker: string, numbering: Numbering) => Readonly<Record<string, Json>>;
}

/** The value of a kind of sentence. */
export type BodyOfSentence<T> =
  T extends SentenceType<infer S> ? ShapeValue<S> & { readonly extra?: readonly string[] | undefined } : never;

/** Declares one. */
export function sentence<S extends FieldShape>(
  id: string,
  name: string,
  zh: string,
  shape: S,
  more: Pick<SentenceType<S>, 'fits' | 'also'> = {},
): SentenceType<S> {
  return { id, name, zh, shape, ...more };
}

/** One of no fields that we know: they are kept as they stand. */
export function bare(id: string, name: string, zh: string): SentenceType<{ fields: typeof others }> {
  return sentence(id, name, zh, { fields: others });
}

/** Reads fields; those beyond the shape are kept as `extra`. Throws ProtocolError. */
export function readFields(type: SentenceType, fields: readonly string[]): Values {
  const from = new FieldReader(fields);
  const values = readShape(type.name, type.shape, from);
  const extra = others.read(from, values);
  // Blank fields behind the last known one say nothing.
  return extra === undefined || extra.every((each) => each === '') ? values : { ...values, extra };
}

/** Writes fields. Throws ProtocolError. */
export function writeFields(type: SentenceType, values: Values): readonly string[] {
  const out: string[] = [];
  writeShape(type.name, type.shape, values, out);
  others.write(values['extra'] as readonly string[] | undefined, out, values);
  return out;
}

/** The JSON of a value. */
export function fieldsJson(
  type: SentenceType,
  values: Values,
  from: { readonly talker: string; readonly numbering: Numbering },
): Readonly<Record<string, Json>> {
  return { ...shapeJson(type.shape, values), ...type.also?.(values, from.talker, from.numbering) };
}
