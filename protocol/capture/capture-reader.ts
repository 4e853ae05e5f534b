/**
 * Reads captures piece by piece: pcapng of any byte order and time resolution, and the older pcap (libpcap, micro- and nanoseconds).
 *
 * Keeps at most one block. What holds no packet is passed over; a block that contradicts itself ends the reading, as nothing behind
 * it can be found again.
 */
import type { EpochMs } from '../host/clock.ts';
import { type CaptureWay, CaptureError } from './packet.ts';
import { BLOCK, BYTE_ORDER, OPTION, WAY_FLAGS } from './pcapng-writer.ts';

/** A packet as it stands in a capture. `octets` is valid during the call only. */
export interface CapturedPacket {
  readonly at: EpochMs;
  /** LINKTYPE_ value: what the packet begins with. */
  readonly linkType: number;
  readonly way: CaptureWay | undefined;
  readonly comment: string | undefined;
  /** It was captured with a limit of length and goes on. */
  readonly cut: boolean;
  readonly octets: Uint8Array;
}

/** Octets of a block or packet; no program writes longer ones. */
const MAX_BLOCK = 16 << 20;
const PCAP_MAGIC = 0xa1b2c3d4;
const PCAP_MAGIC_NANO = 0xa1b23c4d;
const SECOND_MS = 1000;

interface Interface {
  readonly linkType: number;
  /** Milliseconds of one unit of its time stamps, and what is added to them. */
  readonly unitMs: number;
  readonly offsetMs: number;
}

type Form = 'unknown' | 'pcapng' | 'pcap';

export class CaptureReader {
  readonly #sink: (packet: CapturedPacket) => void;
  #form: Form = 'unknown';
  #little = true;
  #interfaces: Interface[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  /** Octets before `#rest`. */
  #offset = 0;

  /** @param sink is called for every packet, during `feed`. */
  constructor(sink: (packet: CapturedPacket) => void) {
    this.#sink = sink;
  }

  /** Takes the next octets of the file; they are not kept after the call. Throws CaptureError. */
  feed(chunk: Uint8Array): void {
    let b: Uint8Array = chunk;
    if (this.#rest.length > 0) {
      b = new Uint8Array(this.#rest.length + chunk.length);
      b.set(this.#rest);
      b.set(chunk, this.#rest.length);
    }
    let at = 0;
    for (let size = this.#next(b, at); size > 0; size = this.#next(b, at)) {
      at += size;
      this.#offset += size;
    }
    this.#rest = new Uint8Array(b.subarray(at));
  }

  /** The file is over. Throws CaptureError where it ends inside of a block, as one does that was not closed: what was before has been read. */
  end(): void {
    if (this.#form === 'unknown') throw this.#fault('FORM', 'no capture: expected pcapng or pcap');
    if (this.#rest.length > 0)
      throw this.#fault('TRUNCATED', `the file ends inside of a block, ${this.#rest.length} octets in`);
  }

  /** Reads the block at `at`; its size, or 0 where it is not all there yet. */
  #next(b: Uint8Array, at: number): number {
    if (this.#form === 'unknown') return this.#begin(b, at);
    return this.#form === 'pcapng' ? this.#block(b, at) : this.#record(b, at);
  }

  #begin(b: Uint8Array, at: number): number {
    if (b.length - at < 4) return 0;
    const view = viewOf(b, at);
    const magic = view.getUint32(0, true);
    if (magic === BLOCK.section) {
      this.#form = 'pcapng';
      return this.#block(b, at);
    }
    for (const little of [true, false]) {
      const given = view.getUint32(0, little);
      if (given !== PCAP_MAGIC && given !== PCAP_MAGIC_NANO) continue;
      if (b.length - at < 24) return 0;
      this.#form = 'pcap';
      this.#little = little;
      const unitMs = given === PCAP_MAGIC ? 1e-3 : 1e-6;
      // The upper octets of the link type may say something of frame check sequences.
      this.#interfaces = [{ linkType: view.getUint32(20, little) & 0xffff, unitMs, offsetMs: 0 }];
      return 24;
    }
    throw this.#fault('FORM', 'no capture: expected pcapng or pcap');
  }

  #record(b: Uint8Array, at: number): number {
    if (b.length - at < 16) return 0;
    const view = viewOf(b, at);
    const size = view.getUint32(8, this.#little);
    if (size > MAX_BLOCK) throw this.#fault('BLOCK', `a packet of ${size} octets`);
    if (b.length - at < 16 + size) return 0;
    const { linkType, unitMs } = this.#interfaces[0]!;
    this.#sink({
      at: view.getUint32(0, this.#little) * SECOND_MS + view.getUint32(4, this.#little) * unitMs,
      linkType,
      way: undefined,
      comment: undefined,
      cut: view.getUint32(12, this.#little) > size,
      octets: b.subarray(at + 16, at + 16 + size),
    });
    return 16 + size;
  }

  #block(b: Uint8Array, at: number): number {
    if (b.length - at < 12) return 0;
    const view = viewOf(b, at);
    // A section begins with its byte order, which may differ from that of the one before.
    const section = view.getUint32(0, true) === BLOCK.section;
    if (section) {
      this.#little = view.getUint32(8, true) === BYTE_ORDER;
      if (view.getUint32(8, this.#little) !== BYTE_ORDER) throw this.#fault('BLOCK', 'a section without a byte order');
    }
    const size = view.getUint32(4, this.#little);
    if (size < 12 || size % 4 !== 0 || size > MAX_BLOCK) throw this.#fault('BLOCK', `a block of ${size} octets`);
    if (b.length - at < size) return 0;
    if (view.getUint32(size - 4, this.#little) !== size) throw this.#fault('BLOCK', 'a block whose two lengths differ');
    const content = b.subarray(at + 8, at + size - 4);
    const type = view.getUint32(0, this.#little);
    if (section) this.#interfaces = [];
    else if (type === BLOCK.interface) this.#declare(content);
    else if (type === BLOCK.enhancedPacket) this.#enhanced(content);
    else if (type === BLOCK.simplePacket) this.#simple(content);
    return size;
  }

  #declare(content: Uint8Array): void {
    if (content.length < 8) throw this.#fault('BLOCK', 'an interface of too few octets');
    const linkType = viewOf(content, 0).getUint16(0, this.#little);
    const options = this.#options(content.subarray(8));
    const resolution = options.get(OPTION.resolution)?.[0] ?? 6;
    const unit = (resolution & 0x80) === 0 ? 10 ** -resolution : 2 ** -(resolution & 0x7f);
    const offset = options.get(OPTION.offset);
    const offsetMs = offset?.length === 8 ? Number(viewOf(offset, 0).getBigInt64(0, this.#little)) * SECOND_MS : 0;
    this.#interfaces.push({ linkType, unitMs: unit * SECOND_MS, offsetMs });
  }

  #enhanced(content: Uint8Array): void {
    if (content.length < 20) throw this.#fault('BLOCK', 'a packet of too few octets');
    const view = viewOf(content, 0);
    const on = this.#interfaces[view.getUint32(0, this.#little)];
    if (on === undefined) throw this.#fault('BLOCK', 'a packet of an interface that was not declared');
    const units = view.getUint32(4, this.#little) * 2 ** 32 + view.getUint32(8, this.#little);
    const size = view.getUint32(12, this.#little);
    const padded = (size + 3) & ~3;
    if (size > MAX_BLOCK || 20 + padded > content.length) throw this.#fault('BLOCK', 'a packet longer than its block');
    const options = this.#options(content.subarray(20 + padded));
    const flags = options.get(OPTION.flags);
    const way = flags?.length === 4 ? viewOf(flags, 0).getUint32(0, this.#little) & 3 : 0;
    const comment = options.get(OPTION.comment);
    this.#sink({
      at: units * on.unitMs + on.offsetMs,
      linkType: on.linkType,
      way: way === WAY_FLAGS.in ? 'in' : way === WAY_FLAGS.out ? 'out' : undefined,
      comment: comment === undefined ? undefined : new TextDecoder().decode(comment),
      cut: view.getUint32(16, this.#little) > size,
      octets: content.subarray(20, 20 + size),
    });
  }

  /** Has neither time nor interface: the first one. */
  #simple(content: Uint8Array): void {
    const on = this.#interfaces[0];
    if (on === undefined || content.length < 4)
      throw this.#fault('BLOCK', 'a packet of an interface that was not declared');
    const size = viewOf(content, 0).getUint32(0, this.#little);
    const octets = content.subarray(4, 4 + size);
    this.#sink({ at: 0, linkType: on.linkType, way: undefined, comment: undefined, cut: octets.length < size, octets });
  }

  #options(b: Uint8Array): ReadonlyMap<number, Uint8Array> {
    const found = new Map<number, Uint8Array>();
    for (let at = 0; at + 4 <= b.length; ) {
      const view = viewOf(b, at);
      const code = view.getUint16(0, this.#little);
      const size = view.getUint16(2, this.#little);
      if (code === OPTION.end) break;
      if (at + 4 + size > b.length) throw this.#fault('BLOCK', 'an option longer than its block');
      found.set(code, b.subarray(at + 4, at + 4 + size));
      at += 4 + ((size + 3) & ~3);
    }
    return found;
  }

  #fault(code: CaptureError['code'], detail: string): CaptureError {
    return new CaptureError(code, this.#offset, detail);
  }
}

function viewOf(b: Uint8Array, at: number): DataView {
  return new DataView(b.buffer, b.byteOffset + at, b.length - at);
}
