/**
 * The account of a data folder: what came in, what of it is on disk, what was acknowledged, what each outlet
 * has. Read from the file alone, so it holds for a gateway that runs, has ended or was killed.
 *
 * Acknowledged counts acknowledgements that were due and of which nobody said that they could not be sent;
 * those under way when a process was killed are counted, since nobody was left to say so.
 */
import type { KeyObject } from 'node:crypto';
import type { ChainReport } from './chain.ts';
import { type Batch, type DeadLetter, OUTLET_PREFIX } from './journal.ts';
import type { SeqRange } from './place.ts';
import { RECORD_KIND, type Seq } from './record.ts';
import { RecordView } from './record-view.ts';
import { checkChain, type JournalFile, type JournalIdentity } from './sqlite-file.ts';
import type { Unacknowledged } from './storage.ts';

export interface LedgerFilter {
  readonly terminal?: string;
  /** Receive time, epoch ms, both ends included. */
  readonly from?: number;
  readonly to?: number;
  /** Records behind this one are not counted as pending: they came after the question was asked. */
  readonly upTo?: Seq;
  /** Whose signatures the signed heads must bear. */
  readonly publicKey?: KeyObject | undefined;
}

export interface TerminalAccount {
  readonly terminal: string;
  /** Frames that came, good or not. */
  received: number;
  /** Records of any kind. */
  journalled: number;
  /** Records that the terminal was to hear of, by whether it did. */
  acknowledged: number;
  unacknowledged: number;
}

export interface OutletAccount {
  readonly outlet: string;
  readonly cursor: Seq;
  /** What it is done with ahead of the cursor. */
  readonly ahead: readonly SeqRange[];
  /** Records that the outlet is done with, less those that it would not take. */
  delivered: number;
  /** Dead letters. */
  buried: number;
  pending: number;
  /** First and last pending record; 0 where none is. */
  pendingFrom: Seq;
  pendingTo: Seq;
  /** Terminals with pending records, the first `MAX_NAMED`. */
  readonly pendingTerminals: Set<string>;
}

export interface Ledger {
  readonly journal: JournalIdentity;
  readonly chain: ChainReport;
  readonly total: TerminalAccount;
  readonly terminals: ReadonlyMap<string, TerminalAccount>;
  readonly outlets: readonly OutletAccount[];
  /** The first `MAX_NAMED` of the records that the filter lets through. */
  readonly letters: readonly DeadLetter[];
  readonly unacknowledged: readonly Unacknowledged[];
  /** No fault in the chain and nothing pending. */
  readonly clean: boolean;
}

/** Single things that a ledger names; beyond them it counts. */
export const MAX_NAMED = 1000;

/** Reads the whole journal once; what the filter leaves out is still checked, but not counted. */
export function readLedger(file: JournalFile, filter: LedgerFilter = {}): Ledger {
  const reading = new LedgerReading(file, filter);
  const chain = checkChain(file, (batch) => reading.add(batch), filter.publicKey);
  const { total, terminals, outlets, letters, unacknowledged } = reading;
  const clean = chain.faultCount === 0 && outlets.every(({ pending }) => pending === 0);
  return { journal: file.identity, chain, total, terminals, outlets, letters, unacknowledged, clean };
}

function account(terminal: string): TerminalAccount {
  return { terminal, received: 0, journalled: 0, acknowledged: 0, unacknowledged: 0 };
}

class LedgerReading {
  readonly total = account('');
  readonly terminals = new Map<string, TerminalAccount>();
  readonly outlets: OutletAccount[] = [];
  readonly letters: DeadLetter[] = [];
  readonly unacknowledged: Unacknowledged[] = [];
  readonly #file: JournalFile;
  readonly #filter: LedgerFilter;
  readonly #view = new RecordView();

  constructor(file: JournalFile, filter: LedgerFilter) {
    this.#file = file;
    this.#filter = filter;
    const ahead = file.ahead();
    for (const [reader, cursor] of file.cursors()) {
      if (!reader.startsWith(OUTLET_PREFIX)) continue;
      const outlet = reader.slice(OUTLET_PREFIX.length);
      const counts = { delivered: 0, buried: 0, pending: 0, pendingFrom: 0, pendingTo: 0 };
      this.outlets.push({ outlet, cursor, ahead: ahead.get(reader) ?? [], ...counts, pendingTerminals: new Set() });
    }
  }

  add(batch: Batch): void {
    const last = batch.first + batch.count - 1;
    const unsent = bySeq(this.#file.unacknowledged(batch.first, last));
    const letters = bySeq(this.#file.letters(batch.first, last));
    const view = this.#view.open(batch);
    try {
      while (view.next()) if (this.#counts()) this.#record(unsent.get(view.seq), letters.get(view.seq));
    } catch {
      // The chain check names a batch that cannot be read; here it only cannot be counted.
    }
  }

  #counts(): boolean {
    const { terminal, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.#filter;
    const { receivedAt } = this.#view;
    return receivedAt >= from && receivedAt <= to && (terminal === undefined || terminal === this.#view.terminal);
  }

  #record(unsent: readonly Unacknowledged[] = [], letters: readonly DeadLetter[] = []): void {
    const { terminal } = this.#view;
    let own = this.terminals.get(terminal);
    if (own === undefined) this.terminals.set(terminal, (own = account(terminal)));
    this.#tally(own, unsent.length > 0);
    this.#tally(this.total, unsent.length > 0);
    for (const outlet of this.outlets) this.#deliveries(outlet, letters);
    name(this.unacknowledged, unsent);
    name(this.letters, letters);
  }

  #tally(to: TerminalAccount, unsent: boolean): void {
    const { kind, ackable } = this.#view;
    to.journalled += 1;
    if (kind === RECORD_KIND.frame || kind === RECORD_KIND.quarantine) to.received += 1;
    if (ackable && unsent) to.unacknowledged += 1;
    else if (ackable) to.acknowledged += 1;
  }

  #deliveries(outlet: OutletAccount, letters: readonly DeadLetter[]): void {
    const { seq, terminal } = this.#view;
    if (seq > outlet.cursor && !outlet.ahead.some(({ from, to }) => seq >= from && seq <= to)) {
      if (seq > (this.#filter.upTo ?? Number.POSITIVE_INFINITY)) return;
      outlet.pending += 1;
      if (outlet.pendingFrom === 0) outlet.pendingFrom = seq;
      outlet.pendingTo = seq;
      if (outlet.pendingTerminals.size < MAX_NAMED) outlet.pendingTerminals.add(terminal);
      return;
    }
    const buried = letters.filter(({ reader }) => reader === OUTLET_PREFIX + outlet.outlet).length;
    outlet.buried += buried;
    if (buried === 0) outlet.delivered += 1;
  }
}

function name<T>(into: T[], found: readonly T[]): void {
  for (const one of found) if (into.length < MAX_NAMED) into.push(one);
}

function bySeq<T extends { readonly seq: Seq }>(rows: readonly T[]): ReadonlyMap<Seq, T[]> {
  const found = new Map<Seq, T[]>();
  for (const row of rows) {
    const same = found.get(row.seq);
    if (same === undefined) found.set(row.seq, [row]);
    else same.push(row);
  }
  return found;
}
