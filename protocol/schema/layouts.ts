/**
 * Bodies that are met in more than one layout: the one that fits the octets exactly is taken.
 *
 * The layout that the revision defines comes first, so a body that follows the standard is never taken for another. One
 * that fits none exactly is read as the revision defines it, with its quirks; nothing is refused for having been tried.
 */
import { ProtocolError } from '../errors.ts';
import type { Codec } from './codec.ts';
import type { OtherLayout } from './message.ts';
import type { QuirkSink } from './quirk.ts';

/** A body that shows one of these was not written in the layout it was read by. */
const MISFITS: ReadonlySet<string> = new Set(['trailing', 'count', 'length', 'broken-item', 'inner-check', 'text']);

/** What came of reading a body by one layout. */
export interface Attempt<T> {
  readonly value: T | undefined;
  readonly error: ProtocolError | undefined;
  /** Quirks in the order in which they were met. */
  readonly quirks: readonly string[];
  readonly fits: boolean;
}

/** Reads a body by one layout, its quirks kept back. */
export function attempt<T>(read: (quirks: QuirkSink) => T): Attempt<T> {
  const quirks: string[] = [];
  let value: T;
  try {
    value = read({ quirk: (name) => void quirks.push(name) });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { value: undefined, error, quirks, fits: false };
  }
  return { value, error: undefined, quirks, fits: !quirks.some((name) => MISFITS.has(name)) };
}

/** The first reading that fits, or that of the revision's own layout. Throws its error where that is what came of it. */
export function firstFitting<T extends object, L extends OtherLayout>(
  own: (quirks: QuirkSink) => T,
  others: readonly L[],
  read: (layout: L, quirks: QuirkSink) => T,
  quirks: QuirkSink,
): { readonly value: T; readonly layout: L | undefined } {
  const first = attempt(own);
  if (!first.fits) {
    for (const layout of others) {
      const other = attempt((sink) => read(layout, sink));
      if (!other.fits) continue;
      quirks.quirk(layout.quirk);
      for (const name of other.quirks) quirks.quirk(name);
      return { value: other.value!, layout };
    }
  }
  if (first.error !== undefined) throw first.error;
  for (const name of first.quirks) quirks.quirk(name);
  return { value: first.value!, layout: undefined };
}

/**
 * A codec that tries other layouts, and writes a body in the one that it names. `prefer` is the quirk of the layout that
 * a terminal is known for: it is tried before that of the revision.
 */
export function withLayouts(
  own: Codec<object>,
  others: readonly (OtherLayout & { readonly codec: Codec<object> })[],
  { path, prefer }: { readonly path: string; readonly prefer?: string | undefined },
): Codec<object> {
  const known = others.find(({ quirk }) => quirk === prefer);
  return {
    decode(b, start, end, quirks) {
      if (known !== undefined) {
        const { value, fits, quirks: met } = attempt((sink) => known.codec.decode(b, start, end, sink));
        if (fits) {
          for (const name of [known.quirk, ...met]) quirks.quirk(name);
          return Object.assign(value!, { layout: known.name });
        }
      }
      const { value, layout } = firstFitting(
        (sink) => own.decode(b, start, end, sink),
        others,
        ({ codec }, sink) => codec.decode(b, start, end, sink),
        quirks,
      );
      return layout === undefined ? value : Object.assign(value, { layout: layout.name });
    },
    encode(value, b, start) {
      const { layout } = value as { readonly layout?: string };
      if (layout === undefined) return own.encode(value, b, start);
      const other = others.find(({ name }) => name === layout);
      if (other !== undefined) return other.codec.encode(value, b, start);
      const names = others.map(({ name }) => name).join(', ');
      throw new ProtocolError('SHAPE', `${path}.layout`, `${JSON.stringify(layout)} is not one of ${names}`);
    },
  };
}
