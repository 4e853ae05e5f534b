/**
 * Keeps out what vehicles say that stay out, before anything looks at it: nothing of it reaches the journal, memory or a log. While
 * there is any exemption, frames of speakers that have proved nothing keep no body either, as their phone alone does not
 * say which vehicle they are in.
 */
import {
  addressOf,
  type BodyOf,
  codecFor,
  type FrameFault,
  type Header,
  messageById,
  newHeader,
  type PacketSink,
  phoneOf,
  ProtocolError,
  QuirkSet,
  readHeader,
  type Revision,
  terminalOf,
} from '../../protocol/index.ts';
import { plateOctets, utf8Text } from '../quirks/evidence.ts';
import type { Exemption, Plated } from '../registry/exemptions.ts';
import { RESULT } from '../session/effects.ts';
import { answerable } from '../session/session.ts';
import type { Connection } from './connection.ts';
import type { IntakeContext } from './context.ts';
import { HeldParts } from './held-parts.ts';
import { statedTimes, statesPlaces } from './stated-times.ts';

/** What is known of vehicles that stay out. */
export interface ExemptionGate {
  /** False while there is no exemption at all: then nothing is looked at. */
  readonly any: boolean;
  /** Changes whenever `wasEver` may say something else than before. */
  readonly generation: number;
  /** The one that holds for a terminal now. */
  now(terminal: string): Exemption | undefined;
  /** The one that holds now for a vehicle that a terminal says it is in. */
  vehicle(plated: Plated): Exemption | undefined;
  /** The one in whose period a terminal's clock was, epoch ms; where the time is not to be known, any that it ever had. */
  wasAt(terminal: string, deviceTime: number | undefined): Exemption | undefined;
  /** Whether `wasAt` can say anything else than no. */
  wasEver(terminal: string): boolean;
  /** A message was kept out. `messageId` is all that is told of it. */
  refused(terminal: string, exemption: Exemption, messageId: number): void;
}

const ID = { registration: 0x0100, authentication: 0x0102 } as const;
/** Octets of a header that may have the longest phone and a package item: what is kept of a damaged frame. */
const HEAD = 21;
const MASK = 0x2a;

/** Those of the packet that is looked at, on whichever link: there is one at a time. */
const header = newHeader();
const quirks = new QuirkSet();

export class ExemptPackets implements PacketSink {
  readonly #to: Connection;
  readonly #context: IntakeContext;
  readonly #gate: ExemptionGate;
  /** Generation in which the terminal that this link speaks for was found to have nothing to do with any exemption. */
  #clearIn = -1;
  /** Made with the first part of a message that has to wait: most links never have one. */
  #parts: HeldParts | undefined;

  constructor(to: Connection, context: IntakeContext, gate: ExemptionGate) {
    this.#to = to;
    this.#context = context;
    this.#gate = gate;
  }

  packet(b: Uint8Array, start: number, end: number): void {
    if (!this.#gate.any) return this.#to.packet(b, start, end);
    if (readHeader(b, start, end, header) !== undefined) return this.#to.packet(b, start, Math.min(end, start + HEAD));
    const { out, session } = this.#to;
    const authenticated = session.phase === 'authenticated';
    const same = authenticated && out.isFrom(b, header);
    const { generation } = this.#gate;
    if (same && this.#clearIn === generation && header.id !== ID.registration) return this.#to.packet(b, start, end);
    const terminal = terminalOf(phoneOf(b, header));
    const exemption = this.#gate.now(terminal) ?? this.#vehicleIn(b);
    if (exemption !== undefined) return this.#refuse(terminal, exemption, b);
    if (!authenticated || session.terminal !== terminal) return this.#unproved(b, start, end);
    const ever = this.#gate.wasEver(terminal);
    if (!ever && same) this.#clearIn = generation;
    if (!ever || !statesPlaces(header.id)) return this.#to.packet(b, start, end);
    if (header.total > 1 && header.encryption === 0) return this.#part(b, start, end, terminal);
    const past = this.#past(terminal, { ...header, b, from: header.bodyAt, to: header.bodyEnd });
    if (past === undefined) return this.#to.packet(b, start, end);
    this.#keepOut(terminal, past);
  }

  /** Where a message in parts says when it was, it is let in or kept out as a whole. */
  #part(b: Uint8Array, start: number, end: number, terminal: string): void {
    const held = (this.#parts ??= new HeldParts());
    const verdict = held.take(b, start, end, header);
    if (verdict.kind === 'wait') return;
    // It will not send the next before this one is answered: so nobody will ever know when it was.
    if (verdict.kind === 'again') return this.#to.answer(header, RESULT.failure);
    if (verdict.kind === 'judged') {
      const past = verdict.out ? this.#anyOf(terminal) : undefined;
      return past === undefined ? this.#to.packet(b, start, end) : this.#keepOut(terminal, past);
    }
    const { body, parts } = verdict;
    const past = this.#past(terminal, { ...header, b: body, from: 0, to: body.length });
    held.settle(header, past !== undefined);
    for (const { octets } of parts) {
      if (past === undefined) this.#to.packet(octets, 0, octets.length);
      else if (readHeader(octets, 0, octets.length, header) === undefined) this.#keepOut(terminal, past);
    }
  }

  /** Taken from the terminal's memory: it would send it again and again. */
  #keepOut(terminal: string, past: Exemption): void {
    this.#count(terminal, past, header.id);
    this.#to.answer(header, RESULT.success);
  }

  #anyOf(terminal: string): Exemption | undefined {
    return this.#gate.wasAt(terminal, undefined);
  }

  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void {
    this.#to.fault(reason, b, start, this.#gate.any ? Math.min(end, start + HEAD) : end);
  }

  #refuse(terminal: string, exemption: Exemption, b: Uint8Array): void {
    this.#count(terminal, exemption, header.id);
    const { out, session } = this.#to;
    const address = addressOf(b, header);
    if (header.id === ID.registration) {
      const revision: Revision = header.flagged ? 2019 : 2013;
      out.respond(address, revision, { replySerial: header.serial, result: 'noSuchVehicleInDatabase' });
    } else if (answerable(header.id)) out.refuseAs(address, header);
    // A link that spoke for it until now is at its end.
    if (session.phase === 'authenticated' && session.terminal === terminal) this.#to.close('local');
  }

  #count(terminal: string, exemption: Exemption, messageId: number): void {
    this.#context.counters.refusals.exempt++;
    this.#gate.refused(terminal, exemption, messageId);
  }

  /** Registration and authentication say who somebody is; of all else only the header goes further, as it will be refused. */
  #unproved(b: Uint8Array, start: number, end: number): void {
    if (header.id === ID.registration || header.id === ID.authentication) return this.#to.packet(b, start, end);
    const masked = new Uint8Array(b.subarray(start, end));
    masked.fill(MASK, header.bodyAt - start, header.bodyEnd - start);
    return this.#to.packet(masked, 0, masked.length);
  }

  /** The exemption of the vehicle that a registration names. */
  #vehicleIn(b: Uint8Array): Exemption | undefined {
    if (header.id !== ID.registration || header.encryption !== 0) return undefined;
    const { revisionOf } = messageById(ID.registration)!.about;
    const revision = header.flagged ? 2019 : (revisionOf?.(b, header.bodyAt, header.bodyEnd) ?? 2013);
    const body = this.#decode<BodyOf<'terminalRegistration'>>(
      ID.registration,
      revision,
      b,
      header.bodyAt,
      header.bodyEnd,
    );
    if (body === undefined) return undefined;
    const plate = utf8Text(plateOctets(b, header, revision)) ?? body.plate;
    return this.#gate.vehicle({ plate, plateColor: body.plateColor });
  }

  /** The exemption in whose period a position of this message was, or may have been. */
  #past(
    terminal: string,
    { id, encryption, b, from, to }: Pick<Header, 'id' | 'encryption'> & { b: Uint8Array; from: number; to: number },
  ): Exemption | undefined {
    // What nothing opens nobody can tell the time of.
    if (encryption !== 0) return this.#anyOf(terminal);
    for (const time of statedTimes({ id, b, from, to, revision: this.#to.session.revision })) {
      const past = this.#gate.wasAt(terminal, time);
      if (past !== undefined) return past;
    }
    return undefined;
  }

  #decode<T>(id: number, revision: Revision, b: Uint8Array, from: number, to: number): T | undefined {
    try {
      return codecFor(id, revision)?.decode(b, from, to, quirks) as T | undefined;
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }
}
