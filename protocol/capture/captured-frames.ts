/**
 * The JT/T 808 frames of a capture, in the order in which they were complete, each with who said it: ids from 0x8000 on are the
 * platform's (JT/T 808-2019 annex A), so no port or address has to be known.
 */
import type { FrameFault } from '../errors.ts';
import { Deframer } from '../frame/deframer.ts';
import { newHeader, phoneOf, readHeader, terminalOf } from '../frame/header.ts';
import { frameHex } from '../fault.ts';
import type { EpochMs } from '../host/clock.ts';
import { parseHex } from '../text/index.ts';
import { CaptureReader } from './capture-reader.ts';
import { type CaptureCounts, CapturedStreams, type StreamChunk } from './captured-streams.ts';

/** A frame that was captured. */
export interface CapturedFrame {
  readonly at: EpochMs;
  readonly from: 'terminal' | 'platform';
  /** The connection, the same for both ways. */
  readonly flow: string;
  readonly id: number;
  /** As on the wire, and without leading zeros. */
  readonly phone: string;
  readonly terminal: string;
  /** The whole frame: flags, escapes and check octet, as a terminal would send it. */
  readonly octets: Uint8Array;
}

/** What a capture held beside frames. */
export interface CapturedCounts extends CaptureCounts {
  frames: number;
  /** Runs of octets that are no frame, or a broken one, by why. */
  readonly refused: Map<FrameFault, number>;
}

const PLATFORM_IDS = 0x8000;
/** Streams whose beginnings of frames are kept; the one that began first is forgotten then. */
const MAX_STREAMS = 65_536;

/** Takes a capture file piece by piece and gives its frames. Throws CaptureError as `CaptureReader` does. */
export class CapturedFrames {
  readonly #sink: (frame: CapturedFrame) => void;
  readonly #reader: CaptureReader;
  readonly #streams: CapturedStreams;
  readonly #deframers = new Map<string, Deframer>();
  readonly #header = newHeader();
  readonly #refused = new Map<FrameFault, number>();
  #frames = 0;

  constructor(sink: (frame: CapturedFrame) => void) {
    this.#sink = sink;
    this.#streams = new CapturedStreams((chunk) => this.#chunk(chunk));
    this.#reader = new CaptureReader((packet) => this.#streams.packet(packet));
  }

  get counts(): CapturedCounts {
    return { ...this.#streams.counts, frames: this.#frames, refused: this.#refused };
  }

  /** Takes the next octets of the file; they are not kept after the call. */
  feed(chunk: Uint8Array): void {
    this.#reader.feed(chunk);
  }

  /** The file is over. */
  end(): void {
    this.#streams.end();
    this.#reader.end();
  }

  #chunk({ stream, at, transport, from, to, octets, behindGap }: StreamChunk): void {
    const datagram = transport === 'udp';
    let deframer = this.#deframers.get(stream);
    if (deframer === undefined || behindGap) {
      deframer = new Deframer({ datagram });
      this.#deframers.set(stream, deframer);
      const [oldest] = this.#deframers.keys();
      if (this.#deframers.size > MAX_STREAMS && oldest !== undefined) this.#deframers.delete(oldest);
    }
    const ends = [`${from.address}:${from.port}`, `${to.address}:${to.port}`].toSorted();
    const flow = `${transport} ${ends.join(' ')}`;
    deframer.feed(octets, {
      packet: (b, start, end) => this.#packet(b, start, end, { at, flow }),
      fault: (reason) => this.#refuse(reason),
    });
  }

  #packet(b: Uint8Array, start: number, end: number, { at, flow }: { at: EpochMs; flow: string }): void {
    const header = this.#header;
    const fault = readHeader(b, start, end, header);
    if (fault !== undefined) return this.#refuse(fault);
    this.#frames++;
    const { id } = header;
    const phone = phoneOf(b, header);
    const octets = parseHex(frameHex(b, start, end))!;
    this.#sink({
      at,
      from: id >= PLATFORM_IDS ? 'platform' : 'terminal',
      flow,
      id,
      phone,
      terminal: terminalOf(phone),
      octets,
    });
    return undefined;
  }

  #refuse(reason: FrameFault): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }
}
