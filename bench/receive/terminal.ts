/**
 * A terminal with the least that it takes to be one: it registers, authenticates, and from then on writes so many reports at once
 * when it is told to. Each is a 0x0200 of 2013 with eight items, 79 octets where nothing needs an escape.
 */
import type { Socket } from 'node:net';
import {
  addressFor,
  type Address,
  Deframer,
  MAX_FRAME,
  newHeader,
  type Outgoing,
  type PacketSink,
  readHeader,
  writeFrame,
} from '../../protocol/index.ts';

const ID = { ack: 0x8001, registered: 0x8100, registration: 0x0100, authentication: 0x0102, report: 0x0200 } as const;
const CHINA_MS = 8 * 3_600_000;
const BODY = 64;
/** Where a report's body changes: latitude, longitude, time, mileage. */
const AT = { latitude: 8, longitude: 12, time: 22, mileage: 30 } as const;
/** GNSS on, located; 60.0 km/h to the east. */
const TEMPLATE = Buffer.from(
  '00000000' +
    '00000003' +
    '00000000' +
    '00000000' +
    '0028' +
    '0258' +
    '005a' +
    '000000000000' +
    '010400000000' +
    '020201c2' +
    '03020258' +
    '250400000000' +
    '2a020000' +
    '2b0400000000' +
    '300118' +
    '310110',
  'hex',
);

/** What a number of terminals have come to. */
export interface Count {
  online: number;
  acknowledged: number;
  /** Answered by another result than 0. */
  refused: number;
}

/** The second that it is, as BCD in Chinese time; shared, and made anew once a second. */
const second = { at: 0, bcd: new Uint8Array(6) };

function timeBcd(now: number): Uint8Array {
  if (now - second.at < 1000) return second.bcd;
  second.at = now - (now % 1000);
  const text = new Date(now + CHINA_MS).toISOString().replaceAll(/\D/g, '');
  for (let i = 0; i < 6; i++) second.bcd[i] = Number.parseInt(text.substring(2 + 2 * i, 4 + 2 * i), 16);
  return second.bcd;
}

const header = newHeader();
const body = new Uint8Array(BODY);
const bodyView = new DataView(body.buffer);
const outgoing: Outgoing = { id: 0, serial: 0, encryption: 0, total: 0, number: 0, body, start: 0, end: 0 };

export class ReportingTerminal {
  readonly #socket: Socket;
  readonly #address: Address;
  readonly #phone: string;
  readonly #count: Count;
  readonly #deframer = new Deframer();
  readonly #sink: PacketSink;
  /** What is being written; written anew only when all of it was answered. */
  readonly #out: Buffer;
  #serial = 0;
  #driven = 0;
  #awaited = 0;
  /** Called when everything under way was answered. */
  answered: (terminal: ReportingTerminal) => void = () => {};
  /** When the reports under way were due. */
  dueAt = 0;

  constructor(socket: Socket, phone: string, burst: number, count: Count) {
    this.#socket = socket;
    this.#address = addressFor(2013, phone);
    this.#phone = phone;
    this.#count = count;
    this.#out = Buffer.alloc(Math.max(1, burst) * MAX_FRAME);
    this.#sink = { packet: (b, start, end) => this.#packet(b, start, end), fault: () => {} };
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('connect', () => this.#register());
  }

  feed(chunk: Uint8Array): void {
    this.#deframer.feed(chunk, this.#sink);
  }

  /** Writes `burst` reports at once. */
  report(burst: number, now: number): void {
    body.set(TEMPLATE);
    body.set(timeBcd(now), AT.time);
    let size = 0;
    for (let n = 0; n < burst; n++) {
      this.#driven++;
      bodyView.setUint32(AT.latitude, 31_230_000);
      bodyView.setUint32(AT.longitude, 121_000_000 + ((this.#driven * 17) & 0x7ffff));
      bodyView.setUint32(AT.mileage, this.#driven);
      size = this.#frame(ID.report, BODY, size);
    }
    this.#awaited = burst;
    this.#socket.write(this.#out.subarray(0, size));
  }

  #frame(id: number, octets: number, at: number): number {
    outgoing.id = id;
    outgoing.serial = this.#serial;
    outgoing.body = body;
    outgoing.end = octets;
    this.#serial = (this.#serial + 1) & 0xffff;
    return writeFrame(this.#address, outgoing, this.#out, at);
  }

  /** JT/T 808-2013 8.5; places and names of nobody. */
  #register(): void {
    body.fill(0);
    const text = Buffer.from(`70101BENCH${''.padEnd(15, '\0')}${this.#phone.slice(-7)}`, 'latin1');
    body.set(text, 4);
    body[36] = 1;
    const plate = Buffer.from(`A${this.#phone.slice(-6)}`, 'latin1');
    body.set(plate, 37);
    this.#socket.write(this.#out.subarray(0, this.#frame(ID.registration, 37 + plate.length, 0)));
  }

  #packet(b: Uint8Array, start: number, end: number): void {
    if (readHeader(b, start, end, header) !== undefined) return;
    const at = header.bodyAt;
    if (header.id === ID.registered) {
      const code = b.subarray(at + 3, header.bodyEnd);
      body.set(code);
      this.#socket.write(this.#out.subarray(0, this.#frame(ID.authentication, code.length, 0)));
      return;
    }
    if (header.id !== ID.ack) return;
    const toId = (b[at + 2]! << 8) | b[at + 3]!;
    const done = b[at + 4] === 0;
    if (toId === ID.authentication && done) this.#count.online++;
    if (toId !== ID.report) return;
    if (done) this.#count.acknowledged++;
    else this.#count.refused++;
    if (--this.#awaited === 0) this.answered(this);
  }
}
