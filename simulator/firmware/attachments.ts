/**
 * The evidence of an alarm of active safety, on its way to the attachment server of a platform: a link of its own on
 * which 0x1210 announces all files, and each is 0x1211, packets of octets, 0x1212. T/JSATL 12-2017 4.6.
 *
 * Pure as the firmware is: `attachmentStep` takes what the server said and returns what to write, in order.
 */
import { type BodyOf, codecFor, encodeFilePacket, encodeFrame, type MessageId } from '../../protocol/index.ts';
import { encoded } from './encoded.ts';
import type { Identity } from './identity.ts';

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

/** Octets of a file in one packet, at most. */
const PACKET = 65_536;
/** 0x9212 may ask for pieces of a file again so often. */
const ROUNDS = 5;

/** An upload under way over one link. */
export interface AttachmentUpload {
  readonly order: AttachmentOrder;
  readonly identity: Identity;
  readonly again: boolean;
  /** The file that is being sent; -1: they are announced. */
  at: number;
  state: 'announcing' | 'opening' | 'finishing' | 'done' | 'failed';
  rounds: number;
  serial: number;
}

/** What the server said: 0x8001 for one of ours, or 0x9212. */
export type ServerSaid =
  | { readonly kind: 'connected' }
  | { readonly kind: 'acknowledged'; readonly replyId: number; readonly result: number }
  | { readonly kind: 'request'; readonly id: number; readonly body?: unknown };

/** An upload that has not begun; `again`: a link before this one was lost. */
export function newUpload(order: AttachmentOrder, identity: Identity, again = false): AttachmentUpload {
  return { order, identity, again, at: -1, state: 'announcing', rounds: 0, serial: 0 };
}

/** Takes what the server said. Returns what to write; once the state is `done` or `failed`, the link is to be closed. */
export function attachmentStep(upload: AttachmentUpload, said: ServerSaid): Uint8Array[] {
  const { order, state } = upload;
  if (said.kind === 'connected') return [announce(upload)];
  if (said.kind === 'acknowledged') {
    if (said.result !== 0) {
      upload.state = 'failed';
      return [];
    }
    if (state === 'announcing' && said.replyId === 0x1210) return next(upload);
    if (state === 'opening' && said.replyId === 0x1211) {
      upload.state = 'finishing';
      const { octets } = order.files[upload.at] as AttachmentFile;
      return [...packetsOf(upload, [{ offset: 0, length: octets.length }]), about(upload, 0x1212)];
    }
    return [];
  }
  if (said.id !== 0x9212 || state !== 'finishing') return [];
  const { result, ranges } = said.body as BodyOf<0x9212>;
  if (result === 'complete') return next(upload);
  if (++upload.rounds > ROUNDS) {
    upload.state = 'failed';
    return [];
  }
  return [...packetsOf(upload, ranges), about(upload, 0x1212)];
}

function announce(upload: AttachmentUpload): Uint8Array {
  const { identification, alarmNumber, files } = upload.order;
  return message(upload, 0x1210, {
    terminalId: identification.terminalId,
    identification,
    alarmNumber,
    infoType: upload.again ? 'again' : 'normal',
    files: files.map((file) => ({ name: nameOf(file, alarmNumber), size: file.octets.length })),
  });
}

function next(upload: AttachmentUpload): Uint8Array[] {
  upload.at++;
  upload.rounds = 0;
  upload.state = upload.at < upload.order.files.length ? 'opening' : 'done';
  return upload.state === 'done' ? [] : [about(upload, 0x1211)];
}

function about(upload: AttachmentUpload, id: 0x1211 | 0x1212): Uint8Array {
  const file = upload.order.files[upload.at] as AttachmentFile;
  const body = { name: nameOf(file, upload.order.alarmNumber), type: file.type, size: file.octets.length };
  return message(upload, id, body);
}

interface Range {
  readonly offset: number;
  readonly length: number;
}

function packetsOf(upload: AttachmentUpload, ranges: readonly Range[]): Uint8Array[] {
  const file = upload.order.files[upload.at] as AttachmentFile;
  const name = nameOf(file, upload.order.alarmNumber);
  const packets: Uint8Array[] = [];
  for (const { offset, length } of ranges) {
    const end = Math.min(file.octets.length, offset + length);
    for (let at = offset; at < end; at += PACKET) {
      const data = file.octets.subarray(at, Math.min(end, at + PACKET));
      packets.push(encodeFilePacket(name, at, data));
    }
  }
  return packets;
}

/** `<type>_<channel>_<alarm type>_<index>_<alarm number>.<extension>`. */
function nameOf({ name, type }: AttachmentFile, alarmNumber: string): string {
  return `${name}_${alarmNumber}.${type === 'image' ? 'jpg' : 'bin'}`;
}

function message<Id extends MessageId>(upload: AttachmentUpload, id: Id, value: BodyOf<Id>): Uint8Array {
  const { revision, phone } = upload.identity;
  const body = encoded(codecFor(id, revision), value);
  return encodeFrame({ id, revision, phone, serial: upload.serial++ & 0xffff, body });
}
