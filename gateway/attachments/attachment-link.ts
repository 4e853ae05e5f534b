/**
 * One link on which a terminal sends the evidence of alarms: 0x1210, then for every file 0x1211, octets, 0x1212.
 * T/JSATL 12-2017 4.6.
 *
 * What comes is worked through one after the other, since a file's last word is answered by what the disk holds; a
 * link that is ahead of the disk is paused. Result 0 of 0x9212 means: on our disk, or of an alarm of which nothing is to be kept.
 */
import {
  ACK_ROOM,
  AckWriter,
  type AttachmentSink,
  AttachmentSplitter,
  type BodyOf,
  type CloseKind,
  encodeBody,
  type FilePacket,
  type Link,
  type LinkSink,
  MAX_BODY,
  MAX_FRAME,
  messageById,
  nameInPacket,
  toJson,
  writeFrame,
} from '../../protocol/index.ts';
import type { Evidence, FileNotes, StoredFile } from './evidence.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { IncomingFile } from './incoming-file.ts';
import { type FileMessage, MessageReader } from './message-reader.ts';

/**
 * What becomes of the evidence of an alarm: it is kept; or refused; or passed over and said to be complete, as the terminal would send it
 * again and again.
 */
export type Admission = 'keep' | 'refuse' | 'passOver';

/** What all links of a server share. */
export interface AttachmentContext {
  readonly store: EvidenceStore;
  readonly limits: AttachmentLimits;
  readonly now: () => number;
  /** Asked again with every file that is to be kept, as the answer may change meanwhile. `alarmAt`: epoch ms; undefined where the terminal had no time. */
  readonly admit: (terminal: string, alarmAt: number | undefined, messageId: number) => Admission;
  /** Makes `link` the only one that writes the evidence of an alarm: a link before it is ended. False where it cannot be. */
  readonly claim: (key: string, link: AttachmentLink) => Promise<boolean>;
  readonly left: (link: AttachmentLink) => void;
  /** A file is on disk: resolves when that cannot be forgotten. `packet`: the 0x1212 that ended it. */
  readonly stored: (evidence: Evidence, file: StoredFile, packet: Uint8Array) => Promise<void>;
  /** The disk failed, and the link was ended for it. */
  readonly failed: (error: unknown, link: AttachmentLink) => void;
}

/** Bounds of what one alarm may bring. */
export interface AttachmentLimits {
  readonly maxFiles: number;
  /** Octets of one file. */
  readonly maxFileSize: number;
}

const INFORMATION = 0x1210;
const FILE_INFORMATION = 0x1211;
const FILE_FINISHED = 0x1212;
const FILE_ANSWER = 0x9212;
const DONE = 0;
const FAILED = 1;
const NOT_SUPPORTED = 3;
/** Octets that may wait for the disk before the link is paused, and below which it goes on. */
const HIGH_WATER = 1 << 20;
const LOW_WATER = HIGH_WATER >> 2;
/** What a message counts among them. */
const MESSAGE_COST = 1 << 10;
/** Name length, type, result and number of ranges in a 0x9212; and one range. */
const ANSWER_HEAD = 4;
const RANGE_SIZE = 8;
const MOST_RANGES = 255;

interface Job {
  readonly cost: number;
  run(): Promise<void>;
}

/** A file that was announced on this link. */
interface Expected {
  readonly notes: FileNotes;
  /** Undefined where it is whole already or not to be kept: what comes is passed over. */
  readonly incoming: IncomingFile | undefined;
}

export class AttachmentLink implements LinkSink, AttachmentSink {
  readonly link: Link;
  readonly openedAt: number;
  lastHeard: number;
  terminal = '';
  readonly #context: AttachmentContext;
  readonly #monotonic: () => number;
  readonly #splitter = new AttachmentSplitter();
  readonly #reader = new MessageReader();
  readonly #jobs: Job[] = [];
  #waiting = 0;
  #running = false;
  #paused = false;
  #open = true;
  #serial = 0;
  #evidence: Evidence | undefined;
  /** When the alarm was that files come for, epoch ms. */
  #alarmAt: number | undefined;
  /** Files of that alarm are passed over. */
  #passing = false;
  /** By their names as file packets have them. */
  readonly #files = new Map<string, Expected>();
  readonly #settled = Promise.withResolvers<void>();

  constructor(link: Link, context: AttachmentContext, monotonic: () => number) {
    this.link = link;
    this.#context = context;
    this.#monotonic = monotonic;
    this.openedAt = monotonic();
    this.lastHeard = this.openedAt;
  }

  /** Done when the link is over and all its files are closed. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  // --- link ------------------------------------------------------------------------------------

  receive(chunk: Uint8Array): void {
    this.lastHeard = this.#monotonic();
    this.#splitter.feed(chunk, this);
  }

  closed(_kind: CloseKind): void {
    if (!this.#open) return;
    this.#open = false;
    this.#enqueue({ cost: 0, run: () => this.#leave() });
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#open) this.link.close(kind);
  }

  // --- what comes ------------------------------------------------------------------------------

  packet(b: Uint8Array, start: number, end: number): void {
    const message = this.#reader.read(b, start, end);
    if (message === undefined) return;
    if (this.terminal === '') this.terminal = message.terminal;
    // A link speaks for one terminal.
    if (message.terminal !== this.terminal) return this.close('local');
    this.#enqueue({ cost: MESSAGE_COST, run: () => this.#heard(message) });
  }

  data({ name }: FilePacket, offset: number, b: Uint8Array, start: number, end: number): void {
    const octets = new Uint8Array(b.subarray(start, end));
    // By its name when its turn comes: what announces the file may still be waiting itself.
    const run = async (): Promise<void> => this.#files.get(name)?.incoming?.write(offset, octets);
    this.#enqueue({ cost: octets.length, run });
  }

  /** What is no frame and no file is passed over: what is missing is asked for at the end of a file. */
  fault(): void {}

  // --- one after the other ---------------------------------------------------------------------

  #enqueue(job: Job): void {
    this.#jobs.push(job);
    this.#waiting += job.cost;
    if (this.#waiting > HIGH_WATER && !this.#paused) {
      this.#paused = true;
      this.link.pause();
    }
    if (!this.#running) void this.#work();
  }

  async #work(): Promise<void> {
    this.#running = true;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      try {
        await job.run();
      } catch (error) {
        this.#context.failed(error, this);
        // What is not on the disk will not be acknowledged: the terminal begins again on another link.
        this.close('local');
      }
      this.#waiting -= job.cost;
      if (this.#paused && this.#waiting < LOW_WATER && this.#open) {
        this.#paused = false;
        this.link.resume();
      }
    }
    this.#running = false;
  }

  async #heard(message: FileMessage): Promise<void> {
    const { id, body } = message;
    if (messageById(id) === undefined) return this.#acknowledge(message, NOT_SUPPORTED);
    if (body === undefined) return this.#acknowledge(message, id === INFORMATION ? DONE : FAILED);
    if (id === FILE_INFORMATION || id === FILE_FINISHED) await this.#judge(id);
    if (id === INFORMATION) await this.#begin(message, body as BodyOf<typeof INFORMATION>);
    else if (id === FILE_INFORMATION) {
      const expected = await this.#expect(body as BodyOf<typeof FILE_INFORMATION>);
      this.#acknowledge(message, expected === undefined ? FAILED : DONE);
    } else if (id === FILE_FINISHED) await this.#finish(message, body as BodyOf<typeof FILE_FINISHED>);
    else this.#acknowledge(message, DONE);
  }

  async #begin(message: FileMessage, body: BodyOf<typeof INFORMATION>): Promise<void> {
    const { limits, store, claim, admit } = this.#context;
    const { files, alarmNumber } = body;
    const { time } = body.identification;
    const alarmAt = Number.isNaN(time) ? undefined : time;
    const tooMuch = files.length > limits.maxFiles || files.some(({ size }) => size > limits.maxFileSize);
    if (tooMuch) return this.#acknowledge(message, FAILED);
    const admission = admit(this.terminal, alarmAt, INFORMATION);
    if (admission === 'refuse') return this.#acknowledge(message, FAILED);
    await this.#closeFiles();
    this.#alarmAt = alarmAt;
    this.#passing = admission === 'passOver';
    if (this.#passing) return this.#acknowledge(message, DONE);
    const json = toJson(messageById(INFORMATION)!, message.revision, body as never);
    const identification = json['identification'] as { time: string | null; sequence: number };
    const alarm = [
      (identification.time ?? 'no-time').replaceAll(/\D/g, '').slice(0, 14),
      identification.sequence,
      alarmNumber,
    ];
    if (!(await claim(`${this.terminal}/${alarm.join('/')}`, this))) return this.#acknowledge(message, FAILED);
    this.#evidence = await store.evidence({ terminal: this.terminal, alarmNumber, identification }, alarm.join('-'));
    this.#acknowledge(message, DONE);
  }

  /** What was let in may have to stay out by now: nothing more of it is written. */
  async #judge(messageId: number): Promise<void> {
    if (this.#evidence === undefined) return;
    const admission = this.#context.admit(this.terminal, this.#alarmAt, messageId);
    if (admission === 'keep') return;
    await this.#closeFiles();
    this.#passing = admission === 'passOver';
  }

  /** Makes ready for a file; undefined where it is not wanted. */
  async #expect({ name, type, size }: FileNotes): Promise<Expected | undefined> {
    const { store, limits } = this.#context;
    const evidence = this.#evidence;
    const key = nameInPacket(name);
    const known = this.#files.get(key);
    if (known !== undefined && known.notes.name === name && known.notes.size === size) return known;
    if (known !== undefined) return undefined;
    if (this.#files.size >= limits.maxFiles || size > limits.maxFileSize) return undefined;
    const notes = { name, type, size };
    if (this.#passing) return this.#note(key, { notes, incoming: undefined });
    if (evidence === undefined) return undefined;
    if (evidence.has(notes)) return this.#note(key, { notes, incoming: undefined });
    const incoming = await evidence.incoming(notes);
    if (store.reserve(size - incoming.extent)) return this.#note(key, { notes, incoming });
    await incoming.close();
    return undefined;
  }

  #note(key: string, expected: Expected): Expected {
    this.#files.set(key, expected);
    return expected;
  }

  async #finish(message: FileMessage, notes: FileNotes): Promise<void> {
    // A terminal that comes back may begin with the end: what is there tells it how to go on.
    const expected = await this.#expect(notes);
    if (expected === undefined) return this.#acknowledge(message, FAILED);
    const { incoming } = expected;
    const { name, type } = notes;
    const most = Math.min(MOST_RANGES, Math.floor((MAX_BODY - ANSWER_HEAD - 2 * name.length) / RANGE_SIZE));
    const missing = incoming?.missing(most) ?? [];
    if (incoming !== undefined && missing.length > 0) await incoming.note();
    else if (incoming !== undefined) {
      const evidence = this.#evidence!;
      const key = nameInPacket(name);
      // First out of the list: whatever fails now, the link is over and has nothing to close twice.
      this.#files.delete(key);
      const { now, stored } = this.#context;
      const announce = (file: StoredFile): Promise<void> => stored(evidence, file, message.packet!);
      await evidence.keep(expected.notes, incoming, { now: now(), announce });
      this.#files.set(key, { notes: expected.notes, incoming: undefined });
    }
    const ranges = missing.map(([start, end]) => ({ offset: start, length: end - start }));
    const result = ranges.length === 0 ? 'complete' : 'resend';
    const answer: BodyOf<typeof FILE_ANSWER> = { name, type, result, ranges };
    this.#send(message, FILE_ANSWER, encodeBody(FILE_ANSWER, message.revision, answer));
  }

  async #closeFiles(): Promise<void> {
    const open = [...this.#files.values()];
    this.#files.clear();
    for (const { notes, incoming } of open) {
      if (incoming === undefined) continue;
      await incoming.close();
      this.#context.store.release(notes.size - incoming.extent);
    }
    if (this.#evidence !== undefined) this.#context.store.close(this.#evidence);
    this.#evidence = undefined;
    this.#passing = false;
  }

  async #leave(): Promise<void> {
    try {
      await this.#closeFiles();
    } finally {
      this.#context.left(this);
      this.#settled.resolve();
    }
  }

  // --- answers ---------------------------------------------------------------------------------

  #acknowledge({ address, serial, id }: FileMessage, result: number): void {
    if (!this.#open) return;
    const frame = new Uint8Array(ACK_ROOM);
    const ack = { serial: this.#nextSerial(), toSerial: serial, toId: id, result };
    this.link.write(frame.subarray(0, new AckWriter(address).write(ack, frame, 0)));
  }

  #send({ address }: FileMessage, id: number, body: Uint8Array): void {
    if (!this.#open) return;
    const frame = new Uint8Array(MAX_FRAME);
    const outgoing = {
      id,
      serial: this.#nextSerial(),
      encryption: 0,
      total: 0,
      number: 0,
      body,
      start: 0,
      end: body.length,
    };
    this.link.write(frame.subarray(0, writeFrame(address, outgoing, frame, 0)));
  }

  #nextSerial(): number {
    const serial = this.#serial;
    this.#serial = (serial + 1) & 0xffff;
    return serial;
  }
}
