/** Answers to what the platform asks; what this terminal does not know it says so (0x0001, result 3). */
import type { EpochMs } from '../../protocol/index.ts';
import { encodeAck, encodeParameters, encodePosition } from './bodies.ts';
import { type Effect, MESSAGE, RESULT, type Request } from './effects.ts';
import { send } from './exchange.ts';
import type { Terminal } from './terminal.ts';

/** Longest interval that is taken from a parameter: a day. */
const MAX_INTERVAL_S = 86_400;

/** Answers one message of the platform. Before the session stands nothing may be sent, so nothing is. */
export function answerRequest(terminal: Terminal, asked: Request, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase !== 'online') return;
  const acknowledge = (result: number): void => {
    send(terminal, { id: MESSAGE.terminalAck, body: encodeAck(terminal, asked, result) }, now, effects);
  };
  if (asked.fault !== undefined) return acknowledge(RESULT[asked.fault]);
  switch (asked.id) {
    case MESSAGE.queryParameters:
      return send(terminal, { id: MESSAGE.parameters, body: encodeParameters(terminal, asked) }, now, effects);
    case MESSAGE.locationQuery:
      return send(terminal, { id: MESSAGE.position, body: encodePosition(terminal, asked, now) }, now, effects);
    case MESSAGE.setParameters:
      setParameters(terminal, asked, now, effects);
      return acknowledge(RESULT.success);
    case MESSAGE.text:
      return acknowledge(RESULT.success);
    default:
      return acknowledge(RESULT.unsupported);
  }
}

/** Parameters 0x0001 and 0x0029 have an effect; the rest is accepted. */
function setParameters(terminal: Terminal, asked: Request, now: EpochMs, effects: Effect[]): void {
  const { heartbeatInterval, defaultReportInterval } = asked.parameters ?? {};
  if (isInterval(heartbeatInterval)) terminal.heartbeatMs = heartbeatInterval * 1000;
  if (isInterval(defaultReportInterval)) {
    terminal.reportMs = defaultReportInterval * 1000;
    terminal.nextReportAt = Math.min(terminal.nextReportAt, Math.floor(now) + terminal.reportMs);
  }
  effects.push({ kind: 'note', what: 'parametersSet' });
}

function isInterval(seconds: number | undefined): seconds is number {
  return seconds !== undefined && seconds > 0 && seconds <= MAX_INTERVAL_S;
}
