/** What a `media` record says: the file, and what the terminal said of it. */
import { type BodyOf, decodeMessage } from '../../protocol/index.ts';
import type { RecordView } from '../journal/record-view.ts';
import { decodeMedia, type MediaFile } from './media-record.ts';

/** A picture, sound or video that is on disk. */
export interface Filed {
  readonly file: MediaFile;
  /** 0x0801 without its data. */
  readonly said: Omit<BodyOf<'multimediaDataUpload'>, 'data'>;
}

/** Undefined where the record is no such record. */
export function readFiled(view: RecordView): Filed | undefined {
  const found = decodeMedia(view.b, view.payloadStart, view.payloadEnd);
  if (found === undefined) return undefined;
  const message = decodeMessage(view.b, found.at, view.payloadEnd, { whole: true });
  // Evidence of an alarm is told of by another message.
  if ('fault' in message || message.message?.name !== 'multimediaDataUpload') return undefined;
  return { file: found.file, said: message.body as BodyOf<'multimediaDataUpload'> };
}
