/**
 * The gateway without its sockets: links go in, the journal and the folds over it come out. Everything that
 * touches the world is given to it, so the same code runs on virtual time in tests.
 */
import { type Header, newHeader, quirkBit, readHeader } from '../protocol/index.ts';
import type { Core, CoreHost, CoreOptions } from './core-parts.ts';
import { Commands } from './command/commands.ts';
import { Desk } from './command/desk.ts';
import { Groups } from './command/group.ts';
import { TerminalKeys } from './crypto/terminal-keys.ts';
import { Mailbox } from './command/mailbox.ts';
import { Latest } from './fold/latest.ts';
import { latestSnapshots } from './fold/live-snapshot.ts';
import { PositionReader } from './fold/positions.ts';
import { Snapshots } from './fold/snapshots.ts';
import type { IntakeContext } from './intake/context.ts';
import { IntakeCounters } from './intake/counters.ts';
import { Framer } from './intake/framer.ts';
import { Intake } from './intake/intake.ts';
import type { Outbox } from './intake/outbox.ts';
import { Slots } from './intake/slots.ts';
import type { Batch } from './journal/journal.ts';
import { RECORD_KIND } from './journal/record.ts';
import { forEachRecord, RecordView } from './journal/record-view.ts';
import { createJudging } from './judge.ts';
import { MediaStore } from './media/media-store.ts';
import { note, replay } from './note.ts';
import { Histogram } from './observe/histogram.ts';
import type { Reachable } from './parts/completions.ts';
import { Parts } from './parts/parts.ts';
import { SentParts } from './parts/sent-parts.ts';
import { exemptionGate } from './registry/exemption-gate.ts';
import { identityCheck } from './registry/identity-check.ts';
import { Registry } from './registry/registry.ts';
import { codeMatches, hashOf, newCode } from './session/codes.ts';
import { type GuessingAlarm, LOCKOUT, Lockout } from './session/lockout.ts';

/** Reader under which the journal keeps what a start must hear again. */
const STATE_READER = 'fold:state';
/** Records of the journal's end that a start looks at, so that frames sent again across it are known. */
const LOOK_BACK = 200_000;
const MAX_WRONG_CODES = 5;
const UNESCAPED = quirkBit('unescaped-delimiter');

/** Restores the folds, hears the journal from where they stood, and is ready to take links. */
export async function createCore(host: CoreHost, options: CoreOptions): Promise<Core> {
  const { clock, journal, store } = host;
  const registry = new Registry(options.quirks);
  const reader = new PositionReader((terminal) => registry.quirks.revision(terminal) ?? 2013, registry.quirks);
  const latest = new Latest(reader, (terminal) => snapshots.changed('terminal', terminal));
  const commands = new Commands((id) => snapshots.changed('command', id));
  const groups = new Groups((id) => snapshots.changed('commandGroup', id));
  const keys = new TerminalKeys((terminal) => snapshots.changed('rsaKey', terminal));
  const slots = new Slots();
  const counters = new IntakeCounters();
  const ackLatency = new Histogram();
  const { judging, kept } = createJudging({
    journal,
    clock,
    reader,
    registry,
    slots,
    changed: (kind, key) => snapshots.changed(kind, key),
    detect: options.detect !== false,
    probes: options.probes === true,
    ...(host.onFinding === undefined ? {} : { found: host.onFinding }),
    ...(host.events === undefined ? {} : { store: host.events }),
  });
  const snapshots = new Snapshots({
    folds: [
      registry.registrations,
      registry.archive,
      registry.exemptions,
      registry.recycled,
      registry.quirks,
      latestSnapshots(latest),
      commands,
      groups,
      keys,
      ...kept,
    ],
    store,
    clock,
    advance: (seq) => journal.advance(STATE_READER, seq),
    settled: () => judging.settled(),
  });
  const mailbox = new Mailbox({
    commands,
    registry,
    journal,
    slots,
    clock,
    retry: options.commandRetry,
    approval: options.commandApproval ?? 'none',
    maxPerTerminal: 100,
    maxInAll: 100_000,
  });
  const desk = new Desk({
    mailbox,
    commands,
    groups,
    registry,
    latest,
    journal,
    clock,
    told: host.told?.ordered,
    peers: host.peers,
  });
  const media = new MediaStore({
    ...options.media,
    disk: host.mediaDisk,
    clock,
    ...(host.told?.mediaFault === undefined ? {} : { fault: host.told.mediaFault }),
  });
  const parts = new Parts(
    {
      clock,
      journal,
      media,
      ciphers: options.ciphers,
      reach: (terminal) => reachable(slots, terminal),
      wanted: (terminal) => commands.wantsMedia(terminal),
      lost(message) {
        counters.refusals.unfinished++;
        host.told?.lost?.(message);
      },
    },
    options.parts,
  );
  const guessed: GuessingAlarm = ({ source, terminal, wrong, until }) => {
    counters.guessing++;
    note(journal, clock, { fact: 'guessing', source, wrong, until }, null, terminal);
  };
  const exemptions = exemptionGate(registry, clock, (...refused) => host.told?.exempt?.(...refused));
  const header = newHeader();
  const due: Outbox[] = [];
  const flushAll = (): void => {
    for (const outbox of due) outbox.flush();
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
    sent: new SentParts(parts.counters),
    acknowledgeMediaParts: options.acknowledgeMediaParts,
    framer: new Framer(),
    heardAt: 0,
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
      registration: (terminal) => (registry.recycled.has(terminal) ? undefined : registry.registration(terminal)),
      mayEnrol: (terminal) =>
        !registry.recycled.has(terminal) &&
        (options.mayEnrol(terminal) || registry.archive.get(terminal) !== undefined),
      codeMatches,
      opens: (encryption) => options.ciphers?.[encryption] !== undefined,
      vendor: (terminal) => registry.quirks.vendor(terminal),
      clockOffset: (terminal) => registry.quirks.clockOffset(terminal),
      isDealtWith: (...alarm) => judging.events.isDealtWith(...alarm),
      maxWrongCodes: MAX_WRONG_CODES,
      identity: identityCheck(registry, options.identity ?? 'off'),
      lockout: new Lockout(clock, { ...LOCKOUT, ...options.lockout }, guessed),
      acknowledgeResponses: options.acknowledgeResponses,
    },
    exemptions,
    ciphers: options.ciphers,
    seal(terminal, encryption) {
      const key = keys.get(terminal);
      const cipher = key === undefined ? undefined : options.sealer?.(encryption, key);
      return cipher === undefined ? undefined : (body) => cipher.encrypt(body, header);
    },
    framed(terminal, quirks) {
      if (registry.quirks.framed(terminal, (quirks & UNESCAPED) !== 0)) snapshots.changed('quirk', terminal);
      return registry.quirks.framesOddly(terminal);
    },
    isStray(connection) {
      if (options.owns?.(connection.session.terminal) !== false) return false;
      if (connection.open) counters.strays++;
      connection.close('local');
      return true;
    },
    stranger: (source) => host.told?.stranger?.(source),
    newCode: () => newCode(host.secret),
    hashOf,
    flushSoon(outbox) {
      // All waiters of a commit are told in one turn, before any microtask: one write a connection follows.
      if (due.push(outbox) === 1) queueMicrotask(flushAll);
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
        groups.apply(record);
        keys.apply(record);
        judging.apply(record);
        if (record.kind === RECORD_KIND.frame) parts.kept(record);
        if (record.kind === RECORD_KIND.media) mailbox.filed(record.terminal);
      },
      view,
    );
    const last = batch.first + batch.count - 1;
    judging.applied();
    snapshots.applied(last);
    store.head(last);
  }

  // Asking registers the reader; where it stands is what the snapshots themselves say.
  journal.cursor(STATE_READER);
  const heard = snapshots.restore();
  await replay(journal, heard, (batch) => apply(batch, heard));
  const recent = newHeader();
  const recentFrom = Math.max(0, journal.state.head - LOOK_BACK);
  const from = Math.min(recentFrom, parts.since);
  const [last] = await journal.read(Math.max(0, journal.state.head - 1), 1);
  const stoodStill = last === undefined ? 0 : Math.max(0, clock.now() - last.at);
  await replay(journal, from, (batch) =>
    forEachRecord(
      batch,
      from,
      (record) => {
        if (record.seq > recentFrom) remember(record, recent, slots);
        parts.recall(record, stoodStill);
      },
      view,
    ),
  );
  const unsubscribe = journal.subscribe({
    committed(batch) {
      // Who waits for the disk waits for nothing else: what the folds make of a large batch takes its time.
      flushAll();
      apply(batch, 0);
    },
  });
  judging.resume();
  note(journal, clock, { fact: 'started', version: options.version });
  parts.resume();
  mailbox.resume();
  desk.resume();
  let hungUp: Promise<void> | undefined;

  return {
    intake,
    counters,
    ackLatency,
    reader,
    registry,
    latest,
    judging,
    commands,
    groups,
    mailbox,
    desk,
    slots,
    parts,
    exemptions,
    media,
    hangUp,
    async stop() {
      await hangUp();
      await judging.stop();
      unsubscribe();
      await snapshots.close();
    },
  };

  function hangUp(): Promise<void> {
    hungUp ??= (async () => {
      intake.close();
      desk.stop();
      mailbox.stop();
      parts.close();
      media.close();
      await new Promise<void>((resolve) => {
        const waiter = { committed: () => resolve(), refused: () => resolve() };
        if (note(journal, clock, { fact: 'stopped' }, waiter) !== undefined) resolve();
      });
      await judging.rest();
    })();
    return hungUp;
  }
}

/** What the last records say of frames that may come again. */
function remember(view: RecordView, header: Header, slots: Slots): void {
  if (view.kind !== RECORD_KIND.frame || view.terminal === '') return;
  if (readHeader(view.b, view.payloadStart, view.payloadEnd, header) !== undefined) return;
  slots.restore(view.terminal, header, view.b, view.seq);
}

/** The link that speaks for a terminal now, as what is said to it by ourselves needs it. */
function reachable(slots: Slots, terminal: string): Reachable | undefined {
  const connection = slots.get(terminal)?.connection;
  if (connection === undefined) return undefined;
  return {
    revision: connection.session.revision,
    say: ({ id, body }) => void connection.out.send(id, connection.out.nextSerial(), body),
  };
}
