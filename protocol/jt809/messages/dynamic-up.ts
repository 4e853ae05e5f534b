/** Positions, drivers and waybills of vehicles that a lower platform sends: 0x1200. JT/T 809 5.4.1. */
import { ascii, list, prefix, text, u32, utc } from '../../schema/field.ts';
import { gnssOf, GNSS_2011, GNSS_2019 } from '../gnss.ts';
import { both, exchange } from '../message.ts';
import { ROUTE } from './route.ts';
import { SOURCE } from './source.ts';

const period = { start: utc('seconds').about('开始时间'), end: utc('seconds').about('结束时间') } as const;
const driver = {
  name: text(16).about('驾驶员姓名'),
  idNumber: ascii(20).about('身份证编号'),
  licence: text(40).about('从业资格证号'),
  organisation: text(200).about('发证机构名称'),
} as const;
const driver2019 = { ...driver, validUntil: utc('seconds').about('证件有效期') } as const;
const waybill = { waybill: text(prefix(4, 'waybillLength')).about('电子运单数据内容') } as const;

const platformId = ascii(11).about('平台唯一编码');
const producerId = ascii(11).about('车载终端厂商唯一编码');
const registration2011 = (model: number) =>
  ({
    platformId,
    producerId,
    model: ascii(model).about('车载终端型号'),
    terminalId: ascii(7).about('车载终端编号'),
    sim: ascii(12).about('车载终端SIM卡电话号码'),
  }) as const;

/** The response to a start or an end; a library writes a length of nothing behind it. */
const startedOrEnded = { 2011: [{}], 2019: [SOURCE, { ...SOURCE, dataLength: u32.about('后续数据长度') }] } as const;

const batch2011 = { positions: list(prefix(1, 'count'), gnssOf[2011]).about('车辆定位信息', 'at most 5') } as const;
const batch2019 = { positions: list(prefix(1, 'count'), gnssOf[2019]).about('车辆定位信息', 'at most 5') } as const;

/** A position alone; senders of 2019 are met that write it as 2011 does. */
export const ONE_POSITION = { 2011: [GNSS_2011], 2019: [GNSS_2019, GNSS_2011] } as const;
/** Positions in a batch. */
export const POSITIONS = { 2011: [batch2011], 2019: [batch2019, batch2011] } as const;

export const DYNAMIC_UP_MESSAGES = [
  exchange(
    0x1201,
    'vehicleRegistration',
    { zh: '上传车辆注册信息', en: 'Vehicle registration', constant: 'UP_EXG_MSG_REGISTER', reply: 0x9201 },
    {
      // The standard has a model of 8 octets, its supplement and the field one of 20.
      2011: [registration2011(20), registration2011(8)],
      2019: [
        {
          platformId,
          producerId,
          model: ascii(30).about('车载终端型号'),
          imei: ascii(15).about('车载终端通信模块IMEI码'),
          terminalId: ascii(30).about('车载终端编号'),
          sim: ascii(13).about('车载终端SIM卡电话号码'),
        },
      ],
    },
  ),
  exchange(
    0x1202,
    'realLocation',
    { zh: '实时上传车辆定位信息', en: 'Position', constant: 'UP_EXG_MSG_REAL_LOCATION' },
    ONE_POSITION,
  ),
  exchange(
    0x1203,
    'historyLocation',
    { zh: '车辆定位信息自动补报', en: 'Positions sent later', constant: 'UP_EXG_MSG_HISTORY_LOCATION' },
    POSITIONS,
  ),
  exchange(
    0x1205,
    'exchangeStarted',
    { zh: '启动车辆定位信息交换应答', en: 'Exchange is started', constant: 'UP_EXG_MSG_RETURN_STARTUP_ACK' },
    startedOrEnded,
  ),
  exchange(
    0x1206,
    'exchangeEnded',
    { zh: '结束车辆定位信息交换应答', en: 'Exchange is ended', constant: 'UP_EXG_MSG_RETURN_END_ACK' },
    startedOrEnded,
  ),
  exchange(
    0x1207,
    'applyExchange',
    {
      zh: '申请交换指定车辆定位信息',
      en: 'Application for the positions of a vehicle',
      constant: 'UP_EXG_MSG_APPLY_FOR_MONITOR_STARTUP',
      reply: 0x9207,
    },
    both(period),
  ),
  exchange(
    0x1208,
    'cancelExchange',
    {
      zh: '取消交换指定车辆定位信息',
      en: 'Cancellation of such an application',
      constant: 'UP_EXG_MSG_APPLY_FOR_MONITOR_END',
      reply: 0x9208,
    },
    both({}),
  ),
  exchange(
    0x1209,
    'applyResend',
    {
      zh: '补发车辆定位信息请求',
      en: 'Application for positions of a time past',
      constant: 'UP_EXG_MSG_APPLY_HISGNSSDATA_REQ',
      reply: 0x9209,
    },
    both(period),
  ),
  exchange(
    0x120a,
    'driverInfoResponse',
    { zh: '上报驾驶员身份识别信息应答', en: 'Driver, asked for', constant: 'UP_EXG_MSG_REPORT_DRIVER_INFO_ACK' },
    { 2011: [driver], 2019: [{ ...SOURCE, ...driver2019 }] },
  ),
  exchange(
    0x120b,
    'waybillResponse',
    { zh: '上报车辆电子运单应答', en: 'Waybill, asked for', constant: 'UP_EXG_MSG_TAKE_EWAYBILL_ACK' },
    { 2011: [waybill], 2019: [{ ...SOURCE, ...waybill }] },
  ),
  exchange(
    0x120c,
    'driverInfo',
    { zh: '主动上报驾驶员身份信息', en: 'Driver, of its own accord', constant: 'UP_EXG_MSG_REPORT_DRIVER_INFO' },
    { 2011: [driver], 2019: [driver2019] },
  ),
  exchange(
    0x120d,
    'waybill',
    { zh: '主动上报车辆电子运单', en: 'Waybill, of its own accord', constant: 'UP_EXG_MSG_REPORT_EWAYBILL_INFO' },
    both(waybill),
  ),
  exchange(
    0x120e,
    'routeInfo',
    { zh: '主动上报车辆行驶路线信息', en: 'Route of a vehicle', constant: 'UP_EXG_MSG_DRVLINE_INFO' },
    ROUTE,
  ),
] as const;
