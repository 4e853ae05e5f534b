/** Signs of life, and the last word. */
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
