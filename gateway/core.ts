/**
 * The gateway without its sockets: links go in, the journal and the folds over it come out. Everything that
 * touches the world is given to it, so the same code runs on virtual time in tests.
 */
import { type Clock, type Header, newHeader, type Random, readHeader, type RetryRule } from '../protocol/index.ts';
import { Commands } from './command/commands.ts';
import { Mailbox } from './command/mailbox.ts';
import { idOfPosition } from './deliver/project.ts';
import { Latest } from './fold/latest.ts';
import { liveFromJson, liveToJson } from './fold/live-snapshot.ts';
import { PositionReader } from './fold/positions.ts';
import { Snapshots } from './fold/snapshots.ts';
import type { Store } from './fold/store/store.ts';
import type { Connection } from './intake/connection.ts';
import type { IntakeContext } from './intake/context.ts';
import { IntakeCounters } from './intake/counters.ts';
import { encodeFact, type GatewayFact } from './intake/facts.ts';
import { Framer } from './intake/framer.ts';
import { Intake, type IntakeOptions } from './intake/intake.ts';
import { Parts } from './intake/parts.ts';
import { Slots } from './intake/slots.ts';
import type { Batch, CommitWaiter, Journal, RefusalCode } from './journal/journal.ts';
import { RECORD_KIND } from './journal/record.ts';
import { forEachRecord, RecordView } from './journal/record-view.ts';
import { Histogram } from './observe/histogram.ts';
import { Registry } from './registry/registry.ts';
import { codeMatches, hashOf, newCode } from './session/codes.ts';

export interface CoreOptions extends IntakeOptions {
  readonly version: string;
  readonly maxWriteBacklog: number;
  readonly mayEnrol: (terminal: string) => boolean;
  readonly acknowledgeResponses: boolean;
  readonly commandRetry: RetryRule;
}

export interface CoreHost {
  readonly clock: Clock;
  /** Unguessable octets: authentication codes are made of them. */
  readonly secret: Random['bytes'];
  readonly journal: Journal;
  readonly store: Store;
}

export interface Core {
  readonly intake: Intake;
  readonly counters: IntakeCounters;
  readonly ackLatency: Histogram;
  /** The reader that the folds use; others of the same thread may use it too, one record at a time. */
  readonly reader: PositionReader;
  readonly registry: Registry;
  readonly latest: Latest;
  readonly commands: Commands;
  readonly mailbox: Mailbox;
  readonly slots: Slots;
  readonly parts: Parts;
  /** Ends links, writes what folds hold. The journal is closed by its owner, after this. */
  stop(): Promise<void>;
}

/** Reader under which the journal keeps what a start must hear again. */
const STATE_READER = 'fold:state';
/** Records of the journal's end that a start looks at, so that frames sent again across it are known. */
const LOOK_BACK = 200_000;
const READ_BYTES = 4 << 20;
const MAX_WRONG_CODES = 5;

/** Restores the folds, hears the journal from where they stood, and is ready to take links. */
export async function createCore(host: CoreHost, options: CoreOptions): Promise<Core> {
  const { clock, journal, store } = host;
  const registry = new Registry();
  const reader = new PositionReader((terminal) => registry.registration(terminal)?.revision ?? 2013);
  const latest = new Latest(reader, idOfPosition, (terminal) => snapshots.changed('terminal', terminal));
  const commands = new Commands((id) => snapshots.changed('command', id));
  const slots = new Slots();
  const counters = new IntakeCounters();
  const ackLatency = new Histogram();
  const snapshots = new Snapshots({
    folds: [registry.registrations, registry.archive, latestSnapshots(latest), commands],
    store,
    clock,
    advance: (seq) => journal.advance(STATE_READER, seq),
  });
  const mailbox = new Mailbox({
    commands,
    registry,
    journal,
    slots,
    clock,
    retry: options.commandRetry,
    maxPerTerminal: 100,
    maxInAll: 100_000,
  });
  const parts = new Parts({ clock, journal, gaveUp: () => counters.refusals.unfinished++ });
  const header = newHeader();
  const due: Connection[] = [];
  const flushAll = (): void => {
    for (const connection of due) connection.flush();
    due.length = 0;
  };
  const context: IntakeContext = {
    clock,
    journal,
    slots,
    counters,
    ackLatency,
    commands: mailbox,
    parts,
    framer: new Framer(),
    maxWriteBacklog: options.maxWriteBacklog,
    header,
    joined: newHeader(),
    view: { b: new Uint8Array(0), header },
    record: {
      kind: RECORD_KIND.frame,
      receivedAt: 0,
      link: 0,
      terminal: '',
      ackable: false,
      b: new Uint8Array(0),
      start: 0,
      end: 0,
    },
    policy: {
      registration: (terminal) => registry.registration(terminal),
      mayEnrol: (terminal) => options.mayEnrol(terminal) || registry.archive.get(terminal) !== undefined,
      codeMatches,
      maxWrongCodes: MAX_WRONG_CODES,
      acknowledgeResponses: options.acknowledgeResponses,
    },
    newCode: () => newCode(host.secret),
    hashOf,
    flushSoon(connection) {
      // All waiters of a commit are told in one turn, before any microtask: one write a connection follows.
      if (due.push(connection) === 1) queueMicrotask(flushAll);
    },
    disconnected: (connection) => intake.forget(connection),
  };
  const intake = new Intake(context, options);

  const view = new RecordView();
  function apply(batch: Batch, after: number): void {
    forEachRecord(
      batch,
      after,
      (record) => {
        registry.apply(record, (kind, key) => snapshots.changed(kind, key));
        latest.apply(record);
        commands.apply(record);
      },
      view,
    );
    const last = batch.first + batch.count - 1;
    snapshots.applied(last);
    store.head(last);
  }

  // Asking registers the reader; where it stands is what the snapshots themselves say.
  journal.cursor(STATE_READER);
  const heard = snapshots.restore();
  await replay(journal, heard, (batch) => apply(batch, heard));
  const recent = newHeader();
  const from = Math.max(0, journal.state.head - LOOK_BACK);
  const remember = (record: RecordView): void => lookBack(record, recent, slots, parts);
  await replay(journal, from, (batch) => forEachRecord(batch, from, remember, view));
  const unsubscribe = journal.subscribe({ committed: (batch) => apply(batch, 0) });
  note(journal, clock, { fact: 'started', version: options.version });
  parts.resume();
  mailbox.resume();

  return {
    intake,
    counters,
    ackLatency,
    reader,
    registry,
    latest,
    commands,
    mailbox,
    slots,
    parts,
    async stop() {
      intake.close();
      mailbox.stop();
      parts.close();
      await new Promise<void>((resolve) => {
        const waiter = { committed: () => resolve(), refused: () => resolve() };
        if (note(journal, clock, { fact: 'stopped' }, waiter) !== undefined) resolve();
      });
      unsubscribe();
      await snapshots.close();
    },
  };
}

/** Writes a `gateway` record; what comes back is the journal's answer. */
export function note(
  journal: Journal,
  clock: Clock,
  fact: GatewayFact,
  waiter: CommitWaiter | null = null,
): RefusalCode | undefined {
  const b = encodeFact(fact);
  const record = { kind: RECORD_KIND.gateway, receivedAt: clock.now(), link: 0, terminal: '', ackable: false };
  return journal.append({ ...record, b, start: 0, end: b.length }, waiter, 0);
}

async function replay(journal: Journal, after: number, each: (batch: Batch) => void): Promise<void> {
  for (let at = after; at < journal.state.head; ) {
    const batches = await journal.read(at, READ_BYTES);
    if (batches.length === 0) return;
    for (const batch of batches) {
      each(batch);
      at = batch.first + batch.count - 1;
    }
  }
}

/** What the last records say of frames that may come again and of messages that are still without some parts. */
function lookBack(view: RecordView, header: Header, slots: Slots, parts: Parts): void {
  if (view.kind === RECORD_KIND.assembled) return parts.written(view);
  if (view.kind !== RECORD_KIND.frame || view.terminal === '') return;
  if (readHeader(view.b, view.payloadStart, view.payloadEnd, header) !== undefined) return;
  slots.restore(view.terminal, header, view.b, view.seq);
  if (header.total > 1) parts.recall(view, header);
}

function latestSnapshots(latest: Latest) {
  return {
    kind: 'terminal' as const,
    snapshot(terminal: string): string | null {
      const live = latest.get(terminal);
      return live === undefined ? null : liveToJson(live);
    },
    restore: (_terminal: string, value: string) => latest.restore(liveFromJson(value)),
  };
}
