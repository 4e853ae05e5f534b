/** What a terminal can show and hear (0x9003, 0x1003), and its streams while they run (0x9101, 0x9102, 0x9105). */
import { enumeration, u8, u16 } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { channel, PAYLOAD_TYPES, REVISIONS_OF_VIDEO as revisions, SERVER } from './media.ts';

export const queryMediaAttributes = message(
  0x9003,
  'queryMediaAttributes',
  { zh: '查询终端音视频属性', en: 'Query audio and video attributes', from: 'platform', revisions, replies: [0x1003] },
  {},
);

export const mediaAttributes = message(
  0x1003,
  'mediaAttributes',
  { zh: '终端上传音视频属性', en: 'Audio and video attributes', from: 'terminal', revisions },
  {
    audioCodec: enumeration(1, PAYLOAD_TYPES).about('输入音频编码方式'),
    audioChannels: u8.about('输入音频声道数'),
    sampleRate: enumeration(1, { at8Khz: 0, at22Khz: 1, at44Khz: 2, at48Khz: 3 }).about(
      '输入音频采样率',
      '8, 22.05, 44.1 or 48 kHz',
    ),
    sampleBits: enumeration(1, { of8Bits: 0, of16Bits: 1, of32Bits: 2 }).about('输入音频采样位数'),
    audioFrameLength: u16.about('音频帧长度', 'octets'),
    audioOutput: enumeration(1, { no: 0, yes: 1 }).about('是否支持音频输出'),
    videoCodec: enumeration(1, PAYLOAD_TYPES).about('视频编码方式'),
    maxAudioChannels: u8.about('终端支持的最大音频物理通道数量'),
    maxVideoChannels: u8.about('终端支持的最大视频物理通道数量'),
  },
);

export const liveStreamRequest = message(
  0x9101,
  'liveStreamRequest',
  { zh: '实时音视频传输请求', en: 'Live stream request', from: 'platform', revisions, replies: [0x0001] },
  {
    ...SERVER,
    channel,
    dataType: enumeration(1, { audioVideo: 0, video: 1, talk: 2, listen: 3, broadcast: 4, transparent: 5 }).about(
      '数据类型',
    ),
    stream: enumeration(1, { main: 0, sub: 1 }).about('码流类型'),
  },
);

export const liveStreamControl = message(
  0x9102,
  'liveStreamControl',
  { zh: '音视频实时传输控制', en: 'Live stream control', from: 'platform', revisions, replies: [0x0001] },
  {
    channel,
    command: enumeration(1, { close: 0, switchStream: 1, pause: 2, resume: 3, closeTalk: 4 }).about('控制指令'),
    closeType: enumeration(1, { both: 0, audio: 1, video: 2 }).about('关闭音视频类型', 'for close'),
    stream: enumeration(1, { main: 0, sub: 1 }).about('切换码流类型', 'for switchStream'),
  },
);

export const liveStreamStatus = message(
  0x9105,
  'liveStreamStatus',
  { zh: '实时音视频传输状态通知', en: 'Live stream status notice', from: 'platform', revisions, replies: [0x0001] },
  { channel, packetLoss: u8.unit('%').about('丢包率') },
);
