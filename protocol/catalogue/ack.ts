/** The general responses: one side tells the other what became of its message. */
import { enumeration, u16 } from '../schema/field.ts';
import { message } from '../schema/message.ts';

const reply = {
  replySerial: u16.about('应答流水号', 'of the message that is answered'),
  replyId: u16.about('应答ID', 'id of the message that is answered'),
} as const;
const RESULTS = { success: 0, failure: 1, messageMalformed: 2, notSupported: 3 } as const;

export const terminalAck = message(
  0x0001,
  'terminalAck',
  { zh: '终端通用应答', en: 'Terminal general response', from: 'terminal', revisions: [2011, 2013, 2019] },
  { ...reply, result: enumeration(1, RESULTS).about('结果') },
);

export const platformAck = message(
  0x8001,
  'platformAck',
  { zh: '平台通用应答', en: 'Platform general response', from: 'platform', revisions: [2011, 2013, 2019] },
  {
    ...reply,
    // 4 answers a report with an alarm: the platform has dealt with it, and the terminal clears the bit.
    result: enumeration(1, { ...RESULTS, alarmHandlingConfirmed: 4 }).about('结果'),
  },
);
