/**
 * The gateway without its sockets: links go in, the journal and the folds over it come out. Everything that
 * touches the world is given to it, so the same code runs on virtual time in tests.
 */
import {
  type BodyCipher,
  type BodyCiphers,
  type Clock,
  type Header,
  newHeader,
  type PartsOverdue,
  quirkBit,
  type Random,
  readHeader,
  type RetryRule,
  type RsaPublicKey,
} from '../protocol/index.ts';
import { Commands } from './command/commands.ts';
import { type CommandTrace, Desk } from './command/desk.ts';
import { Groups } from './command/group.ts';
import { TerminalKeys } from './crypto/terminal-keys.ts';
import { Mailbox } from './command/mailbox.ts';
import type { ApprovalPolicy } from './command/policy.ts';
import { idOfPosition } from './deliver/project.ts';
import type { Judging } from './events/judging.ts';
import type { EventStore } from './events/store/event-store.ts';
import type { Finding } from './fold/detect/finding.ts';
import { Latest } from './fold/latest.ts';
import { latestSnapshots } from './fold/live-snapshot.ts';
import { PositionReader } from './fold/positions.ts';
import { Snapshots } from './fold/snapshots.ts';
import type { Store } from './fold/store/store.ts';
import type { IntakeContext } from './intake/context.ts';
import { IntakeCounters } from './intake/counters.ts';
import type { ExemptionGate } from './intake/exempt-packets.ts';
import { Framer } from './intake/framer.ts';
import { Intake, type IntakeOptions } from './intake/intake.ts';
import type { Outbox } from './intake/outbox.ts';
import { Slots } from './intake/slots.ts';
import type { Batch, Journal } from './journal/journal.ts';
import { RECORD_KIND } from './journal/record.ts';
import { forEachRecord, RecordView } from './journal/record-view.ts';
import { createJudging } from './judge.ts';
import type { MediaDisk } from './media/media-disk.ts';
import { MediaStore } from './media/media-store.ts';
import type { MediaRetention } from './media/retention.ts';
import { note, replay } from './note.ts';
import { Histogram } from './observe/histogram.ts';
import type { Reachable } from './parts/completions.ts';
import { Parts, type PartsOptions } from './parts/parts.ts';
import { SentParts } from './parts/sent-parts.ts';
import type { QuirkOverrides } from './quirks/settings.ts';
import { exemptionGate } from './registry/exemption-gate.ts';
import { identityCheck, type IdentityMode } from './registry/identity-check.ts';
import { Registry } from './registry/registry.ts';
import { codeMatches, hashOf, newCode } from './session/codes.ts';
import { type GuessingAlarm, LOCKOUT, Lockout, type LockoutOptions } from './session/lockout.ts';

export interface CoreOptions extends IntakeOptions {
  readonly version: string;
  readonly maxWriteBacklog: number;
  readonly mayEnrol: (terminal: string) => boolean;
  readonly acknowledgeResponses: boolean;
  /** What becomes of terminals that say something else of themselves than the registry; not looked at where it says nothing. */
  readonly identity?: IdentityMode;
  readonly lockout?: Partial<LockoutOptions>;
  /** What an operator says of terminals' ways, over what is learnt. */
  readonly quirks?: QuirkOverrides;
  /** What opens encrypted bodies; without it they are kept as they came and answered with result 3. */
  readonly ciphers?: BodyCiphers;
  /** What encrypts bodies for the key of a terminal in its way, bits 10 to 12; undefined where nothing does. */
  readonly sealer?: (encryption: number, key: RsaPublicKey) => Pick<BodyCipher, 'encrypt'> | undefined;
  readonly commandRetry: RetryRule;
  /** Which commands wait for a second person; none unless given. */
  readonly commandApproval?: ApprovalPolicy;
  readonly parts: PartsOptions;
  /** Whether the detector judges; it does unless given. Alarms of terminals are events in any case. */
  readonly detect?: boolean;
  /** Whether terminals are asked who they are and how they are set, where that would settle something; not unless given. */
  readonly probes?: boolean;
  readonly media: MediaRetention;
  /** Whether a terminal belongs to this gateway and not to another worker; missing: all do. */
  readonly owns?: (terminal: string) => boolean;
  /** Answer every part of a 0x0801 with 0x8001 too. */
  readonly acknowledgeMediaParts: boolean;
}

export interface CoreHost {
  readonly clock: Clock;
  /** Unguessable octets: authentication codes are made of them. */
  readonly secret: Random['bytes'];
  readonly journal: Journal;
  readonly store: Store;
  readonly mediaDisk: MediaDisk;
  /** Where events are kept for good; without one they are in the journal only. */
  readonly events?: EventStore;
  /** Hears of every finding of the detector, also of those that are found again when a start hears the journal. */
  readonly onFinding?: (finding: Finding) => void;
  /** What a log should tell of messages in parts and of files. */
  readonly told?: {
    readonly ordered?: (trace: CommandTrace) => void;
    readonly lost?: (message: PartsOverdue) => void;
    readonly mediaFault?: (error: unknown) => void;
    readonly exempt?: ExemptionGate['refused'];
  };
}

export interface Core {
  readonly intake: Intake;
  readonly counters: IntakeCounters;
  readonly ackLatency: Histogram;
  /** The reader that the folds use; others of the same thread may use it too, one record at a time. */
  readonly reader: PositionReader;
  readonly registry: Registry;
  readonly latest: Latest;
  readonly judging: Judging;
  readonly commands: Commands;
  readonly groups: Groups;
  readonly mailbox: Mailbox;
  /** Where commands are handed in. */
  readonly desk: Desk;
  readonly slots: Slots;
  readonly parts: Parts;
  /** Vehicles that stay out, for whoever takes in what they say by another way than `intake`. */
  readonly exemptions: ExemptionGate;
  readonly media: MediaStore;
  /** Ends every link; resolves when the last record that comes of it is on disk. */
  hangUp(): Promise<void>;
  /** Hangs up, and writes what folds hold. The journal is closed by its owner, after this. */
  stop(): Promise<void>;
}

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
  const latest = new Latest(reader, idOfPosition, (terminal) => snapshots.changed('terminal', terminal));
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
  const desk = new Desk({ mailbox, commands, groups, registry, latest, journal, clock, told: host.told?.ordered });
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
    },
    isStray(connection) {
      if (options.owns?.(connection.session.terminal) !== false) return false;
      if (connection.open) counters.strays++;
      connection.close('local');
      return true;
    },
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
  const unsubscribe = journal.subscribe({ committed: (batch) => apply(batch, 0) });
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
