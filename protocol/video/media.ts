/** What several messages of JT/T 1078-2016 say alike: which medium, stream, store, span of time and alarms. */
import { ALARM_BITS, VIDEO_ALARM_BITS } from '../catalogue/location-bits.ts';
import { enumeration, flags, text, time, prefix, u8, u16 } from '../schema/field.ts';
import type { About } from '../schema/message.ts';

/** 808-2013 and 808-2019 headers alike; 808-2011 is older than these messages. */
export const REVISIONS_OF_VIDEO = [2013, 2019] as const satisfies About['revisions'];

/** Codes of the media of a stream: in 0x1003, and as payload type of the stream itself. JT/T 1078-2016 table 12. */
export const PAYLOAD_TYPES = {
  g721: 1,
  g722: 2,
  g723: 3,
  g728: 4,
  g729: 5,
  g711a: 6,
  g711u: 7,
  g726: 8,
  g729a: 9,
  dvi4At3Khz: 10,
  dvi4At4Khz: 11,
  dvi4At8Khz: 12,
  dvi4At8KhzOther: 13,
  lpc: 14,
  s16beStereo: 15,
  s16beMono: 16,
  mpegAudio: 17,
  lpcm: 18,
  aac: 19,
  wma9Standard: 20,
  heAac: 21,
  pcmVoice: 22,
  pcmAudio: 23,
  aacLc: 24,
  mp3: 25,
  adpcma: 26,
  mp4Audio: 27,
  amr: 28,
  transparent: 91,
  h264: 98,
  h265: 99,
  avs: 100,
  svac: 101,
} as const;

/** Where a terminal is to connect for a stream: TCP where its port is not 0, else UDP. */
export const SERVER = {
  serverAddress: text(prefix(1, 'serverAddressLength')).about('服务器IP地址', 'IP address or host name'),
  tcpPort: u16.about('服务器视频通道监听端口号(TCP)', '0 where TCP is not to be used'),
  udpPort: u16.about('服务器视频通道监听端口号(UDP)', '0 where UDP is not to be used'),
} as const;

export const channel = u8.about(
  '逻辑通道号',
  '1 driver, 2 ahead, 3 front door, 4 cabin front, 5 cabin rear, 6 rear door, 7 luggage, 8 left, 9 right, 10 rear, 11 cabin middle, 12 middle door, 13 driver door, 33 driver audio, 36 and 37 other audio',
);

export const mediaType = enumeration(1, { audioVideo: 0, audio: 1, video: 2, videoOrAudioVideo: 3 }).about(
  '音视频类型',
);
export const streamOrAny = enumeration(1, { any: 0, main: 1, sub: 2 }).about('码流类型');
export const storageOrAny = enumeration(1, { any: 0, main: 1, backup: 2 }).about(
  '存储器类型',
  'backup: for disaster recovery',
);

export const PERIOD = {
  start: time.about('开始时间', 'zeros: without bound'),
  end: time.about('结束时间', 'zeros: without bound'),
} as const;

/** 64 bits, of which the higher word comes first: that of item 0x14, then the alarm word of 0x0200. */
export const ALARMS = {
  videoAlarm: flags(4, VIDEO_ALARM_BITS).about('视频报警标志', 'bits 32–63; no bit at all: any or none'),
  alarm: flags(4, ALARM_BITS).about('报警标志', 'bits 0–31, as in 0x0200'),
} as const;

export const playbackSpeed = enumeration(1, { none: 0, x1: 1, x2: 2, x4: 3, x8: 4, x16: 5 }).about('快进或快退倍数');
