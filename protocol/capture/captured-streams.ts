/**
 * Packets of a capture to the octets that programs sent: TCP segments in order and once, however often and in which order they
 * were captured; datagrams as they are.
 *
 * At most `MAX_STREAMS` streams, and `MAX_AHEAD` segments of each that wait for one before them: then what is missing is given up,
 * as it never was captured.
 */
import type { CapturedPacket } from './capture-reader.ts';
import type { CapturedChunk } from './packet.ts';
import { type Payload, payloadOf } from './payload.ts';

/** A chunk with the name of its stream, which differs for the two ways of a connection. */
export interface StreamChunk extends CapturedChunk {
  readonly stream: string;
  /** Octets before it were not captured. */
  readonly behindGap: boolean;
}

/** What was not used, by why. */
export interface CaptureCounts {
  packets: number;
  /** Neither TCP nor UDP, a fragment, or of a link type that is not known. */
  other: number;
  /** Segments that came twice. */
  repeated: number;
  /** Places where octets of a stream are missing. */
  gaps: number;
}

const MAX_STREAMS = 65_536;
const MAX_AHEAD = 64;

interface Stream {
  next: number;
  ahead: Ahead[];
}

interface Ahead {
  readonly packet: CapturedPacket;
  readonly payload: Payload;
}

export class CapturedStreams {
  readonly counts: CaptureCounts = { packets: 0, other: 0, repeated: 0, gaps: 0 };
  readonly #sink: (chunk: StreamChunk) => void;
  readonly #streams = new Map<string, Stream>();

  constructor(sink: (chunk: StreamChunk) => void) {
    this.#sink = sink;
  }

  /** Takes a packet, in the order of the capture. */
  packet(packet: CapturedPacket): void {
    this.counts.packets++;
    const payload = payloadOf(packet.linkType, packet.octets);
    if (payload === undefined) {
      this.counts.other++;
      return;
    }
    const name = nameOf(payload);
    if (payload.anew) this.#flush(name);
    if (payload.octets.length === 0) return;
    if (payload.transport === 'udp') this.#pass(name, packet, payload, false);
    else this.#segment(name, packet, payload);
  }

  /** The capture is over: what waited for octets that never came is given as it is. */
  end(): void {
    for (const name of this.#streams.keys()) this.#flush(name);
  }

  #segment(name: string, packet: CapturedPacket, payload: Payload): void {
    const stream = this.#stream(name, payload.sequence);
    const early = (stream.next - payload.sequence) | 0;
    if (early < 0) {
      stream.ahead.push({ packet: { ...packet, octets: new Uint8Array(0) }, payload: kept(payload) });
      stream.ahead.sort((a, b) => (a.payload.sequence - b.payload.sequence) | 0);
      if (stream.ahead.length > MAX_AHEAD) this.#skip(name, stream);
      return;
    }
    if (early >= payload.octets.length) {
      this.counts.repeated++;
      return;
    }
    this.#take(name, stream, { packet, payload }, false);
    this.#catchUp(name, stream);
  }

  /** Gives what follows on what is there. */
  #catchUp(name: string, stream: Stream): void {
    for (let first = stream.ahead[0]; first !== undefined; first = stream.ahead[0]) {
      const early = (stream.next - first.payload.sequence) | 0;
      if (early < 0) return;
      stream.ahead.shift();
      if (early >= first.payload.octets.length) this.counts.repeated++;
      else this.#take(name, stream, first, false);
    }
  }

  /** Gives up what is missing before the first that waits. */
  #skip(name: string, stream: Stream): void {
    const first = stream.ahead.shift();
    if (first === undefined) return;
    this.counts.gaps++;
    stream.next = first.payload.sequence;
    this.#take(name, stream, first, true);
    this.#catchUp(name, stream);
  }

  #flush(name: string): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    while (stream.ahead.length > 0) this.#skip(name, stream);
    this.#streams.delete(name);
  }

  #take(name: string, stream: Stream, { packet, payload }: Ahead, behindGap: boolean): void {
    const early = (stream.next - payload.sequence) | 0;
    stream.next = (payload.sequence + payload.octets.length) >>> 0;
    this.#pass(name, packet, { ...payload, octets: payload.octets.subarray(early) }, behindGap);
  }

  #pass(stream: string, { at, way, comment }: CapturedPacket, payload: Payload, behindGap: boolean): void {
    const { transport, from, to, octets } = payload;
    const said = comment === undefined ? {} : { comment };
    this.#sink({ stream, at, transport, from, to, way, octets, behindGap, ...said });
  }

  #stream(name: string, sequence: number): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    if (this.#streams.size >= MAX_STREAMS) {
      const [oldest] = this.#streams.keys();
      if (oldest !== undefined) this.#flush(oldest);
    }
    const stream: Stream = { next: sequence, ahead: [] };
    this.#streams.set(name, stream);
    return stream;
  }
}

function nameOf({ transport, from, to }: Payload): string {
  return `${transport} ${from.address}|${from.port} ${to.address}|${to.port}`;
}

function kept(payload: Payload): Payload {
  return { ...payload, octets: new Uint8Array(payload.octets) };
}
