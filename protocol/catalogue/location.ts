/** Where a vehicle is: 0x0200, the answer to a query for it, and positions sent in batches. */
import { coordinate, countOf, enumeration, flags, list, prefix, sized, struct, time, u16 } from '../schema/field.ts';
import { type BodyOf, message } from '../schema/message.ts';
import { ALARM_BITS, STATUS_BITS } from './location-bits.ts';
import { LOCATION_ITEMS } from './location-items.ts';

/** The fixed part of 0x0200, which media carry. */
export const BASIC_LOCATION = {
  alarm: flags(4, ALARM_BITS).about('报警标志'),
  status: flags(4, STATUS_BITS).about('状态'),
  latitude: coordinate('status', 2).about('纬度', 'the wire has the magnitude; southLatitude makes it negative'),
  longitude: coordinate('status', 3).about('经度', 'the wire has the magnitude; westLongitude makes it negative'),
  altitude: u16.unit('m').about('高程'),
  speed: u16.per(10, 'km/h').about('速度', 'as the GNSS module has it'),
  direction: u16.unit('deg').about('方向', 'north is 0, clockwise'),
  time: time.about('时间', 'UTC+8 on the wire'),
} as const;
/** The body of 0x0200, which other messages carry as a whole. */
export const LOCATION = { ...BASIC_LOCATION, items: LOCATION_ITEMS.about('位置附加信息项列表') } as const;

export const locationReport = message(
  0x0200,
  'locationReport',
  { zh: '位置信息汇报', en: 'Location report', from: 'terminal', revisions: [2011, 2013, 2019], replies: [0x8001] },
  LOCATION,
);
/** A position as a terminal reports it: `status` and `alarm` are wire words, angles signed degrees. */
export type LocationReport = BodyOf<typeof locationReport>;

export const locationQuery = message(
  0x8201,
  'locationQuery',
  { zh: '位置信息查询', en: 'Location query', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0201] },
  {},
);

export const locationQueryResponse = message(
  0x0201,
  'locationQueryResponse',
  { zh: '位置信息查询应答', en: 'Location query response', from: 'terminal', revisions: [2011, 2013, 2019] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x8201'),
    location: struct(LOCATION).about('位置信息汇报消息体'),
  },
);

const BATCH_ITEM = struct({ location: sized(prefix(2, 'length'), struct(LOCATION)).about('位置汇报数据体') });

/** 2011 has no 0x0704, but a terminal that sends one means this. */
export const batchLocationUpload = message(
  0x0704,
  'batchLocationUpload',
  { zh: '定位数据批量上传', en: 'Batch location upload', from: 'terminal', revisions: [2013, 2019], replies: [0x8001] },
  {
    count: countOf(2, 'items').about('数据项个数'),
    dataType: enumeration(1, { normalBatchReport: 0, blindZoneSupplement: 1 }).about('位置数据类型'),
    items: list({ from: 'count' }, BATCH_ITEM).about('位置汇报数据项'),
  },
);
/** Positions sent together; one that could not be read is its octets. */
export type BatchLocationUpload = BodyOf<typeof batchLocationUpload>;
