/**
 * A gateway without sockets and files on virtual time, and terminals by hand at the other end of its links.
 * It can be killed and started again on what its disk and its store kept.
 */
import { createCore } from '../../../gateway/core.ts';
import type { Core, CoreHost, CoreOptions } from '../../../gateway/core-parts.ts';
import type { EventStore } from '../../../gateway/events/store/event-store.ts';
import type { Journal } from '../../../gateway/journal/journal.ts';
import type { JournalOptions } from '../../../gateway/journal/journal-options.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import {
  type MemoryDisk,
  memoryDisk,
  type MemoryStorage,
  memoryStorage,
} from '../../../gateway/journal/memory-storage.ts';
import { RECORD_KIND, type RecordKindName } from '../../../gateway/journal/record.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import {
  type BodyOf,
  type CloseKind,
  type DecodedMessage,
  formatHex,
  type LinkSink,
  type MemoryLink,
  memoryLink,
  seededRandom,
  VirtualClock,
} from '../../../protocol/index.ts';
import {
  authenticationBody,
  frameOf,
  heard,
  ID,
  NOON,
  NOTHING,
  registrationBody,
  type Speaker,
} from '../../support/terminal-frames.ts';
import { turn } from '../journal/support.ts';
import { MemoryMedia } from './memory-media.ts';
import { type KeptState, keptState, MemoryStore } from './memory-store.ts';

export const CORE_OPTIONS: CoreOptions = {
  version: '0.0.0',
  maxConnections: 100,
  authTimeoutMs: 30_000,
  idleTimeoutMs: 180_000,
  maxWriteBacklog: 4096,
  mayEnrol: () => true,
  acknowledgeResponses: true,
  commandRetry: { timeoutMs: 10_000, retries: 3 },
  parts: {
    askAfterMs: 10_000,
    asks: 3,
    giveUpAfterMs: 3_600_000,
    memoryBytes: 64 << 20,
    storedBytes: 1 << 30,
    completeForm: 'revision',
  },
  media: { retainMs: 90 * 86_400_000, retainBytes: 1 << 30 },
  acknowledgeMediaParts: false,
};

export interface RigOptions {
  readonly core?: Partial<CoreOptions>;
  readonly journal?: JournalOptions;
  readonly told?: NonNullable<CoreHost['told']>;
  readonly peers?: NonNullable<CoreHost['peers']>;
  /** Made anew for every start, over what the disk has. */
  readonly events?: (disk: MemoryDisk) => EventStore;
}

/** A journal record as tests look at it. */
export interface Kept {
  readonly seq: number;
  readonly kind: RecordKindName;
  readonly terminal: string;
  readonly ackable: boolean;
  readonly link: number;
  readonly payload: Uint8Array;
}

const KIND_NAMES = Object.fromEntries(Object.entries(RECORD_KIND).map(([name, kind]) => [kind, name]));

/** All records of a disk, oldest first. */
export function recordsOf(disk: MemoryDisk): Kept[] {
  const found: Kept[] = [];
  for (const batch of disk.batches) {
    forEachRecord(batch, 0, ({ seq, kind, terminal, ackable, link, b, payloadStart, payloadEnd }) => {
      const payload = b.slice(payloadStart, payloadEnd);
      found.push({ seq, kind: KIND_NAMES[kind] as RecordKindName, terminal, ackable, link, payload });
    });
  }
  return found;
}

/** JSON payloads of one kind. */
export function factsOf(disk: MemoryDisk, kind: RecordKindName): unknown[] {
  return recordsOf(disk)
    .filter((record) => record.kind === kind)
    .map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)) as unknown);
}

export class Rig {
  readonly clock = new VirtualClock(NOON);
  readonly disk: MemoryDisk = memoryDisk('feedbeef');
  readonly kept: KeptState = keptState();
  readonly media = new MemoryMedia();
  storage!: MemoryStorage;
  store!: MemoryStore;
  journal!: Journal;
  core!: Core;
  readonly #options: RigOptions;
  readonly #random = seededRandom('rig');

  constructor(options: RigOptions = {}) {
    this.#options = options;
  }

  async start(): Promise<this> {
    const { clock, disk, kept } = this;
    this.storage = memoryStorage({ clock, disk });
    this.store = new MemoryStore(kept);
    const { core: over, journal: options, told, peers, events: openEvents } = this.#options;
    const events = openEvents?.(this.disk);
    this.journal = await openJournal({ storage: this.storage, clock, ...(options === undefined ? {} : { options }) });
    const { journal, store } = this;
    const starting = createCore(
      {
        clock,
        secret: (n) => this.#random.bytes(n),
        journal,
        store,
        mediaDisk: this.media.disk(),
        ...(told === undefined ? {} : { told }),
        peers,
        ...(events === undefined ? {} : { events }),
      },
      { ...CORE_OPTIONS, ...over },
    );
    await this.run();
    this.core = await starting;
    await this.run();
    return this;
  }

  /** The process ends as by SIGKILL: what was not on disk is not, and nobody is told. */
  kill(): void {
    this.storage.cut();
    this.store.dead = true;
    this.media.cut();
  }

  async stop(): Promise<void> {
    const stopped = this.core.stop().then(() => this.journal.close());
    await this.run(1000);
    await stopped;
  }

  /** Lets time pass, and every promise settle on the way. */
  async run(ms = 0): Promise<void> {
    await this.clock.run(ms, turn);
  }

  get records(): Kept[] {
    return recordsOf(this.disk);
  }

  /** Kinds of the records that carry octets of terminals or say what became of them, in order. */
  kinds(terminal?: string): RecordKindName[] {
    return this.records
      .filter(({ kind }) => kind !== 'gateway' && kind !== 'event')
      .filter((record) => terminal === undefined || record.terminal === terminal)
      .map(({ kind }) => kind);
  }

  /** Reasons of quarantined frames. */
  get quarantined(): string[] {
    return this.records
      .filter(({ kind }) => kind === 'quarantine')
      .map(({ payload }) => new TextDecoder().decode(payload.subarray(1, 1 + payload[0]!)));
  }

  /** Dials: a terminal by hand at the far end of a new link. */
  dial(speaker: Speaker, options: { datagram?: boolean } = {}): Terminal {
    const { datagram = false } = options;
    const [near, far] = memoryLink({ clock: this.clock, datagram, peers: ['memory:terminal', 'memory:gateway'] });
    const taken = this.core.intake.accept(near, datagram ? 'udp' : 'tcp');
    return new Terminal(far, speaker, taken);
  }

  /** A terminal that has registered and authenticated; what was said on the way is forgotten. */
  async login(speaker: Speaker, code?: string): Promise<Terminal> {
    const terminal = this.dial(speaker);
    if (code === undefined) {
      terminal.say(ID.registration, registrationBody(speaker.revision));
      await this.run();
      terminal.code = terminal.answers.map(({ body }) => (body as BodyOf<'registrationResponse'>).authCode)[0] ?? '';
    } else terminal.code = code;
    terminal.say(ID.authentication, authenticationBody(speaker.revision, terminal.code));
    await this.run();
    const result = terminal.acks.at(-1);
    if (result !== `${terminal.serial - 1}:0102:success`) throw new Error(`authentication: ${String(result)}`);
    terminal.forget();
    return terminal;
  }
}

/** The terminal's end of a link: writes frames, collects what comes. */
export class Terminal implements LinkSink {
  readonly link: MemoryLink;
  readonly speaker: Speaker;
  readonly taken: boolean;
  /** What came, a chunk for each write of the gateway. */
  readonly chunks: Uint8Array[] = [];
  closedAs: CloseKind | undefined;
  code = '';
  serial = 0;

  constructor(link: MemoryLink, speaker: Speaker, taken: boolean) {
    this.link = link;
    this.speaker = speaker;
    this.taken = taken;
    link.open(this);
  }

  receive(chunk: Uint8Array): void {
    this.chunks.push(new Uint8Array(chunk));
  }

  closed(kind: CloseKind): void {
    this.closedAs = kind;
  }

  /** Sends a message with the next serial, which is returned. */
  say(id: number, body: Uint8Array = NOTHING): number {
    this.link.write(frameOf(this.speaker, id, this.serial, body));
    return this.serial++;
  }

  forget(): void {
    this.chunks.length = 0;
  }

  get answers(): DecodedMessage[] {
    return this.chunks.flatMap(heard);
  }

  /** Acknowledgements as `serial:id:result`. */
  get acks(): string[] {
    return this.answers
      .filter(({ header }) => header.id === ID.platformAck)
      .map(({ body }) => {
        const { replySerial, replyId, result } = body as BodyOf<'platformAck'>;
        return `${replySerial}:${formatHex(Uint8Array.of(replyId >> 8, replyId))}:${result}`;
      });
  }
}
