/**
 * Watches for attempts on the gateway: counts by source what an honest one does seldom, and raises a signal once a window where it is
 * too much. It hears of links from the journal, of people from the trail and the API, and keeps nobody out: that is done where it happens.
 *
 * Bound: `REMEMBERED` sources for each kind of signal; the one that began longest ago is forgotten first.
 */
import type { BlockList } from 'node:net';
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { AuditEntry, AuditSink } from '../audit/audit.ts';
import { decodeFact, type LinkFact } from '../intake/facts.ts';
import { sourceOf } from '../intake/source.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { type Signal, type SignalCode, SIGNALS } from './signals.ts';

const REMEMBERED = 10_000;
/** A link that was silent for longer was dead, and whoever comes is the terminal itself. */
const ALIVE_MS = 60_000;

interface Window {
  readonly since: MonotonicMs;
  count: number;
}

export interface WatchOptions {
  readonly clock: Clock;
  /** Hears of every signal; `terminal`: the one that it is about. */
  readonly raise: (signal: Signal, terminal: string | undefined) => void;
  /** Where terminals come from; anywhere where it is not given. */
  readonly networks?: BlockList | undefined;
}

export class SecurityWatch {
  /** Signals raised since the start. */
  readonly counts: Record<SignalCode, number>;
  readonly #options: WatchOptions;
  readonly #windows = new Map<SignalCode, Map<string, Window>>();

  constructor(options: WatchOptions) {
    this.#options = options;
    const codes = Object.keys(SIGNALS) as SignalCode[];
    this.counts = Object.fromEntries(codes.map((code) => [code, 0])) as Record<SignalCode, number>;
  }

  /** One more of something by a source. */
  hit(code: SignalCode, source: string, terminal?: string): void {
    // A device at a serial line is wired to the machine.
    if (source.startsWith('serial:')) return;
    const { limit, windowMs } = SIGNALS[code];
    const now = this.#options.clock.monotonic();
    let windows = this.#windows.get(code);
    if (windows === undefined) this.#windows.set(code, (windows = new Map()));
    let window = windows.get(source);
    if (window === undefined || now - window.since >= windowMs) {
      windows.delete(source);
      windows.set(source, (window = { since: now, count: 0 }));
      if (windows.size > REMEMBERED) windows.delete(windows.keys().next().value!);
    }
    if (++window.count !== limit) return;
    this.counts[code]++;
    this.#options.raise({ code, source, count: limit, windowMs }, terminal);
  }

  /** Who was turned away over HTTP, by account or address. */
  refused(who: string, status: number): void {
    this.hit(status === 401 ? 'signInGuessing' : 'accessProbing', who);
  }

  /** The sink, of whose entries it hears. */
  over(audit: AuditSink): AuditSink {
    return {
      append: async (entries) => {
        await audit.append(entries);
        for (const entry of entries) this.#noted(entry);
      },
    };
  }

  #noted({ who, what }: AuditEntry): void {
    if (what === 'command.ordered') this.hit('downlinkAbuse', who);
  }

  /** Somebody did not get in on the broker under this name. */
  loginFailed(name: string): void {
    this.hit('signInGuessing', `mqtt:${name}`);
  }

  /** Takes a record that was committed. */
  apply(view: RecordView): void {
    if (view.kind !== RECORD_KIND.link) return;
    const fact = decodeFact<LinkFact>(view.b, view.payloadStart, view.payloadEnd);
    if (fact?.fact !== 'authenticated') return;
    const { peer, over } = fact;
    const { terminal } = view;
    if (over !== undefined && over.silentMs < ALIVE_MS && sourceOf(over.peer) !== sourceOf(peer))
      this.hit('cloneLogin', terminal, terminal);
    if (!this.#isHome(peer)) this.hit('foreignSource', `${terminal} ${sourceOf(peer)}`, terminal);
  }

  #isHome(peer: string): boolean {
    const { networks } = this.#options;
    if (networks === undefined || peer.startsWith('serial:')) return true;
    const host = peer.slice(peer.indexOf('//') + 2, peer.lastIndexOf(':')).replace(/^\[|\]$/g, '');
    const bare = host.replace(/^::ffff:(?=\d+\.)/, '');
    return networks.check(bare, bare.includes(':') ? 'ipv6' : 'ipv4');
  }
}
