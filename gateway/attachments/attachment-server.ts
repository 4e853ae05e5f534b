/**
 * Takes the evidence of active-safety alarms from terminals, over links of a port of its own.
 *
 * Bounds: `maxConnections` links at a time, a further one is closed at once; a link that is silent for `idleTimeoutMs`
 * or older than `maxLinkMs` is closed; files and octets as `AttachmentLimits` and the store say.
 */
import { type Clock, Deadlines, type Link } from '../../protocol/index.ts';
import { type Admission, AttachmentLink, type AttachmentContext, type AttachmentLimits } from './attachment-link.ts';
import type { Evidence, StoredFile } from './evidence.ts';
import { EvidenceStore } from './evidence-store.ts';

/** What an attachment server is told. */
export interface AttachmentOptions extends AttachmentLimits {
  /** Folder of the evidence; made when missing. */
  readonly folder: string;
  /** Octets of all evidence; what exceeds it is refused. */
  readonly maxTotalSize: number;
  /** Evidence that nothing was added to for so long is removed. */
  readonly retainMs: number;
  readonly maxConnections: number;
  readonly idleTimeoutMs: number;
}

/** What an attachment server needs of its surroundings. */
export interface AttachmentHost {
  readonly clock: Clock;
  /** What becomes of the evidence of an alarm at `alarmAt`, epoch ms; undefined where the terminal had no time. */
  readonly admit: (terminal: string, alarmAt: number | undefined, messageId: number) => Admission;
  readonly stored: (evidence: Evidence, file: StoredFile, packet: Uint8Array) => Promise<void>;
  readonly failed: (error: unknown, peer: string) => void;
}

/** A server that takes links. */
export interface AttachmentServer {
  accept(link: Link): void;
  /** Links that are open now. */
  readonly connections: number;
  /** Octets of evidence. */
  readonly used: number;
  /** Ends all links; done when what had come is noted on the disk. */
  close(): Promise<void>;
}

/** However slowly it sends: longer than any evidence takes over the worst network. */
const MAX_LINK_MS = 3_600_000;
const GRAIN_MS = 250;
const TIDY_EVERY_MS = 3_600_000;
const NOBODY = { receive(): void {}, closed(): void {} };

/** Opens the store. Rejects where the folder is not to be had. */
export async function openAttachmentServer(
  options: AttachmentOptions,
  host: AttachmentHost,
): Promise<AttachmentServer> {
  const { clock } = host;
  const store = await EvidenceStore.open(options.folder, options.maxTotalSize);
  const server = new Links(store, options, host);
  const tidy = (): void => {
    store.tidy(clock.now() - options.retainMs).catch((error: unknown) => host.failed(error, options.folder));
    cancelTidy = clock.wake(clock.monotonic() + TIDY_EVERY_MS, tidy);
  };
  let cancelTidy = clock.wake(clock.monotonic(), tidy);
  return {
    accept: (link) => server.accept(link),
    get connections() {
      return server.size;
    },
    get used() {
      return store.used;
    },
    async close() {
      cancelTidy();
      await server.close();
    },
  };
}

class Links {
  readonly #options: AttachmentOptions;
  readonly #clock: Clock;
  readonly #context: AttachmentContext;
  readonly #links = new Set<AttachmentLink>();
  readonly #deadlines: Deadlines<AttachmentLink>;
  /** Which link writes which evidence, and the other way round. */
  readonly #owner = new Map<string, AttachmentLink>();
  readonly #claims = new Map<AttachmentLink, string>();
  /** Links that wait for another one to end. */
  readonly #waiting = new Set<AttachmentLink>();
  #closing = false;

  constructor(store: EvidenceStore, options: AttachmentOptions, { clock, ...host }: AttachmentHost) {
    this.#options = options;
    this.#clock = clock;
    this.#deadlines = new Deadlines(clock, (link) => this.#overdue(link), { grainMs: GRAIN_MS });
    this.#context = {
      store,
      limits: options,
      now: () => clock.now(),
      admit: host.admit,
      claim: (key, link) => this.#claim(key, link),
      left: (link) => this.#left(link),
      stored: host.stored,
      failed: (error, { link }) => host.failed(error, link.peer),
    };
  }

  get size(): number {
    return this.#links.size;
  }

  accept(link: Link): void {
    if (this.#closing || this.#links.size >= this.#options.maxConnections) {
      link.open(NOBODY);
      link.close('reset');
      return;
    }
    const attachment = new AttachmentLink(link, this.#context, () => this.#clock.monotonic());
    this.#links.add(attachment);
    this.#deadlines.set(attachment, this.#due(attachment));
    link.open(attachment);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#deadlines.clear();
    const links = [...this.#links];
    for (const link of links) link.close('local');
    await Promise.all(links.map(({ settled }) => settled));
  }

  /** A terminal that lost its link is back on another before the first is known to be gone: the later one counts. */
  async #claim(key: string, link: AttachmentLink): Promise<boolean> {
    this.#release(link);
    const owner = this.#owner.get(key);
    if (owner !== undefined) {
      // Two that wait for each other would wait for ever.
      if (this.#waiting.has(owner)) return false;
      this.#waiting.add(link);
      owner.close('local');
      await owner.settled;
      this.#waiting.delete(link);
      if (this.#owner.has(key)) return false;
    }
    this.#owner.set(key, link);
    this.#claims.set(link, key);
    return true;
  }

  #release(link: AttachmentLink): void {
    const key = this.#claims.get(link);
    if (key !== undefined) this.#owner.delete(key);
    this.#claims.delete(link);
  }

  #left(link: AttachmentLink): void {
    this.#release(link);
    this.#links.delete(link);
    this.#deadlines.cancel(link);
  }

  #due(link: AttachmentLink): number {
    return Math.min(link.lastHeard + this.#options.idleTimeoutMs, link.openedAt + MAX_LINK_MS);
  }

  #overdue(link: AttachmentLink): void {
    const due = this.#due(link);
    if (due <= this.#clock.monotonic()) link.close('timeout');
    else this.#deadlines.set(link, due);
  }
}
