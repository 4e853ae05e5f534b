/**
 * The last known of every terminal: online or not, where it was, what it complains of.
 *
 * Back-fill never moves it backwards, and a terminal whose clock runs ahead cannot freeze it: reports
 * are ordered by device time, but never later than they were received.
 */
import type { GatewayFact, LinkFact } from '../intake/facts.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND, type Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Fold } from './fold.ts';
import { HeldPosition } from './held-position.ts';
import { hasFix, orderTime, type PositionReader, type PositionReading } from './positions.ts';

export interface Live {
  readonly terminal: string;
  /** Last record that was applied. */
  seq: Seq;
  online: boolean;
  /** Epoch ms since when; 0 while it was never seen online. */
  since: number;
  peer: string;
  lastHeardAt: number;
  /** The newest report, with or without a fix: what it is now, which the next one replaces in place. */
  last: HeldPosition | undefined;
  /** The newest report with a fix. */
  fix: HeldPosition | undefined;
}

/** Told of a terminal whose state changed. `urgent`: online, alarm or status did, not only the place. */
export type LiveListener = (live: Live, urgent: boolean) => void;

const NOTHING = { alarm: undefined, status: undefined };

/** Where the newest report goes: into the one before, unless that is still the newest with a fix. */
function roomForLast({ last, fix }: Live, hasFix: boolean): HeldPosition {
  return last !== undefined && (hasFix || last !== fix) ? last : new HeldPosition();
}

/** Where a fix goes that is older than the newest report. */
function roomForFix({ last, fix }: Live): HeldPosition {
  return fix !== undefined && fix !== last ? fix : new HeldPosition();
}

export class Latest implements Fold {
  readonly #byTerminal = new Map<string, Live>();
  readonly #reader: PositionReader;
  readonly #touched: (terminal: string) => void;
  readonly #listeners = new Set<LiveListener>();
  #online = 0;
  /** Of the record that is being applied; so its positions are taken by one function, not by one of its own. */
  #live: Live | undefined;
  #view: RecordView | undefined;
  #moved = false;
  readonly #take = (reading: PositionReading): void => {
    if (this.#position(this.#live!, this.#view!, reading)) this.#moved = true;
  };

  /** `touched` hears of every terminal whose snapshot differs now, be it only in when it was last heard. */
  constructor(reader: PositionReader, touched: (terminal: string) => void) {
    this.#reader = reader;
    this.#touched = touched;
  }

  get size(): number {
    return this.#byTerminal.size;
  }

  get online(): number {
    return this.#online;
  }

  get(terminal: string): Live | undefined {
    return this.#byTerminal.get(terminal);
  }

  values(): IterableIterator<Live> {
    return this.#byTerminal.values();
  }

  subscribe(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Puts back what a snapshot holds; records up to `live.seq` are not applied again. */
  restore(live: Live): void {
    this.#byTerminal.set(live.terminal, live);
    if (live.online) this.#online++;
  }

  apply(view: RecordView): void {
    if (view.kind === RECORD_KIND.gateway) return this.#gateway(view);
    const { terminal } = view;
    if (terminal === '') return;
    if (view.kind !== RECORD_KIND.frame && view.kind !== RECORD_KIND.link && view.kind !== RECORD_KIND.assembled)
      return;
    const live = this.#liveOf(terminal);
    if (view.seq <= live.seq) return;
    live.seq = view.seq;
    this.#touched(terminal);
    if (view.kind === RECORD_KIND.link) return this.#link(live, view);
    live.lastHeardAt = view.receivedAt;
    const { alarm, status } = live.last ?? NOTHING;
    this.#live = live;
    this.#view = view;
    this.#moved = false;
    this.#reader.forEach(view, this.#take);
    if (this.#moved) this.#changed(live, live.last?.alarm !== alarm || live.last?.status !== status);
  }

  /** True where it is newer than what was known. */
  #position(live: Live, view: RecordView, reading: PositionReading): boolean {
    const { report } = reading;
    const order = orderTime(report.time, view.receivedAt);
    const newest = live.last === undefined || order >= live.last.order;
    const newestFix = hasFix(report) && (live.fix === undefined || order >= live.fix.order);
    if (!newest && !newestFix) return false;
    const position = newest ? roomForLast(live, newestFix) : roomForFix(live);
    position.set(view, reading, order);
    if (newest) live.last = position;
    if (newestFix) live.fix = position;
    return true;
  }

  #link(live: Live, view: RecordView): void {
    const fact = decodeFact<LinkFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact === undefined) return;
    if (fact.fact === 'authenticated') {
      live.peer = fact.peer;
      live.lastHeardAt = view.receivedAt;
      this.#setOnline(live, true, view.receivedAt);
    } else if (fact.fact === 'heartbeat') live.lastHeardAt = view.receivedAt;
    else if (fact.fact === 'closed' && fact.how !== 'superseded') this.#setOnline(live, false, view.receivedAt);
  }

  /** No link outlives the process that held it. */
  #gateway(view: RecordView): void {
    const fact = decodeFact<GatewayFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact?.fact !== 'started') return;
    for (const live of this.#byTerminal.values()) {
      if (!live.online || live.seq >= view.seq) continue;
      live.seq = view.seq;
      this.#touched(live.terminal);
      this.#setOnline(live, false, view.receivedAt);
    }
  }

  #setOnline(live: Live, online: boolean, at: number): void {
    if (live.online === online) return;
    live.online = online;
    live.since = at;
    this.#online += online ? 1 : -1;
    this.#changed(live, true);
  }

  #changed(live: Live, urgent: boolean): void {
    for (const listener of this.#listeners) listener(live, urgent);
  }

  #liveOf(terminal: string): Live {
    let live = this.#byTerminal.get(terminal);
    if (live === undefined) {
      live = { terminal, seq: 0, online: false, since: 0, peer: '', lastHeardAt: 0, last: undefined, fix: undefined };
      this.#byTerminal.set(terminal, live);
    }
    return live;
  }
}
