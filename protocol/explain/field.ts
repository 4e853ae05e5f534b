/** What an explanation consists of. */
import type { FrameFault } from '../errors.ts';
import type { QuirkName } from '../frame/quirks.ts';
import type { Json } from '../schema/json-scalar.ts';
import type { Revision } from '../schema/revision.ts';

/** A field, or a part of one, with the octets in which it stands. */
export interface ExplainedField {
  /** Dotted: `flag`, `header.phone`, `body.items.mileage`, `check`. */
  readonly path: string;
  /** 0 for the parts of a frame, 1 for the fields of header and body, more for what lies inside those. */
  readonly depth: number;
  /** Octets [start, end) of what was given, escapes included. */
  readonly start: number;
  readonly end: number;
  /** Lowest and highest bit, where it is a part of a word. */
  readonly bits?: readonly [lowest: number, highest: number];
  /** The octets as they came. */
  readonly hex: string;
  /** As `xingji decode` shows it; undefined where the fields inside say it. */
  readonly value: Json | undefined;
  readonly unit?: string;
  readonly zh?: string;
  readonly en?: string;
  /** What is wrong here and what was expected. */
  readonly fault?: string;
}

/** A frame, or octets that are none, field by field. */
export interface Explanation {
  readonly ok: boolean;
  /** Octets [start, end) of what was given. */
  readonly start: number;
  readonly end: number;
  /** As far as the octets say it. */
  readonly id?: string;
  readonly name?: string;
  readonly zh?: string;
  readonly en?: string;
  readonly revision?: Revision;
  /** In the order of the octets; a field comes before what lies inside it. */
  readonly fields: readonly ExplainedField[];
  /** As `xingji decode` says it. */
  readonly reason?: FrameFault;
  readonly detail?: string;
  /** Deviations that are tolerated. */
  readonly quirks: readonly QuirkName[];
}

/** What is said of a field besides where it stands. */
export interface Said {
  readonly value?: Json;
  readonly unit?: string | undefined;
  readonly zh?: string | undefined;
  readonly en?: string | undefined;
  readonly fault?: string | undefined;
  readonly bits?: readonly [lowest: number, highest: number];
}
