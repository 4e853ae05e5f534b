/**
 * What the API needs to know from the gateway, and nothing more: read-only views, and the door for commands.
 * Names and units are those of the contract's payloads.
 */
import type { Position } from '../../bridge/index.ts';
import type { Tap } from '../deliver/tap.ts';
import type { JournalState } from '../journal/journal.ts';
import type { CommandSources } from './command-sources.ts';
import type { QuirkView } from '../quirks/terminal-quirks.ts';

export interface TerminalView {
  readonly terminal: string;
  /** As on the wire, leading zeros kept; null while nothing was heard from it. */
  readonly phone: string | null;
  readonly vehicle: string | null;
  /** GB/T 2260 code of six digits; `000000` while unknown. */
  readonly division: string;
  readonly revision: 2011 | 2013 | 2019 | null;
  readonly online: boolean;
  /** Since when, ISO 8601. */
  readonly since: string | null;
  readonly position: Position | null;
  readonly health: { readonly lastHeardAt: string | null; readonly alarms: readonly string[] };
  readonly openEvents: readonly string[];
  /** In which ways it differs from others, by name; what is not there is not known. */
  readonly quirks?: Readonly<Record<string, QuirkView>>;
}

export interface TerminalQuery {
  readonly online?: boolean;
  /** Leading digits of the division code; empty or missing: all. */
  readonly division?: string;
}

/** One page of a list ordered by terminal (text order). */
export interface PageQuery extends TerminalQuery {
  /** Only terminals after this one. */
  readonly after?: string;
  readonly limit: number;
}

export interface ListenerView {
  /** `jt808/tcp`, `jt808/udp`, `mqtt`, `http`. */
  readonly name: string;
  readonly address: string;
  readonly up: boolean;
  /** Why it is not up. */
  readonly fault?: string;
}

export interface OutletView {
  readonly name: string;
  readonly connected: boolean;
  /** Envelopes that the other side has, since the start. */
  readonly delivered: number;
  readonly retries: number;
  /** Envelopes that it will never take: dead letters. */
  readonly buried: number;
  /** Records that wait for it. */
  readonly backlog: number;
  /** Until they are gone at the rate of the last seconds; null where that is not in sight. */
  readonly secondsToDrain: number | null;
  /** What it said last when it refused; null once it takes data again. */
  readonly lastError: string | null;
}

export interface Health {
  readonly node: string;
  readonly version: string;
  readonly startedAt: string;
  readonly journal: JournalState;
  readonly listeners: readonly ListenerView[];
  readonly outlets: readonly OutletView[];
  /** Links that are open, and those of them that have authenticated. */
  readonly connections: number;
  readonly sessions: number;
  /** Terminals known, and those online. */
  readonly terminals: number;
  readonly online: number;
  /** Since the start. */
  readonly packets: number;
  readonly faults: number;
  readonly acknowledged: number;
  /** Receipt to acknowledgement, since the start; null before the first. */
  readonly ackLatencyMs: { readonly p50: number; readonly p99: number } | null;
}

/** As `Tap` has them. */
export type Live = Pick<Tap, 'subscribe' | 'place' | 'since' | 'state'>;

export interface ApiSources {
  /** Ordered by terminal, at most `limit`. `selectPage` helps. */
  terminals(page: PageQuery): readonly TerminalView[];
  terminal(terminal: string): TerminalView | undefined;
  /** Last known positions, ordered and limited as `terminals`; terminals without one are left out. */
  latest(page: PageQuery): readonly Position[];
  health(): Health;
  /** Everything that leaves for the platforms, as it happens, and what of it was missed. Listeners return at once and never throw. */
  readonly live: Live;
  readonly commands: CommandSources;
  /** Voids the codes of a terminal, so that it registers anew. Resolves when that is on disk: `busy` where it cannot be. */
  revokeCode(terminal: string): Promise<'revoked' | 'unknown' | 'busy'>;
  /** The metrics page in Prometheus' text format. */
  metrics(): Promise<string>;
}

/** The `limit` smallest of `keys` that come after `after`, in order: one pass, memory for one page. */
export function selectPage(keys: Iterable<string>, after: string | undefined, limit: number): string[] {
  const page: string[] = [];
  for (const key of keys) {
    if ((after !== undefined && key <= after) || (page.length >= limit && key >= (page[page.length - 1] ?? '')))
      continue;
    let low = 0;
    for (let high = page.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((page[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    page.splice(low, 0, key);
    if (page.length > limit) page.pop();
  }
  return page;
}
