/**
 * Requests to one terminal: a serial each, sent again once, their answers found by serial or, where the standard gives
 * them none, by id. JT/T 808-2019 4.5.
 */
import {
  type Cancel,
  type Clock,
  type DescribedMessage,
  formatId,
  type Json,
  messageById,
  Pending,
} from '../../protocol/index.ts';
import { load } from '../command/cargo.ts';
import { CommandRefusal } from '../command/errors.ts';
import { partsOf } from '../intake/framer.ts';
import { LinkFault } from './faults.ts';
import type { Sender } from './sender.ts';
import type { Answer, AskOptions, Speaker } from './terminal-link.ts';

interface Asked {
  readonly id: number;
  readonly specific: number | undefined;
  readonly body: Uint8Array;
  readonly parts: number;
  readonly answerMs: number;
  readonly done: (answer: Answer) => void;
  readonly failed: (fault: LinkFault) => void;
}

const TERMINAL_ACK = 0x0001;
const USUAL_TIMEOUT_MS = 5000;
const USUAL_ANSWER_MS = 20_000;
/** It is sent once more. */
const RETRIES = 1;
const MAX_ASKED = 16;

/** One for every link. */
export class Asking {
  readonly #clock: Clock;
  readonly #sender: Sender;
  readonly #told: (message: DescribedMessage) => void;
  readonly #pending = new Pending<Asked>({ timeoutMs: USUAL_TIMEOUT_MS, retries: RETRIES }, { max: MAX_ASKED });
  #watch: Cancel | undefined;

  constructor(clock: Clock, sender: Sender, told: (message: DescribedMessage) => void) {
    this.#clock = clock;
    this.#sender = sender;
    this.#told = told;
  }

  async ask(speaker: Speaker | undefined, type: string, json: unknown, options: AskOptions): Promise<Answer> {
    if (speaker === undefined) throw new LinkFault('gone');
    const loaded = loadedAs(type, speaker, json);
    const { message, body, ending } = loaded;
    const { timeoutMs = USUAL_TIMEOUT_MS, answerMs = USUAL_ANSWER_MS } = options;
    const serial = this.#sender.take(body);
    return new Promise<Answer>((done, failed) => {
      const asked: Asked = {
        id: message.id,
        specific: ending.specific,
        body,
        parts: partsOf(body),
        answerMs,
        done,
        failed,
      };
      if (!this.#pending.add(serial, asked, this.#clock.monotonic(), { timeoutMs, retries: RETRIES })) {
        failed(new LinkFault('unsendable', `${MAX_ASKED} requests are under way.`));
        return;
      }
      const sent = this.#sender.send(message.id, body, serial);
      if (sent !== undefined) this.#told(sent);
      this.#arm();
    });
  }

  /** A response has come; one that nobody waits for is passed over. */
  answered(message: DescribedMessage, id: number): void {
    const body = message.body as Readonly<Record<string, Json>>;
    const { replySerial, replyId, result } = body as {
      replySerial?: number;
      replyId?: number;
      result?: string | number;
    };
    const general = id === TERMINAL_ACK;
    const serial = this.#pending.find((sent, asked) => {
      if (general ? replyId !== asked.id : asked.specific !== id) return false;
      // Of parts, some answer the first and others the last.
      return replySerial === undefined || ((replySerial - sent) & 0xffff) < asked.parts;
    });
    if (serial === undefined) return;
    const asked = this.#pending.settle(serial)!;
    if (general && result !== 'success')
      asked.failed(new LinkFault('refused', `It says ${String(result)}.`, String(result)));
    else if (general && asked.specific !== undefined)
      // It has it; what it was asked for may take longer.
      this.#pending.add(serial, asked, this.#clock.monotonic(), { timeoutMs: asked.answerMs, retries: 0 });
    else if (typeof result === 'string' && result !== 'success')
      asked.failed(new LinkFault('refused', `It says ${result}.`, result));
    else asked.done({ name: message.name ?? formatId(id, 4), body });
    this.#arm();
  }

  /** The link is gone. */
  lost(): void {
    this.#watch?.();
    this.#watch = undefined;
    for (const { failed } of this.#pending.drain()) failed(new LinkFault('gone'));
  }

  #arm(): void {
    this.#watch?.();
    this.#watch = undefined;
    const due = this.#pending.nextDeadline();
    if (due === Number.POSITIVE_INFINITY) return;
    this.#watch = this.#clock.wake(due, () => {
      this.#watch = undefined;
      for (const { kind, serial, request } of this.#pending.expire(this.#clock.monotonic())) {
        if (kind === 'again') this.#sender.send(request.id, request.body, serial);
        else request.failed(new LinkFault('no-answer'));
      }
      this.#arm();
    });
  }
}

function loadedAs(type: string, { revision }: Speaker, json: unknown): ReturnType<typeof load> {
  const name = /^0x[0-9a-f]{4}$/i.test(type) ? (messageById(Number(type))?.name ?? type) : type;
  try {
    return load(name, revision, json);
  } catch (error) {
    if (error instanceof CommandRefusal) throw new LinkFault('unsendable', error.message);
    throw error;
  }
}
