/**
 * Positions that reached us without JT/T 808 around them, written into the journal as the message that the terminal
 * would have sent: 0x0200 with its own number. So folds, events and platforms meet nothing new.
 */
import {
  addressFor,
  type Clock,
  codecFor,
  type LocationReport,
  type MonotonicMs,
  type Revision,
  writeHeader,
} from '../../../protocol/index.ts';
import type { Journal } from '../../journal/journal.ts';
import { RECORD_KIND, type RecordKind } from '../../journal/record.ts';
import type { ExemptionGate } from '../exempt-packets.ts';
import { Budget, quarantined } from '../quarantine.ts';

/** What a writer needs of the gateway. */
export interface ReportHost {
  readonly clock: Clock;
  readonly journal: Journal;
  /** As the terminal registered; undefined for one that never did. */
  revisionOf(terminal: string): Revision | undefined;
  readonly exemptions: ExemptionGate;
}

const LOCATION = 0x0200;
const TRANSPARENT = 0x0900;
/** 串口1透传: what a device at the serial port says. JT/T 808-2019 table 92. */
const FROM_SERIAL_PORT = 0x41;
/** Digits that the header of 2011 and 2013 holds. */
const LONGEST_PHONE = 12;
const ROOM = 2048;

/** One for every port. */
export class ReportWriter {
  readonly #host: ReportHost;
  readonly #body = new Uint8Array(ROOM);
  readonly #packet = new Uint8Array(ROOM);
  readonly #budget = new Budget();
  #serial = 0;

  constructor(host: ReportHost) {
    this.#host = host;
  }

  /** Journals a 0x0200 of the terminal. False where its vehicle stays out, or the journal does not take it. */
  position(terminal: string, report: LocationReport): boolean {
    const { exemptions } = this.#host;
    if (exemptions.any && this.#staysOut(terminal, LOCATION, report.time)) return false;
    const revision = this.#revisionOf(terminal);
    return this.#message(terminal, LOCATION, revision, codecFor(LOCATION, revision).encode(report, this.#body, 0));
  }

  /** Journals what is no position as a 0x0900 of the terminal: `octets` as they came. */
  passThrough(terminal: string, octets: Uint8Array): boolean {
    const { clock, exemptions } = this.#host;
    if (exemptions.any && this.#staysOut(terminal, TRANSPARENT, clock.now())) return false;
    this.#body[0] = FROM_SERIAL_PORT;
    this.#body.set(octets, 1);
    return this.#message(terminal, TRANSPARENT, this.#revisionOf(terminal), octets.length + 1);
  }

  /** Keeps what belongs to nobody, as far as the budget of the port goes. */
  quarantine(reason: string, octets: Uint8Array, now: MonotonicMs): void {
    if (!this.#budget.take(now)) return;
    const payload = quarantined(reason, octets);
    this.#append(RECORD_KIND.quarantine, '', payload, payload.length);
  }

  #staysOut(terminal: string, id: number, time: number): boolean {
    const { exemptions } = this.#host;
    const exemption = exemptions.now(terminal) ?? exemptions.wasAt(terminal, time);
    if (exemption !== undefined) exemptions.refused(terminal, exemption, id);
    return exemption !== undefined;
  }

  #revisionOf(terminal: string): Revision {
    return this.#host.revisionOf(terminal) ?? (terminal.length > LONGEST_PHONE ? 2019 : 2013);
  }

  #message(terminal: string, id: number, revision: Revision, size: number): boolean {
    const serial = this.#serial;
    this.#serial = (serial + 1) & 0xffff;
    const message = { id, serial, encryption: 0, total: 0, number: 0, body: this.#body, start: 0, end: size };
    const at = writeHeader(addressFor(revision, terminal), message, this.#packet, 0);
    this.#packet.set(this.#body.subarray(0, size), at);
    return this.#append(RECORD_KIND.frame, terminal, this.#packet, at + size);
  }

  #append(kind: RecordKind, terminal: string, b: Uint8Array, end: number): boolean {
    const { journal, clock } = this.#host;
    const record = { kind, receivedAt: clock.now(), link: 0, terminal, ackable: false, b, start: 0, end };
    return journal.append(record, null, 0) === undefined;
  }
}
