/** Active safety: the stream of attachments beside JT/T 808. Its messages, items and parameters are in the catalogue. */
export { ADAS_TYPES, BSD_TYPES, DSM_TYPES, INTENSE_DRIVING_TYPES } from './alarm-types.ts';
export { type AttachmentSink, AttachmentSplitter } from './attachment-splitter.ts';
export { encodeFilePacket, FILE_NAME_ROOM, type FileNameForm, type FilePacket, nameInPacket } from './file-packet.ts';
