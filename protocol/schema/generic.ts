/**
 * A second, independent reading of a message: its descriptor walked field by field, the numbers read by
 * buffer-layout. It shares no reading code with the compiled decoder, so that an error in either is a
 * difference between the two; and it says which octets each field came from. Some two hundred times slower.
 * Where functions may not be made from source, it is the decoder (`compile.ts`).
 */
import { ProtocolError } from '../errors.ts';
import { Reader, type Span } from './generic-reader.ts';
import { wrapped } from './generic-scalar.ts';
import { firstFitting } from './layouts.ts';
import { type BodyOf, type Layered, layoutOf, type Message, otherLayouts } from './message.ts';
import { IGNORE_QUIRKS, type QuirkSink } from './quirk.ts';
import type { Revision } from './revision.ts';

/** A body and where each part of it stands. */
export interface Reading<T> {
  readonly value: T;
  /** In the order of the octets; a struct or item comes before the fields inside it. */
  readonly spans: readonly Span[];
}

/** A body as far as it can be read. */
export interface PartialReading {
  readonly spans: readonly Span[];
  /** What stopped the reading, and where. */
  readonly fault: ProtocolError | undefined;
}

/** Reads octets [start, end) as the body of a message. Throws ProtocolError TRUNCATED where they are none. */
export function readGeneric<M extends Message>(
  message: M,
  revision: Revision,
  b: Uint8Array,
  start = 0,
  end: number = b.length,
  quirks: QuirkSink = IGNORE_QUIRKS,
): Reading<BodyOf<M>> {
  const octets = wrapped(b, start, end);
  const read = ({ shape, revision: by }: Layered, sink: QuirkSink): Reading<Record<string, unknown>> => {
    const reader = new Reader(octets, by, sink);
    return { value: reader.body(shape, message.name), spans: reader.spans };
  };
  const { value, layout } = firstFitting(
    (sink) => read(layoutOf(message, revision), sink),
    otherLayouts(message, revision),
    read,
    quirks,
  );
  if (layout !== undefined) value.value['layout'] = layout.name;
  return value as Reading<BodyOf<M>>;
}

/** Reads octets as far as they are the body of a message. */
export function readPartial(
  message: Message,
  revision: Revision,
  b: Uint8Array,
  quirks: QuirkSink = IGNORE_QUIRKS,
): PartialReading {
  try {
    return { spans: readGeneric(message, revision, b, 0, b.length, quirks).spans, fault: undefined };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  const reader = new Reader(wrapped(b, 0, b.length), revision, quirks);
  try {
    reader.body(layoutOf(message, revision).shape, message.name);
    return { spans: reader.spans, fault: undefined };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { spans: reader.spans, fault: error };
  }
}
