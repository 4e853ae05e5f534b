/** Deviations of JT/T 809 frames that are tolerated: shown with the message, never silent leniency. */
import type { BodyQuirk } from '../schema/quirk.ts';

/** Every one of them, and what was met, in one sentence. */
export const JT809_QUIRKS = {
  unescaped: 'An octet 5A, 5B, 5D or 5E inside the frame was sent without its escape.',
  edition: 'The message is not defined in the edition of the header, and was read by the layout of the other one.',
  envelope: 'The vehicle, sub-type and length before the data stand otherwise than this message has them.',
  layout: 'The data has another layout that is met for this message; `layout` says which.',
  length: 'A length says another number of octets than there are.',
  trailing: 'Octets are left over after the last field.',
  count: 'A list holds another number of entries than its count says.',
  'broken-item': 'The JT/T 808 position inside could not be read and was kept raw.',
  repeated: 'An item of the JT/T 808 position inside came again.',
  'signed-coordinate': 'A coordinate is negative in two’s complement instead of by its hemisphere bit.',
  'sign-magnitude': 'A temperature is written as sign and magnitude instead of two’s complement.',
  'time-unit': 'A time counts milliseconds where seconds are due, or the other way round.',
  text: 'A text holds octets that GBK does not have.',
} as const satisfies Partial<Record<BodyQuirk, string>> & Record<string, string>;

/** Name of a deviation that is tolerated. */
export type Jt809QuirkName = keyof typeof JT809_QUIRKS | BodyQuirk;
