/** What answering a request needs, and how its answer is sent. */
import type { BodyOf, EpochMs, MessageId } from '../../../protocol/index.ts';
import { codecFor } from '../../../protocol/index.ts';
import { encodeAck } from '../bodies.ts';
import { type Effect, MESSAGE, type Request, RESULT } from '../effects.ts';
import { encoded } from '../encoded.ts';
import { request, send } from '../exchange.ts';
import type { Terminal } from '../terminal.ts';

/** One request, and where its answer goes. */
export interface Answering {
  readonly terminal: Terminal;
  readonly asked: Request;
  readonly now: EpochMs;
  readonly effects: Effect[];
}

/** How a request ends: `answered` by a message of its own, else by 0x0001 with that result. */
export type Outcome = 'success' | 'failure' | 'malformed' | 'unsupported' | 'answered';

/** Answers one kind of message. */
export type Answer<Id extends MessageId> = (context: Answering, body: BodyOf<Id>) => Outcome;

/** Answers by message id. */
export type Answers = { readonly [Id in MessageId]?: Answer<Id> };

/** Sends the answer of its own that a request has. */
export function reply<Id extends MessageId>(context: Answering, id: Id, body: BodyOf<Id>): Outcome {
  return replyOctets(context, id, encoded(codecFor(id, context.terminal.identity.revision), body));
}

/** The same with a body that is there already. */
export function replyOctets({ terminal, now, effects }: Answering, id: number, body: Uint8Array): Outcome {
  send(terminal, { id, body }, now, effects);
  return 'answered';
}

/** Sends a message that the platform has to answer in turn. */
export function tell<Id extends MessageId>(context: Answering, id: Id, body: BodyOf<Id>): void {
  const { terminal, now, effects } = context;
  request(terminal, { id, body: encoded(codecFor(id, terminal.identity.revision), body) }, now, effects);
}

/** The general response at once, where a specific one follows. */
export function acknowledge({ terminal, asked, now, effects }: Answering, result: Exclude<Outcome, 'answered'>): void {
  send(terminal, { id: MESSAGE.terminalAck, body: encodeAck(terminal, asked, RESULT[result]) }, now, effects);
}
