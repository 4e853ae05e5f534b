/**
 * One link and its session: octets in, journal records and answers out.
 *
 * Answers that depend on the disk are queued when the journal says that the record is there, and all
 * that came due with one commit leave in one write.
 */
import {
  contentHash,
  type Address,
  addressOf,
  type BodyOf,
  type CloseKind,
  Deframer,
  type FrameFault,
  type Header,
  type Link,
  type LinkSink,
  type MonotonicMs,
  type PacketSink,
  phoneOf,
  readHeader,
  readJoinedHeader,
  terminalOf,
} from '../../protocol/index.ts';
import type { CommitWaiter, RefusalCode } from '../journal/journal.ts';
import { RECORD_KIND, type RecordKind, type Seq } from '../journal/record.ts';
import { RESULT, type Refusal, type RegistrationResult, type Result, type SessionEffects } from '../session/effects.ts';
import { RecentFrames } from '../session/duplicates.ts';
import {
  answerable,
  bodyQuirks,
  identify,
  newSession,
  step,
  type SessionState,
  type CloseKindOfSession,
  type Grant,
} from '../session/session.ts';
import { AckTimer } from './ack-timer.ts';
import { packetsFor } from './packets.ts';
import { noteStranger, sourceOf } from './source.ts';
import { enrolOn, type Given } from './enrol.ts';
import { encodeFact } from './facts.ts';
import { lastWord, LinkRecords } from './link-records.ts';
import type { IntakeContext } from './context.ts';
import { damagedFitToKeep, fitToKeep } from './mask.ts';
import { Outbox } from './outbox.ts';
import { takePart } from './take-part.ts';
import type { Mismatch } from '../registry/identity-check.ts';
import { awaitFate, type Slot, tellThoseAwaiting } from './slots.ts';
import { failed, placeOf, tokenOf, wantsAnswer } from './tokens.ts';

/** A link that proves nothing and sends this many bad frames in a row is not a terminal. */
const MAX_FAULTS_UNPROVED = 16;

export class Connection implements LinkSink, PacketSink, SessionEffects, CommitWaiter {
  readonly number: number;
  readonly link: Link;
  readonly session: SessionState;
  readonly out: Outbox;
  /** Both in whole milliseconds, which take no room of their own. */
  readonly openedAt: MonotonicMs;
  lastHeard: MonotonicMs;
  slot: Slot | undefined;
  // As `Listed`: when its silence is looked at.
  dueList = 0;
  dueAt = 0;
  readonly #context: IntakeContext;
  readonly #deframer: Deframer;
  readonly #packets: PacketSink;
  #epoch = 0;
  #frames = 0;
  /** Made with the first frame that waits for the disk. */
  #timer: AckTimer | undefined;
  #faultsInARow = 0;
  #noisy = false;
  readonly #records: LinkRecords;
  #superseded = false;
  /** What the terminal was told that registers here, until it uses it. */
  #given: Given | undefined;
  /** Frames without a fault tell something as well. */
  #watched = true;
  #speaks = false;
  // The packet being looked at: valid while `step` runs.
  #b: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;

  constructor(link: Link, number: number, context: IntakeContext) {
    this.link = link;
    this.session = newSession(sourceOf(link.peer), link.identity);
    this.number = number;
    this.#context = context;
    this.out = new Outbox(link, context);
    this.#records = new LinkRecords(number, context);
    this.#deframer = new Deframer({ datagram: link.datagram });
    this.#packets = packetsFor(this, context);
    this.openedAt = Math.floor(context.clock.monotonic());
    this.lastHeard = this.openedAt;
  }

  get open(): boolean {
    return this.out.open;
  }

  /** It proved to be nobody, and was closed for what it sent: the rest of that is not looked at. */
  get noisy(): boolean {
    return this.#noisy;
  }

  // --- link ------------------------------------------------------------------------------------

  receive(chunk: Uint8Array): void {
    // Another link speaks for the terminal: what is still under way on this one is nobody's.
    if (this.#superseded) return;
    const context = this.#context;
    context.heardAt = context.clock.monotonic();
    this.lastHeard = Math.floor(context.heardAt);
    context.counters.octets += chunk.length;
    this.out.receiving = true;
    this.#deframer.feed(chunk, this.#packets);
    this.out.receiving = false;
    this.out.flush();
  }

  closed(kind: CloseKind): void {
    if (!this.open) return;
    this.#deframer.end(this.#packets);
    this.out.open = false;
    this.#context.sent.forget(this.out);
    const how = this.#superseded ? 'superseded' : kind;
    this.#context.disconnected(this);
    noteStranger(this.session, this.#context);
    this.#leave(how);
  }

  /** Ends the link: another one speaks for the terminal now. */
  supersede(): void {
    this.#superseded = true;
    this.close('local');
  }

  close(kind: CloseKindOfSession): void {
    if (this.open) this.link.close(kind);
  }

  #leave(how: CloseKind | 'superseded' | 'deregistered'): void {
    const slot = this.slot;
    if (slot === undefined || !this.#speaks) return;
    // The slot itself stays: records of this link may still be on their way to the disk.
    this.#speaks = false;
    const spoke = this.#context.slots.release(slot, this, this.#context.clock.monotonic());
    this.#context.counters.closed[how]++;
    this.#records.note(slot.terminal, { fact: 'closed', how, epoch: this.#epoch, frames: this.#frames });
    if (spoke) this.#context.commands.offline(slot.terminal);
  }

  // --- packets ---------------------------------------------------------------------------------

  packet(b: Uint8Array, start: number, end: number): void {
    if (this.#noisy) return;
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
    if (!this.out.isFrom(b, header)) {
      const phone = phoneOf(b, header);
      const address = addressOf(b, header);
      if (!identify(this.session, { phone, terminal: terminalOf(phone), flagged: header.flagged })) {
        return this.#refuseStranger(header, address);
      }
      if (this.#context.isStray?.(this)) return;
      this.out.turnTo(address);
    }
    if (this.session.phase === 'authenticated' && (this.#watched || this.#deframer.quirks !== 0))
      this.#watched = this.#context.framed?.(this.session.terminal, this.#deframer.quirks) === true;
    view.b = b;
    step(this.session, view, policy, this);
    counters.quirk(bodyQuirks.bits);
    this.#b = EMPTY;
  }

  /** The check octet was right, so the header is to be believed: a terminal that is not answered sends it for ever. */
  #wrongLength(b: Uint8Array, start: number, end: number): void {
    const { header, counters } = this.#context;
    const proved = this.session.phase === 'authenticated';
    const readable = proved && readJoinedHeader(b, start, end, header) === undefined;
    if (!readable || !this.out.isFrom(b, header) || !answerable(header.id)) return this.fault('length', b, start, end);
    counters.faults.length++;
    const token = tokenOf(header, RESULT.malformed, true);
    if (!this.#records.quarantine(this.session.terminal, 'length', b.subarray(start, end), this, token))
      this.out.queue(token);
  }

  /** Another terminal's frame on a link that has proved to be somebody: answered in that terminal's form. */
  #refuseStranger(header: Header, address: Address): void {
    this.#context.counters.refusals['other-phone']++;
    this.#records.quarantine(
      this.session.terminal,
      'other-phone',
      fitToKeep(this.#b, this.#start, this.#end, header),
      null,
      0,
    );
    if (!answerable(header.id)) return;
    this.out.refuseAs(address, header);
  }

  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void {
    // Noise that goes on is one fault, however many chunks it comes in.
    if (this.#deframer.continued || this.#noisy) return;
    this.#context.counters.faults[reason]++;
    this.#records.quarantine(this.session.terminal, reason, damagedFitToKeep(b, start, end), null, 0);
    if (++this.#faultsInARow < MAX_FAULTS_UNPROVED || this.session.phase === 'authenticated') return;
    this.#noisy = true;
    // Not in order: what it still sends is not worth reading.
    this.link.close('reset');
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
    this.#timer ??= new AckTimer();
    this.#timer.begin(token, this.#context.heardAt);
  }

  /** A frame that came before: answered at once where it is on disk, else with the first copy, once on each link. */
  #answerAgain(slot: Slot, recent: RecentFrames, token: number): void {
    const place = placeOf(token);
    if (!recent.isPending(place)) return this.out.queue(token);
    if (recent.linkOf(place) === this.number) return;
    awaitFate(slot, this, place);
  }

  part(header: Header): void {
    takePart(this, this.#b, header, this.#context);
  }

  heard(header: Header): void {
    this.#records.note(this.session.terminal, { fact: 'heartbeat', serial: header.serial });
  }

  answer(header: Header, result: Result): void {
    this.out.queue(tokenOf(header, result, true));
  }

  tellTime(): void {
    this.out.tellTime(this.session.revision, this.#context.policy.clockOffset(this.session.terminal));
  }

  refuse(header: Header, why: Refusal, result: Result | undefined): void {
    this.#context.counters.refusals[why]++;
    const token = tokenOf(header, result ?? RESULT.failure, result !== undefined);
    const { terminal } = this.session;
    const octets = fitToKeep(this.#b, this.#start, this.#end, header);
    const kept = this.#records.quarantine(terminal, why, octets, this, token);
    if (kept) this.#records.refused(terminal, why, this.link.peer);
    else if (result !== undefined) this.out.queue(token);
  }

  differs(mismatch: Mismatch): void {
    this.#records.note(this.session.terminal, { fact: 'mismatch', peer: this.link.peer, ...mismatch });
  }

  enrol(header: Header, grant: Grant): void {
    const { terminal } = grant;
    if (this.#given?.terminal !== terminal) this.#given = { terminal, code: this.#context.newCode() };
    const { code } = this.#given;
    const appended = enrolOn(this.out, this.#context, { header, grant, code }, (payload, waiter) =>
      this.#append(RECORD_KIND.registration, terminal, payload, waiter, 0),
    );
    if (appended) this.#append(RECORD_KIND.frame, terminal, undefined, null, 0);
  }

  refuseRegistration(header: Header, result: RegistrationResult): void {
    this.#context.counters.refusals['not-enrolled']++;
    this.#context.stranger?.(this.session.source);
    this.#records.quarantine(this.session.terminal, 'not-enrolled', this.#b.subarray(this.#start, this.#end), null, 0);
    this.out.respond(this.out.address!, this.session.revision, { replySerial: header.serial, result });
  }

  authenticated(header: Header, about: { readonly imei: string; readonly softwareVersion: string }): void {
    const context = this.#context;
    const terminal = this.session.terminal;
    const masked = fitToKeep(this.#b, this.#start, this.#end, header);
    this.#append(RECORD_KIND.frame, terminal, masked, null, 0);
    this.#given = undefined;
    if (this.#speaks) return;
    const { slot, superseded } = context.slots.claim(terminal, this);
    this.slot = slot;
    this.#speaks = true;
    this.#epoch = slot.epoch;
    this.#records.note(terminal, {
      fact: 'authenticated',
      peer: this.link.peer,
      epoch: slot.epoch,
      ...about,
      ...(superseded === undefined ? {} : { over: lastWord(superseded, context.clock) }),
    });
    superseded?.supersede();
    context.counters.authentications++;
    this.link.trust?.();
    context.commands.online(this);
    context.parts.returned(terminal);
  }

  confirmed(terminal: string): void {
    this.#append(RECORD_KIND.registration, terminal, encodeFact({ fact: 'confirmed', terminal }), null, 0);
  }

  deregister(header: Header): void {
    const terminal = this.session.terminal;
    const token = tokenOf(header, RESULT.success, true);
    this.#append(RECORD_KIND.frame, terminal, undefined, null, 0);
    const fact = encodeFact({ fact: 'deregistered', terminal });
    const refusal = this.#append(RECORD_KIND.registration, terminal, fact, this, token);
    if (refusal !== undefined) this.out.queue(tokenOf(header, RESULT.failure, true));
    this.#leave('deregistered');
  }

  replied(header: Header, body: unknown): void {
    if (header.id === RESEND_REQUEST) {
      return this.#context.sent.requested(this.out, body as BodyOf<'terminalResendRequest'>);
    }
    this.#context.commands.replied(this, header.id, body);
  }

  // --- the journal's word ----------------------------------------------------------------------

  committed(token: number, seq: Seq): void {
    const slot = this.slot;
    slot?.recent?.committed(placeOf(token), seq);
    const began = this.#timer?.end(token);
    if (began !== undefined) this.#context.ackLatency.observe((this.#context.clock.monotonic() - began) / 1000);
    if (!wantsAnswer(token)) return;
    if (this.open) this.out.queue(token);
    else this.#context.journal.unacknowledged(seq, 'link-gone');
    if (slot !== undefined) tellThoseAwaiting(slot, placeOf(token), token);
  }

  refused(token: number, reason: RefusalCode): void {
    this.#context.counters.unjournalled[reason]++;
    this.#timer?.end(token);
    this.slot?.recent?.refused(placeOf(token));
    // Result 1: the terminal keeps its data and sends it again, as the standard provides.
    if (wantsAnswer(token) && this.open) this.out.queue(failed(token));
    if (this.slot !== undefined) tellThoseAwaiting(this.slot, placeOf(token), failed(token));
  }

  /** Without a payload: of the packet that is looked at. */
  #append(
    kind: RecordKind,
    terminal: string,
    payload: Uint8Array | undefined,
    waiter: CommitWaiter | null,
    token: number,
  ): RefusalCode | undefined {
    const own = payload === undefined;
    this.#records.span(payload ?? this.#b, own ? this.#start : 0, payload?.length ?? this.#end);
    return this.#records.append(kind, terminal, waiter, token);
  }
}

const RESEND_REQUEST = 0x0005;
const EMPTY = new Uint8Array(0);
