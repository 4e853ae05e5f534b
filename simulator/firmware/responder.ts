/**
 * Answers to what the platform asks, as the standard provides for each message; what this terminal does not know it says
 * so (0x0001, result 3).
 */
import type { EpochMs } from '../../protocol/index.ts';
import { ANSWER_AREAS } from './answers/areas.ts';
import { ANSWER_CONTROL } from './answers/control.ts';
import { ANSWER_DISPATCH } from './answers/dispatch.ts';
import { ANSWER_MEDIA } from './answers/media.ts';
import { ANSWER_PARAMETERS } from './answers/parameters.ts';
import { ANSWER_RECORDER } from './answers/recorder.ts';
import { ANSWER_SAFETY } from './answers/safety.ts';
import { ANSWER_VIDEO } from './answers/video.ts';
import { acknowledge, type Answering, type Outcome } from './answers/answering.ts';
import type { Effect, Request } from './effects.ts';
import type { Terminal } from './terminal.ts';

type AnyAnswer = (context: Answering, body: unknown) => Outcome;

const ANSWERS = {
  ...ANSWER_PARAMETERS,
  ...ANSWER_CONTROL,
  ...ANSWER_DISPATCH,
  ...ANSWER_AREAS,
  ...ANSWER_MEDIA,
  ...ANSWER_RECORDER,
  ...ANSWER_VIDEO,
  ...ANSWER_SAFETY,
} as Readonly<Record<number, AnyAnswer | undefined>>;

/** Answers one message of the platform. Before the session stands nothing may be sent, so nothing is. */
export function answerRequest(terminal: Terminal, asked: Request, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase !== 'online') return;
  const context: Answering = { terminal, asked, now, effects };
  const answer = ANSWERS[asked.id];
  const outcome =
    asked.fault ?? (answer === undefined || asked.body === undefined ? 'unsupported' : answer(context, asked.body));
  if (outcome !== 'answered') acknowledge(context, outcome);
}
