/**
 * One worker and its life: started, started again with back-off when it ends by itself, stopped. While it is down links of its
 * terminals wait for it; what these were told is stored is in its journal.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Cancel, Clock } from '../../protocol/index.ts';
import { type Answers, CallError, Calls } from './calls.ts';
import { handOver, type HeldLink, holdStill, isHeld } from './hand-over.ts';
import type { Datagram, FromWorker, LinkPort, SeatPlan, ToWorker } from './messages.ts';

export interface WorkerHost {
  readonly clock: Clock;
  /** What the worker may ask of the primary. */
  readonly answers: Answers;
  /** Datagrams that go out. */
  readonly datagrams: (datagrams: readonly Datagram[]) => void;
  readonly up: (worker: number) => void;
  /** It ended by itself, and is started again after so long. */
  readonly down: (worker: number, why: string, againMs: number) => void;
}

/** A worker that could not start, in its own words; `name` and `code` are those of the error that it met. */
export class WorkerRefusal extends Error {
  override readonly name: string;
  readonly code: string | undefined;

  constructor({
    name,
    message,
    code,
  }: { readonly name: string; readonly message: string; readonly code: string | undefined }) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

const LEAST_BACKOFF_MS = 200;
const MOST_BACKOFF_MS = 10_000;
/** After so long the next end is a first one again. */
const STEADY_MS = 60_000;
/** Links that wait for a worker, which is given one after the other; beyond this many they are refused, and come again. */
const MAX_LEADING = 8192;
/** Messages that may wait for a worker; beyond it datagrams are dropped. */
const MAX_QUEUED = 16 << 20;

/** A link that goes on at the worker's door. */
export interface Caller {
  /** False where its peer has gone. */
  goOn(door: string): boolean;
  refuse(): void;
}

export class WorkerProcess {
  readonly plan: SeatPlan;
  readonly #host: WorkerHost;
  #child: ChildProcess | undefined;
  #calls: Calls | undefined;
  #http: string | undefined;
  #backoffMs = LEAST_BACKOFF_MS;
  #upSince = 0;
  /** How often it was started again. */
  restarts = 0;
  #again: Cancel | undefined;
  #stopping = false;
  #gone: Promise<void> = Promise.resolve();
  readonly #waiting: (() => void)[] = [];
  /**
   * Links that wait to be handed over, the first of all first. The channel is given one at a time: it sends none before the one ahead has
   * arrived, goes through all that it has at each arrival, and keeps what else is to be said behind them.
   */
  readonly #links = new Set<HeldLink>();
  readonly #callers: Caller[] = [];
  /** Given to the channel, which has not sent it yet. */
  #leaving: HeldLink | undefined;
  /** Closes the link that was sent last, of which nobody may have heard yet; without effect where the worker has it. */
  #closePassed: (() => void) | undefined;

  constructor(plan: SeatPlan, host: WorkerHost) {
    this.plan = plan;
    this.#host = host;
  }

  /** Where its API listens; undefined while it is down. */
  get http(): string | undefined {
    return this.#http;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it runs; rejects with WorkerRefusal where it cannot, the first time. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.#spawn(resolve, reject));
  }

  /** Takes a link, which waits where the worker is down: it is back in a second or two. False where too many wait. */
  lead(socket: Socket, octets: Uint8Array, port: LinkPort): boolean {
    if (this.#stopping || this.#links.size >= MAX_LEADING) return false;
    const late = holdStill(socket);
    if (late === undefined) {
      // Closed by its peer meanwhile.
      socket.destroy();
      return true;
    }
    this.#links.add({ socket, octets: late.length === 0 ? octets : Buffer.concat([octets, late]), port });
    this.#handOver();
    return true;
  }

  /** Lets a relayed link in, which waits where the worker is down. False where too many wait. */
  admit(caller: Caller): boolean {
    if (this.#stopping) return false;
    if (this.#http !== undefined) return caller.goOn(this.plan.door);
    return this.#callers.length < MAX_LEADING && this.#callers.push(caller) > 0;
  }

  /** False where it is down or behind. */
  datagrams(datagrams: readonly Datagram[]): boolean {
    const child = this.#child;
    if (this.#http === undefined || child === undefined) return false;
    const { writeQueueSize = 0 } = (child.channel ?? {}) as { readonly writeQueueSize?: number };
    if (writeQueueSize > MAX_QUEUED) return false;
    this.#send({ kind: 'datagrams', datagrams });
    return true;
  }

  /** Asks it, or the one that is started in its place, when that is up. Rejects when it ends before it has answered. */
  async call<T>(method: string, argument: unknown): Promise<T> {
    while (this.#http === undefined) {
      if (this.#stopping) throw new CallError('the gateway stops');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#calls!.call<T>(method, argument);
  }

  /** Lets it finish what is under way, and ends it where that takes too long. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#again?.();
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (const { socket } of this.#links) socket.destroy();
    this.#links.clear();
    for (const caller of this.#callers.splice(0)) caller.refuse();
    const child = this.#child;
    if (child === undefined) return;
    const { clock } = this.#host;
    const cancel = clock.wake(clock.monotonic() + withinMs, () => child.kill('SIGKILL'));
    this.#send({ kind: 'stop' });
    await this.#gone;
    cancel();
  }

  /** Gives the channel the next link, unless it has one or nobody is at its other end. */
  #handOver(): void {
    const child = this.#child;
    if (this.#leaving !== undefined || this.#http === undefined || child === undefined) return;
    for (const link of this.#links) {
      this.#links.delete(link);
      // Its peer may have gone while it waited.
      if (!isHeld(link.socket)) continue;
      this.#leaving = link;
      return handOver(child, link, (close) => {
        this.#closePassed = close;
        // Its worker may have ended meanwhile, and it waits for the next.
        if (this.#leaving !== link) return;
        this.#leaving = undefined;
        this.#handOver();
      });
    }
  }

  /** A link that had not left when the worker ended waits for the next, as those do that were behind it. */
  #takeBack(): void {
    // Its terminal connects again, which it would not do over a link that stands open and belongs to nobody.
    this.#closePassed?.();
    this.#closePassed = undefined;
    const link = this.#leaving;
    this.#leaving = undefined;
    if (link === undefined || !isHeld(link.socket)) return;
    const behind = [...this.#links];
    this.#links.clear();
    for (const each of [link, ...behind]) this.#links.add(each);
  }

  #spawn(ready: () => void, refused: (error: Error) => void): void {
    const { clock, answers } = this.#host;
    // Sources run as .ts, the published package as .js.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const child = fork(fileURLToPath(new URL(`./partition.worker${extension}`, import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const calls = new Calls((message) => this.#send(message), answers);
    this.#child = child;
    this.#calls = calls;
    let refusal: WorkerRefusal | undefined;
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') {
        this.#http = message.http;
        this.#upSince = clock.monotonic();
        for (const resolve of this.#waiting.splice(0)) resolve();
        this.#handOver();
        for (const caller of this.#callers.splice(0)) caller.goOn(this.plan.door);
        this.#host.up(this.plan.worker);
        ready();
      } else if (message.kind === 'refused') refusal = new WorkerRefusal(message);
      else if (message.kind === 'datagrams') this.#host.datagrams(message.datagrams);
      else calls.receive(message);
    });
    child.on('error', () => undefined);
    this.#gone = new Promise((resolve) => {
      // Not at its exit: an answer of it may still be in the channel then, at which Node would send what is taken back here.
      child.once('close', (code, signal) => {
        const wasUp = this.#http !== undefined;
        this.#http = undefined;
        this.#child = undefined;
        calls.end();
        this.#takeBack();
        resolve();
        const why = refusal?.message ?? (signal === null ? `it ended with ${code}` : `it was ended by ${signal}`);
        refused(
          refusal ??
            new WorkerRefusal({ name: 'WorkerError', message: `worker ${this.plan.worker}: ${why}`, code: undefined }),
        );
        if (!this.#stopping && (wasUp || this.#upSince > 0)) this.#restart(why);
      });
    });
    this.#send({ kind: 'start', plan: this.plan });
  }

  #restart(why: string): void {
    const { clock, down } = this.#host;
    if (clock.monotonic() - this.#upSince > STEADY_MS) this.#backoffMs = LEAST_BACKOFF_MS;
    this.restarts++;
    const againMs = this.#backoffMs;
    this.#backoffMs = Math.min(MOST_BACKOFF_MS, 2 * this.#backoffMs);
    down(this.plan.worker, why, againMs);
    const nobody = (): void => undefined;
    this.#again = clock.wake(clock.monotonic() + againMs, () => this.#spawn(nobody, nobody));
  }

  #send(message: ToWorker): void {
    // One that is about to be gone takes nothing; its end says so.
    this.#child?.send(message, () => undefined);
  }
}
