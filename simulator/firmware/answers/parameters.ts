/** Parameters: set (0x8103), asked for (0x8104, 0x8106). */
import { codecFor } from '../../../protocol/index.ts';
import { type Answer, type Answering, type Answers, type Outcome, replyOctets } from './answering.ts';
import { MESSAGE } from '../effects.ts';
import { encoded } from '../encoded.ts';
import { allParameters, applyParameters } from '../parameters.ts';

/** Intervals that no terminal can work with: nothing of the message is taken then. */
const INTERVALS = ['heartbeatInterval', 'defaultReportInterval', 'reportIntervalSleeping', 'tcpReplyTimeout'] as const;
const MAX_INTERVAL_S = 86_400;

const set: Answer<0x8103> = ({ terminal, now, effects }, { params }) => {
  const isSane = (seconds: number | undefined): boolean =>
    seconds === undefined || (seconds > 0 && seconds <= MAX_INTERVAL_S);
  if (!INTERVALS.every((name) => isSane(params[name]))) return 'failure';
  applyParameters(terminal, params, now);
  // A shorter interval begins now, a longer one after the report that is due.
  if (params.defaultReportInterval !== undefined)
    terminal.nextReportAt = Math.min(terminal.nextReportAt, Math.floor(now) + terminal.reportMs);
  effects.push({ kind: 'note', what: 'parametersSet' });
  return 'success';
};

const query: Answer<0x8104> = (context) => tell(context, () => true);

const queryGiven: Answer<0x8106> = (context, { paramIds }) => {
  const wanted = new Set(paramIds);
  return tell(context, (id) => wanted.has(id));
};

/** 0x0104 with those of the parameters that are wanted: what this terminal does not have is not told. */
function tell(context: Answering, wanted: (id: number) => boolean): Outcome {
  const { terminal, asked } = context;
  const codec = codecFor(MESSAGE.parameters, terminal.identity.revision);
  const all = encoded(codec, { replySerial: asked.serial, params: allParameters(terminal) });
  return replyOctets(context, MESSAGE.parameters, pick(all, wanted));
}

const HEAD = 3;
const ITEM_HEAD = 5;

/** Leaves items out of the body of a 0x0104: serial, count, then id (4), length (1) and value of each. */
function pick(all: Uint8Array, wanted: (id: number) => boolean): Uint8Array {
  const out = new Uint8Array(all.length);
  const view = new DataView(all.buffer, all.byteOffset, all.length);
  out.set(all.subarray(0, HEAD));
  let to = HEAD;
  let count = 0;
  for (let at = HEAD, end = at; at < all.length; at = end) {
    end = at + ITEM_HEAD + view.getUint8(at + 4);
    if (!wanted(view.getUint32(at))) continue;
    out.set(all.subarray(at, end), to);
    to += end - at;
    count++;
  }
  out[HEAD - 1] = count;
  return out.subarray(0, to);
}

/** By message id. */
export const ANSWER_PARAMETERS: Answers = { 0x8103: set, 0x8104: query, 0x8106: queryGiven };
