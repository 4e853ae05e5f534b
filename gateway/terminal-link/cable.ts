/**
 * A serial device with a terminal at its other end, and perhaps its receiver on the same line: frames become a link,
 * sentences are told. The rate is found by listening where it is not given; a device that vanishes is opened again.
 */
import {
  type Cancel,
  type Clock,
  type DecodedSentence,
  decodeSentenceOctets,
  type Link,
} from '../../protocol/index.ts';
import { BaudFinder } from '../intake/serial/baud-finder.ts';
import { LineCutter, type LineSink, type Speech } from '../intake/serial/line-cutter.ts';
import type { OpenPort, Port, PortSink } from '../intake/serial/port.ts';
import { SerialLink } from '../intake/serial/serial-link.ts';
import { LinkFault } from './faults.ts';

export interface CableOptions {
  readonly path: string;
  /** Bits a second; `auto` finds it. */
  readonly baud: number | 'auto';
}

export interface CableHost {
  readonly clock: Clock;
  readonly open: OpenPort;
  /** A terminal speaks; another link follows when this one is over. */
  accept(link: Link): void;
  sentence(sentence: DecodedSentence, octets: Uint8Array): void;
  /** The device is there, at this rate; or was lost. */
  opened(baud: number): void;
  found(baud: number): void;
  lost(why: string): void;
}

const QUIET_MS = 500;
const RETRY_MS = 1000;

/** One device. */
export class Cable implements PortSink, LineSink {
  readonly #options: CableOptions;
  readonly #host: CableHost;
  readonly #finder: BaudFinder | undefined;
  #cutter = new LineCutter();
  #port: Port | undefined;
  #link: SerialLink | undefined;
  #quietAt = 0;
  #watch: Cancel | undefined;
  #retry: Cancel | undefined;
  #stopped = false;

  constructor(options: CableOptions, host: CableHost) {
    this.#options = options;
    this.#host = host;
    this.#finder = options.baud === 'auto' ? new BaudFinder(host.clock.monotonic()) : undefined;
  }

  /** Rejects with `LinkFault` `not-open` where the device cannot be had. */
  async start(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      // The library says `Error:` in its messages too.
      throw new LinkFault('not-open', (error as Error).message.replace(/^Error: /, ''));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch?.();
    this.#retry?.();
    this.#link?.close('local');
    await this.#port?.close();
  }

  /** Octets of whoever has no link yet. */
  write(octets: Uint8Array): void {
    this.#port?.write(octets);
  }

  received(octets: Uint8Array): void {
    if (this.#stopped) return;
    this.#cutter.feed(octets, this);
    this.#quietAt = this.#host.clock.monotonic() + QUIET_MS;
    this.#arm();
  }

  closed(why: string): void {
    this.#port = undefined;
    if (this.#stopped) return;
    this.#cutter = new LineCutter();
    this.#link?.close('reset');
    this.#host.lost(why);
    this.#again();
  }

  unit(speech: Speech, b: Uint8Array, start: number, end: number): void {
    if (this.#finder?.found === false) this.#host.found(this.#rate);
    this.#finder?.good();
    if (speech === 'jt808') this.#frame(new Uint8Array(b.subarray(start, end)));
    else if (speech === 'sentence') {
      const decoded = decodeSentenceOctets(b.subarray(start, end));
      if (!('fault' in decoded)) this.#host.sentence(decoded, new Uint8Array(b.subarray(start, end)));
    }
  }

  damaged(speech: Speech, b: Uint8Array, start: number, end: number): void {
    // Whoever watches the link is told what was wrong with it.
    if (speech === 'jt808') this.#link?.receive(new Uint8Array(b.subarray(start, end)));
    this.noise(end - start);
  }

  noise(octets: number): void {
    if (this.#finder?.noise(octets, this.#host.clock.monotonic()) === true) this.#port?.setRate(this.#rate);
  }

  get #rate(): number {
    const { baud } = this.#options;
    return this.#finder?.rate ?? Number(baud);
  }

  async #open(): Promise<void> {
    const port = await this.#host.open(this.#options.path, this.#rate, this);
    if (this.#stopped) return port.close();
    this.#port = port;
    this.#host.opened(this.#rate);
    this.#arm();
  }

  #again(): void {
    const { clock } = this.#host;
    this.#retry = clock.wake(clock.monotonic() + RETRY_MS, () => {
      this.#open().catch(() => {
        if (!this.#stopped) this.#again();
      });
    });
  }

  #frame(frame: Uint8Array): void {
    if (this.#port === undefined) return;
    if (this.#link === undefined) {
      this.#link = new SerialLink(`serial:${this.#options.path}`, this.#port, () => {
        this.#link = undefined;
      });
      this.#host.accept(this.#link);
    }
    this.#link.receive(frame);
  }

  /** One wake-up serves the end of a silence and of listening at a rate. */
  #arm(): void {
    if (this.#watch !== undefined || this.#port === undefined) return;
    const quiet = this.#cutter.kept > 0 ? this.#quietAt : Number.POSITIVE_INFINITY;
    const due = Math.min(quiet, this.#finder?.nextDeadline ?? Number.POSITIVE_INFINITY);
    if (due === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#host;
    this.#watch = clock.wake(due, () => {
      this.#watch = undefined;
      const now = clock.monotonic();
      if (now >= this.#quietAt && this.#cutter.kept > 0) this.#cutter.settle(this);
      if (this.#finder?.expire(now) === true) this.#port?.setRate(this.#rate);
      this.#arm();
    });
  }
}
