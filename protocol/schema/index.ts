/** The vocabulary of message descriptors, and everything that is made from a descriptor. */
export { allBitNames, bitMask, bitNames, type BitGroup, type BitNames, type Bits, type BitTable } from './bits.ts';
export type { Codec } from './codec.ts';
export { compile, interpret } from './compile.ts';
export type { RawItem } from './field.ts';
export { readGeneric, type Reading } from './generic.ts';
export type { Span } from './generic-reader.ts';
export { fromJson, toJson } from './json.ts';
export { type JsonSchema, jsonSchema } from './json-schema.ts';
export type { Json } from './json-scalar.ts';
export { markdown, saidIn } from './markdown.ts';
export { type About, type BodyOf as BodyOfMessage, message, type Message } from './message.ts';
export { type BodyQuirk, IGNORE_QUIRKS, type QuirkSink } from './quirk.ts';
export { type Revision, REVISIONS } from './revision.ts';
export { sample } from './sample.ts';
export { field } from './vocabulary.ts';
