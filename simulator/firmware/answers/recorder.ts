/** The driving recorder asked (0x8700) and set (0x8701). GB/T 19056-2012. */
import { type Answer, type Answers, reply } from './answering.ts';
import { keptBy } from '../kept.ts';
import { papersFor } from '../identity.ts';
import { recorderBlock } from '../recorder.ts';

const COMMAND_FAILED = 'collectError';
const FROM_RECORDER = 0x557a;

const collect: Answer<0x8700> = (context, { command, data }) => {
  const block = recorderBlock(context.terminal, command, data, context.now);
  return reply(context, 0x0700, {
    replySerial: context.asked.serial,
    command,
    data: { start: FROM_RECORDER, reserved: 0, ...(block ?? { command: COMMAND_FAILED, block: new Uint8Array(0) }) },
  } as never);
};

const set: Answer<0x8701> = ({ terminal, now }, { command, data }) => {
  if (data === undefined || data instanceof Uint8Array) return 'malformed';
  const kept = keptBy(terminal);
  kept.recorder.set(String(command), data);
  const { vehicleInformation } = data;
  if (vehicleInformation !== undefined && !(vehicleInformation instanceof Uint8Array)) {
    const { vin, plate } = vehicleInformation;
    Object.assign(papersFor(terminal), { vin, plate });
  }
  kept.parameterEvents.push({ time: now, command });
  if (kept.parameterEvents.length > 100) kept.parameterEvents.shift();
  return 'success';
};

export const ANSWER_RECORDER: Answers = { 0x8700: collect, 0x8701: set };
