/** A message of the catalogue: its id, its names, who says it and what answers it, and the layout of its body. */
import type { Shape, StructOf } from './field.ts';
import type { Revision } from './revision.ts';

/** What is said about a message besides its layout. */
export interface About {
  /** The standard's own name. */
  readonly zh: string;
  readonly en: string;
  readonly from: 'terminal' | 'platform';
  /** Editions that define it. A codec exists for all three: mixed firmware is met in the field. */
  readonly revisions: readonly Revision[];
  /** Ids that answer it, the general response (0x0001, 0x8001) first where there are two. Responses have none. */
  readonly replies?: readonly number[];
  /** Clause of the edition that is cited, e.g. `{ 2019: '8.8' }`. */
  readonly clause?: Readonly<Partial<Record<Revision, string>>>;
  /** It also ends a request, besides being sent unasked (and so answered). */
  readonly alsoAnswers?: true;
  /** Which revision octets [start, end) of a body show, where they show one and the header does not. */
  readonly revisionOf?: (b: Uint8Array, start: number, end: number) => Revision | undefined;
}

/**
 * Another layout of a body. Without `quirk` it is what these revisions define. With one it is a way in which a body of
 * these revisions is met: it is tried where the layout that is defined does not fit, and taken where it fits exactly.
 */
export interface Layout {
  /** Under which it is counted. */
  readonly quirk?: string;
  /** What the body has as `layout`, where not the quirk. */
  readonly name?: string;
  readonly revisions: readonly Revision[];
  /** Its fields, or the revision whose layout it is. */
  readonly body?: Shape;
  readonly as?: Revision;
}

/** A message: everything that the project knows of it is said here, once. */
export interface Message<Id extends number = number, Name extends string = string, S extends Shape = Shape> {
  readonly id: Id;
  /** Stable name in code, JSON, topics and documents. */
  readonly name: Name;
  readonly about: About;
  readonly body: S;
  readonly layouts: readonly Layout[];
}

/** Writes a message down. Field order is wire order. */
export function message<const Id extends number, const Name extends string, S extends Shape>(
  id: Id,
  name: Name,
  about: About,
  body: S,
  layouts: readonly Layout[] = [],
): Message<Id, Name, S> {
  return { id, name, about, body, layouts };
}

/** Which fields a body of a revision has, and by which revision they are read. */
export interface Layered {
  readonly shape: Shape;
  readonly revision: Revision;
}

export interface OtherLayout extends Layered {
  readonly quirk: string;
  readonly name: string;
}

/** The layout that a revision defines. */
export function layoutOf(message: Message, revision: Revision): Layered {
  const own = message.layouts.find(({ quirk, revisions }) => quirk === undefined && revisions.includes(revision));
  return { shape: own?.body ?? message.body, revision };
}

/** The other layouts in which bodies of a revision are met, in the order in which they are tried. */
export function otherLayouts(message: Message, revision: Revision): readonly OtherLayout[] {
  return message.layouts.flatMap(({ quirk, name, revisions, body, as = revision }) => {
    if (quirk === undefined || !revisions.includes(revision)) return [];
    return [
      { quirk, name: name ?? quirk, ...(body === undefined ? layoutOf(message, as) : { shape: body, revision: as }) },
    ];
  });
}

/**
 * The value that a body decodes to. Octets behind its last field are kept in `trailing`; `layout` names its layout
 * where it is not written as its revision defines, so that it can be written again as it was.
 */
export type BodyOf<M> =
  M extends Message<number, string, infer S>
    ? StructOf<S> & { readonly trailing?: Uint8Array | undefined; readonly layout?: string | undefined }
    : never;

/** Every message of a catalogue, as a union told apart by `name`. */
export type DecodedOf<C extends readonly Message[]> = {
  [M in C[number] as M['name']]: { readonly id: M['id']; readonly name: M['name']; readonly body: BodyOf<M> };
}[C[number]['name']];

/** One handler for each message of a catalogue: leaving one out does not compile. */
export type HandlersOf<C extends readonly Message[], Context> = {
  readonly [M in C[number] as M['name']]: (context: Context, body: BodyOf<M>) => void;
};
