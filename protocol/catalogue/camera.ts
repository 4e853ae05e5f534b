/** Taking pictures, video and sound on command. */
import { enumeration, equal, list, optional, prefix, revised, u8, u16, u32 } from '../schema/field.ts';
import { message } from '../schema/message.ts';

const saveFlag = enumeration(1, { uploadInRealTime: 0, store: 1 }).about('保存标志');
const RESOLUTIONS = {
  '320x240': 1,
  '640x480': 2,
  '800x600': 3,
  '1024x768': 4,
  '176x144': 5,
  '352x288': 6,
  '704x288': 7,
  '704x576': 8,
} as const;
const SINCE_2019 = { lowest: 0, ...RESOLUTIONS, highest: 255 } as const;

export const cameraShootNow = message(
  0x8801,
  'cameraShootNow',
  {
    zh: '摄像头立即拍摄命令',
    en: 'Camera shoot now',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001, 0x0805],
  },
  {
    channelId: u8.about('通道ID', 'above 0'),
    command: u16.about('拍摄命令', '0: stop; 0xFFFF: record video; else the number of photos'),
    interval: u16.unit('s').about('拍照间隔/录像时间', '0: as fast as can be, or without end'),
    saveFlag,
    resolution: revised<keyof typeof SINCE_2019 | number>({
      2011: enumeration(1, RESOLUTIONS),
      2013: enumeration(1, RESOLUTIONS),
      2019: enumeration(1, SINCE_2019),
    }).about('分辨率', 'the nearest that the terminal has'),
    quality: u8.about('图像/视频质量', '1 (least loss) to 10'),
    brightness: u8.about('亮度', '0 to 255'),
    contrast: u8.about('对比度', '0 to 127'),
    saturation: u8.about('饱和度', '0 to 127'),
    chroma: u8.about('色度', '0 to 255'),
  },
);

export const cameraShotResponse = message(
  0x0805,
  'cameraShotResponse',
  { zh: '摄像头立即拍摄命令应答', en: 'Camera shot response', from: 'terminal', revisions: [2013, 2019] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x8801'),
    result: enumeration(1, { success: 0, failure: 1, channelNotSupported: 2 }).about('结果'),
    // With a failure nothing follows; an empty list does from some.
    multimediaIds: optional(list(prefix(2, 'count'), u32), equal('result', 0)).about('多媒体ID列表'),
  },
);

export const audioRecordingStart = message(
  0x8804,
  'audioRecordingStart',
  {
    zh: '录音开始命令',
    en: 'Audio recording start',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001],
  },
  {
    command: enumeration(1, { stop: 0, start: 1 }).about('录音命令'),
    duration: u16.unit('s').about('录音时间', '0: without end'),
    saveFlag,
    sampleRate: enumeration(1, { '8kHz': 0, '11kHz': 1, '23kHz': 2, '32kHz': 3 }).about('音频采样率'),
  },
);
