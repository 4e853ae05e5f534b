/**
 * Builds the two functions of a message under a revision from their sources. Done once per message and revision,
 * in about a tenth of a millisecond; what comes out costs what a hand-written decoder costs.
 */
import type { Charset } from '../text/charset.ts';
import { buildFunction, canBuild } from './build-function.ts';
import type { Codec } from './codec.ts';
import { emitDecode } from './emit-decode.ts';
import { emitEncode } from './emit-encode.ts';
import { Reader } from './generic-reader.ts';
import { wrapped } from './generic-scalar.ts';
import { Writer } from './generic-writer.ts';
import { withLayouts } from './layouts.ts';
import { type BodyOf, type Layered, layoutOf, type Message, otherLayouts } from './message.ts';
import type { Revision } from './revision.ts';
import * as runtime from './runtime.ts';
import { UTF8_RUNTIME } from './utf8-runtime.ts';

/** A codec for terminals that write a message in another way than most. */
export interface Variant {
  readonly charset?: Charset;
  /** Quirk of the layout that is tried before that of the revision. */
  readonly prefer?: string;
}

/** Compiles a message for a revision; where the platform forbids functions from source, `interpret` does its work. */
export function compile<M extends Message>(message: M, revision: Revision, variant: Variant = {}): Codec<BodyOf<M>> {
  return codecOf(message, revision, canBuild() ? compileLayout : interpretLayout, variant);
}

/** A codec that walks the descriptor and makes no functions: the same values, quirks, octets and error codes, slower. */
export function interpret<M extends Message>(message: M, revision: Revision, variant: Variant = {}): Codec<BodyOf<M>> {
  return codecOf(message, revision, interpretLayout, variant);
}

type Make = (layout: Layered, name: string, charset: Charset) => Codec<object>;

function codecOf<M extends Message>(
  message: M,
  revision: Revision,
  make: Make,
  { charset = 'gbk', prefer }: Variant,
): Codec<BodyOf<M>> {
  const own = make(layoutOf(message, revision), message.name, charset);
  const others = otherLayouts(message, revision);
  if (others.length === 0) return own as Codec<BodyOf<M>>;
  const made = others.map((layout) => ({ ...layout, codec: make(layout, message.name, charset) }));
  return withLayouts(own, made, { path: message.name, prefer }) as Codec<BodyOf<M>>;
}

function compileLayout({ shape, revision }: Layered, name: string, charset: Charset): Codec<object> {
  const calls = charset === 'gbk' ? runtime : UTF8_RUNTIME;
  const build = <F>(parameters: string, { functions, lines }: ReturnType<typeof emitDecode>): F =>
    buildFunction<F>(parameters, lines, calls, functions.join('\n'));
  return {
    decode: build('b, o, end, quirks', emitDecode(shape, revision, name)),
    encode: build('x, b, o', emitEncode(shape, revision, name)),
  };
}

function interpretLayout({ shape, revision }: Layered, name: string, charset: Charset): Codec<object> {
  return {
    decode: (b, start, end, quirks) => new Reader(wrapped(b, start, end), revision, quirks, charset).body(shape, name),
    encode: (value, b, start) => new Writer(b, start, revision, charset).body(shape, value, name),
  };
}
