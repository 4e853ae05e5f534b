/** The evidence of an alarm of active safety, on its way to the attachment server of a platform. */
import type { BodyOf } from '../../protocol/index.ts';

/** One file of the evidence. */
export interface AttachmentFile {
  readonly name: string;
  readonly type: 'image' | 'audio' | 'video' | 'text' | 'other';
  readonly octets: Uint8Array;
}

/** What a 0x9208 asks for. */
export interface AttachmentOrder {
  readonly host: string;
  readonly port: number;
  readonly identification: BodyOf<'alarmAttachmentUpload'>['identification'];
  readonly alarmNumber: string;
  readonly files: readonly AttachmentFile[];
}
