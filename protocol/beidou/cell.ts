/**
 * One value between a run of wire fields and JavaScript, and shapes of them: what a sentence or a binary body holds
 * is declared once, and reading, writing, types and JSON follow from it.
 */
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts';
import type { Json } from '../schema/json-scalar.ts';
import { formatHex } from '../text/hex.ts';

/** Where a reader stands, so that a refusal can say so. */
export abstract class Reader {
  /** Dotted path of the value that is being read. */
  path = '';

  refuse(code: ProtocolErrorCode, detail: string): never {
    throw new ProtocolError(code, this.path, detail);
  }
}

/** The values of a shape that were read before, or all that are to be written. */
export type Values = Readonly<Record<string, unknown>>;

/** Reads and writes one value. `undefined` is a value that was left empty. */
export interface Cell<T, In extends Reader, Out> {
  read(from: In, seen: Values): T | undefined;
  write(value: T | undefined, out: Out, all: Values): void;
  /** The JSON form, where it is not the value itself. */
  json?(value: T): Json;
  readonly required?: boolean;
}

/** A value without which the whole makes no sense. */
export interface RequiredCell<T, In extends Reader, Out> extends Cell<T, In, Out> {
  readonly required: true;
}

/** Values by name, in the order of the wire. */
export type Shape<In extends Reader, Out> = Readonly<Record<string, Cell<unknown, In, Out>>>;

type TypeOf<C> = C extends { read(from: never, seen: Values): infer T } ? Exclude<T, undefined> : never;
type RequiredKey<S> = { [K in keyof S]: S[K] extends { readonly required: true } ? K : never }[keyof S];
/** The value that a shape decodes to; what was left empty is absent. */
export type ShapeValue<S> = {
  readonly [K in RequiredKey<S>]: TypeOf<S[K]>;
} & { readonly [K in Exclude<keyof S, RequiredKey<S>>]?: TypeOf<S[K]> | undefined };

/** The same cell, which must not be left empty. */
export function required<T, In extends Reader, Out>(cell: Cell<T, In, Out>): RequiredCell<T, In, Out> {
  return { ...cell, required: true };
}

/** Reads all values of a shape. Throws ProtocolError with the path of what it cannot read. */
export function readShape<In extends Reader, Out>(name: string, shape: Shape<In, Out>, from: In): Values {
  const values: Record<string, unknown> = {};
  for (const key in shape) {
    from.path = `${name}.${key}`;
    const value = shape[key]!.read(from, values);
    if (value !== undefined) values[key] = value;
    else if (shape[key]!.required === true) from.refuse('TRUNCATED', 'is not there');
  }
  return values;
}

/** Writes all values of a shape. Throws ProtocolError with the path of what it cannot write. */
export function writeShape<In extends Reader, Out>(
  name: string,
  shape: Shape<In, Out>,
  values: Values,
  out: Out,
): void {
  for (const key in shape) {
    const value = values[key];
    if (value === undefined && shape[key]!.required === true)
      throw new ProtocolError('SHAPE', `${name}.${key}`, 'is required');
    try {
      shape[key]!.write(value, out, values);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      throw new ProtocolError(error.code, `${name}.${key}`, error.detail);
    }
  }
}

/** What a cell throws on writing: it does not know its own name, `writeShape` does. */
class Unwritable extends ProtocolError {
  readonly detail: string;

  constructor(code: ProtocolErrorCode, detail: string) {
    super(code, 'value', detail);
    this.detail = detail;
  }
}

/** Refuses a value that has no form on the wire. */
export function unwritable(code: ProtocolErrorCode, detail: string): never {
  throw new Unwritable(code, detail);
}

/** The JSON of a value of a shape. */
export function shapeJson<In extends Reader, Out>(
  shape: Shape<In, Out>,
  values: Values,
): { readonly [name: string]: Json } {
  const json: Record<string, Json> = {};
  for (const key in values) {
    const value = values[key];
    if (value !== undefined) json[key] = shape[key]?.json?.(value) ?? plainJson(value);
  }
  return json;
}

/** Octets as hex, everything else as it is; what is undefined is left out. */
export function plainJson(value: unknown): Json {
  if (value instanceof Uint8Array) return formatHex(value);
  if (Array.isArray(value)) return value.map(plainJson);
  if (typeof value !== 'object' || value === null) return value as Json;
  const json: Record<string, Json> = {};
  for (const [key, each] of Object.entries(value)) if (each !== undefined) json[key] = plainJson(each);
  return json;
}
