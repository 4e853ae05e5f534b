/** JT/T 809, which platforms speak to each other: frames, messages of both editions, and positions for them. */
export { JT809_CATALOGUE, type Jt809Body, jt809ById, jt809ByName, type Jt809Name } from './catalogue.ts';
export { applyCipher, type Jt809Cipher, parseCipher } from './cipher.ts';
export { decodeJt809, type Jt809Decoded, type Jt809Options, type Jt809Refused } from './decode.ts';
export { Jt809Deframer, type Jt809DeframerOptions, type Jt809Sink } from './deframer.ts';
export { type Edition as Jt809Edition, EDITIONS as JT809_EDITIONS } from './edition.ts';
export { encodeJt809, type Jt809Said, type Jt809Sender } from './encode.ts';
export type { Jt809Vehicle } from './envelope.ts';
export { type Gnss2011, gnss2011, type Gnss2019, gnss2019, type PlatformAlarms } from './gnss.ts';
export { describeJt809, encodeJt809Json, type Jt809Described, type Jt809DescribedFault } from './json.ts';
export { JT809_QUIRKS, type Jt809QuirkName } from './quirks.ts';
export { decodeJt809Hex } from './text.ts';
export { PLATE_COLOURS } from './words.ts';
