/**
 * The socket to a broker as mqtt.js sees it, with a lane beside it for publishes at QoS 1. mqtt.js logs in, subscribes, keeps
 * alive and says goodbye over it; publishes are put into octets here, many to a write, and their confirmations taken out of
 * what comes. In mqtt.js a publish is packets, queues, timers and turns of the loop, more than everything else that a report costs.
 *
 * Bounds: `MAX_WAITING` publishes without confirmation, more are refused; of what comes no more is held back than a packet's
 * head, or a confirmation of `MAX_CONFIRMATION` octets, that came in two pieces.
 */
import { Duplex } from 'node:stream';
import { generate } from 'mqtt-packet';
import { DeliveryError } from '../outlet.ts';
import type { Publication, Settled } from './channel.ts';

/** Identifiers are 16 bits, 0 is none [MQTT-2.3.1-1]; half of them, so that a free one is never far. */
const MAX_WAITING = 32_767;
const LAST_ID = 65_535;
/** The longest that a client is asked to take in one piece; a longer one, with a reason in words, is passed on and not understood. */
const MAX_CONFIRMATION = 1024;
const SLAB_OCTETS = 64 * 1024;
/** Slabs that were written, for the next publishes. */
const SPARE_SLABS = 4;
/** Octets of a UTF-16 unit, at most. */
export const MAX_CHARACTER = 3;
/** Type and flags, and the longest length (2.2.3). */
const MAX_HEAD = 5;
const PUBLISH_QOS1 = 0x32;
const RETAIN = 0x01;
const PUBACK = 4;
/** Reason codes of MQTT 5 from here on are refusals (2.4). */
const REFUSED = 0x80;

export class PublishLane extends Duplex {
  readonly #socket: Duplex;
  readonly #version: 4 | 5;
  /** By identifier: 512 KiB once all have been used. */
  readonly #waiting: (Settled | undefined)[] = [undefined];
  #waitingCount = 0;
  readonly #spare: Buffer[] = [];
  #slab: Buffer = Buffer.allocUnsafe(SLAB_OCTETS);
  #filled = 0;
  #planned = false;
  #lastId = 0;
  /** The beginning of a packet that is not told apart yet. */
  #held: Buffer | undefined;
  /** Octets still to come of the packet that is being passed on. */
  #toPass = 0;

  constructor(socket: Duplex, version: 4 | 5) {
    super();
    this.#socket = socket;
    this.#version = version;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** In the order of the calls; those of one turn are one write. */
  publish(publication: Publication, settled: Settled): void {
    if (this.destroyed || this.#waitingCount >= MAX_WAITING) {
      const why = this.destroyed ? 'the connection is over' : `${MAX_WAITING} publishes are on the way`;
      return settled(new DeliveryError('MQTT_CONNECTION_LOST', why, { retry: true }));
    }
    const id = this.#freeId();
    this.#waiting[id] = settled;
    this.#waitingCount++;
    if (publication.correlation === undefined) this.#put(id, publication);
    else this.#putAnswer(id, publication, publication.correlation);
    if (this.#planned) return undefined;
    this.#planned = true;
    return queueMicrotask(this.#writePlanned);
  }

  /** What is on the way is over for whoever published it. */
  giveUp(fault: DeliveryError): void {
    const waiting = this.#waiting.filter((settled) => settled !== undefined);
    this.#waiting.fill(undefined);
    this.#waitingCount = 0;
    for (const settled of waiting) settled(fault);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#writeSlab();
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#writeSlab();
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #freeId(): number {
    do this.#lastId = this.#lastId === LAST_ID ? 1 : this.#lastId + 1;
    while (this.#waiting[this.#lastId] !== undefined);
    return this.#lastId;
  }

  /** PUBLISH (3.3): type, length, topic, identifier, in MQTT 5 the length of no properties, payload. */
  #put(id: number, { topic, payload, retain }: Publication): void {
    const room = MAX_HEAD + 2 + topic.length * MAX_CHARACTER + 2 + 1 + payload.length * MAX_CHARACTER;
    // What it takes is known when it is written: to measure text first costs as much as to write it.
    this.#makeRoom(room <= SLAB_OCTETS ? room : MAX_HEAD + 5 + Buffer.byteLength(topic) + Buffer.byteLength(payload));
    const slab = this.#slab;
    const from = this.#filled;
    const body = from + MAX_HEAD;
    const topicOctets = slab.write(topic, body + 2);
    slab.writeUInt16BE(topicOctets, body);
    let at = slab.writeUInt16BE(id, body + 2 + topicOctets);
    if (this.#version === 5) slab[at++] = 0;
    at += slab.write(payload, at);
    let head = from;
    slab[head++] = retain ? PUBLISH_QOS1 | RETAIN : PUBLISH_QOS1;
    let rest = at - body;
    for (; rest >= 0x80; rest >>>= 7) slab[head++] = (rest & 0x7f) | 0x80;
    slab[head++] = rest;
    slab.copyWithin(head, body, at);
    this.#filled = at - body + head;
  }

  /** Answers are few: the library writes their properties. */
  #putAnswer(messageId: number, { topic, payload, retain }: Publication, correlationData: Buffer): void {
    const properties = { correlationData };
    const octets = generate(
      { cmd: 'publish', messageId, topic, payload, retain, qos: 1, dup: false, properties },
      { protocolVersion: this.#version },
    );
    this.#makeRoom(octets.length);
    this.#filled += octets.copy(this.#slab, this.#filled);
  }

  #makeRoom(octets: number): void {
    if (this.#filled + octets <= this.#slab.length) return;
    this.#writeSlab();
    if (octets > this.#slab.length) this.#slab = Buffer.allocUnsafe(octets);
  }

  readonly #writePlanned = (): void => {
    this.#planned = false;
    this.#writeSlab();
  };

  #writeSlab(): void {
    if (this.#filled === 0) return;
    const slab = this.#slab;
    const octets = slab.subarray(0, this.#filled);
    this.#filled = 0;
    this.#slab = this.#spare.pop() ?? Buffer.allocUnsafe(SLAB_OCTETS);
    if (this.#socket.destroyed) return;
    this.#socket.write(octets, () => {
      if (slab.length === SLAB_OCTETS && this.#spare.length < SPARE_SLABS) this.#spare.push(slab);
    });
  }

  /** Confirmations end here, the rest goes on to mqtt.js as it came. */
  #take(chunk: Buffer): void {
    const octets = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    let from = 0;
    let at = 0;
    while (at < octets.length) {
      if (this.#toPass > 0) {
        const here = Math.min(this.#toPass, octets.length - at);
        this.#toPass -= here;
        at += here;
        continue;
      }
      const body = bodyOf(octets, at);
      const end = body === undefined ? undefined : body + lengthOf(octets, at);
      const confirms = octets[at]! >>> 4 === PUBACK && (end === undefined || end - at <= MAX_CONFIRMATION);
      if (body === undefined || end === undefined || (confirms && end > octets.length)) {
        this.#held = Buffer.from(octets.subarray(at));
        break;
      }
      if (!confirms) {
        this.#toPass = end - at;
        continue;
      }
      this.#pass(octets, from, at);
      this.#confirmed(octets.readUInt16BE(body), end - body > 2 ? octets[body + 2]! : 0);
      from = at = end;
    }
    this.#pass(octets, from, at);
  }

  #pass(octets: Buffer, from: number, to: number): void {
    if (to > from && !this.push(octets.subarray(from, to))) this.#socket.pause();
  }

  /** PUBACK (3.4). One for a publish that was given up is nobody's. */
  #confirmed(id: number, reason: number): void {
    const settled = this.#waiting[id];
    if (settled !== undefined) {
      this.#waiting[id] = undefined;
      this.#waitingCount--;
    }
    if (reason < REFUSED) return settled?.();
    const detail = `the broker refused a publish with 0x${reason.toString(16)}`;
    return settled?.(new DeliveryError('MQTT_REFUSED', detail, { retry: true }));
  }
}

/** Where the body of the packet at `at` begins, or undefined while its head is not there whole. */
function bodyOf(octets: Uint8Array, at: number): number | undefined {
  for (let i = at + 1; i < octets.length; i++) {
    if (octets[i]! < 0x80 || i === at + MAX_HEAD - 1) return i + 1;
  }
  return undefined;
}

/** Octets of the body, of a packet whose head is there. */
function lengthOf(octets: Uint8Array, at: number): number {
  let length = 0;
  for (let i = 1; i < MAX_HEAD; i++) {
    length |= (octets[at + i]! & 0x7f) << (7 * (i - 1));
    if (octets[at + i]! < 0x80) break;
  }
  return length;
}
