/**
 * What the platform's side owes one terminal on one link when there is no platform: registrations are granted, codes
 * taken, reports acknowledged, parts joined, pictures confirmed. Nothing is kept of what it says: whoever watches is told.
 *
 * Bounds: messages under way are those of `Reassembler` with 4 MiB; 16 requests await their answers.
 */
import {
  type Cancel,
  type Clock,
  decodeMessage,
  type DecodedMessage,
  Deframer,
  describeFault,
  describeMessage,
  type DescribedMessage,
  encodeBody,
  frameHex,
  isResponse,
  type Json,
  type Link,
  newHeader,
  type PacketSink,
  parseHex,
  type PartsOverdue,
  type PartsSettled,
  Reassembler,
  readHeader,
  replyTo,
  type VendorProfile,
  vendorProfileFor,
} from '../../protocol/index.ts';
import { Asking } from './asking.ts';
import { positionIn } from './position.ts';
import { Sender } from './sender.ts';
import type { AskOptions, Answer, LinkEvent, LinkState, RegistrationWords, Speaker } from './terminal-link.ts';

/** Whoever has the link. */
export interface ConversationHost {
  readonly clock: Clock;
  /** The code that it is given when it registers; any code is good when it authenticates. */
  readonly authCode: string;
  /** By which its items are read; undefined: by what it registers as. */
  readonly vendor: VendorProfile | undefined;
  /** False: this terminal is not the one that is wanted, and is not answered. */
  wants(terminal: string): boolean;
  tell(event: LinkEvent): void;
  /** It has spoken first, or said more of itself. */
  spoke(conversation: Conversation): void;
  /** The link is over. */
  ended(conversation: Conversation): void;
}

const ID = {
  terminalAck: 0x0001,
  deregistration: 0x0003,
  timeQuery: 0x0004,
  resendRequest: 0x0005,
  registration: 0x0100,
  authentication: 0x0102,
  attributes: 0x0107,
  media: 0x0801,
  platformAck: 0x8001,
  resend: 0x8003,
  time: 0x8004,
  registered: 0x8100,
  mediaTaken: 0x8800,
} as const;

const MAX_PARTS_BYTES = 4 * 1024 * 1024;
const ASK_AFTER_MS = 3000;
const GIVE_UP_MS = 30_000;
const MOST_NAMED = 125;

/** One for every link. */
export class Conversation implements PacketSink {
  readonly #link: Link;
  readonly #host: ConversationHost;
  readonly #deframer: Deframer;
  readonly #header = newHeader();
  readonly #parts = new Reassembler({
    maxBytes: MAX_PARTS_BYTES,
    maxMessages: 64,
    askAfterMs: ASK_AFTER_MS,
    giveUpAfterMs: GIVE_UP_MS,
  });
  readonly #sender: Sender;
  readonly #asking: Asking;
  #speaker: Speaker | undefined;
  #vendor: VendorProfile | undefined;
  #watch: Cancel | undefined;

  constructor(link: Link, host: ConversationHost) {
    this.#link = link;
    this.#host = host;
    this.#vendor = host.vendor;
    this.#deframer = new Deframer({ datagram: link.datagram });
    this.#sender = new Sender((frame) => {
      this.#tell({ kind: 'frame', direction: 'down', octets: frame });
      link.write(frame);
    });
    this.#asking = new Asking(host.clock, this.#sender, (message) =>
      this.#tell({ kind: 'message', direction: 'down', message }),
    );
  }

  get speaker(): Speaker | undefined {
    return this.#speaker;
  }

  /** Begins to listen. */
  start(): void {
    this.#link.open({
      receive: (chunk) => this.#deframer.feed(chunk, this),
      closed: () => {
        this.#watch?.();
        this.#watch = undefined;
        this.#asking.lost();
        this.#host.ended(this);
      },
    });
  }

  ask(type: string, body: unknown, options: AskOptions): Promise<Answer> {
    return this.#asking.ask(this.#speaker, type, body, options);
  }

  inject(octets: Uint8Array): void {
    this.#tell({ kind: 'frame', direction: 'down', octets });
    this.#link.write(octets);
  }

  close(): void {
    this.#link.close('local');
  }

  // --- octets ----------------------------------------------------------------------------------

  packet(b: Uint8Array, start: number, end: number): void {
    this.#tell({ kind: 'frame', direction: 'up', octets: parseHex(frameHex(b, start, end))! });
    const header = this.#header;
    if (readHeader(b, start, end, header) !== undefined || header.total < 2)
      return this.#whole(b, start, end, { whole: false });
    const { speaker } = this;
    // Parts are joined for whoever has said who they are: a first message is never in parts.
    if (speaker === undefined) return this.#whole(b, start, end, { whole: false });
    const offer = this.#parts.offer({ terminal: speaker.terminal, b, header }, this.#host.clock.monotonic());
    if (!isResponse(header.id)) this.#acknowledge(header.id, header.serial);
    if (typeof offer === 'object' && 'octets' in offer)
      this.#whole(offer.octets, 0, offer.octets.length, { whole: true });
    this.#arm();
  }

  fault(reason: Parameters<PacketSink['fault']>[0], b: Uint8Array, start: number, end: number): void {
    const hex = frameHexOf(b, start, end);
    this.#tell({ kind: 'fault', fault: { ok: false, reason, detail: `${end - start} octets given up`, hex } });
  }

  #whole(b: Uint8Array, start: number, end: number, { whole }: { readonly whole: boolean }): void {
    const revision = this.#speaker?.revision;
    const decoded = decodeMessage(b, start, end, {
      whole,
      ...(revision === undefined ? {} : { revision }),
      ...(this.#vendor === undefined ? {} : { vendor: this.#vendor }),
    });
    if ('fault' in decoded) return this.#tell({ kind: 'fault', fault: describeFault(decoded) });
    if (!this.#host.wants(decoded.terminal)) return;
    this.#met(b, decoded);
    this.#heard(decoded, describeMessage(decoded), whole);
  }

  /** Learns who speaks: it is answered in the form in which it speaks. */
  #met(b: Uint8Array, { header, phone, terminal, revision }: DecodedMessage): void {
    const before = this.#speaker;
    this.#sender.address(b, header);
    if (before?.terminal === terminal && (before.revision === revision || !proves(header.id, header.flagged))) return;
    this.#speaker = { terminal, phone, revision };
    if (before?.terminal !== terminal) this.#say('found', `${terminal} (${revision})`);
    this.#host.spoke(this);
  }

  // --- messages --------------------------------------------------------------------------------

  #heard(decoded: DecodedMessage, message: DescribedMessage, joined: boolean): void {
    const { header, body } = decoded;
    const { id, serial } = header;
    this.#tell({ kind: 'message', direction: 'up', message });
    switch (id) {
      case ID.terminalAck:
      case ID.resendRequest:
        break;
      case ID.registration:
        this.#registered(message.body as unknown as RegistrationWords, serial);
        break;
      case ID.authentication:
        this.#acknowledge(id, serial);
        this.#say('authenticated', '');
        break;
      case ID.timeQuery:
        this.#send(ID.time, { time: this.#host.clock.now() });
        break;
      case ID.media:
        this.#medium(body as MediaBody, message.body as unknown as MediaWords);
        break;
      default:
        // Parts were acknowledged one by one.
        if (!joined || isResponse(id)) this.#acknowledge(id, serial);
    }
    const position = positionIn(decoded, message);
    if (position !== undefined) this.#tell({ kind: 'position', position });
    if (id === ID.attributes) this.#choose(message.body as unknown as RegistrationWords);
    if (id === ID.resendRequest)
      this.#sender.again(body as { readonly originalSerial: number; readonly packageIds: readonly number[] });
    if (isResponse(id)) this.#asking.answered(message, id);
    if (id === ID.deregistration) this.#say('lost', 'it has deregistered');
  }

  #registered(words: RegistrationWords, serial: number): void {
    this.#send(ID.registered, { replySerial: serial, result: 'success', authCode: this.#host.authCode });
    const { provinceId, cityId, manufacturerId, terminalModel, terminalId, plateColor, plate } = words;
    this.#speaker = {
      ...this.#speaker!,
      registration: { provinceId, cityId, manufacturerId, terminalModel, terminalId, plateColor, plate },
    };
    this.#choose(words);
    this.#say('registered', `${manufacturerId} ${terminalModel} ${plate}`.trim());
    this.#host.spoke(this);
  }

  #choose({ manufacturerId, terminalModel }: Pick<RegistrationWords, 'manufacturerId' | 'terminalModel'>): void {
    this.#vendor ??= vendorProfileFor(manufacturerId, terminalModel);
  }

  #medium({ data }: MediaBody, { multimediaId, type, format, event, channelId }: MediaWords): void {
    this.#send(ID.mediaTaken, { multimediaId, packageIds: [] });
    this.#tell({ kind: 'medium', medium: { multimediaId, type, format, event, channelId, octets: data } });
  }

  #acknowledge(id: number, serial: number): void {
    if (replyTo(id).general === undefined && !isResponse(id)) return;
    this.#send(ID.platformAck, { replySerial: serial, replyId: id, result: 'success' });
  }

  #send(id: number, body: unknown): void {
    const revision = this.#speaker?.revision ?? 2013;
    const message = this.#sender.send(id, encodeBody(id, revision, body));
    if (message !== undefined) this.#tell({ kind: 'message', direction: 'down', message });
  }

  // --- parts that are missing ------------------------------------------------------------------

  #arm(): void {
    this.#watch?.();
    this.#watch = undefined;
    const due = this.#parts.nextDeadline();
    if (due === Number.POSITIVE_INFINITY) return;
    this.#watch = this.#host.clock.wake(due, () => {
      this.#watch = undefined;
      for (const event of this.#parts.expire(this.#host.clock.monotonic())) this.#due(event);
      this.#arm();
    });
  }

  #due(event: PartsOverdue | PartsSettled): void {
    if (event.kind === 'whole') {
      if ('octets' in event.whole) this.#whole(event.whole.octets, 0, event.whole.octets.length, { whole: true });
      return;
    }
    if (event.kind !== 'ask') return;
    const packageIds = event.missing.slice(0, MOST_NAMED);
    const { id, firstSerial, opening } = event;
    if (id === ID.media && opening !== undefined && opening.length >= 4) {
      const multimediaId = new DataView(opening.buffer, opening.byteOffset).getUint32(0);
      this.#send(ID.mediaTaken, { multimediaId, packageIds });
    } else this.#send(ID.resend, { originalSerial: firstSerial, packageIds });
  }

  // --- telling ---------------------------------------------------------------------------------

  #say(state: LinkState, detail: string): void {
    this.#tell({ kind: 'state', state, detail });
  }

  #tell(event: Untimed<LinkEvent>): void {
    this.#host.tell({ ...event, at: this.#host.clock.now() });
  }
}

/** An event before its time is put to it. */
type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;

interface MediaBody {
  readonly data: Uint8Array;
}

interface MediaWords {
  readonly multimediaId: number;
  readonly type: string | number;
  readonly format: string | number;
  readonly event: string | number;
  readonly channelId: number;
  readonly location?: Json;
}

/** Only these show which of 2011 and 2013 a terminal speaks: other bodies are the same in both. */
function proves(id: number, flagged: boolean): boolean {
  return flagged || id === ID.registration || id === ID.media;
}

const SHOWN = 256;

/** Octets that were given up, the first of them. */
function frameHexOf(b: Uint8Array, start: number, end: number): string {
  return Buffer.from(b.subarray(start, Math.min(end, start + SHOWN))).toString('hex');
}
