/**
 * One serial line: opens its device, finds its rate, takes apart what comes, and comes back when the device does.
 *
 * What is on a line is seen unit by unit, so several protocols may share one, and a line that changes is understood
 * from its next unit on. JT/T 808 is a link of the intake from its first frame; sentences of a receiver are folded into
 * positions; short messages are those of the terminals whose cards sent them.
 */
import {
  type Cancel,
  type Clock,
  decodeRdssFrame,
  type DecodedSentence,
  decodeSentenceOctets,
  type Link,
} from '../../../protocol/index.ts';
import { BaudFinder } from './baud-finder.ts';
import { LineCounters, type LineSpeech } from './counters.ts';
import { LineCutter, type LineSink, type Speech } from './line-cutter.ts';
import type { OpenPort, Port, PortSink } from './port.ts';
import { Receiver } from './receiver.ts';
import { ReportWriter, type ReportHost } from './report-writer.ts';
import { SerialLink } from './serial-link.ts';
import type { PortSettings } from './settings.ts';
import { saidInBinary, saidInText, type Said } from './short-message.ts';
import { ShortOutbox } from './short-outbox.ts';

/** What lines share. */
export interface LineHost extends ReportHost {
  readonly clock: Clock;
  readonly open: OpenPort;
  /** Takes the link of a terminal; false where it was turned away. */
  accept(link: Link): boolean;
  /** The terminal of a card, or undefined. */
  terminalOf(card: string): string | undefined;
  /** A short-message machine is there: it can be given messages. */
  ready(): void;
  /** Milliseconds between two positions of a receiver. */
  readonly everyMs: number;
  /** For a log: the line is there or gone, its rate was found, it speaks something that it did not before. */
  told(event: { readonly path: string; readonly what: string; readonly detail: string }): void;
}

/** A silence that ends a unit: longer than any pause inside one. */
const QUIET_MS = 500;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

export class SerialLine implements PortSink, LineSink {
  readonly counters: LineCounters;
  readonly outbox: ShortOutbox;
  readonly #settings: PortSettings;
  readonly #host: LineHost;
  readonly #writer: ReportWriter;
  #cutter = new LineCutter();
  #receiver: Receiver | undefined;
  #finder: BaudFinder | undefined;
  #port: Port | undefined;
  #link: SerialLink | undefined;
  #quietAt = 0;
  #watch: Cancel | undefined;
  #retry: Cancel | undefined;
  #retryMs = FIRST_RETRY_MS;
  #stopped = false;
  /** The log has been told that the device is not there. */
  #missed = false;
  readonly #speaks = new Set<LineSpeech>();

  constructor(settings: PortSettings, host: LineHost) {
    this.#settings = settings;
    this.#host = host;
    this.#writer = new ReportWriter(host);
    this.counters = new LineCounters(settings.path);
    this.outbox = new ShortOutbox(host.clock, (octets) => this.#write(octets));
  }

  /** Resolves when the device was tried once. It goes on being tried. */
  async start(): Promise<void> {
    if (this.#stopped) return;
    const { path, baud } = this.#settings;
    const { clock, open } = this.#host;
    this.#finder = baud === 'auto' ? new BaudFinder(clock.monotonic()) : undefined;
    try {
      const port = await open(path, this.#rate, this);
      this.#opened(port);
    } catch (error) {
      this.#failed((error as Error).message);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.();
    this.#watch?.();
    this.outbox.stop();
    this.#receiver?.end();
    this.#link?.close('local');
    await this.#port?.close();
  }

  // --- port ------------------------------------------------------------------------------------

  received(octets: Uint8Array): void {
    if (this.#stopped) return;
    this.counters.octets += octets.length;
    this.#cutter.feed(octets, this);
    this.#quietAt = this.#host.clock.monotonic() + QUIET_MS;
    this.#arm();
  }

  closed(why: string): void {
    this.#port = undefined;
    if (this.#stopped) return;
    this.#cutter.settle(this);
    this.#cutter = new LineCutter();
    this.#receiver?.end();
    this.#receiver = undefined;
    this.outbox.lost();
    this.#link?.close('reset');
    this.#failed(why);
  }

  #opened(port: Port): void {
    if (this.#stopped) return void port.close();
    this.#port = port;
    this.#missed = false;
    this.#retryMs = FIRST_RETRY_MS;
    this.counters.up = true;
    this.counters.opened++;
    this.counters.baud = this.#rate;
    this.#speaks.clear();
    this.#tell('open', `${this.#rate} baud`);
    this.#arm();
  }

  #failed(why: string): void {
    // A cable that is out for a day is told of once.
    if (!this.#missed) this.#tell('gone', why);
    this.#missed = true;
    this.counters.up = false;
    this.counters.baud = 0;
    const { clock } = this.#host;
    this.#retry = clock.wake(clock.monotonic() + this.#retryMs, () => void this.start());
    this.#retryMs = Math.min(LAST_RETRY_MS, 2 * this.#retryMs);
  }

  #write(octets: Uint8Array): void {
    if (this.#port === undefined) return;
    this.counters.sent += octets.length;
    this.#port.write(octets);
  }

  // --- rate and silence ------------------------------------------------------------------------

  get #rate(): number {
    const { baud } = this.#settings;
    return this.#finder?.rate ?? (baud === 'auto' ? 0 : baud);
  }

  /** One wake-up serves the end of a silence and of listening at a rate. */
  #arm(): void {
    if (this.#watch !== undefined || this.#port === undefined) return;
    const quiet = this.#cutter.kept > 0 ? this.#quietAt : Infinity;
    const due = Math.min(quiet, this.#finder?.nextDeadline ?? Infinity);
    if (due === Infinity) return;
    this.#watch = this.#host.clock.wake(due, () => {
      this.#watch = undefined;
      const now = this.#host.clock.monotonic();
      if (now >= this.#quietAt && this.#cutter.kept > 0) this.#cutter.settle(this);
      if (this.#finder?.expire(now) === true) this.#rateChanged();
      this.#arm();
    });
  }

  #rateChanged(): void {
    this.counters.rates++;
    this.counters.baud = this.#rate;
    this.#port?.setRate(this.#rate);
  }

  // --- what was cut out ------------------------------------------------------------------------

  noise(octets: number): void {
    this.counters.noise += octets;
    if (this.#finder?.noise(octets, this.#host.clock.monotonic()) === true) this.#rateChanged();
  }

  damaged(speech: Speech, b: Uint8Array, start: number, end: number): void {
    this.counters.damaged[speech === 'sentence' ? 'nmea' : speech === 'rdss' ? 'rdss-binary' : speech]++;
    // The link keeps it with its reason, as it would over TCP.
    if (speech === 'jt808' && this.#link !== undefined) this.#link.receive(new Uint8Array(b.subarray(start, end)));
    this.noise(end - start);
  }

  unit(speech: Speech, b: Uint8Array, start: number, end: number): void {
    if (this.#finder !== undefined && !this.#finder.found) this.#tell('rate', `${this.#rate} baud`);
    this.#finder?.good();
    if (speech === 'jt808') return this.#frame(b, start, end);
    const octets = b.subarray(start, end);
    const now = this.#host.clock.now();
    if (speech === 'rdss') {
      const decoded = decodeRdssFrame(octets);
      if ('fault' in decoded) this.counters.damaged['rdss-binary']++;
      else if (this.#takes('rdss-binary')) this.#said(saidInBinary(decoded, now), octets);
      return;
    }
    const decoded = decodeSentenceOctets(octets);
    if ('fault' in decoded) this.counters.damaged.nmea++;
    else if (isShort(decoded)) {
      if (this.#takes('rdss')) this.#said(saidInText(decoded, now), octets);
    } else if (this.#takes('nmea')) this.#sentence(decoded);
  }

  /** Counts a unit in; false where the port is not to take its kind. */
  #takes(speech: LineSpeech): boolean {
    const { speaks } = this.#settings;
    const family = speech === 'rdss-binary' ? 'rdss' : speech;
    if (speaks !== 'auto' && speaks !== family) {
      this.counters.unexpected++;
      return false;
    }
    this.counters.units[speech]++;
    if (!this.#speaks.has(speech)) {
      this.#speaks.add(speech);
      this.#tell('speaks', speech);
    }
    return true;
  }

  #frame(b: Uint8Array, start: number, end: number): void {
    if (!this.#takes('jt808') || this.#port === undefined) return;
    if (this.#link === undefined) {
      const link = new SerialLink(`serial:${this.#settings.path}`, this.#port, (gone) => {
        if (this.#link === gone) this.#link = undefined;
      });
      this.#link = link;
      if (!this.#host.accept(link)) return;
    }
    // The buffer is used again, and the link may hold on to a frame until it is let in.
    this.#link?.receive(new Uint8Array(b.subarray(start, end)));
  }

  #sentence(decoded: DecodedSentence): void {
    const { terminal } = this.#settings;
    if (terminal === undefined) return;
    const { clock, everyMs } = this.#host;
    this.#receiver ??= new Receiver(clock, { everyMs }, (report) => {
      if (this.#writer.position(terminal, report)) this.counters.positions++;
    });
    this.#receiver.receive(decoded);
  }

  #said(said: Said, octets: Uint8Array): void {
    const { clock } = this.#host;
    for (const { card, report } of said.reports ?? []) {
      const terminal = this.#host.terminalOf(card);
      if (terminal === undefined) {
        this.counters.unknownCards++;
        this.#writer.quarantine('unknown-card', octets, clock.monotonic());
      } else if (report === undefined) this.#writer.passThrough(terminal, octets);
      else if (this.#writer.position(terminal, report)) this.counters.positions++;
    }
    const before = this.outbox.ready;
    this.outbox.heard(said);
    if (this.outbox.ready && !before) this.#host.ready();
  }

  #tell(what: string, detail: string): void {
    this.#host.told({ path: this.#settings.path, what, detail });
  }
}

/** Sentences of short-message machines are known by their whole id. */
function isShort({ kind }: DecodedSentence): boolean {
  return kind !== null && kind.length > 3 && !kind.startsWith('PCAS');
}
