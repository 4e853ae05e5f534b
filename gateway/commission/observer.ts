/**
 * What has been seen of a terminal so far: its last report, its receiver, its alarms with the moments at which they came
 * and went. Steps ask it, and wait for what it shall see.
 *
 * Bounds: 32 samples of what is measured, 64 alarm edges, 16 media, 200 lines for the ticker.
 */
import { type Cancel, type Clock, type EpochMs, FixFolder, type NmeaFix } from '../../protocol/index.ts';
import type { LinkEvent, Medium, SeenPosition, TerminalLink } from '../terminal-link/terminal-link.ts';

/** An alarm, or a sensor of the maker's, that changed. */
export interface Edge {
  readonly name: string;
  readonly on: boolean;
  readonly at: EpochMs;
}

const MAX_SAMPLES = 32;
const MAX_EDGES = 64;
const MAX_MEDIA = 16;

/** One for every run. */
export class Observer {
  readonly #clock: Clock;
  readonly #folder = new FixFolder();
  readonly #stop: Cancel;
  readonly #looking = new Set<() => void>();
  readonly edges: Edge[] = [];
  readonly media: Medium[] = [];
  readonly csq: number[] = [];
  readonly supplyMv: number[] = [];
  /** As the last 0x0102 of 2019 said. */
  imei: string | undefined;
  position: SeenPosition | undefined;
  positionAt: EpochMs = 0;
  /** Reports that came, and when the last word of any kind did. */
  reports = 0;
  heardAt: EpochMs = 0;
  fix: NmeaFix | undefined;
  fixedAt: EpochMs | undefined;
  #wake: Cancel | undefined;

  constructor(link: TerminalLink, clock: Clock) {
    this.#clock = clock;
    this.#stop = link.watch((event) => this.#see(event));
  }

  /** True as soon as `met` says so, false when it did not in time. It is asked after everything that is seen. */
  until(met: () => boolean, timeoutMs: number): Promise<boolean> {
    if (met()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (how: boolean): void => {
        cancel();
        this.#looking.delete(look);
        resolve(how);
      };
      const look = (): void => {
        if (met()) end(true);
      };
      const cancel = this.#clock.wake(this.#clock.monotonic() + timeoutMs, () => end(met()));
      this.#looking.add(look);
    });
  }

  /** Whether an alarm or sensor is on now. */
  isOn(name: string): boolean {
    return this.#on.has(name);
  }

  /** When it last came or went after `since`; undefined where it did not. */
  edge(name: string, on: boolean, since: EpochMs): Edge | undefined {
    return this.edges.findLast((edge) => edge.name === name && edge.on === on && edge.at >= since);
  }

  close(): void {
    this.#stop();
    this.#wake?.();
  }

  readonly #on = new Set<string>();

  #see(event: LinkEvent): void {
    switch (event.kind) {
      case 'position':
        this.#report(event.position, event.at);
        break;
      case 'sentence':
        this.#fixed(this.#folder.receive(event.sentence, this.#clock.monotonic()));
        this.#watchSilence();
        break;
      case 'medium':
        keep(this.media, event.medium, MAX_MEDIA);
        break;
      case 'message': {
        if (event.direction === 'up') this.heardAt = event.at;
        const { imei } = event.message.body as { readonly imei?: unknown };
        if (event.message.name === 'terminalAuthentication' && typeof imei === 'string' && imei !== '')
          this.imei = imei;
        break;
      }
      case 'state':
        if (event.state === 'lost') this.position = undefined;
        break;
      default:
        break;
    }
    for (const look of this.#looking) look();
  }

  #report(position: SeenPosition, at: EpochMs): void {
    this.position = position;
    this.positionAt = at;
    this.heardAt = at;
    this.reports++;
    const { rssi } = position.items;
    const { supplyMv, caseOpen, removed, csq } = position.reading;
    const level = typeof rssi === 'number' ? rssi : csq;
    if (level !== undefined) keep(this.csq, level, MAX_SAMPLES);
    if (supplyMv !== undefined) keep(this.supplyMv, supplyMv, MAX_SAMPLES);
    const now = new Set(position.alarm);
    if (caseOpen === true) now.add('caseOpen');
    if (removed === true) now.add('removed');
    if (position.status.includes('acc')) now.add('acc');
    for (const name of now) if (!this.#on.has(name)) keep(this.edges, { name, on: true, at }, MAX_EDGES);
    for (const name of this.#on) if (!now.has(name)) keep(this.edges, { name, on: false, at }, MAX_EDGES);
    this.#on.clear();
    for (const name of now) this.#on.add(name);
  }

  #fixed(fix: NmeaFix | undefined): void {
    if (fix === undefined) return;
    this.fix = fix;
    if (fix.valid) this.fixedAt ??= this.#clock.now();
  }

  #watchSilence(): void {
    const due = this.#folder.nextDeadline;
    if (due === undefined || this.#wake !== undefined) return;
    this.#wake = this.#clock.wake(due, () => {
      this.#wake = undefined;
      this.#fixed(this.#folder.expire(this.#clock.monotonic()));
      for (const look of this.#looking) look();
      this.#watchSilence();
    });
  }
}

function keep<T>(list: T[], each: T, most: number): void {
  list.push(each);
  if (list.length > most) list.shift();
}

/** The middle one of several; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
