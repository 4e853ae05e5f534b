/** What a terminal has recorded: lists of it (0x9205, 0x1205), playing it back (0x9201, 0x9202), fetching it (0x9206, 0x9207, 0x1206). */
import { enumeration, flags, list, prefix, struct, text, time, u16, u32 } from '../schema/field.ts';
import { message } from '../schema/message.ts';
import {
  ALARMS,
  channel,
  mediaType,
  PERIOD,
  playbackSpeed,
  REVISIONS_OF_VIDEO as revisions,
  SERVER,
  storageOrAny,
  streamOrAny,
} from './media.ts';

export const playbackRequest = message(
  0x9201,
  'playbackRequest',
  { zh: '平台下发远程录像回放请求', en: 'Playback request', from: 'platform', revisions, replies: [0x1205] },
  {
    ...SERVER,
    channel,
    mediaType,
    stream: streamOrAny,
    storage: storageOrAny,
    mode: enumeration(1, { normal: 0, fastForward: 1, keyFrameRewind: 2, keyFrames: 3, singleFrame: 4 }).about(
      '回放方式',
    ),
    speed: playbackSpeed,
    start: time.about('开始时间', 'the moment of the frame for singleFrame'),
    end: time.about('结束时间', 'zeros: to the end'),
  },
);

export const playbackControl = message(
  0x9202,
  'playbackControl',
  { zh: '平台下发远程录像回放控制', en: 'Playback control', from: 'platform', revisions, replies: [0x0001] },
  {
    channel,
    control: enumeration(1, {
      start: 0,
      pause: 1,
      stop: 2,
      fastForward: 3,
      keyFrameRewind: 4,
      drag: 5,
      keyFrames: 6,
    }).about('回放控制'),
    speed: playbackSpeed,
    position: time.about('拖动回放位置', 'for drag'),
  },
);

const WANTED = { channel, ...PERIOD, ...ALARMS, mediaType, stream: streamOrAny, storage: storageOrAny } as const;

export const queryRecordings = message(
  0x9205,
  'queryRecordings',
  { zh: '查询资源列表', en: 'Query the list of recordings', from: 'platform', revisions, replies: [0x1205] },
  WANTED,
);

export const recordings = message(
  0x1205,
  'recordings',
  { zh: '终端上传音视频资源列表', en: 'List of recordings', from: 'terminal', revisions },
  {
    replySerial: u16.about('流水号', 'of the 0x9205 or 0x9201'),
    recordings: list(
      prefix(4, 'total'),
      struct({
        ...WANTED,
        stream: enumeration(1, { main: 1, sub: 2 }).about('码流类型'),
        storage: enumeration(1, { main: 1, backup: 2 }).about('存储器类型'),
        size: u32.unit('B').about('文件大小'),
      }),
    ).about('音视频资源列表'),
  },
);

export const recordingUpload = message(
  0x9206,
  'recordingUpload',
  // The 0x1206 comes when the file is there, maybe hours later: a report of its own, not the answer that is waited for.
  { zh: '文件上传指令', en: 'Upload a recording by FTP', from: 'platform', revisions, replies: [0x0001] },
  {
    serverAddress: text(prefix(1, 'serverAddressLength')).about('服务器地址'),
    port: u16.about('端口'),
    userName: text(prefix(1, 'userNameLength')).about('用户名'),
    password: text(prefix(1, 'passwordLength')).about('密码'),
    path: text(prefix(1, 'pathLength')).about('文件上传路径'),
    ...WANTED,
    conditions: flags(1, { wifi: 0, lan: 1, mobile: 2 }).about('任务执行条件', 'networks to use; no bit: any'),
  },
);

export const recordingUploaded = message(
  0x1206,
  'recordingUploaded',
  { zh: '文件上传完成通知', en: 'Recording uploaded', from: 'terminal', revisions, replies: [0x8001] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x9206'),
    result: enumeration(1, { success: 0, failure: 1 }).about('结果'),
  },
);

export const recordingUploadControl = message(
  0x9207,
  'recordingUploadControl',
  { zh: '文件上传控制', en: 'Control of an upload', from: 'platform', revisions, replies: [0x0001] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x9206'),
    control: enumeration(1, { pause: 0, resume: 1, cancel: 2 }).about('上传控制'),
  },
);
