/** The only door of `protocol`: octets ↔ values, and the interfaces to the outside world. */
export * from './beidou/index.ts';
export * from './capture/index.ts';
export * from './catalogue/index.ts';
export * from './crypto/index.ts';
export * from './dissector/index.ts';
export * from './endpoint/index.ts';
export * from './explain/index.ts';
export { type FrameFault, ProtocolError, type ProtocolErrorCode } from './errors.ts';
export { frameHex } from './fault.ts';
export * from './frame/index.ts';
export * from './host/index.ts';
export * from './jt809/index.ts';
export { decodeFrameHex, decodeFrames, readFrameHex } from './frame-text.ts';
export {
  type DecodedMessage,
  type DecodeOptions,
  decodeMessage,
  type DescribedFault,
  type DescribedMessage,
  describeFault,
  describeMessage,
  type RefusedMessage,
} from './message.ts';
export { encodeBody, encodeMessageJson } from './message-json.ts';
export * from './safety/index.ts';
export * from './schema/index.ts';
export * from './text/index.ts';
export * from './vendor/index.ts';
export * from './video/index.ts';
