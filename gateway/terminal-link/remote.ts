/**
 * A terminal by way of a gateway that it is connected to: requests are commands of the API, what is seen of it is its
 * stream. Frames are not seen, and octets cannot be sent as they are.
 */
import {
  type Cancel,
  type Clock,
  type Json,
  parseHex,
  readVendorItems,
  type Revision,
  VENDOR_PROFILES,
  type VendorProfile,
  vendorProfileFor,
} from '../../protocol/index.ts';
import { LinkFault } from './faults.ts';
import type { Answer, AskOptions, LinkEvent, Medium, SeenPosition, Speaker, TerminalLink } from './terminal-link.ts';

/** A gateway's API, as whoever the token belongs to. Rejects with errors for people. */
export interface GatewayApi {
  /** `http://127.0.0.1:8080`. */
  readonly url: string;
  ask(path: string, json?: unknown): Promise<unknown>;
  octets(path: string): Promise<Uint8Array>;
  /** Server-sent events until `signal` says so; resolves at their end. */
  follow(path: string, signal: AbortSignal, told: (kind: string, payload: unknown) => void): Promise<void>;
}

export interface RemoteOptions {
  readonly terminal: string;
  /** Name of the profile by which its maker's items are read; by what it says of itself unless given. */
  readonly vendor?: string;
}

/** Fields of `/api/v1/terminals/:t` that are looked at. */
interface TerminalNow {
  readonly phone: string | null;
  readonly revision: Revision | null;
  readonly online: boolean;
}

/** Fields of a command that are looked at. */
interface CommandNow {
  readonly id: string;
  readonly state: string;
  readonly result?: unknown;
  readonly code?: string;
  readonly reason?: string;
}

const LOOK_MS = 250;
const FOLLOW_AGAIN_MS = 2000;
const ENDED: ReadonlySet<string> = new Set(['done', 'failed', 'timedOut', 'expired']);
const KINDS = 'position,state,event,message';

/** Looks the terminal up and begins to watch it; rejects where the gateway says no. */
export async function openRemote(
  { terminal, vendor }: RemoteOptions,
  host: { readonly clock: Clock; readonly api: GatewayApi },
): Promise<TerminalLink> {
  const profile = vendor === undefined ? undefined : VENDOR_PROFILES[vendor];
  const link = new RemoteLink(terminal.replace(/^0+(?=.)/, ''), host, profile);
  await link.look();
  link.follow();
  return link;
}

class RemoteLink implements TerminalLink {
  readonly kind = 'gateway';
  readonly #terminal: string;
  readonly #clock: Clock;
  readonly #api: GatewayApi;
  readonly #watchers = new Set<(event: LinkEvent) => void>();
  readonly #closing = new AbortController();
  #speaker: Speaker | undefined;
  #vendor: VendorProfile | undefined;

  constructor(
    terminal: string,
    { clock, api }: { readonly clock: Clock; readonly api: GatewayApi },
    vendor: VendorProfile | undefined,
  ) {
    this.#terminal = terminal;
    this.#clock = clock;
    this.#api = api;
    this.#vendor = vendor;
  }

  get where(): string {
    return this.#api.url;
  }

  get speaker(): Speaker | undefined {
    return this.#speaker;
  }

  async ready(timeoutMs: number): Promise<Speaker> {
    const until = this.#clock.monotonic() + timeoutMs;
    for (;;) {
      if ((await this.look()).online && this.#speaker !== undefined) return this.#speaker;
      if (this.#clock.monotonic() >= until)
        throw new LinkFault('no-terminal', `${this.#terminal} is not online at ${this.where}.`);
      await this.#pause(LOOK_MS);
    }
  }

  async ask(type: string, body: unknown = {}, options: AskOptions = {}): Promise<Answer> {
    const { timeoutMs = 5000, answerMs = 20_000 } = options;
    const until = this.#clock.monotonic() + 3 * timeoutMs + answerMs;
    // What nobody answers in time is not to go out later.
    const expiresAt = new Date(this.#clock.now() + 3 * timeoutMs + answerMs).toISOString();
    let now = (await this.#api.ask(`/api/v1/terminals/${this.#terminal}/commands`, {
      type,
      body,
      expiresAt,
    })) as CommandNow;
    while (!ENDED.has(now.state)) {
      if (this.#clock.monotonic() >= until) throw new LinkFault('no-answer');
      await this.#pause(LOOK_MS);
      now = (await this.#api.ask(`/api/v1/commands/${encodeURIComponent(now.id)}`)) as CommandNow;
    }
    const { state, reason = '', result } = now;
    const answer = (result ?? {}) as Readonly<Record<string, Json>>;
    const { result: said } = answer;
    if (state === 'failed') throw new LinkFault('refused', reason, typeof said === 'string' ? said : 'failure');
    if (state !== 'done') throw new LinkFault('no-answer', reason);
    await this.#fetchMedia(answer);
    this.#learn(answer);
    return { name: 'params' in answer ? 'queryParametersResponse' : 'answer', body: answer };
  }

  inject(): Promise<void> {
    return Promise.reject(new LinkFault('unsendable', 'A gateway sends no octets as they are; use a command.'));
  }

  watch(watcher: (event: LinkEvent) => void): Cancel {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  /** How the terminal stands at the gateway. */
  async look(): Promise<TerminalNow> {
    const now = (await this.#api.ask(`/api/v1/terminals/${this.#terminal}`)) as TerminalNow;
    const { phone, revision, online } = now;
    const before = this.#speaker;
    this.#speaker = online
      ? { terminal: this.#terminal, phone: phone ?? this.#terminal, revision: revision ?? 2013 }
      : undefined;
    if (before === undefined && this.#speaker !== undefined) this.#say('found', this.#terminal);
    if (before !== undefined && this.#speaker === undefined) this.#say('lost', this.#terminal);
    return now;
  }

  /** Watches its stream, again and again, until it is closed. */
  follow(): void {
    const path = `/api/v1/stream?kinds=${KINDS}&terminal=${this.#terminal}`;
    const { signal } = this.#closing;
    const again = async (): Promise<void> => {
      while (!signal.aborted) {
        await this.#api.follow(path, signal, (kind, payload) => this.#told(kind, payload)).catch(() => undefined);
        if (!signal.aborted) await this.#pause(FOLLOW_AGAIN_MS);
      }
    };
    void again();
  }

  #told(what: string, payload: unknown): void {
    const fields = payload as Readonly<Record<string, unknown>>;
    const at = this.#clock.now();
    this.#tell({ kind: 'told', what, payload: fields, at });
    // What was stored is no news of now.
    if (what === 'position' && fields['backfill'] !== true)
      this.#located(fields as unknown as Omit<SeenPosition, 'reading'>);
    if (what === 'state') void this.look().catch(() => undefined);
  }

  /** What the answer says of the terminal itself: its make, or where it is. */
  #learn(answer: Readonly<Record<string, Json>>): void {
    const { manufacturerId, terminalModel, location } = answer;
    if (typeof manufacturerId === 'string' && typeof terminalModel === 'string')
      this.#vendor ??= vendorProfileFor(manufacturerId, terminalModel);
    if (typeof location === 'object') this.#located(location as unknown as Omit<SeenPosition, 'reading'>);
  }

  #located(report: Omit<SeenPosition, 'reading'>): void {
    const { time, latitude, longitude, speed, alarm, status, items } = report;
    const { unknown = [] } = items as { readonly unknown?: readonly { readonly id: string; readonly hex: string }[] };
    const raw = unknown.flatMap(({ id, hex }) => {
      const bytes = parseHex(hex);
      return bytes === undefined ? [] : [{ id: Number(id), bytes }];
    });
    const read = this.#vendor === undefined ? undefined : readVendorItems(this.#vendor, raw);
    const position = { time, latitude, longitude, speed, alarm, status, items, reading: read?.reading ?? {} };
    this.#tell({ kind: 'position', position, at: this.#clock.now() });
  }

  /** Files that came for a command are told as media. */
  async #fetchMedia(answer: Readonly<Record<string, Json>>): Promise<void> {
    const media = (answer['media'] ?? []) as unknown as readonly { multimediaId: number; path: string }[];
    for (const { multimediaId, path } of media) {
      const octets = await this.#api.octets(`/api/v1/${path}`);
      const [type, format] = path.endsWith('.jpeg') || path.endsWith('.jpg') ? ['image', 'jpeg'] : ['file', 'other'];
      const medium: Medium = { multimediaId, type, format, event: 'platformCommand', channelId: 0, octets };
      this.#tell({ kind: 'medium', medium, at: this.#clock.now() });
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.wake(this.#clock.monotonic() + ms, resolve));
  }

  #say(state: 'found' | 'lost', detail: string): void {
    this.#tell({ kind: 'state', state, detail, at: this.#clock.now() });
  }

  #tell(event: LinkEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}
