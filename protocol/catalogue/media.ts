/** Pictures, sound and video that a terminal has taken: announced, sent, searched for, asked for. */
import {
  enumeration,
  list,
  octets,
  optional,
  prefix,
  revised,
  since,
  struct,
  time,
  u8,
  u16,
  u32,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import type { Revision } from '../schema/revision.ts';
import { bcdTime } from '../text/time.ts';
import { BASIC_LOCATION, LOCATION } from './location.ts';

const EVENTS = { platformCommand: 0, timedAction: 1, robberyAlarm: 2, collisionRolloverAlarm: 3 } as const;
const EVENTS_SINCE_2013 = {
  ...EVENTS,
  doorOpen: 4,
  doorClose: 5,
  speedAboveDoorClosed: 6,
  fixedDistance: 7,
} as const;

const type = enumeration(1, { image: 0, audio: 1, video: 2 }).about('多媒体类型');
const format = enumeration(1, { jpeg: 0, tif: 1, mp3: 2, wav: 3, wmv: 4 }).about('多媒体格式编码');
/** What a search asks for is in every edition what 2011 knew. */
const searched = enumeration(1, EVENTS).about('事件项编码');
const event = revised<keyof typeof EVENTS_SINCE_2013 | number>({
  2011: enumeration(1, EVENTS),
  2013: enumeration(1, EVENTS_SINCE_2013),
  2019: enumeration(1, EVENTS_SINCE_2013),
}).about('事件项编码', 'speedAboveDoorClosed: the door closed, and the speed rose above 20 km/h');
const multimediaId = u32.about('多媒体ID', 'above 0');
const deleteFlag = enumeration(1, { keep: 0, deleteAfterUpload: 1 }).about('删除标志');

export const multimediaEventUpload = message(
  0x0800,
  'multimediaEventUpload',
  {
    zh: '多媒体事件信息上传',
    en: 'Multimedia event upload',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8001],
  },
  { multimediaId: u32.about('多媒体数据ID', 'above 0'), type, format, event, channelId: u8.about('通道ID') },
);

/** Octets before the location, those of the location up to its time, and those of both. */
const MEDIA_HEAD = 8;
const TIME_AT = MEDIA_HEAD + 22;
const MEDIA_FIXED = MEDIA_HEAD + 28;

/** 2011 has no location in front of the data. A location has a time that the calendar has, or one that was never set. */
function revisionOfMedia(b: Uint8Array, start: number, end: number): Revision {
  if (end - start < MEDIA_FIXED) return 2011;
  const at = start + TIME_AT;
  const unset = b.subarray(at, at + 6).every((octet) => octet === 0);
  return unset || !Number.isNaN(bcdTime(b, at)) ? 2013 : 2011;
}

export const multimediaDataUpload = message(
  0x0801,
  'multimediaDataUpload',
  {
    zh: '多媒体数据上传',
    en: 'Multimedia data upload',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
    replies: [0x8800],
    revisionOf: revisionOfMedia,
  },
  {
    multimediaId,
    type,
    format,
    event,
    channelId: u8.about('通道ID'),
    location: since(2013, struct(BASIC_LOCATION)).about('位置信息汇报(0x0200)消息体', 'as taking began; no items'),
    data: octets('rest').about('多媒体数据包', 'the data of all parts'),
  },
);

/** 2011 always has the count; from 2013 on nothing follows the id where nothing is missing. */
const missing = list(prefix(1, 'count'), u16);

/** Carries no serial: the id says what it answers. Terminals are met that take 5 octets only: they are sent `[]`. */
export const multimediaUploadResponse = message(
  0x8800,
  'multimediaUploadResponse',
  { zh: '多媒体数据上传应答', en: 'Multimedia upload response', from: 'platform', revisions: [2011, 2013, 2019] },
  {
    multimediaId,
    packageIds: revised({ 2011: optional(missing, 'always'), 2013: optional(missing), 2019: optional(missing) }).about(
      '重传包ID列表',
      'numbers of missing parts, ascending, at most 125; none: complete',
    ),
  },
);

const searchHead = {
  multimediaId: since(2013, multimediaId),
  type,
  channelId: u8.about('通道ID'),
  event: searched,
};
const found = (location: typeof BASIC_LOCATION) =>
  struct({ ...searchHead, location: struct(location).about('位置信息汇报(0x0200)消息体', 'as taking began') });
const answered = u16.about('应答流水号', 'of the 0x8802');

export const storedMultimediaSearchResponse = message(
  0x0802,
  'storedMultimediaSearchResponse',
  {
    zh: '存储多媒体数据检索应答',
    en: 'Stored multimedia search response',
    from: 'terminal',
    revisions: [2011, 2013, 2019],
  },
  { replySerial: answered, items: list(prefix(2, 'count'), found(BASIC_LOCATION)).about('检索项') },
  [
    { quirk: 'other-edition', revisions: [2013, 2019], as: 2011 },
    { quirk: 'other-edition', revisions: [2011], as: 2013 },
    // Locations with additional items: all entries have the same size.
    {
      quirk: 'variable-location',
      revisions: [2011, 2013, 2019],
      body: {
        replySerial: answered,
        items: list({ size: 2, name: 'count', evenly: true }, found(LOCATION)).about('检索项'),
      },
    },
  ],
);

const search = {
  type,
  channelId: u8.about('通道ID', '0: all of this kind'),
  event: searched,
  startTime: time.about('起始时间', 'none: from the first on'),
  endTime: time.about('结束时间', 'none: to the last'),
};

export const searchStoredMultimedia = message(
  0x8802,
  'searchStoredMultimedia',
  {
    zh: '存储多媒体数据检索',
    en: 'Search stored multimedia',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0802],
  },
  search,
);

export const uploadStoredMultimedia = message(
  0x8803,
  'uploadStoredMultimedia',
  {
    zh: '存储多媒体数据上传',
    en: 'Upload stored multimedia',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001, 0x0801],
  },
  { ...search, deleteFlag },
);

export const uploadOneStoredMultimediaItem = message(
  0x8805,
  'uploadOneStoredMultimediaItem',
  {
    zh: '单条存储多媒体数据检索上传命令',
    en: 'Upload one stored multimedia item',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0001, 0x0801],
  },
  { multimediaId, deleteFlag },
);
