/** Frames of video and sound out of the packets that they were cut into, and into packets. */
import {
  MAX_MEDIA_BODY,
  MAX_MEDIA_PACKET,
  type MediaHeader,
  type MediaKind,
  type MediaPart,
  mediaHeaderSize,
  type SimSize,
  writeMediaHeader,
} from './media-packet.ts';

/** A frame as its codec made it. The octets are the frame's own. */
export interface MediaFrame {
  readonly sim: string;
  readonly channel: number;
  readonly kind: MediaKind;
  readonly payloadType: number;
  readonly timestamp: number;
  readonly sinceIFrame: number;
  readonly sinceFrame: number;
  readonly octets: Uint8Array;
}

/** Bounds of what `MediaFrames` keeps. */
export interface MediaFramesOptions {
  /** Most octets of a frame; a longer one is dropped. 1 MiB unless given. */
  readonly maxFrame?: number;
  /** Channels heard at a time; the one that began first is forgotten for a further one. 64 unless given. */
  readonly maxChannels?: number;
}

interface Partial {
  readonly pieces: Uint8Array[];
  octets: number;
}

/** What is known of one channel: the serial that is next, and frames under way. Sound may come between parts of video. */
interface Channel {
  serial: number;
  readonly partial: Map<'video' | 'audio' | 'transparent', Partial>;
}

/** Puts packets together by their part, not by their marker, which terminals do not set reliably. */
export class MediaFrames {
  /** Frames given up: a packet was missing, or they were too long. */
  lost = 0;
  readonly #channels = new Map<string, Channel>();
  readonly #maxFrame: number;
  readonly #maxChannels: number;

  constructor(options: MediaFramesOptions = {}) {
    this.#maxFrame = options.maxFrame ?? 1 << 20;
    this.#maxChannels = options.maxChannels ?? 64;
  }

  /** Takes a packet whose body is octets [start, end) of `b`; gives the frame that it ends, if it ends one. */
  take(header: MediaHeader, b: Uint8Array, start: number, end: number): MediaFrame | undefined {
    const channel = this.#channelOf(header);
    if (header.serial !== channel.serial) {
      this.lost += channel.partial.size;
      channel.partial.clear();
    }
    channel.serial = (header.serial + 1) & 0xffff;
    const lane = header.kind === 'audio' || header.kind === 'transparent' ? header.kind : 'video';
    const piece = new Uint8Array(b.subarray(start, end));
    if (header.part === 'whole') {
      if (channel.partial.delete(lane)) this.lost++;
      return frameOf(header, piece);
    }
    if (header.part === 'first') {
      if (channel.partial.has(lane)) this.lost++;
      channel.partial.set(lane, { pieces: [piece], octets: piece.length });
      return undefined;
    }
    const partial = channel.partial.get(lane);
    // The beginning was lost, and counted if it was ever there.
    if (partial === undefined) return undefined;
    partial.pieces.push(piece);
    partial.octets += piece.length;
    if (partial.octets > this.#maxFrame) {
      channel.partial.delete(lane);
      this.lost++;
      return undefined;
    }
    if (header.part === 'middle') return undefined;
    channel.partial.delete(lane);
    return frameOf(header, joined(partial));
  }

  #channelOf({ sim, channel, serial }: MediaHeader): Channel {
    const key = `${sim}/${channel}`;
    let known = this.#channels.get(key);
    if (known === undefined) {
      if (this.#channels.size >= this.#maxChannels) {
        const [oldest, { partial }] = this.#channels.entries().next().value!;
        this.lost += partial.size;
        this.#channels.delete(oldest);
      }
      known = { serial, partial: new Map() };
      this.#channels.set(key, known);
    }
    return known;
  }
}

function frameOf(header: MediaHeader, octets: Uint8Array): MediaFrame {
  const { sim, channel, kind, payloadType, timestamp, sinceIFrame, sinceFrame } = header;
  return { sim, channel, kind, payloadType, timestamp, sinceIFrame, sinceFrame, octets };
}

function joined({ pieces, octets }: Partial): Uint8Array {
  const all = new Uint8Array(octets);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * The packets of a frame, with consecutive serials from `serial` on. Throws ProtocolError RANGE where a number does
 * not fit its field.
 */
export function encodeMediaFrame(frame: MediaFrame, serial: number, simSize: SimSize = 6): Uint8Array[] {
  const { octets, ...about } = frame;
  const count = Math.max(1, Math.ceil(octets.length / MAX_MEDIA_BODY));
  return Array.from({ length: count }, (_, i) => {
    const body = octets.subarray(i * MAX_MEDIA_BODY, (i + 1) * MAX_MEDIA_BODY);
    const last = i === count - 1;
    const part: MediaPart = count === 1 ? 'whole' : i === 0 ? 'first' : last ? 'last' : 'middle';
    const room = new Uint8Array(Math.min(MAX_MEDIA_PACKET, mediaHeaderSize(frame.kind, simSize) + body.length));
    const header = { ...about, simSize, part, marker: last, serial: (serial + i) & 0xffff, length: body.length };
    room.set(body, writeMediaHeader(header, room, 0));
    return room;
  });
}
