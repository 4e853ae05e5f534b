/**
 * The journal over a storage engine: group commit, refusal and recovery, cursors, retention.
 *
 * One thing is under way at the engine at a time. When it ends, the next is what waited longest for: records
 * first, then cursors that are due, then a step of trimming. So at rest a record waits for one fsync; under
 * load commits begin a few milliseconds apart (`commit-pace.ts`), and everything that came meanwhile is the next one.
 */
import type { Cancel, Clock } from '../../protocol/index.ts';
import { Bookkeeping } from './bookkeeping.ts';
import type { ChainReport } from './chain.ts';
import { CommitPace } from './commit-pace.ts';
import { JournalError } from './errors.ts';
import type {
  Batch,
  CommitWaiter,
  DeadLetter,
  Journal,
  JournalListener,
  JournalState,
  Lost,
  RefusalCode,
} from './journal.ts';
import type { Place } from './place.ts';
import { DEFAULT_OPTIONS, type JournalOptions } from './journal-options.ts';
import { OpenBatch } from './open-batch.ts';
import { RecentBatches } from './recent.ts';
import { recordBytes, type RecordInput, type Seq } from './record.ts';
import { Refusal } from './refusal.ts';
import { Retention } from './retention.ts';
import { Scrub } from './scrub.ts';
import { HeadSigner, type Signer } from './signed-head.ts';
import type { Committed, Opened, SignedHead, Storage } from './storage.ts';

/** Opens the journal. Rejects with JournalError `DATA_LOCKED`, `DATA_NEWER`, `DATA_UNREADABLE` or `DATA_UNWRITABLE`. */
export async function openJournal(given: {
  storage: Storage;
  clock: Clock;
  /** Signs heads of the chain; missing: nobody does. */
  signer?: Signer;
  options?: JournalOptions;
}): Promise<Journal> {
  const { storage, clock, signer } = given;
  const options = { ...DEFAULT_OPTIONS, ...given.options };
  const opened = await storage.open();
  const heads = signer && new HeadSigner({ journalId: opened.id, number: opened.signed, signer, clock, pace: options });
  return new DurableJournal({ storage, clock, options, heads }, opened);
}

interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly options: Required<JournalOptions>;
  readonly heads: HeadSigner | undefined;
}

class DurableJournal implements Journal {
  readonly id: string;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #options: Required<JournalOptions>;
  readonly #books: Bookkeeping;
  readonly #recent: RecentBatches;
  readonly #listeners = new Set<JournalListener>();
  /** Records not handed to the engine yet, oldest batch first; the last one is open. */
  readonly #queue: OpenBatch[] = [];
  readonly #spare: OpenBatch[] = [];
  readonly #state: { -readonly [K in keyof JournalState]: JournalState[K] };
  readonly #retention: Retention;
  readonly #heads: HeadSigner | undefined;
  readonly #scrub: Scrub;
  #report: ChainReport | undefined;
  readonly #refusal: Refusal;
  readonly #pace: CommitPace;
  /** The open batch waits for company until this wakes. */
  #window: Cancel | undefined;
  #busy = false;
  #stepping = false;
  #closing: { promise: Promise<void>; done: () => void } | undefined;
  #closed = false;

  constructor({ storage, clock, options, heads }: Parts, opened: Opened) {
    this.#heads = heads;
    this.id = opened.id;
    this.#storage = storage;
    this.#clock = clock;
    this.#options = options;
    this.#books = new Bookkeeping({
      clock,
      flushMs: options.cursorFlushMs,
      cursors: opened.cursors,
      ahead: opened.ahead,
      due: () => this.#nudge(),
      tail: () => this.#state.tail,
    });
    this.#recent = new RecentBatches(options.recentBytes);
    this.#pace = new CommitPace(options.commitWindowMs);
    this.#state = {
      head: opened.head,
      tail: opened.tail,
      writable: true,
      fault: undefined,
      pendingBytes: 0,
      diskBytes: opened.space.diskBytes,
      dropped: 0,
      lost: 0,
      chainFaults: undefined,
    };
    this.#refusal = new Refusal(clock, options.probeEveryMs, () => this.#nudge());
    this.#scrub = new Scrub({ storage, clock, checked: (report) => this.#checked(report) });
    this.#retention = new Retention({ clock, options, books: this.#books, due: () => this.#nudge() });
  }

  get state(): JournalState {
    return this.#state;
  }

  append(record: RecordInput, waiter: CommitWaiter | null, token: number): RefusalCode | undefined {
    if (this.#closing !== undefined) return 'JOURNAL_CLOSED';
    const state = this.#state;
    if (!state.writable && !this.#mayProbe()) {
      this.#refusal.records += 1;
      return 'JOURNAL_UNWRITABLE';
    }
    if (!state.writable) this.#addStory();
    const size = recordBytes(record);
    if (state.pendingBytes + size > this.#options.maxPendingBytes) return 'JOURNAL_BEHIND';
    this.#add(record, waiter, token);
    return undefined;
  }

  subscribe(listener: JournalListener): () => void {
    this.#listeners.add(listener);
    // A start that takes its time is still under way when the check is through.
    if (this.#report !== undefined) listener.checked?.(this.#report);
    return () => this.#listeners.delete(listener);
  }

  async read(after: Seq, maxBytes: number): Promise<readonly Batch[]> {
    const { head, tail } = this.#state;
    if (after >= head) return [];
    const recent = this.#recent.read(Math.max(after, tail - 1), maxBytes);
    if (recent !== undefined) return recent;
    const batches = await this.#storage.read(after, maxBytes);
    // The disk may be ahead of what the waiters of those records have been told.
    return batches.filter((batch) => batch.first <= this.#state.head);
  }

  cursor(reader: string): Seq {
    return this.#books.place(reader).cursor;
  }

  readers(): ReadonlyMap<string, Seq> {
    return this.#books.cursors;
  }

  advance(reader: string, seq: Seq): void {
    this.#books.done(reader, this.#books.place(reader).cursor + 1, seq);
  }

  done(reader: string, from: Seq, to: Seq): void {
    this.#books.done(reader, from, to);
  }

  lost(): readonly Lost[] {
    return this.#books.lost();
  }

  writeOff(lost: Lost, record: RecordInput, waiter: CommitWaiter): RefusalCode | undefined {
    const refusal = this.append(record, waiter, 0);
    if (refusal === undefined) this.#queue.at(-1)?.writeOff(lost);
    return refusal;
  }

  place(reader: string): Place {
    return this.#books.place(reader);
  }

  forgetReader(reader: string): void {
    this.#books.forget(reader);
  }

  unacknowledged(seq: Seq, why: string): void {
    this.#books.unacknowledged({ seq, why, at: this.#clock.now() });
  }

  bury(letter: DeadLetter): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new JournalError('JOURNAL_CLOSED', ''));
    if (!this.#state.writable) return Promise.reject(new JournalError('JOURNAL_UNWRITABLE', this.#state.fault ?? ''));
    return this.#books.bury(letter);
  }

  wanted(reader: string, limit: number): Promise<readonly DeadLetter[]> {
    return this.#storage.wanted(reader, limit);
  }

  settle({ reader, seq, id }: DeadLetter): void {
    this.#books.settled({ reader, seq, id });
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#closing = { promise, done: resolve };
      this.#books.flushNow();
      this.#nudge();
    }
    return this.#closing.promise;
  }

  #add(record: RecordInput, waiter: CommitWaiter | null, token: number): void {
    let open = this.#queue.at(-1);
    if (open === undefined || !open.fits(record)) {
      open = this.#spare.pop() ?? new OpenBatch(this.#options.maxBatchBytes);
      this.#queue.push(open);
    }
    const before = open.bytes;
    open.add(record, waiter, token);
    this.#state.pendingBytes += open.bytes - before;
    // A batch that waits for company has it now; one that is full waits no longer.
    if (this.#window === undefined || this.#queue.length > 1) this.#nudge();
  }

  /** Starts the next thing as soon as the caller is through: what it appends meanwhile shares a commit. */
  #nudge(): void {
    if (this.#busy || this.#stepping) return;
    this.#stepping = true;
    queueMicrotask(() => {
      this.#stepping = false;
      this.#step();
    });
  }

  #step(): void {
    if (this.#busy || this.#closed) return;
    // Nobody came in time whose record would try the disk.
    if (this.#mayProbe() && this.#closing === undefined) this.#addStory();
    if (this.#closing === undefined && this.#retention.isDue(this.#queue.length > 0)) this.#trim();
    else if (this.#waitsForCompany()) return;
    else if (this.#queue.length > 0 || (this.#books.isDue && this.#state.writable)) this.#commit();
    else if (this.#closing !== undefined && !this.#signLast()) this.#finish();
  }

  /** Only the open batch is there, and the last commit began too recently. Wakes itself when that is over. */
  #waitsForCompany(): boolean {
    if (this.#queue.length !== 1 || this.#books.isDue || this.#closing !== undefined) return false;
    const { next } = this.#pace;
    if (this.#clock.monotonic() >= next || !this.#state.writable) return false;
    this.#window ??= this.#clock.wake(next, () => {
      this.#window = undefined;
      this.#nudge();
    });
    return true;
  }

  #commit(): void {
    this.#busy = true;
    this.#window?.();
    this.#window = undefined;
    const open = this.#queue.shift();
    const first = this.#state.head + 1;
    const count = open?.count ?? 0;
    if (count > 0) this.#pace.begin(this.#clock.monotonic(), count);
    const batch = open === undefined ? null : { first, count, at: this.#clock.now(), body: open.take() };
    const entries = this.#books.take(open?.writtenOff ?? []);
    const letters = entries.letters.map(({ letter }) => letter);
    this.#storage.commit({ ...entries, batch, letters }).then(
      (committed) => {
        this.#state.lost += this.#books.written(entries);
        this.#committed(open, committed);
      },
      (error: unknown) => {
        if (!(error instanceof JournalError)) throw error;
        this.#books.putBack(entries, error);
        this.#failed(open, error);
      },
    );
  }

  #committed(open: OpenBatch | undefined, { batch, space }: Committed): void {
    this.#busy = false;
    this.#state.diskBytes = space.diskBytes;
    const recovered = batch !== null && !this.#state.writable;
    if (batch !== null && open !== undefined) {
      this.#state.head = batch.first + batch.count - 1;
      this.#state.pendingBytes -= batch.body.length;
      this.#recent.add(batch);
      this.#sign(this.#heads?.committed(batch));
    }
    if (recovered) this.#recover();
    // The next commit is on its way before anybody is told of this one: the disk does not wait for them.
    this.#step();
    if (batch === null || open === undefined) return;
    open.committed(batch.first);
    this.#release(open);
    for (const listener of this.#listeners) listener.committed?.(batch);
    if (recovered) this.#changed();
  }

  #failed(open: OpenBatch | undefined, error: JournalError): void {
    this.#busy = false;
    const state = this.#state;
    const wasWritable = state.writable;
    if (wasWritable) this.#refusal.begin();
    state.writable = false;
    state.fault = error.message;
    this.#refusal.wait();
    // Whatever is queued behind would wait for the same disk: its peers keep their data and come again.
    const refused = open === undefined ? this.#queue.splice(0) : [open, ...this.#queue.splice(0)];
    state.pendingBytes = 0;
    for (const batch of refused) {
      this.#refusal.records += batch.count;
      batch.refused('JOURNAL_UNWRITABLE');
      this.#release(batch);
    }
    if (wasWritable) this.#changed();
    if (this.#closing !== undefined) this.#books.giveUp(error);
    this.#nudge();
  }

  #mayProbe(): boolean {
    return this.#refusal.isProbeDue && !this.#busy && this.#queue.length === 0;
  }

  #addStory(): void {
    this.#add(this.#refusal.story(this.#state.fault), null, 0);
  }

  #recover(): void {
    this.#state.writable = true;
    this.#state.fault = undefined;
    this.#refusal.end();
  }

  #checked(report: ChainReport): void {
    this.#state.chainFaults = report.faultCount;
    this.#report = report;
    for (const listener of this.#listeners) listener.checked?.(report);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener.changed?.(this.#state);
  }

  #release(open: OpenBatch): void {
    // As many as are ever filled and written at once; a burst's other buffers go.
    if (this.#spare.length < 2) this.#spare.push(open.clear());
  }

  #trim(): void {
    const { tail, head } = this.#state;
    const step = this.#retention.step(tail, head);
    if (step === undefined) return this.#step();
    this.#busy = true;
    this.#storage.trim(step).then(
      ({ tail: kept, more, space }) => {
        this.#busy = false;
        this.#retention.goOn(more);
        this.#state.diskBytes = space.diskBytes;
        this.#state.tail = kept;
        this.#state.dropped += kept - tail;
        this.#step();
        if (kept > tail) for (const listener of this.#listeners) listener.trimmed?.(tail, kept - 1);
      },
      (error: unknown) => {
        if (!(error instanceof JournalError)) throw error;
        // A disk that takes no deletions takes no records either: the next commit says so.
        this.#busy = false;
        this.#step();
      },
    );
  }

  #sign(head: SignedHead | undefined): void {
    if (head !== undefined) this.#books.signed(head);
  }

  /** A journal that is closed ends with a signed head, where the disk takes it. True where that is under way. */
  #signLast(): boolean {
    if (!this.#state.writable) return false;
    this.#sign(this.#heads?.last());
    if (!this.#books.hasSigned) return false;
    this.#commit();
    return true;
  }

  #finish(): void {
    this.#closed = true;
    this.#books.stop();
    this.#retention.stop();
    this.#scrub.stop();
    this.#refusal.stop();
    // All that could be written is. A thread that ended by itself has nothing left to close, so its error is no news.
    void this.#storage
      .close()
      .catch(() => {})
      .then(() => this.#closing?.done());
  }
}
