/**
 * What a link is told: acknowledgements that are due, joined to one write, and messages, in the form in which the
 * terminal itself speaks.
 */
import {
  ACK_ROOM,
  AckWriter,
  type Address,
  type BodyOf,
  type Header,
  type Link,
  type Revision,
  VERSION_FLAG,
} from '../../protocol/index.ts';
import type { SentMessage } from '../parts/sent-parts.ts';
import { RESULT } from '../session/effects.ts';
import { Slab } from '../slab.ts';
import type { IntakeContext } from './context.ts';
import { type DueAcks, partsOf } from './framer.ts';

const TIME_RESPONSE = 0x8004;
const REGISTRATION_RESPONSE = 0x8100;
const NONE: DueAcks = { tokens: [], count: 0 };
const NOBODY = new Uint8Array(0);
/** Lists that were used: there are as many in use as outboxes have something due in one turn. Long ones are not kept. */
const SPARE: DueAcks[] = [];
const MAX_SPARE = 1024;
const MAX_SPARE_TOKENS = 64;
/** Of a link's address: a hundred to an array. */
const PHONES = new Slab(1024);

export class Outbox {
  /** False when the link is gone: nothing is written any more. */
  open = true;
  /** While a chunk is looked at, what comes due with it waits for its end. */
  receiving = false;
  readonly #link: Link;
  readonly #context: IntakeContext;
  /** The address of whoever speaks here, in pieces: an object and an array for each link take a hundred octets more. */
  #phones: Uint8Array = NOBODY;
  #phoneAt = 0;
  #phoneSize = 0;
  #flag = false;
  #version = 0;
  #ackWriter: AckWriter | undefined;
  /** Acknowledgements due; a shared empty list until there is one. */
  #acks = NONE;
  #serial = 0;
  /** Its peer does not read. */
  #givenUp = false;
  /** How the terminal encrypts, bits 10 to 12; 0: it does not. */
  #encryption = 0;

  constructor(link: Link, context: IntakeContext) {
    this.#link = link;
    this.#context = context;
  }

  /** The form in which answers are due; undefined before anybody spoke. */
  get address(): Address | undefined {
    if (this.#phoneSize === 0) return undefined;
    const phone = this.#phones.subarray(this.#phoneAt, this.#phoneAt + this.#phoneSize);
    return { flag: this.#flag, version: this.#version, phone };
  }

  /** Whether a packet is in the form in which answers are due. */
  isFrom(b: Uint8Array, header: Header): boolean {
    if (this.#phoneSize !== header.phoneSize || this.#version !== header.version) return false;
    if (this.#flag !== ((header.properties & VERSION_FLAG) !== 0)) return false;
    const phones = this.#phones;
    const from = header.phoneAt - this.#phoneAt;
    const end = this.#phoneAt + this.#phoneSize;
    for (let i = this.#phoneAt; i < end; i++) if (phones[i] !== b[i + from]) return false;
    return true;
  }

  /** From now on answers go out in this form. What is due to whoever spoke before goes out in theirs. */
  turnTo(address: Address): void {
    this.flush();
    const { phone, flag, version } = address;
    this.#phoneAt = PHONES.reserve(phone.length);
    this.#phones = PHONES.octets;
    this.#phones.set(phone, this.#phoneAt);
    this.#phoneSize = phone.length;
    this.#flag = flag;
    this.#version = version;
    this.#ackWriter = new AckWriter(address);
  }

  /** The first of so many consecutive serials: more than one for a message in parts. */
  takeSerials(count: number): number {
    const first = this.#serial;
    this.#serial = (first + count) & 0xffff;
    return first;
  }

  nextSerial(): number {
    return this.takeSerials(1);
  }

  get isBehind(): boolean {
    return this.#link.backlog > 0;
  }

  /** The terminal encrypts what it says: it may expect the same of us. */
  heardEncrypted(encryption: number): void {
    this.#encryption = encryption;
  }

  /** A body as this terminal is told it: encrypted where it encrypts, and where it has told us its key. */
  seal(terminal: string, body: Uint8Array): { readonly body: Uint8Array; readonly encryption: number } {
    const cipher =
      this.#encryption === 0 || body.length === 0 ? undefined : this.#context.seal?.(terminal, this.#encryption);
    if (cipher === undefined) return { body, encryption: 0 };
    return { body: cipher(body), encryption: this.#encryption };
  }

  /** Writes a message in the terminal's own form, in parts where it is long. False where the link is gone. */
  send(id: number, serial: number, body: Uint8Array, encryption = 0): boolean {
    const message = { id, serial, body, encryption };
    const { address } = this;
    if (address === undefined || !this.sendTo(address, message)) return false;
    if (partsOf(body) > 1) this.#context.sent.remember(this, message);
    return true;
  }

  /** The same in the form of somebody who has asked before. */
  sendTo(address: Address, message: SentMessage): boolean {
    if (!this.open || !this.#isRead()) return false;
    this.#link.write(this.#context.framer.message(address, message));
    this.#context.counters.sent++;
    return true;
  }

  /** Answers a registration to whoever asked. */
  respond(address: Address, revision: Revision, body: BodyOf<'registrationResponse'>): void {
    const octets = this.#context.framer.registration(revision, body);
    this.sendTo(address, { id: REGISTRATION_RESPONSE, serial: this.nextSerial(), body: octets });
  }

  /** Says what time it is; `offsetMs` for a terminal that takes it for another zone than UTC. */
  tellTime(revision: Revision, offsetMs: number): void {
    const { clock, framer } = this.#context;
    this.send(TIME_RESPONSE, this.nextSerial(), framer.time(clock.now() + offsetMs, revision));
  }

  /** Answers another terminal's frame with result 1, in that terminal's form. */
  refuseAs(address: Address, header: Header): void {
    if (!this.#isRead()) return;
    const ack = { serial: this.nextSerial(), toSerial: header.serial, toId: header.id, result: RESULT.failure };
    const frame = new Uint8Array(ACK_ROOM);
    this.#link.write(frame.subarray(0, new AckWriter(address).write(ack, frame, 0)));
  }

  /** Writes some parts of a message again, as they were. */
  resend(message: SentMessage, numbers: readonly number[]): void {
    const { address } = this;
    if (!this.open || address === undefined || !this.#isRead()) return;
    this.#link.write(this.#context.framer.message(address, message, numbers));
    this.#context.counters.sent++;
  }

  /** An acknowledgement is due: it leaves with all others that come due in the same turn, if there is still a link. */
  queue(token: number): void {
    if (!this.open) return;
    if (this.#acks === NONE) {
      this.#acks = SPARE.pop() ?? { tokens: [], count: 0 };
      if (!this.receiving) this.#context.flushSoon(this);
    }
    this.#acks.tokens[this.#acks.count++] = token;
  }

  /** Writes the acknowledgements that are due, in one piece. */
  flush(): void {
    const acks = this.#acks;
    if (acks === NONE) return;
    this.#acks = NONE;
    if (this.open) this.#write(acks);
    acks.count = 0;
    if (SPARE.length < MAX_SPARE && acks.tokens.length <= MAX_SPARE_TOKENS) SPARE.push(acks);
  }

  /** False, and the link's end, where the peer sends but does not read: it would never see what it is told, and must not cost us memory. */
  #isRead(): boolean {
    if (this.#link.backlog <= this.#context.maxWriteBacklog) return true;
    if (!this.#givenUp) {
      this.#givenUp = true;
      this.#context.counters.slowReaders++;
      this.#link.close('reset');
    }
    return false;
  }

  #write(acks: DueAcks): void {
    if (!this.#isRead()) return;
    this.#context.counters.acknowledged += acks.count;
    this.#link.write(this.#context.framer.acknowledgements(this.#ackWriter!, acks, this));
  }
}
