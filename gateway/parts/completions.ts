/**
 * Tells terminals that a picture is complete (0x8800), and again where they show that they have not heard: they send
 * its last part once more, or come back on another link.
 *
 * Bound: the last picture of `MAX_TERMINALS` terminals is remembered, the oldest is forgotten first. A terminal that is
 * forgotten sends its picture again and is told then.
 */
import type { Header, Revision } from '../../protocol/index.ts';
import { type CompleteForm, completeFor, MEDIA_UPLOAD, type Said } from './request.ts';

/** A terminal that can be reached. */
export interface Reachable {
  readonly revision: Revision;
  say(said: Said): void;
}

interface Completion {
  readonly firstSerial: number;
  readonly total: number;
  readonly multimediaId: number;
  /** Nobody could be told. */
  owed: boolean;
}

const MAX_TERMINALS = 10_000;

export class Completions {
  readonly #reach: (terminal: string) => Reachable | undefined;
  readonly #form: CompleteForm;
  readonly #last = new Map<string, Completion>();

  constructor(reach: (terminal: string) => Reachable | undefined, form: CompleteForm) {
    this.#reach = reach;
    this.#form = form;
  }

  /** The picture is on disk. `header` begins with the header of its first part. */
  say(
    terminal: string,
    {
      header,
      total,
      multimediaId,
    }: { readonly header: Uint8Array; readonly total: number; readonly multimediaId: number },
  ): void {
    // The serial ends a header of 12 octets, or of 17 where bit 14 of the properties is set.
    const at = (header[2]! & 0x40) === 0 ? 10 : 15;
    const firstSerial = (header[at]! << 8) | header[at + 1]!;
    this.#last.delete(terminal);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size < MAX_TERMINALS) break;
      this.#last.delete(oldest);
    }
    const completion = { firstSerial, total, multimediaId, owed: true };
    this.#last.set(terminal, completion);
    this.#tell(terminal, completion);
  }

  /** The last part of a message has come again. */
  again(terminal: string, { id, serial, total, number }: Header): void {
    const last = this.#last.get(terminal);
    if (id !== MEDIA_UPLOAD || last?.total !== total) return;
    const first = (serial - number + 1) & 0xffff;
    if (first === last.firstSerial || serial === last.firstSerial) this.#tell(terminal, last);
  }

  returned(terminal: string): void {
    const last = this.#last.get(terminal);
    if (last?.owed === true) this.#tell(terminal, last);
  }

  #tell(terminal: string, completion: Completion): void {
    const reachable = this.#reach(terminal);
    if (reachable === undefined) return;
    completion.owed = false;
    reachable.say(completeFor(completion.multimediaId, reachable.revision, this.#form));
  }
}
