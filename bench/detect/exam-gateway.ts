/** The gateway as it is, on virtual time: links in memory, a journal in memory, its folds over it. One for each run. */
import { loadConfig } from '../../gateway/config/load.ts';
import { createCore } from '../../gateway/core.ts';
import type { Core } from '../../gateway/core-parts.ts';
import { coreOptions } from '../../gateway/core-options.ts';
import { type EventRecord, type EventStep, isAction } from '../../gateway/events/step.ts';
import { decodeFact, encodeFact } from '../../gateway/intake/facts.ts';
import type { Batch, Journal } from '../../gateway/journal/journal.ts';
import { openJournal } from '../../gateway/journal/open-journal.ts';
import { RECORD_KIND } from '../../gateway/journal/record.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import type { MediaDisk } from '../../gateway/media/media-disk.ts';
import { type Cancel, type EpochMs, memoryLink, seededRandom, VirtualClock } from '../../protocol/index.ts';
import type { CallSink, Fact } from '../../simulator/index.ts';
import { forgetfulStore } from './forgetful-store.ts';
import { type LeanStorage, leanStorage } from './lean-storage.ts';

const DAY_MS = 86_400_000;
/** The message that carries stored reports. */
const BATCH = 0x0704;
/** What octets take over a mobile network, one way. */
const LATENCY_MS = 60;
const DIAL_MS = 150;
/** Everything is heard again from the start, and nothing is let go meanwhile. */
const JOURNAL = { retainMs: 10_000 * DAY_MS, trimEveryMs: 10_000 * DAY_MS, recentBytes: 1 << 20 };

const OPTIONS = (() => {
  const loaded = loadConfig({ env: {}, flags: {} });
  if ('faults' in loaded) throw new Error(loaded.faults.map(({ path }) => path).join(', '));
  return { ...coreOptions(loaded.config), mayEnrol: () => true };
})();

export class ExamGateway {
  readonly clock: VirtualClock;
  /** Of all events, in the order in which they went into the journal. */
  readonly steps: EventStep[] = [];
  /** Hears of every batch of the journal. */
  written: ((batch: Batch) => void) | undefined;
  readonly #storage: LeanStorage;
  readonly #replayed = new Map<string, EpochMs>();
  #journal: Journal | undefined;
  #core: Core | undefined;
  #orders = 0;

  /** @param keep whether the journal is kept, so that it can be judged again (`batches`). */
  constructor(epoch: EpochMs, keep = false) {
    this.clock = new VirtualClock(epoch);
    this.#storage = leanStorage(keep);
  }

  /** The journal as it was written; none unless it is kept. */
  get batches(): readonly Batch[] {
    return this.#storage.batches;
  }

  async start(): Promise<void> {
    const { clock } = this;
    this.#journal = await openJournal({ storage: this.#storage, clock, options: JOURNAL });
    const secret = seededRandom('exam');
    this.#core = await createCore(
      {
        clock,
        secret: (n) => secret.bytes(n),
        journal: this.#journal,
        store: forgetfulStore(),
        mediaDisk: noMedia(),
      },
      OPTIONS,
    );
    const view = new RecordView();
    this.#journal.subscribe({
      committed: (batch) => {
        forEachRecord(batch, 0, (record) => this.#heard(record), view);
        this.written?.(batch);
      },
    });
  }

  /** When the last reports came that the terminal had stored. */
  replayedAt(terminal: string): EpochMs | undefined {
    return this.#replayed.get(terminal);
  }

  #heard({ kind, b, payloadStart, payloadEnd, terminal, receivedAt }: RecordView): void {
    if (kind === RECORD_KIND.frame && b[payloadStart] === BATCH >> 8 && b[payloadStart + 1] === (BATCH & 0xff)) {
      this.#replayed.set(terminal, receivedAt);
    }
    if (kind !== RECORD_KIND.event) return;
    const step = decodeFact<EventRecord>(b, payloadStart, payloadEnd);
    if (step !== undefined && !isAction(step)) this.steps.push(step);
  }

  /** A call from `source`: the terminal's end of the link is given to `sink`. */
  dial(source: string, sink: CallSink): Cancel {
    const { clock } = this;
    return clock.wake(clock.monotonic() + DIAL_MS, () => {
      const peers = [`tcp://${source}`, 'tcp://gateway'] as const;
      const [near, far] = memoryLink({ clock, latencyMs: LATENCY_MS, peers });
      this.#core!.intake.accept(near, 'tcp');
      sink.connected(far);
    });
  }

  /** A fact comes in, as a feed brings it. */
  tell({ kind, fact }: Fact): void {
    const b = encodeFact({ feed: kind, fact });
    const record = { kind: RECORD_KIND.feed, receivedAt: this.clock.now(), link: 0, terminal: '', ackable: false };
    this.#journal!.append({ ...record, b, start: 0, end: b.length }, null, 0);
  }

  /** The platform sends a message that a scenario wants sent. */
  order(terminal: string, messageId: number): void {
    const order = ORDERS[messageId];
    if (order === undefined) return;
    const id = `exam-${terminal}-${this.#orders++}`;
    const expiresAt = this.clock.now() + DAY_MS;
    void this.#core!.mailbox.submit({ id, terminal, ...order, expiresAt, by: 'exam' });
  }

  /** Lets time pass, and every promise settle on the way. */
  async run(ms: number): Promise<void> {
    await this.clock.run(ms, turn);
  }
}

/** What a scenario may have the platform send, by message id. */
const ORDERS: Readonly<Record<number, { readonly type: string; readonly body: Record<string, unknown> }>> = {
  0x8108: {
    type: 'deliverUpgradePackage',
    body: {
      upgradeType: 'terminal',
      manufacturerId: 'XJSIM',
      version: 'V2.1.0',
      data: '00112233445566778899aabbccddeeff',
    },
  },
};

/**
 * Until no promise is left to settle: the ticks of Node come after all of them. Nothing here waits for a disk or a socket,
 * so no turn of the event loop is needed, which would cost more than what happens in it.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

function noMedia(): MediaDisk {
  return { keep: async () => true, days: async () => [], remove: async () => {} };
}
