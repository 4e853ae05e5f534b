/** Frames, headers and sub-packages of JT/T 808. */
export { ACK_ROOM, type Ack, AckWriter } from './ack-writer.ts';
export { type Address, addressFor, addressOf } from './address.ts';
export { contentHash } from './content-hash.ts';
export { Deframer, type PacketSink } from './deframer.ts';
export { encodeFrame, encodeFrames, type FrameInput, type Outgoing, writeFrame, writeHeader } from './enframer.ts';
export { checkOf, escapeInto, MAX_BODY, MAX_FRAME, MAX_PACKET, unescapeInto } from './escape.ts';
export {
  type Header,
  isWhole,
  newHeader,
  PhoneMemo,
  phoneOf,
  readHeader,
  readJoinedHeader,
  revisionOf,
  terminalOf,
  VERSION_FLAG,
} from './header.ts';
export type { Absent, Assembled } from './partial-message.ts';
export { QUIRKS, type QuirkName, QuirkSet, quirkBit, quirkNames } from './quirks.ts';
export {
  type Offer,
  type OfferedPart,
  type Overdue as PartsOverdue,
  Reassembler,
  type ReassemblerOptions,
  type Scattered,
  type Settled as PartsSettled,
  type Whole,
} from './reassembler.ts';
