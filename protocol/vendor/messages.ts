/**
 * Messages of makers: ids that no standard has, or that mean something else on some terminals. They are met with the
 * profile of the terminal only, so that an id of one maker is never taken for that of another.
 */
import { LOCATION } from '../catalogue/location.ts';
import {
  among,
  differs,
  enumeration,
  list,
  octets,
  packed,
  prefix,
  sized,
  struct,
  text,
  time,
  u16,
  u8,
  when,
} from '../schema/field.ts';
import { type Message, message } from '../schema/message.ts';

const EVERY = [2011, 2013, 2019] as const;
const UNICODE = 1;

/** What a terminal answers to a command that was sent as a text (0x8300). */
const textReply = message(
  0x6006,
  'textReply',
  { zh: '文本信息上报', en: 'Text reply', from: 'terminal', revisions: EVERY, replies: [0x8001] },
  {
    encoding: enumeration(1, { gbk: 0, unicode: UNICODE }).about('编码'),
    text: when(differs('encoding', UNICODE), text('rest')).about('文本信息'),
    unicodeText: when(among('encoding', UNICODE), octets('rest')).about('文本信息', 'UTF-16, big-endian'),
  },
);

const timeSyncRequest = message(
  0x0109,
  'timeSyncRequest',
  { zh: '时间同步请求', en: 'Time synchronisation request', from: 'terminal', revisions: EVERY, replies: [0x8109] },
  {},
);

/** In UTC, unlike every other time. */
const timeSyncResponse = message(
  0x8109,
  'timeSyncResponse',
  { zh: '时间同步应答', en: 'Time synchronisation response', from: 'platform', revisions: EVERY },
  {
    year: u16.about('年', 'UTC'),
    month: u8.about('月'),
    day: u8.about('日'),
    hour: u8.about('时'),
    minute: u8.about('分'),
    second: u8.about('秒'),
    result: u8.about('结果'),
  },
);

const compactBatch = message(
  0x0210,
  'compactBatch',
  { zh: '位置信息批量汇报', en: 'Compact batch of locations', from: 'terminal', revisions: EVERY, replies: [0x8001] },
  {
    items: list(
      'rest',
      struct({ location: sized(prefix(1, 'length'), struct(LOCATION)).about('位置汇报数据体') }),
    ).about('位置汇报数据项', 'no count and no type in front, unlike 0x0704'),
  },
);

const trackerHeartbeat = message(
  0x0506,
  'trackerHeartbeat',
  { zh: '心跳', en: 'Heartbeat of a tracker', from: 'terminal', revisions: EVERY, replies: [0x8001] },
  { state: octets('rest').about('状态', 'nothing on most trackers') },
);

const MAGNITUDE = packed(2, { magnitude: { bit: 0, width: 15 }, negative: { bit: 15, width: 1 } });

const accelerationReport = message(
  0x2070,
  'accelerationReport',
  { zh: '加速度上报', en: 'Accelerometer samples', from: 'terminal', revisions: EVERY, replies: [0x8001] },
  {
    samples: list('rest', struct({ time, x: MAGNITUDE, y: MAGNITUDE, z: MAGNITUDE })).about(
      '采样',
      'sign and magnitude',
    ),
  },
);

const oilControl = message(
  0xa006,
  'oilControl',
  { zh: '油路控制', en: 'Fuel line control', from: 'platform', revisions: EVERY, replies: [0x0001] },
  { command: enumeration(1, { restore: 0, cut: 1 }).about('控制'), time: time.about('时间') },
);

export const TEXT_REPLIES: readonly Message[] = [textReply];
export const TRACKER_MESSAGES: readonly Message[] = [
  timeSyncRequest,
  compactBatch,
  trackerHeartbeat,
  accelerationReport,
  textReply,
  timeSyncResponse,
  oilControl,
];
