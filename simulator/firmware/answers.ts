/** What a terminal does when the platform asks, by message id. */
import type { BodyOf, EpochMs, MessageName } from '../../protocol/index.ts';
import { encodePosition } from './bodies.ts';
import { type Effect, MESSAGE, type Request } from './effects.ts';
import { send } from './exchange.ts';
import { answerParameters } from './answer-parameters.ts';
import type { Terminal } from './terminal.ts';

/** One request, and where its answer goes. */
export interface Answering {
  readonly terminal: Terminal;
  readonly asked: Request;
  readonly now: EpochMs;
  readonly effects: Effect[];
}

/** How a request ended: `answered` by a message of its own, else by 0x0001 with that result. */
export type Outcome = 'success' | 'failure' | 'malformed' | 'unsupported' | 'answered';

/** Answers one kind of message. */
export type Answer<Name extends MessageName> = (context: Answering, body: BodyOf<Name>) => Outcome;

/** Sends the answer of its own that a request has. */
export function reply({ terminal, now, effects }: Answering, id: number, body: Uint8Array): Outcome {
  send(terminal, { id, body }, now, effects);
  return 'answered';
}

const locationQuery: Answer<'locationQuery'> = (context) =>
  reply(context, MESSAGE.position, encodePosition(context.terminal, context.asked, context.now));

/** By message id. */
export const ANSWERS: Readonly<Record<number, (context: Answering, body: never) => Outcome>> = {
  0x8201: locationQuery,
  0x8300: () => 'success',
  ...answerParameters,
};
