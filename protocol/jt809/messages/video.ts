/**
 * Video between platforms: 0x1700–0x1B00 and 0x9700–0x9B00, which JT/T 1078-2016 adds to both editions. The streams
 * themselves go elsewhere; here is who may see what, where it is, and what came of it.
 */
import { countOf, ascii, enumeration, list, optional, struct, u16, u32, u8, utc } from '../../schema/field.ts';
import { ALARMS, channel, mediaType, playbackSpeed, storageOrAny, streamOrAny } from '../../video/media.ts';
import { GNSS_2011 } from '../gnss.ts';
import { both, exchange } from '../message.ts';

const accessCode = (zh: string) => ascii(64).about(zh);

/** What a request ended with. */
const RESULTS = {
  success: 0,
  failure: 1,
  notSupported: 2,
  sessionEnded: 3,
  accessCodeWrong: 4,
  notInCrossingArea: 5,
} as const;
const result = enumeration(1, RESULTS).about('应答结果');
const server = {
  server: ascii(32).about('服务器IP地址'),
  port: u16.about('服务器端口'),
} as const;
const span = {
  start: utc('seconds').about('开始时间'),
  end: utc('seconds').about('结束时间'),
} as const;
/** By whom it may be seen: within five minutes of entering another region a position of the vehicle is wanted too. */
const access = {
  accessCode: accessCode('时效口令'),
  position: optional(struct(GNSS_2011)).about(
    '车辆定位信息',
    'of the entry into another region; only for its platform',
  ),
} as const;
const recording = {
  channel,
  ...span,
  ...ALARMS,
  mediaType,
  stream: streamOrAny,
  storage: storageOrAny,
  size: u32.unit('octets').about('文件大小'),
} as const;
const recordings = {
  count: countOf(4, 'recordings').about('资源目录项数目'),
  recordings: list({ from: 'count' }, struct(recording)).about('资源目录项列表'),
} as const;
const sessionId = u16.about('会话ID', 'serial of the 0x9B01');

export const VIDEO_EXCHANGES = [
  exchange(
    0x1701,
    'videoAccessCode',
    { zh: '时效口令上报', en: 'Access codes of video', constant: 'UP_AUTHORIZE_MSG_STARTUP' },
    both({
      platformId: ascii(11).about('企业视频监控平台唯一编码'),
      localCode: accessCode('归属地区政府平台使用的时效口令'),
      remoteCode: accessCode('跨域地区政府平台使用的时效口令'),
    }),
  ),
  exchange(
    0x1702,
    'videoAccessCodeRequest',
    { zh: '时效口令请求', en: 'Query for access codes', constant: 'UP_AUTHORIZE_MSG_STARTUP_REQ', reply: 0x9702 },
    both({}),
  ),
  exchange(
    0x9702,
    'videoAccessCodeResponse',
    { zh: '时效口令请求应答', en: 'Answer to it', constant: 'DOWN_AUTHORIZE_MSG_STARTUP_REQ_ACK' },
    both({}),
  ),
  exchange(
    0x1801,
    'liveVideoResponse',
    { zh: '实时音视频请求应答', en: 'Where a live stream is', constant: 'UP_REALVIDEO_MSG_STARTUP_ACK' },
    both({ result, ...server }),
  ),
  exchange(
    0x1802,
    'liveVideoEndResponse',
    { zh: '主动请求停止实时音视频传输应答', en: 'End of a live stream', constant: 'UP_REALVIDEO_MSG_END_ACK' },
    both({ result }),
  ),
  exchange(
    0x9801,
    'liveVideoRequest',
    { zh: '实时音视频请求', en: 'Live stream wanted', constant: 'DOWN_REALVIDEO_MSG_STARTUP', reply: 0x1801 },
    both({ channel, mediaType, ...access }),
  ),
  exchange(
    0x9802,
    'liveVideoEnd',
    {
      zh: '主动请求停止实时音视频传输',
      en: 'Live stream no longer wanted',
      constant: 'DOWN_REALVIDEO_MSG_END',
      reply: 0x1802,
    },
    both({ channel, mediaType }),
  ),
  exchange(
    0x1901,
    'recordingList',
    { zh: '主动上传音视频资源目录信息', en: 'What was recorded, unasked', constant: 'UP_FILELIST_MSG', reply: 0x9901 },
    both(recordings),
  ),
  exchange(
    0x1902,
    'recordingListResponse',
    { zh: '查询音视频资源目录应答', en: 'What was recorded', constant: 'UP_REALVIDEO_FILELIST_REQ_ACK' },
    both({ result, ...recordings }),
  ),
  exchange(
    0x9901,
    'recordingListReceived',
    { zh: '主动上传音视频资源目录信息应答', en: 'Receipt of a list', constant: 'DOWN_FILELIST_MSG_ACK' },
    both({ result, count: u8.about('资源目录总数') }),
  ),
  exchange(
    0x9902,
    'recordingListRequest',
    {
      zh: '查询音视频资源目录请求',
      en: 'Query for recordings',
      constant: 'DOWN_REALVIDEO_FILELIST_REQ',
      reply: 0x1902,
    },
    both({ channel, ...span, ...ALARMS, mediaType, stream: streamOrAny, storage: storageOrAny, ...access }),
  ),
  exchange(
    0x1a01,
    'playbackResponse',
    { zh: '远程录像回放请求应答', en: 'Where a playback is', constant: 'UP_PLAYBACK_MSG_STARTUP_ACK' },
    both({ result, ...server }),
  ),
  exchange(
    0x1a02,
    'playbackControlResponse',
    { zh: '远程录像回放控制应答', en: 'Answer to a control of playback', constant: 'UP_PLAYBACK_MSG_CONTROL_ACK' },
    both({ result }),
  ),
  exchange(
    0x9a01,
    'playbackRequest',
    { zh: '远程录像回放请求', en: 'Playback wanted', constant: 'DOWN_PLAYBACK_MSG_STARTUP', reply: 0x1a01 },
    both({ channel, mediaType, stream: streamOrAny, storage: storageOrAny, ...span, ...access }),
  ),
  exchange(
    0x9a02,
    'playbackControl',
    { zh: '远程录像回放控制', en: 'Control of playback', constant: 'DOWN_PLAYBACK_MSG_CONTROL', reply: 0x1a02 },
    both({
      control: enumeration(1, {
        start: 0,
        pause: 1,
        stop: 2,
        fastForward: 3,
        keyFrameRewind: 4,
        drag: 5,
        keyFrames: 6,
      }).about('控制类型'),
      speed: playbackSpeed,
      position: utc('seconds').about('拖动位置'),
    }),
  ),
  exchange(
    0x1b01,
    'downloadResponse',
    { zh: '远程录像下载请求应答', en: 'Whether a recording will be fetched', constant: 'UP_DOWNLOAD_MSG_STARTUP_ACK' },
    both({ result, sessionId }),
  ),
  exchange(
    0x1b02,
    'downloadNotice',
    { zh: '远程录像下载通知', en: 'A recording is there', constant: 'UP_DOWNLOAD_MSG_END_INFORM', reply: 0x9b02 },
    both({
      result: u8.about('下载结果', '0: all of it was uploaded'),
      sessionId,
      ...server,
      user: ascii(49).about('FTP用户名'),
      password: ascii(22).about('FTP密码'),
      path: ascii(200).about('文件存储路径'),
    }),
  ),
  exchange(
    0x1b03,
    'downloadControlResponse',
    { zh: '远程录像下载控制应答', en: 'Answer to a control of fetching', constant: 'UP_DOWNLOAD_MSG_CONTROL_ACK' },
    both({ result }),
  ),
  exchange(
    0x9b01,
    'downloadRequest',
    { zh: '远程录像下载请求', en: 'Recording wanted', constant: 'DOWN_DOWNLOAD_MSG_STARTUP', reply: 0x1b01 },
    both({ ...recording, ...access }),
  ),
  exchange(
    0x9b02,
    'downloadNoticeReceived',
    { zh: '远程录像下载完成通知应答', en: 'Receipt of a notice', constant: 'DOWN_DOWNLOAD_MSG_END_INFORM_ACK' },
    both({ result: u8.about('应答结果'), sessionId }),
  ),
  exchange(
    0x9b03,
    'downloadControl',
    { zh: '远程录像下载控制', en: 'Control of fetching', constant: 'DOWN_DOWNLOAD_MSG_CONTROL', reply: 0x1b03 },
    both({ sessionId, control: enumeration(1, { pause: 0, resume: 1, cancel: 2 }).about('控制类型') }),
  ),
] as const;
