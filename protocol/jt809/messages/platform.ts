/** Between platforms, about no vehicle: queries of presence, texts, requests to send again. 0x1300 and 0x9300. */
import { ascii, enumeration, prefix, text, u8, u16, u32, utc } from '../../schema/field.ts';
import { exchange } from '../message.ts';
import { OBJECT_TYPES } from '../words.ts';
import { SOURCE } from './source.ts';

const objectType = enumeration(1, OBJECT_TYPES).about('查岗对象的类型');
const objectId = text(12).about('查岗对象的ID');
const infoId = u32.about('信息ID');
const content = { content: text(prefix(4, 'contentLength')).about('信息内容') } as const;
const asked = { objectType, objectId, infoId, ...content } as const;

const again = {
  firstSerial: u32.about('起始报文序列号'),
  lastSerial: u32.about('结束报文序列号'),
  time: utc('seconds').about('重传起始系统UTC时间'),
} as const;
const resend = {
  2011: [],
  2019: [{ subType: u16.about('子业务类型标识'), count: u8.about('总数'), ...again }, again],
} as const;

export const PLATFORM_MESSAGES = [
  exchange(
    0x1301,
    'postQueryResponse',
    { zh: '平台查岗应答', en: 'Response to a query of presence', constant: 'UP_PLATFORM_MSG_POST_QUERY_ACK' },
    {
      2011: [asked],
      2019: [
        {
          objectType,
          responder: text(16).about('查岗应答人姓名'),
          phone: ascii(20).about('查岗应答人联系电话'),
          objectId: text(20).about('查岗对象的ID'),
          ...SOURCE,
          ...content,
        },
      ],
    },
  ),
  exchange(
    0x1302,
    'platformTextResponse',
    { zh: '下发平台间报文应答', en: 'Response to a text', constant: 'UP_PLATFORM_MSG_INFO_ACK' },
    { 2011: [{ infoId }], 2019: [SOURCE, { infoId }] },
  ),
  exchange(
    0x1303,
    'resendRequest',
    { zh: '上传平台间消息补传请求', en: 'Request to send again', constant: 'UP_PLATFORM_MSG_RETRAN_REQ' },
    resend,
  ),
  exchange(
    0x9301,
    'postQuery',
    {
      zh: '平台查岗请求',
      en: 'Query of presence, for a person to answer',
      constant: 'DOWN_PLATFORM_MSG_POST_QUERY_REQ',
      reply: 0x1301,
    },
    {
      // A library leaves out whom it asks.
      2011: [asked, { infoId, ...content }],
      2019: [
        {
          objectType,
          objectId: text(20).about('查岗对象的ID'),
          answerWithin: u8.unit('min').about('查岗应答时限'),
          infoId,
          ...content,
        },
      ],
    },
  ),
  exchange(
    0x9302,
    'platformText',
    {
      zh: '下发平台间报文请求',
      en: 'Text between platforms',
      constant: 'DOWN_PLATFORM_MSG_INFO_REQ',
      reply: 0x1302,
    },
    { 2011: [asked], 2019: [asked] },
  ),
  exchange(
    0x9303,
    'resendRequestDown',
    { zh: '下发平台间消息补传请求', en: 'Request to send again', constant: 'DOWN_PLATFORM_MSG_RETRAN_REQ' },
    resend,
  ),
] as const;
