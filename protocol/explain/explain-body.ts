/** The body of a message, field by field and as far as it goes: the spans of the generic reading, in words. */
import type { ProtocolError } from '../errors.ts';
import { IGNORE_QUIRKS, type QuirkSink } from '../schema/quirk.ts';
import { readPartial } from '../schema/generic.ts';
import type { Span } from '../schema/generic-reader.ts';
import { jsonOfScalar, type Json } from '../schema/json-scalar.ts';
import type { Message } from '../schema/message.ts';
import { isDerived, prefixOf } from '../schema/node.ts';
import type { Revision } from '../schema/revision.ts';
import { formatHex, formatId } from '../text/hex.ts';
import type { Layer } from './layer.ts';

/** Says octets [start, end) of a packet as the body of a message; returns what stopped the reading. */
export function explainBody(
  layer: Layer,
  message: Message,
  at: { readonly revision: Revision; readonly start: number; readonly end: number },
  quirks: QuirkSink = IGNORE_QUIRKS,
): ProtocolError | undefined {
  const { start, end, revision } = at;
  const body = new Uint8Array(layer.packet.subarray(start, end));
  const { spans, fault } = readPartial(message, revision, body, quirks);
  const open: Span[] = [];
  for (const span of spans) {
    while (open.length > 0 && !holds(open.at(-1)!, span)) open.pop();
    const { path, doc } = span;
    layer.add(`body.${path}`, 1 + open.length, start + span.start, start + span.end, {
      ...valueOf(span),
      unit: doc.unit,
      zh: doc.zh,
      en: doc.en,
    });
    open.push(span);
  }
  if (fault === undefined) return undefined;
  const path = fault.at.slice(fault.at.indexOf('.') + 1);
  const from = start + (fault.offset ?? 0);
  layer.add(`body.${path}`, 1, from, end, { value: null, fault: fault.message.slice(fault.at.length + 2) });
  return fault;
}

/** Whether a span lies inside another one before it: as a part of it, or as the length in front of its content. */
function holds(outer: Span, inner: Span): boolean {
  if (inner.start < outer.start || inner.end > outer.end) return false;
  const rest = inner.path.slice(outer.path.length);
  if (inner.path.startsWith(outer.path) && /^[.[#]/.test(rest)) return true;
  return prefixOf(outer.node) !== undefined && inner.start === outer.start && inner.end > inner.start;
}

/** The value as the JSON of a message has it; none for what only holds others. */
function valueOf({ node, value, path }: Span): { value?: Json } {
  if (path.endsWith('#id')) return { value: formatId(value as number, (value as number) > 0xff ? 4 : 2) };
  switch (node.kind) {
    case 'struct':
    case 'list':
    case 'items':
    case 'layouts':
    case 'when':
    case 'optional':
      return {};
    case 'sized':
      return value instanceof Uint8Array ? { value: { hex: formatHex(value) } } : {};
    default:
      // Counts and lengths are no part of the value, and so have no JSON form of their own.
      if (isDerived(node)) return { value: value as number };
      return { value: jsonOfScalar(node).to(value) };
  }
}
