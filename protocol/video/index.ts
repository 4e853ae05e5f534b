/** JT/T 1078: the media stream beside JT/T 808. Its messages are in the catalogue. */
export { PAYLOAD_TYPES } from './media.ts';
export { encodeMediaFrame, type MediaFrame, MediaFrames, type MediaFramesOptions } from './media-frames.ts';
export {
  MAX_MEDIA_BODY,
  MAX_MEDIA_PACKET,
  type MediaHeader,
  type MediaKind,
  type MediaPart,
  newMediaHeader,
  type SimSize,
  writeMediaHeader,
} from './media-packet.ts';
export { type MediaSink, MediaSplitter } from './media-splitter.ts';
