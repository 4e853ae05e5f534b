/**
 * Whether a payload of `feed/<kind>` is a fact: its form, and what a form cannot say. A removal needs no more than its id; other
 * fields may stand there, if they are fields of the kind.
 */
import { type TSchema, Type } from 'typebox';
import { FEED_KINDS, FEEDS, type FeedKind, type Facts, type Removal } from './feed.ts';
import { type Check, checker } from './validate.ts';

function removalOf(kind: FeedKind): TSchema {
  const { properties } = FEEDS[kind];
  return Type.Object(
    { ...Type.Partial(Type.Object(properties)).properties, id: properties.id, deleted: Type.Literal(true) },
    { additionalProperties: false },
  );
}

/** Form of removals by kind. */
export const REMOVALS = Object.fromEntries(FEED_KINDS.map((kind) => [kind, removalOf(kind)])) as unknown as Readonly<
  Record<FeedKind, TSchema>
>;

type Checks = Readonly<Record<FeedKind, Check>>;
const each = (schemas: Readonly<Record<FeedKind, TSchema>>): Checks =>
  Object.fromEntries(FEED_KINDS.map((kind) => [kind, checker(schemas[kind])])) as unknown as Checks;
const checkFact = each(FEEDS);
const checkRemoval = each(REMOVALS);

function isRemoval(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'deleted' in value && value.deleted === true;
}

/** A period that ends before it begins covers nothing, and nobody would see why. */
function periodFaults({ from, until }: { readonly from: string; readonly until: string }): readonly string[] {
  return Date.parse(from) < Date.parse(until) ? [] : [`until: is ${until}, expected a time after from (${from})`];
}

type Rules = { readonly [K in FeedKind]?: (fact: Facts[K]) => readonly string[] };

const RULES: Rules = {
  exemption: (fact) => [
    ...(fact.terminal === undefined && (fact.plate === undefined || fact.plateColor === undefined)
      ? ['terminal: is missing, expected it, or plate and plateColor']
      : []),
    ...periodFaults(fact),
  ],
  workOrder: (fact) => [
    ...(fact.terminal === undefined && fact.plate === undefined ? ['terminal: is missing, expected it, or plate'] : []),
    ...periodFaults(fact),
  ],
  order: periodFaults,
  place: ({ latitude, longitude, radius, polygon }) => {
    const circle = [latitude, longitude, radius].filter((value) => value !== undefined).length;
    return (polygon === undefined ? circle === 3 : circle === 0)
      ? []
      : ['polygon: expected either it, or latitude, longitude and radius'];
  },
};

/** The faults of a payload of `feed/<kind>`, or none: then it is `Facts[kind]` or a `Removal`. */
export function factFaults(kind: FeedKind, value: unknown): readonly string[] {
  if (isRemoval(value)) return checkRemoval[kind](value);
  const faults = checkFact[kind](value);
  if (faults.length > 0) return faults;
  const rule = RULES[kind] as ((fact: unknown) => readonly string[]) | undefined;
  return rule?.(value) ?? [];
}

/** A payload without faults in the form in which it is kept: a removal without what it does not need. */
export function factOf<K extends FeedKind>(value: unknown): Facts[K] | Removal {
  return isRemoval(value) ? { id: (value as Removal).id, deleted: true } : (value as Facts[K]);
}
