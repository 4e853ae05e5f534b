/** A message of JT/T 809: its id, its names, what stands around its data, and the layouts of the data. */
import type { Shape, StructOf } from '../schema/field.ts';
import { message, type Message } from '../schema/message.ts';
import type { Edition } from './edition.ts';

/**
 * What stands before the data of a message: nothing; plate, colour, sub-type and length; or sub-type and length. Both
 * are met without the length: `unsized` and `bare`.
 */
export type Envelope = 'none' | 'vehicle' | 'platform' | 'unsized' | 'bare';

/** A field that is not what follows from another. */
export interface Contradiction {
  readonly field: string;
  readonly detail: string;
}

/** What is said of a message beyond its layouts. */
export interface Jt809About {
  readonly zh: string;
  readonly en: string;
  /** The standard's constant, e.g. `UP_EXG_MSG_REAL_LOCATION`. */
  readonly constant: string;
  /** Which answers it, if any does. */
  readonly reply?: number;
  /** Where the message is not of the shape that its business type has. */
  readonly envelope?: Partial<Readonly<Record<Edition, Envelope>>>;
  /** What two fields contradict each other in, where the layout alone cannot tell. */
  readonly contradiction?: (body: Readonly<Record<string, unknown>>) => Contradiction | undefined;
}

/** The layouts of a message's data by edition, the one that is written first; none where the edition lacks it. */
export type Layouts = Readonly<Record<Edition, readonly Shape[]>>;

/** A message: everything that the project knows of it is said here, once. */
export interface Jt809Message<Id extends number = number, Name extends string = string, L extends Layouts = Layouts> {
  /** The sub-type where it has one, else the business type. No two messages share one. */
  readonly id: Id;
  readonly name: Name;
  readonly about: Jt809About;
  readonly layouts: L;
  /** The layouts as messages of their own, for codecs and JSON. */
  readonly bodies: Readonly<Record<Edition, readonly Message[]>>;
}

/** The data of a message in an edition. Octets behind its last field are kept in `trailing`. */
export type Jt809BodyOf<M, E extends Edition = Edition> =
  M extends Jt809Message<number, string, infer L>
    ? StructOf<L[E][number]> & { readonly trailing?: Uint8Array | undefined }
    : never;

/** Writes a message down. Field order is wire order. */
export function exchange<const Id extends number, const Name extends string, const L extends Layouts>(
  id: Id,
  name: Name,
  about: Jt809About,
  layouts: L,
): Jt809Message<Id, Name, L> {
  const { zh, en } = about;
  const from = id < 0x8000 ? 'terminal' : 'platform';
  const messages = (edition: Edition): readonly Message[] =>
    layouts[edition].map((shape) => message(id, name, { zh, en, from, revisions: [edition] }, shape));
  return { id, name, about, layouts, bodies: { 2011: messages(2011), 2019: messages(2019) } };
}

/** A message of one layout in both editions. */
export const both = <const S extends Shape>(
  shape: S,
): { readonly 2011: readonly [S]; readonly 2019: readonly [S] } => ({
  2011: [shape],
  2019: [shape],
});

/** What stands before the data of a message in an edition. */
export function envelopeOf(id: number, edition: Edition, known: Jt809Message | undefined): Envelope {
  const stated = known?.about.envelope?.[edition];
  if (stated !== undefined) return stated;
  const family = (id >> 8) & 0x7f;
  if (family <= 0x11) return 'none';
  if (family === 0x13) return 'platform';
  // Alarms name their vehicle inside since 2019.
  return family === 0x14 && edition === 2019 ? 'platform' : 'vehicle';
}
