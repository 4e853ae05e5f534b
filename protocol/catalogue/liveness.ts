/** Signs of life, the clock, and the last word. */
import { utcDigits } from '../schema/field.ts';
import { message } from '../schema/message.ts';

/** Empty by the standard; some trackers append battery and signal, which are kept as `trailing`. */
export const terminalHeartbeat = message(
  0x0002,
  'terminalHeartbeat',
  { zh: '终端心跳', en: 'Terminal heartbeat', from: 'terminal', revisions: [2011, 2013, 2019], replies: [0x8001] },
  {},
);

export const terminalDeregistration = message(
  0x0003,
  'terminalDeregistration',
  { zh: '终端注销', en: 'Terminal deregistration', from: 'terminal', revisions: [2011, 2013, 2019], replies: [0x8001] },
  {},
);

export const queryServerTime = message(
  0x0004,
  'queryServerTime',
  { zh: '查询服务器时间请求', en: 'Query server time', from: 'terminal', revisions: [2019], replies: [0x8004] },
  {},
);

export const serverTimeResponse = message(
  0x8004,
  'serverTimeResponse',
  { zh: '查询服务器时间应答', en: 'Server time response', from: 'platform', revisions: [2019] },
  // Some platforms send their local time, which nothing in the octets tells.
  { time: utcDigits.about('服务器时间', 'UTC on the wire, the one exception to UTC+8') },
);

export const linkDetection = message(
  0x8204,
  'linkDetection',
  { zh: '服务器向终端发起链路检测请求', en: 'Link detection', from: 'platform', revisions: [2019], replies: [0x0001] },
  {},
);
