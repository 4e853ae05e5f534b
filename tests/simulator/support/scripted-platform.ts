/**
 * A platform of a few lines on memory links: it registers, checks codes, and answers what carries reports as a script
 * says. What it took it remembers, so that a test can hold it against what the terminals believe.
 */
import {
  addressOf,
  BatchCursor,
  type CloseKind,
  Deframer,
  type Header,
  type Link,
  type LinkSink,
  type MemoryLink,
  memoryLink,
  newHeader,
  phoneOf,
  QuirkSet,
  readHeader,
  type VirtualClock,
  writeFrame,
} from '../../../protocol/index.ts';
import type { CallSink, Dialer } from '../../../simulator/link/dialer.ts';

/** What to do with a message: a result to answer with, silence, or the end of the link. */
export type Verdict = number | 'silence' | 'close';

export interface Heard {
  readonly phone: string;
  readonly id: number;
  readonly serial: number;
  readonly body: Uint8Array;
  /** Messages of this id that were heard before, from any terminal. */
  readonly before: number;
}

export class ScriptedPlatform implements Dialer {
  readonly target = 'memory:platform';
  /** Every message in the order of hearing. */
  readonly heard: Heard[] = [];
  /** Bodies of reports that it said it has, by phone; a body twice is there twice. */
  readonly stored = new Map<string, string[]>();
  dialled = 0;
  readonly #clock: VirtualClock;
  readonly #script: (heard: Heard) => Verdict;
  readonly #counts = new Map<number, number>();
  readonly #datagram: boolean;

  constructor(clock: VirtualClock, script: (heard: Heard) => Verdict = () => 0, { datagram = false } = {}) {
    this.#clock = clock;
    this.#script = script;
    this.#datagram = datagram;
  }

  dial(index: number, sink: CallSink): () => void {
    this.dialled++;
    return this.#clock.wake(this.#clock.monotonic() + 3, () => {
      const [near, far] = memoryLink({ clock: this.#clock, latencyMs: 2, datagram: this.#datagram });
      far.open(new Post(this, far, index));
      sink.connected(near);
    });
  }

  /** Takes a packet and answers it on `link`. */
  take(b: Uint8Array, header: Header, link: Link): void {
    const body = new Uint8Array(b.subarray(header.bodyAt, header.bodyEnd));
    const before = this.#counts.get(header.id) ?? 0;
    this.#counts.set(header.id, before + 1);
    const heard: Heard = { phone: phoneOf(b, header), id: header.id, serial: header.serial, body, before };
    this.heard.push(heard);
    const verdict = this.#script(heard);
    if (verdict === 'silence') return;
    if (verdict === 'close') return link.close('local');
    if (verdict === 0) this.#store(heard);
    const serial = [header.serial >> 8, header.serial & 0xff];
    const answer =
      header.id === 0x0100
        ? { id: 0x8100, body: [...serial, verdict, ...(verdict === 0 ? new TextEncoder().encode('CODE') : [])] }
        : { id: 0x8001, body: [...serial, header.id >> 8, header.id & 0xff, verdict] };
    if (header.id !== 0x0001) this.say(b, header, link, answer);
  }

  say(b: Uint8Array, header: Header, link: Link, message: { id: number; body: readonly number[] }): void {
    const body = Uint8Array.from(message.body);
    const out = new Uint8Array(2100);
    const packet = { id: message.id, serial: 0, encryption: 0, total: 0, number: 0, body, start: 0, end: body.length };
    link.write(out.subarray(0, writeFrame(addressOf(b, header), packet, out, 0)));
  }

  #store({ phone, id, body }: Heard): void {
    const mine = this.stored.get(phone) ?? [];
    this.stored.set(phone, mine);
    if (id === 0x0200) mine.push(Buffer.from(body).toString('hex'));
    if (id !== 0x0704) return;
    const cursor = new BatchCursor(body, 0, body.length, new QuirkSet());
    while (cursor.next()) mine.push(Buffer.from(body.subarray(cursor.from, cursor.to)).toString('hex'));
  }
}

class Post implements LinkSink {
  readonly #platform: ScriptedPlatform;
  readonly #link: MemoryLink;
  readonly #deframer: Deframer;
  readonly index: number;

  constructor(platform: ScriptedPlatform, link: MemoryLink, index: number) {
    this.#platform = platform;
    this.#link = link;
    this.index = index;
    this.#deframer = new Deframer({ datagram: link.datagram });
  }

  receive(chunk: Uint8Array): void {
    const header = newHeader();
    this.#deframer.feed(chunk, {
      packet: (b, start, end) => {
        if (readHeader(b, start, end, header) === undefined) this.#platform.take(b, header, this.#link);
      },
      fault: () => undefined,
    });
  }

  closed(_kind: CloseKind): void {
    // The terminal went away; it will call again.
  }
}
