/**
 * The live stream without its breaks: where it ends, or nothing comes any more, it is opened again behind the last event. What
 * could not be told again is said by a `reset`: then what is shown is to be read anew.
 */
import type { Event, Message, Position, Reply, State } from '../bridge/index.ts';
import { EventLines, type SentEvent } from './event-lines.ts';
import { ProblemError } from './problem.ts';
import type { Answer, Input } from './routes.ts';

interface Payloads {
  readonly position: Position;
  readonly state: State;
  readonly event: Event;
  readonly reply: Reply;
  readonly message: Message;
  readonly health: Answer<'GET /api/v1/health'>;
  /** Why what was missed is not told: `unknown` place, `tooOld`, `failed`. */
  readonly reset: { readonly reason: 'unknown' | 'tooOld' | 'failed' };
}

/** What a stream can tell. */
export type StreamKind = Exclude<keyof Payloads, 'reset'>;

/** An event of the stream. `id`: where to go on from behind it. */
export type StreamEvent = {
  [K in keyof Payloads]: { readonly kind: K; readonly id: string; readonly data: Payloads[K] };
}[keyof Payloads];

/** What to hear of. */
export interface StreamWishes {
  /** Positions, states and events unless given. */
  readonly kinds?: readonly StreamKind[];
  /** Leading digits of a GB/T 2260 code. */
  readonly division?: string;
  readonly terminal?: string;
  /** Positions a second at most. */
  readonly maxRate?: number;
  /** `id` of the last event that was had, of this stream or of one before. */
  readonly after?: string;
  /** Ends the stream; what waits for an event is done then. */
  readonly signal?: AbortSignal;
  /** Hears of every break, and how long it is waited; the stream goes on by itself. */
  readonly broke?: (why: unknown, againMs: number) => void;
}

/** What the stream needs of the client and of the world. */
export interface StreamSource {
  open(input: Input<'GET /api/v1/stream'>): Promise<Response>;
  /** Resolves after so many milliseconds, or when the signal is given. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The gateway says something every 15 s. */
const SILENCE_MS = 45_000;
const AGAIN_MS = 1000;
const AGAIN_MAX_MS = 30_000;

/** Ends with the signal; throws ProblemError where the gateway refuses the stream for good. */
export async function* streamEvents(source: StreamSource, wishes: StreamWishes): AsyncGenerator<StreamEvent, void> {
  const { signal = new AbortController().signal, broke } = wishes;
  let lines = new EventLines(wishes.after ?? '');
  for (let failures = 0; !signal.aborted; ) {
    let why: unknown = 'the stream ended';
    try {
      const response = await source.open(inputOf(wishes, lines.id, signal));
      // What was cut off in the middle is told again as a whole.
      lines = new EventLines(lines.id);
      for await (const sent of eventsIn(response, lines, source, signal)) {
        failures = 0;
        yield { kind: sent.event, id: sent.id, data: JSON.parse(sent.data) as unknown } as StreamEvent;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && !mayPass(error)) throw error;
      why = error;
    }
    if (signal.aborted) return;
    const asked = why instanceof ProblemError ? why.retryAfterMs : lines.retryMs;
    const againMs = Math.min(AGAIN_MAX_MS, Math.max(asked ?? AGAIN_MS, AGAIN_MS * 2 ** failures));
    failures = Math.min(failures + 1, 5);
    broke?.(why, againMs);
    await source.wait(againMs, signal);
  }
}

/** Refusals that another time may not be. */
function mayPass({ status }: ProblemError): boolean {
  return status === 429 || status >= 500;
}

function inputOf(wishes: StreamWishes, id: string, signal: AbortSignal): Input<'GET /api/v1/stream'> {
  const { kinds, division, terminal, maxRate } = wishes;
  return {
    query: {
      ...(kinds === undefined ? {} : { kinds: kinds.join(',') }),
      ...(division === undefined ? {} : { division }),
      ...(terminal === undefined ? {} : { terminal }),
      ...(maxRate === undefined ? {} : { maxRate }),
    },
    headers: id === '' ? {} : { 'last-event-id': id },
    signal,
  };
}

/** The events of one connection, until it ends or is silent for too long. */
async function* eventsIn(
  response: Response,
  lines: EventLines,
  { wait }: StreamSource,
  signal: AbortSignal,
): AsyncGenerator<SentEvent> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const heard = new AbortController();
      const silence = wait(SILENCE_MS, AbortSignal.any([heard.signal, signal])).then(() => undefined);
      const piece = await Promise.race([reader.read(), silence]);
      heard.abort();
      if (piece === undefined && !signal.aborted) throw new Error('nothing was heard for too long');
      if (piece === undefined || piece.done) return;
      yield* lines.feed(decoder.decode(piece.value, { stream: true }));
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
