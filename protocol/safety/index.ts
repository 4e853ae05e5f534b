/** Active safety: the stream of attachments beside JT/T 808. Its messages, items and parameters are in the catalogue. */
export { type AttachmentSink, AttachmentSplitter } from './attachment-splitter.ts';
export { encodeFilePacket, FILE_NAME_ROOM, type FileNameForm, type FilePacket, nameInPacket } from './file-packet.ts';
