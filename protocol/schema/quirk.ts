/** What a decoder tolerated, said as it goes. */

/** The deviations of a body that a decoder bears, by the names under which they are counted. */
export type BodyQuirk =
  /** A field, item or parameter has another length than its table says. */
  | 'length'
  /** Octets are left over after the last field, or the last item is cut off. */
  | 'trailing'
  /** A list or a set of items holds fewer entries than its count says. */
  | 'count'
  /** An item came twice; the first one holds the name. */
  | 'repeated'
  /** An element of a list could not be read and was kept as octets. */
  | 'broken-item'
  /** A coordinate is negative in two's complement instead of by its hemisphere bit. */
  | 'signed-coordinate'
  /** A temperature is written as sign and magnitude instead of two's complement. */
  | 'sign-magnitude'
  /** A time counts milliseconds where seconds are due, or the other way round. */
  | 'time-unit'
  /** The check of a frame that a body carries is not the XOR of its octets. */
  | 'inner-check'
  /** A text holds octets that are no character of its set. */
  | 'text';

/** Is told of every deviation that was tolerated; silent on a body that follows the standard. */
export interface QuirkSink {
  quirk(name: string): void;
}

/** For readers who have counted a body's quirks already. */
export const IGNORE_QUIRKS: QuirkSink = { quirk() {} };
