/** Answers to what the platform asks; what this terminal does not know it says so (0x0001, result 3). */
import type { EpochMs } from '../../protocol/index.ts';
import { ANSWERS, type Answering, type Outcome } from './answers.ts';
import { encodeAck } from './bodies.ts';
import { type Effect, MESSAGE, RESULT, type Request } from './effects.ts';
import { send } from './exchange.ts';
import type { Terminal } from './terminal.ts';

/** Answers one message of the platform. Before the session stands nothing may be sent, so nothing is. */
export function answerRequest(terminal: Terminal, asked: Request, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase !== 'online') return;
  const answer = ANSWERS[asked.id];
  const context: Answering = { terminal, asked, now, effects };
  const outcome: Outcome =
    asked.fault ??
    (answer === undefined || asked.body === undefined ? 'unsupported' : answer(context, asked.body as never));
  if (outcome === 'answered') return;
  send(terminal, { id: MESSAGE.terminalAck, body: encodeAck(terminal, asked, RESULT[outcome]) }, now, effects);
}
