/** What an upper platform asks and says about vehicles: 0x9200. JT/T 809 5.4.2. */
import { enumeration, optional, prefix, text, u32 } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';
import { ONE_POSITION, POSITIONS } from './dynamic-up.ts';
import { SOURCE } from './source.ts';

const applied = { result: enumeration(1, { success: 0, noVehicle: 1, wrongPeriod: 2, other: 3 }).about('处理结果') };
const cancelled = { result: enumeration(1, { success: 0, notApplied: 1, other: 2 }).about('处理结果') };
const resent = {
  result: enumeration(1, { now: 0, later: 1, none: 2, wrongContent: 3, other: 4 }).about('处理结果'),
};
const reviewed = { registered: 0, approved: 1, wrongInformation: 2, refused: 3 } as const;

export const DYNAMIC_DOWN_MESSAGES = [
  exchange(
    0x9201,
    'vehicleRegistrationResponse',
    { zh: '车辆注册信息应答', en: 'Vehicle registration response', constant: 'DOWN_EXG_MSG_REGISTER_ACK' },
    { 2011: [], 2019: [{ ...SOURCE, result: enumeration(1, reviewed).about('处理结果') }] },
  ),
  exchange(
    0x9202,
    'carLocation',
    { zh: '交换车辆定位信息', en: 'Position of a vehicle of elsewhere', constant: 'DOWN_EXG_MSG_CAR_LOCATION' },
    ONE_POSITION,
  ),
  exchange(
    0x9203,
    'carHistory',
    { zh: '车辆定位信息交换补发', en: 'Positions sent later', constant: 'DOWN_EXG_MSG_HISTORY_ARCOSSAREA' },
    POSITIONS,
  ),
  exchange(
    0x9204,
    'carInfo',
    { zh: '交换车辆静态信息', en: 'What a vehicle of elsewhere is', constant: 'DOWN_EXG_MSG_CAR_INFO' },
    both({ info: text('rest').about('车辆信息', 'KEY:=value;…') }),
  ),
  exchange(
    0x9205,
    'startExchange',
    {
      zh: '启动车辆定位信息交换请求',
      en: 'Positions of a vehicle are wanted',
      constant: 'DOWN_EXG_MSG_RETURN_STARTUP',
      reply: 0x1205,
    },
    both({ reason: enumeration(1, { areaIn: 0, manual: 1, emergency: 2, other: 3 }).about('启动原因') }),
  ),
  exchange(
    0x9206,
    'endExchange',
    {
      zh: '结束车辆定位信息交换请求',
      en: 'Positions of a vehicle are not wanted any more',
      constant: 'DOWN_EXG_MSG_RETURN_END',
      reply: 0x1206,
    },
    both({
      reason: enumeration(1, { areaOut: 0, manual: 1, emergencyOver: 2, offline: 3, other: 4 }).about('结束原因'),
    }),
  ),
  exchange(
    0x9207,
    'applyExchangeResponse',
    {
      zh: '申请交换指定车辆定位信息应答',
      en: 'Response to an application for positions',
      constant: 'DOWN_EXG_MSG_APPLY_FOR_MONITOR_STARTUP_ACK',
    },
    { 2011: [applied], 2019: [{ ...SOURCE, ...applied }, applied] },
  ),
  exchange(
    0x9208,
    'cancelExchangeResponse',
    {
      zh: '取消交换指定车辆定位信息应答',
      en: 'Response to a cancellation',
      constant: 'DOWN_EXG_MSG_APPLY_FOR_MONITOR_END_ACK',
    },
    { 2011: [cancelled], 2019: [{ ...SOURCE, ...cancelled }, cancelled] },
  ),
  exchange(
    0x9209,
    'applyResendResponse',
    {
      zh: '补发车辆定位信息应答',
      en: 'Response to an application for positions of a time past',
      constant: 'DOWN_EXG_MSG_APPLY_HISGNSSDATA_ACK',
    },
    { 2011: [resent], 2019: [{ ...SOURCE, ...resent }, resent] },
  ),
  exchange(
    0x920a,
    'driverInfoRequest',
    {
      zh: '上报驾驶员身份识别信息请求',
      en: 'Query for the driver',
      constant: 'DOWN_EXG_MSG_REPORT_DRIVER_INFO',
      reply: 0x120a,
    },
    {
      2011: [{}],
      2019: [
        {
          source: optional(enumeration(1, { lastReceived: 0, terminal: 1 }).about('上传标志', 'where from to take it')),
        },
      ],
    },
  ),
  exchange(
    0x920b,
    'waybillRequest',
    {
      zh: '上报车辆电子运单请求',
      en: 'Query for the waybill',
      constant: 'DOWN_EXG_MSG_TAKE_EWAYBILL_REQ',
      reply: 0x120b,
    },
    both({}),
  ),
  exchange(
    0x920c,
    'routeRequest',
    {
      zh: '上报车辆行驶路线请求',
      en: 'Query for the route',
      constant: 'DOWN_BASE_MSG_DRVLINE_REQ',
      reply: 0x120e,
    },
    { 2011: [], 2019: [{}] },
  ),
  exchange(
    0x920d,
    'routeResponse',
    { zh: '车辆行驶线路请求应答', en: 'What became of a route', constant: 'DOWN_BASE_MSG_DRVLINE_ACK' },
    {
      2011: [],
      2019: [
        {
          routeId: u32.about('线路ID'),
          result: enumeration(1, reviewed).about('处理结果'),
          reason: text(prefix(2, 'reasonLength')).about('未通过原因'),
        },
      ],
    },
  ),
] as const;
