/**
 * One link and its session: octets in, journal records and answers out.
 *
 * Answers that depend on the disk are queued when the journal says that the record is there, and all
 * that came due with one commit leave in one write.
 */
import {
  ACK_ROOM,
  AckWriter,
  type Address,
  addressOf,
  type BodyOf,
  type CloseKind,
  Deframer,
  type FrameFault,
  type Header,
  type Link,
  type LinkSink,
  type PacketSink,
  phoneOf,
  readHeader,
  readJoinedHeader,
  type Revision,
  terminalOf,
  VERSION_FLAG,
} from '../../protocol/index.ts';
import type { CommitWaiter, RefusalCode } from '../journal/journal.ts';
import { RECORD_KIND, type RecordKind, type Seq } from '../journal/record.ts';
import { RESULT, type Refusal, type RegistrationResult, type Result, type SessionEffects } from '../session/effects.ts';
import { contentHash, RecentFrames } from '../session/duplicates.ts';
import {
  answerable,
  bodyQuirks,
  identify,
  newSession,
  responseIn,
  step,
  type CloseKindOfSession,
  type Grant,
} from '../session/session.ts';
import { encodeFact, type LinkFact } from './facts.ts';
import type { IntakeContext } from './context.ts';
import { AUTHENTICATION, maskCode, maskDamaged } from './mask.ts';
import { Budget, quarantined } from './quarantine.ts';
import type { Slot } from './slots.ts';
import { failed, placeOf, tokenOf, wantsAnswer } from './tokens.ts';

/** A link that proves nothing and sends this many bad frames in a row is not a terminal. */
const MAX_FAULTS_UNPROVED = 16;

export class Connection implements LinkSink, PacketSink, SessionEffects, CommitWaiter {
  readonly number: number;
  readonly link: Link;
  readonly session = newSession();
  readonly openedAt: number;
  lastHeard: number;
  slot: Slot | undefined;
  readonly #context: IntakeContext;
  readonly #deframer: Deframer;
  #address: Address | undefined;
  #ackWriter: AckWriter | undefined;
  /** Acknowledgements due, as tokens; shared empty array until there is one. */
  #acks: number[] = NONE;
  #serial = 0;
  #epoch = 0;
  #frames = 0;
  /** One frame at a time is timed from its receipt to its acknowledgement; -1: none is. */
  #timed = -1;
  #timedAt = 0;
  #faultsInARow = 0;
  readonly #quarantine = new Budget();
  #open = true;
  #receiving = false;
  #superseded = false;
  #speaks = false;
  // The packet being looked at: valid while `step` runs.
  #b: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;

  constructor(link: Link, number: number, context: IntakeContext) {
    this.link = link;
    this.number = number;
    this.#context = context;
    this.#deframer = new Deframer({ datagram: link.datagram });
    this.openedAt = context.clock.monotonic();
    this.lastHeard = this.openedAt;
  }

  get open(): boolean {
    return this.#open;
  }

  // --- link ------------------------------------------------------------------------------------

  receive(chunk: Uint8Array): void {
    this.lastHeard = this.#context.clock.monotonic();
    this.#context.counters.octets += chunk.length;
    this.#receiving = true;
    this.#deframer.feed(chunk, this);
    this.#receiving = false;
    if (this.#acks.length > 0) this.flush();
  }

  closed(kind: CloseKind): void {
    if (!this.#open) return;
    this.#deframer.end(this);
    this.#open = false;
    const how = this.#superseded ? 'superseded' : kind;
    this.#context.disconnected(this);
    this.#leave(how);
  }

  /** Ends the link: another one speaks for the terminal now. */
  supersede(): void {
    this.#superseded = true;
    this.close('local');
  }

  close(kind: CloseKindOfSession): void {
    if (this.#open) this.link.close(kind);
  }

  #leave(how: CloseKind | 'superseded' | 'deregistered'): void {
    const slot = this.slot;
    if (slot === undefined || !this.#speaks) return;
    // The slot itself stays: records of this link may still be on their way to the disk.
    this.#speaks = false;
    const spoke = this.#context.slots.release(slot, this, this.#context.clock.monotonic());
    this.#context.counters.closed[how]++;
    this.#note(slot.terminal, { fact: 'closed', how, epoch: this.#epoch, frames: this.#frames });
    if (spoke) this.#context.commands.offline(slot.terminal);
  }

  #note(terminal: string, fact: LinkFact): void {
    this.#append(RECORD_KIND.link, terminal, encodeFact(fact), null, 0);
  }

  // --- packets ---------------------------------------------------------------------------------

  packet(b: Uint8Array, start: number, end: number): void {
    const { header, counters, view, policy } = this.#context;
    const fault = readHeader(b, start, end, header);
    if (fault !== undefined) {
      return fault === 'length' ? this.#wrongLength(b, start, end) : this.fault(fault, b, start, end);
    }
    counters.packets++;
    counters.quirk(this.#deframer.quirks | header.quirks);
    this.#frames++;
    this.#faultsInARow = 0;
    this.#b = b;
    this.#start = start;
    this.#end = end;
    if (this.#address === undefined || !sameAddress(this.#address, b, header)) {
      const phone = phoneOf(b, header);
      const address = addressOf(b, header);
      if (!identify(this.session, { phone, terminal: terminalOf(phone), flagged: header.flagged })) {
        return this.#refuseStranger(header, address);
      }
      // What is due to whoever spoke before goes out in their name.
      this.flush();
      this.#address = address;
      this.#ackWriter = new AckWriter(address);
    }
    view.b = b;
    step(this.session, view, policy, this);
    counters.quirk(bodyQuirks.bits);
    this.#b = EMPTY;
  }

  /** The check octet was right, so the header is to be believed: a terminal that is not answered sends it for ever. */
  #wrongLength(b: Uint8Array, start: number, end: number): void {
    const { header, counters } = this.#context;
    const address = this.#address;
    const proved = this.session.phase === 'authenticated' && address !== undefined;
    const readable = proved && readJoinedHeader(b, start, end, header) === undefined;
    if (!readable || !sameAddress(address, b, header) || !answerable(header.id))
      return this.fault('length', b, start, end);
    counters.faults.length++;
    const token = tokenOf(header, RESULT.malformed, true);
    if (!this.#quarantineOctets('length', b, start, end, this, token)) this.#queue(token);
  }

  /** Another terminal's frame on a link that has proved to be somebody: answered in that terminal's form. */
  #refuseStranger(header: Header, address: Address): void {
    this.#context.counters.refusals['other-phone']++;
    this.#quarantinePacket('other-phone', header, null, 0);
    if (!answerable(header.id)) return;
    const ack = { serial: this.nextSerial(), toSerial: header.serial, toId: header.id, result: RESULT.failure };
    const frame = new Uint8Array(ACK_ROOM);
    this.link.write(frame.subarray(0, new AckWriter(address).write(ack, frame, 0)));
  }

  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void {
    // Noise that goes on is one fault, however many chunks it comes in.
    if (this.#deframer.continued) return;
    this.#context.counters.faults[reason]++;
    const masked = maskDamaged(b, start, end);
    if (masked === undefined) this.#quarantineOctets(reason, b, start, end, null, 0);
    else this.#quarantineOctets(reason, masked, 0, masked.length, null, 0);
    if (++this.#faultsInARow >= MAX_FAULTS_UNPROVED && this.session.phase !== 'authenticated') this.close('local');
  }

  // --- what the session wants ------------------------------------------------------------------

  record(header: Header, result: Result, answer: boolean): void {
    const b = this.#b;
    const hash = contentHash(b, header.bodyAt, header.bodyEnd);
    const slot = this.slot!;
    slot.recent ??= new RecentFrames();
    const known = slot.recent.find(header.id, header.serial, hash);
    if (known !== 0) {
      this.#context.counters.duplicates++;
      if (answer) this.#answerAgain(slot, slot.recent, tokenOf(header, result, answer, known));
      return;
    }
    const place = slot.recent.add({ id: header.id, serial: header.serial, hash, link: this.number });
    const token = tokenOf(header, result, answer, place);
    const refusal = this.#append(RECORD_KIND.frame, slot.terminal, undefined, this, token);
    if (refusal !== undefined) return this.refused(token, refusal);
    if (this.#timed >= 0) return;
    this.#timed = token;
    this.#timedAt = this.lastHeard;
  }

  /** A frame that came before: answered at once where it is on disk, else with the first copy, once on each link. */
  #answerAgain(slot: Slot, recent: RecentFrames, token: number): void {
    const place = placeOf(token);
    if (!recent.isPending(place)) return this.#queue(token);
    if (recent.linkOf(place) === this.number) return;
    const waits = slot.waiting?.some((w) => w.connection === this && w.place === place) ?? false;
    if (!waits) (slot.waiting ??= []).push({ connection: this, place });
  }

  part(header: Header): void {
    this.record(header, RESULT.success, true);
    const { terminal } = this.session;
    const sender = { terminal, link: this.number, receivedAt: this.#context.clock.now() };
    const whole = this.#context.parts.take(sender, this.#b, header);
    if (whole === undefined) return;
    this.#context.counters.assembled++;
    this.#context.counters.quirk(whole.quirks);
    this.#answered(whole.octets);
  }

  /** A long answer (0x0104 usually is one) settles what we asked for, like a short one. */
  #answered(octets: Uint8Array): void {
    const { joined } = this.#context;
    if (readJoinedHeader(octets, 0, octets.length, joined) !== undefined) return;
    const body = responseIn(this.session, octets, joined);
    if (body !== undefined) this.replied(joined, body);
  }

  answer(header: Header, result: Result): void {
    this.#queue(tokenOf(header, result, true));
  }

  refuse(header: Header, why: Refusal, result: Result | undefined): void {
    this.#context.counters.refusals[why]++;
    const token = tokenOf(header, result ?? RESULT.failure, result !== undefined);
    if (!this.#quarantinePacket(why, header, this, token) && result !== undefined) this.#queue(token);
  }

  enrol(header: Header, grant: Grant): void {
    const context = this.#context;
    const code = context.newCode();
    const registration = { ...grant, registeredAt: context.clock.now() };
    const payload = encodeFact({ fact: 'registered', registration, code: context.hashOf(code) });
    const { serial } = header;
    const token = tokenOf(header, RESULT.failure, true);
    // Somebody else may speak on the link by the time: a code is for nobody but the one that asked.
    const address = this.#address!;
    const waiter: CommitWaiter = {
      committed: () => {
        context.counters.registrations++;
        this.#respond(address, grant.revision, { replySerial: serial, result: 'success', authCode: code });
      },
      // 0x8100 has no result for "not now": the general answer says that it failed, and the terminal tries again.
      refused: () => this.#queue(token),
    };
    if (this.#append(RECORD_KIND.registration, grant.terminal, payload, waiter, 0) !== undefined)
      return this.#queue(token);
    this.#append(RECORD_KIND.frame, grant.terminal, undefined, null, 0);
  }

  refuseRegistration(header: Header, result: RegistrationResult): void {
    this.#context.counters.refusals['not-enrolled']++;
    this.#quarantineOctets('not-enrolled', this.#b, this.#start, this.#end, null, 0);
    this.#respond(this.#address!, this.session.revision, { replySerial: header.serial, result });
  }

  #respond(address: Address, revision: Revision, body: BodyOf<'registrationResponse'>): void {
    const octets = this.#context.framer.registration(revision, body);
    this.#sendTo(address, REGISTRATION_RESPONSE, this.nextSerial(), octets);
  }

  authenticated(header: Header, about: { readonly imei: string; readonly softwareVersion: string }): void {
    const context = this.#context;
    const terminal = this.session.terminal;
    const masked = maskCode(this.#b, this.#start, this.#end, header);
    this.#append(RECORD_KIND.frame, terminal, masked, null, 0);
    if (this.#speaks) return;
    const { slot, superseded } = context.slots.claim(terminal, this);
    this.slot = slot;
    this.#speaks = true;
    this.#epoch = slot.epoch;
    superseded?.supersede();
    this.#note(terminal, { fact: 'authenticated', peer: this.link.peer, epoch: slot.epoch, ...about });
    context.counters.authentications++;
    this.link.trust?.();
    context.commands.online(this);
  }

  confirmed(terminal: string): void {
    this.#append(RECORD_KIND.registration, terminal, encodeFact({ fact: 'confirmed', terminal }), null, 0);
  }

  deregister(header: Header): void {
    const terminal = this.session.terminal;
    const token = tokenOf(header, RESULT.success, true);
    this.#append(RECORD_KIND.frame, terminal, undefined, null, 0);
    const refusal = this.#append(
      RECORD_KIND.registration,
      terminal,
      encodeFact({ fact: 'deregistered', terminal }),
      this,
      token,
    );
    if (refusal !== undefined) this.#queue(tokenOf(header, RESULT.failure, true));
    this.#leave('deregistered');
  }

  replied(header: Header, body: unknown): void {
    this.#context.commands.replied(this, header.id, body);
  }

  // --- the journal's word ----------------------------------------------------------------------

  committed(token: number, seq: Seq): void {
    const slot = this.slot;
    slot?.recent?.committed(placeOf(token), seq);
    if (token === this.#timed) {
      this.#timed = -1;
      this.#context.ackLatency.observe((this.#context.clock.monotonic() - this.#timedAt) / 1000);
    }
    if (!wantsAnswer(token)) return;
    if (this.#open) this.#queue(token);
    else this.#context.journal.unacknowledged(seq, 'link-gone');
    if (slot?.waiting !== undefined) this.#answerWaiting(slot, token);
  }

  refused(token: number, reason: RefusalCode): void {
    this.#context.counters.unjournalled[reason]++;
    if (token === this.#timed) this.#timed = -1;
    this.slot?.recent?.refused(placeOf(token));
    // Result 1: the terminal keeps its data and sends it again, as the standard provides.
    if (wantsAnswer(token) && this.#open) this.#queue(failed(token));
    if (this.slot?.waiting !== undefined) this.#answerWaiting(this.slot, failed(token));
  }

  #answerWaiting(slot: Slot, token: number): void {
    const place = placeOf(token);
    const rest = slot.waiting!.filter((w) => {
      if (w.place !== place) return true;
      if (w.connection.#open) w.connection.#queue(token);
      return false;
    });
    slot.waiting = rest.length === 0 ? undefined : rest;
  }

  // --- down ------------------------------------------------------------------------------------

  nextSerial(): number {
    return this.takeSerials(1);
  }

  /** The first of so many consecutive serials, for a message in parts. */
  takeSerials(count: number): number {
    const first = this.#serial;
    this.#serial = (first + count) & 0xffff;
    return first;
  }

  /** Writes a platform message in the terminal's own form, in parts where it is long. False where the link is gone. */
  send(id: number, serial: number, body: Uint8Array): boolean {
    return this.#address !== undefined && this.#sendTo(this.#address, id, serial, body);
  }

  #sendTo(address: Address, id: number, serial: number, body: Uint8Array): boolean {
    if (!this.#open) return false;
    this.link.write(this.#context.framer.message(address, id, serial, body));
    this.#context.counters.sent++;
    return true;
  }

  /** Writes the acknowledgements that are due, in one piece. */
  flush(): void {
    const acks = this.#acks;
    if (acks.length === 0) return;
    if (this.#open) this.#write(acks);
    acks.length = 0;
  }

  #write(acks: readonly number[]): void {
    if (this.link.backlog > this.#context.maxWriteBacklog) {
      // The peer sends but does not read: it would never see them, and must not cost us memory.
      this.#context.counters.slowReaders++;
      return this.link.close('reset');
    }
    this.#context.counters.acknowledged += acks.length;
    this.link.write(this.#context.framer.acknowledgements(this.#ackWriter!, acks, this));
  }

  #queue(token: number): void {
    if (this.#acks === NONE) this.#acks = [];
    if (this.#acks.length === 0 && !this.#receiving) this.#context.flushSoon(this);
    this.#acks.push(token);
  }

  #append(
    kind: RecordKind,
    terminal: string,
    payload: Uint8Array | undefined,
    waiter: CommitWaiter | null,
    token: number,
  ): RefusalCode | undefined {
    const record = this.#context.record;
    record.kind = kind;
    record.receivedAt = this.#context.clock.now();
    record.link = this.number;
    record.terminal = terminal;
    record.ackable = wantsAnswer(token);
    record.b = payload ?? this.#b;
    record.start = payload === undefined ? this.#start : 0;
    record.end = payload === undefined ? this.#end : payload.length;
    return this.#context.journal.append(record, waiter, token);
  }

  /** Quarantines the packet at hand. Even a wrong code may be somebody's right one: it is not written down. */
  #quarantinePacket(why: Refusal, header: Header, waiter: CommitWaiter | null, token: number): boolean {
    if (header.id !== AUTHENTICATION)
      return this.#quarantineOctets(why, this.#b, this.#start, this.#end, waiter, token);
    const masked = maskCode(this.#b, this.#start, this.#end, header);
    return this.#quarantineOctets(why, masked, 0, masked.length, waiter, token);
  }

  /** False where the link is over its budget of quarantined frames, or the journal did not take it. */
  #quarantineOctets(
    reason: string,
    b: Uint8Array,
    start: number,
    end: number,
    waiter: CommitWaiter | null,
    token: number,
  ): boolean {
    if (!this.#quarantine.take(this.#context.clock.monotonic())) {
      this.#context.counters.quarantineSkipped++;
      return false;
    }
    const payload = quarantined(reason, b, start, end);
    return this.#append(RECORD_KIND.quarantine, this.session.terminal, payload, waiter, token) === undefined;
  }
}

const REGISTRATION_RESPONSE = 0x8100;
const NONE: number[] = [];
const EMPTY = new Uint8Array(0);

function sameAddress(address: Address, b: Uint8Array, header: Header): boolean {
  const { phone } = address;
  if (phone.length !== header.phoneSize || address.version !== header.version) return false;
  if (address.flag !== ((header.properties & VERSION_FLAG) !== 0)) return false;
  for (let i = 0; i < phone.length; i++) if (phone[i] !== b[header.phoneAt + i]) return false;
  return true;
}
