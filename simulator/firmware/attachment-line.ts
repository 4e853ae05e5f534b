/** A terminal's end of a link to an attachment server: what an `attach` effect asks its shell to run. */
import {
  Deframer,
  type Link,
  type LinkSink,
  newHeader,
  type PacketSink,
  type Revision,
  readHeader,
} from '../../protocol/index.ts';
import { type AttachmentUpload, attachmentStep, type ServerSaid } from './attachments.ts';
import { inputOf } from './hear.ts';

/** How an upload ended; `lost`: the link did, and all may be tried again over another (`newUpload` with `again`). */
export type UploadEnd = 'done' | 'failed' | 'lost';

const header = newHeader();

/** Runs one upload over one link and closes it. `ended` is told once. */
export class AttachmentLine implements LinkSink, PacketSink {
  readonly #link: Link;
  readonly #upload: AttachmentUpload;
  readonly #revision: Revision;
  readonly #deframer: Deframer;
  #ended: ((how: UploadEnd) => void) | undefined;

  constructor(link: Link, upload: AttachmentUpload, ended: (how: UploadEnd) => void) {
    this.#link = link;
    this.#upload = upload;
    this.#revision = upload.identity.revision;
    this.#ended = ended;
    this.#deframer = new Deframer({ datagram: link.datagram });
    link.open(this);
    this.#take({ kind: 'connected' });
  }

  receive(chunk: Uint8Array): void {
    this.#deframer.feed(chunk, this);
  }

  closed(): void {
    this.#end('lost');
  }

  packet(b: Uint8Array, start: number, end: number): void {
    if (this.#ended === undefined || readHeader(b, start, end, header) !== undefined) return;
    const input = inputOf(b, header, this.#revision);
    if (input?.kind === 'acknowledged' || input?.kind === 'request') this.#take(input);
  }

  /** What cannot be read is waited for again: the server repeats what it has to say, or closes. */
  fault(): void {}

  #take(said: ServerSaid): void {
    for (const octets of attachmentStep(this.#upload, said)) this.#link.write(octets);
    const { state } = this.#upload;
    if (state !== 'done' && state !== 'failed') return;
    this.#end(state);
    this.#link.close('local');
  }

  #end(how: UploadEnd): void {
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.(how);
  }
}
