/** Counts and serials that platforms compare: how many positions went over, and where each kind of message stands. */
import { ascii, list, prefix, struct, u8, u16, u32, utc } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';

const period = { start: utc('seconds').about('开始时间'), end: utc('seconds').about('结束时间') } as const;
const counted = { total: u32.about('车辆定位信息数量'), ...period } as const;
const platform = ascii(11).about('平台唯一编码');
const serials = {
  serials: list(
    prefix(1, 'count'),
    struct({
      subType: u16.about('子业务类型标识'),
      serial: u32.about('报文序列号'),
      time: utc('seconds').about('系统UTC时间'),
    }),
  ).about('消息序列号列表'),
} as const;

export const STATISTICS_MESSAGES = [
  exchange(
    0x1101,
    'positionsSent',
    { zh: '发送车辆定位信息数量通知', en: 'Positions sent', constant: 'UP_TOTAL_RECV_BACK_MSG' },
    { 2011: [], 2019: [counted] },
  ),
  exchange(
    0x1102,
    'linkReportResponse',
    { zh: '平台链路连接情况与车辆定位消息传输情况上报应答', en: 'Links and losses', constant: 'UP_MANAGE_MSG_RSP' },
    {
      2011: [],
      2019: [
        {
          platform,
          ...period,
          lost: u32.about('丢失的车辆定位消息总数'),
          disconnects: u8.about('链路断开次数'),
          disconnectedFor: u32.unit('s').about('链路断开总时长'),
        },
      ],
    },
  ),
  exchange(
    0x1103,
    'serialsSent',
    { zh: '上传平台间消息序列号通知', en: 'Serials before the link broke', constant: 'UP_MANAGE_MSG_SN_INFORM' },
    { 2011: [], 2019: [serials] },
  ),
  exchange(
    0x9101,
    'positionsReceived',
    { zh: '接收车辆定位信息数量通知', en: 'Positions received', constant: 'DOWN_TOTAL_RECV_BACK_MSG' },
    both(counted),
  ),
  exchange(
    0x9102,
    'linkReportRequest',
    {
      zh: '平台链路连接情况与车辆定位消息传输情况上报请求',
      en: 'Query for links and losses',
      constant: 'DOWN_MANAGE_MSG_REQ',
      reply: 0x1102,
    },
    { 2011: [], 2019: [{ platform, ...period }] },
  ),
  exchange(
    0x9103,
    'serialsReceived',
    { zh: '下发平台间消息序列号通知', en: 'Serials before the link broke', constant: 'DOWN_MANAGE_MSG_SN_INFORM' },
    { 2011: [], 2019: [serials] },
  ),
] as const;
