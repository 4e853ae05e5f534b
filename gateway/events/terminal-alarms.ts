/**
 * The alarms that one terminal raises itself: up from the first report that has them, down when they have been gone for a
 * while, the same event where they come back soon. What the detector speaks of is left to it.
 */
import { bitOf } from './codes-alarm.ts';
import { codeName } from './codes.ts';
import type { EventBook } from './event-book.ts';
import { eventId } from './event-id.ts';
import { ownersOf } from './owners.ts';
import type { AlarmSignal } from './signals.ts';
import type { Signal, Standing } from './standing.ts';
import { isOpen } from './step.ts';

/** What a report that has an alarm says about it. */
export interface Heard {
  readonly factTime: number;
  readonly receivedAt: number;
  readonly seq: number;
  readonly serial: number;
}

export interface KeptAlarms {
  readonly owned: number;
  readonly newest: number;
}

/** An alarm has to be gone for so long, twice as long each time it came back, up to the most. */
const HOLD_MS = 30_000;
const HOLD_MOST_MS = 600_000;
/** An alarm that comes back so soon is the same one. */
const REOPEN_MS = 300_000;

/** When an alarm ends unless it is said again; Infinity where only the terminal ends it. */
export function signalEnd({ signal, reopened }: Standing): number {
  if (signal === undefined) return Infinity;
  if (signal.offAt !== 0) return signal.offAt + Math.min(HOLD_MS * 2 ** reopened, HOLD_MOST_MS);
  return signal.until ?? Infinity;
}

export class TerminalAlarms {
  readonly #book: EventBook;
  /** Alarm bits that are up and that an event of the detector speaks of, until they are down. */
  #owned: number;
  /** Time of the newest live report that concerned alarms: an older one that comes late ends none. */
  #newest: number;

  constructor(book: EventBook, kept?: KeptAlarms) {
    this.#book = book;
    this.#owned = kept?.owned ?? 0;
    this.#newest = kept?.newest ?? 0;
  }

  keep(): KeptAlarms {
    return { owned: this.#owned, newest: this.#newest };
  }

  /** A report without any alarm may end one. */
  get up(): boolean {
    if (this.#owned !== 0) return true;
    for (const { signal } of this.#book.open) if (signal?.on === true) return true;
    for (const { signal } of this.#book.ended) if (signal?.on === true) return true;
    return false;
  }

  /** Somebody took notice of this alarm, or closed it, and it goes on. */
  isAcknowledged(code: string): boolean {
    const known = this.#book.onAxis(code);
    return known?.signal?.on === true && (known.acknowledged || known.status === 'closed');
  }

  /** The alarms of a live report, and those that it no longer has. */
  report(signals: readonly AlarmSignal[], heard: Heard): void {
    if (heard.factTime < this.#newest) return;
    this.#newest = heard.factTime;
    let bits = 0;
    for (const signal of signals) {
      bits = (bits | maskOf(signal.code)) >>> 0;
      if (signal.flag === 'end') this.#ends(signal.code, heard);
      else this.#on(signal, heard);
    }
    this.#owned = (this.#owned & bits) >>> 0;
    for (const list of [this.#book.open, this.#book.ended]) {
      for (const { signal, axis } of list) {
        if (signal?.on !== true || signal.until !== null || signals.some(({ code }) => code === axis)) continue;
        off(signal, heard.receivedAt);
      }
    }
  }

  /** An alarm that came and went while the terminal had no link. */
  past(code: string, from: Heard, to: number): void {
    const { factTime, receivedAt: at, serial, seq } = from;
    const key = this.#key(code, factTime);
    if (this.#book.find(eventId(factTime, key)) !== undefined) return;
    const alarm = { serial, reports: 1, backfill: true } as const;
    const base = { origin: 'terminal', at, alarm, factTime, frames: [seq], code, axis: code } as const;
    const raised = this.#book.take(undefined, { ...base, state: 'raised', status: 'raised' }, key);
    this.#book.take(raised, { ...base, state: 'cleared', status: 'cleared', endTime: to });
  }

  /** An alarm has been gone for long enough, or was not said again. */
  expired(standing: Standing, at: number): void {
    const signal = standing.signal!;
    signal.on = false;
    const endTime = signal.offAt === 0 ? at : signal.offAt;
    this.#book.take(standing, { origin: 'terminal', state: 'cleared', status: 'cleared', at, endTime });
  }

  /** The detector speaks of the same thing now, in the event `by`: alarms of the terminal that say it too end. */
  supersede({ axis, code }: { axis: string; code: string }, at: number, by: string): void {
    const concerned = this.#book.open.filter((standing) => {
      const bit = bitOf(standing.axis);
      return bit !== undefined && ownersOf(bit).some((owner) => owner === axis || owner === code);
    });
    for (const standing of concerned) {
      this.#owned = (this.#owned | maskOf(standing.axis)) >>> 0;
      const ends = { origin: 'detector', state: 'cleared', status: 'cleared', at } as const;
      this.#book.take(standing, { ...ends, reason: 'superseded', supersededBy: by });
    }
  }

  #on({ code, forMs, item }: AlarmSignal, heard: Heard): void {
    const { receivedAt: at, serial, seq, factTime } = heard;
    if (this.#isOwned(code)) return;
    const until = forMs === undefined ? null : at + forMs;
    const known = this.#book.onAxis(code);
    if (known?.signal !== undefined && (known.signal.on || isOpen(known.status))) {
      // Goes on; one that a person closed meanwhile stays closed until the terminal has taken it back once.
      Object.assign(known.signal, { on: true, offAt: 0, until, serial, reports: known.signal.reports + 1 });
      return;
    }
    const again = known !== undefined && known.status === 'cleared' && at - known.at < REOPEN_MS ? known : undefined;
    const reports = 1 + (again?.signal?.reports ?? 0);
    const taken = this.#book.take(
      again,
      {
        origin: 'terminal',
        state: again === undefined ? 'raised' : 'reopened',
        status: 'raised',
        at,
        code,
        axis: code,
        severity: codeName(code).severity,
        factTime: again?.factTime ?? factTime,
        alarm: { serial, reports, ...(item === undefined ? {} : { item }) },
        frames: [seq],
      },
      this.#key(code, factTime),
    );
    taken.signal = { on: true, offAt: 0, until, reports, serial };
  }

  #ends(code: string, { receivedAt }: Heard): void {
    const signal = this.#book.open.find(({ axis }) => axis === code)?.signal;
    if (signal?.on !== true) return;
    off(signal, receivedAt);
    signal.until = null;
  }

  #isOwned(code: string): boolean {
    const mask = maskOf(code);
    if (mask === 0) return false;
    if ((this.#owned & mask) !== 0) return true;
    const owners = ownersOf(bitOf(code)!);
    if (!this.#book.open.some((one) => owners.includes(one.axis) || owners.includes(one.code))) return false;
    this.#owned = (this.#owned | mask) >>> 0;
    return true;
  }

  #key(code: string, factTime: number): string {
    return `${this.#book.terminal} ${code} ${factTime}`;
  }
}

function off(signal: Signal, at: number): void {
  signal.on = false;
  signal.offAt = at;
}

function maskOf(code: string): number {
  const bit = bitOf(code);
  return bit === undefined ? 0 : (1 << bit) >>> 0;
}
