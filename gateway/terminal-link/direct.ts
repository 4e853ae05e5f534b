/**
 * A terminal reached without a gateway: at a serial device, or by waiting for it to dial. It is let in whatever it says,
 * and what it reports goes to whoever watches and nowhere else.
 */
import {
  type Cancel,
  type Clock,
  type EpochMs,
  type Link,
  terminalOf,
  VENDOR_PROFILES,
  type VendorProfile,
} from '../../protocol/index.ts';
import type { OpenPort } from '../intake/serial/port.ts';
import { Cable, type CableOptions } from './cable.ts';
import { Conversation } from './conversation.ts';
import { LinkFault } from './faults.ts';
import type { Answer, AskOptions, LinkEvent, LinkState, Speaker, TerminalLink } from './terminal-link.ts';

/** Where the terminal is to be met. */
export type DirectWay =
  | { readonly serial: CableOptions }
  | { readonly tcp: { readonly host: string; readonly port: number } };

export interface DirectOptions {
  readonly way: DirectWay;
  /** Only this terminal is let in; undefined: whoever speaks. */
  readonly terminal?: string;
  /** The code that it is given when it registers; `XINGJI` unless given. It keeps the code. */
  readonly authCode?: string;
  /** Name of the profile by which its maker's items are read; by what it registers as unless given. */
  readonly vendor?: string;
}

export interface DirectHost {
  readonly clock: Clock;
  readonly openPort: OpenPort;
  /** Waits for terminals that dial; rejects where it cannot. */
  listen(
    at: { host: string; port: number },
    accept: (link: Link) => void,
  ): Promise<{ port: number; close(): Promise<void> }>;
}

const USUAL_CODE = 'XINGJI';

/** Opens the way to it; rejects with `LinkFault` `not-open`. Whoever speaks last is the one that is asked. */
export async function openDirect(options: DirectOptions, host: DirectHost): Promise<TerminalLink> {
  const link = new DirectLink(options, host);
  await link.start();
  return link;
}

interface Waiting {
  readonly resolve: (speaker: Speaker) => void;
  readonly cancel: Cancel;
}

class DirectLink implements TerminalLink {
  readonly kind: 'serial' | 'tcp';
  readonly #options: DirectOptions;
  readonly #host: DirectHost;
  readonly #vendor: VendorProfile | undefined;
  readonly #watchers = new Set<(event: LinkEvent) => void>();
  readonly #conversations = new Set<Conversation>();
  readonly #waiting = new Set<Waiting>();
  #where: string;
  #current: Conversation | undefined;
  #cable: Cable | undefined;
  #door: { close(): Promise<void> } | undefined;

  constructor(options: DirectOptions, host: DirectHost) {
    const { way, vendor } = options;
    this.#options = options;
    this.#host = host;
    this.#vendor = vendor === undefined ? undefined : VENDOR_PROFILES[vendor];
    this.kind = 'serial' in way ? 'serial' : 'tcp';
    this.#where = 'serial' in way ? `serial:${way.serial.path}` : `tcp://${way.tcp.host}:${way.tcp.port}`;
  }

  get where(): string {
    return this.#where;
  }

  get speaker(): Speaker | undefined {
    return this.#current?.speaker;
  }

  async start(): Promise<void> {
    const { way } = this.#options;
    if ('serial' in way) {
      const { clock, openPort } = this.#host;
      this.#cable = new Cable(way.serial, {
        clock,
        open: openPort,
        accept: (link) => this.#accept(link),
        sentence: (sentence, octets) => this.#tell({ kind: 'sentence', sentence, octets, at: clock.now() }),
        opened: (baud) => this.#say('open', `${this.#where} ${baud} baud`),
        found: (baud) => this.#say('rate', `${baud} baud`),
        lost: (why) => this.#say('lost', why),
      });
      return this.#cable.start();
    }
    const { host, port } = way.tcp;
    const door = await this.#host
      .listen({ host, port }, (link) => this.#accept(link))
      .catch((error: Error) => {
        throw new LinkFault('not-open', error.message);
      });
    this.#door = door;
    this.#where = `tcp://${host}:${door.port}`;
    this.#say('open', this.#where);
  }

  ready(timeoutMs: number): Promise<Speaker> {
    const { speaker } = this;
    if (speaker !== undefined) return Promise.resolve(speaker);
    const { clock } = this.#host;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        resolve,
        cancel: clock.wake(clock.monotonic() + timeoutMs, () => {
          this.#waiting.delete(waiting);
          reject(new LinkFault('no-terminal', `Nothing was understood on ${this.#where}.`));
        }),
      };
      this.#waiting.add(waiting);
    });
  }

  async ask(type: string, body: unknown = {}, options: AskOptions = {}): Promise<Answer> {
    if (this.#current === undefined) throw new LinkFault('gone');
    return this.#current.ask(type, body, options);
  }

  async inject(octets: Uint8Array): Promise<void> {
    if (this.#current === undefined) throw new LinkFault('gone');
    this.#current.inject(octets);
  }

  watch(watcher: (event: LinkEvent) => void): Cancel {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async close(): Promise<void> {
    for (const { cancel } of this.#waiting) cancel();
    this.#waiting.clear();
    for (const conversation of this.#conversations) conversation.close();
    await this.#cable?.stop();
    await this.#door?.close();
  }

  #accept(link: Link): void {
    const { clock } = this.#host;
    const wanted = this.#options.terminal === undefined ? undefined : terminalOf(this.#options.terminal);
    const conversation: Conversation = new Conversation(link, {
      clock,
      authCode: this.#options.authCode ?? USUAL_CODE,
      vendor: this.#vendor,
      wants: (terminal) => wanted === undefined || terminal === wanted,
      tell: (event) => this.#tell(event),
      spoke: (who) => this.#spoke(who),
      ended: (who) => {
        this.#conversations.delete(who);
        if (this.#current !== who) return;
        this.#current = undefined;
        this.#say('lost', link.peer);
      },
    });
    this.#conversations.add(conversation);
    conversation.start();
  }

  #spoke(conversation: Conversation): void {
    this.#current = conversation;
    for (const { resolve, cancel } of this.#waiting) {
      cancel();
      resolve(conversation.speaker!);
    }
    this.#waiting.clear();
  }

  #say(state: LinkState, detail: string): void {
    this.#tell({ kind: 'state', state, detail, at: this.#host.clock.now() satisfies EpochMs });
  }

  #tell(event: LinkEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}
