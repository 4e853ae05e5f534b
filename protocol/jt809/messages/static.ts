/** What does not change while a vehicle drives: 0x1600 and 0x9600. And the access codes of video, 0x1700. */
import { ascii, text } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';
import { ROUTE } from './route.ts';
import { SOURCE } from './source.ts';

const info = { info: text('rest').about('车辆信息', 'VIN:=…;VEHICLE_COLOR:=…;…, OWERS_NAME so spelt') } as const;
const accessCode = (zh: string) => ascii(64).about(zh);

export const STATIC_MESSAGES = [
  exchange(
    0x1601,
    'vehicleInfo',
    { zh: '补报车辆静态信息应答', en: 'What a vehicle is', constant: 'UP_BASE_MSG_VEHICLE_ADDED_ACK' },
    { 2011: [info], 2019: [{ ...SOURCE, ...info }] },
  ),
  exchange(
    0x1602,
    'vehicleRoute',
    { zh: '补报车辆行驶路线信息应答', en: 'Route of a vehicle', constant: 'UP_BASE_MSG_DRVLINE_ADDED_ACK' },
    ROUTE,
  ),
  exchange(
    0x9601,
    'vehicleInfoRequest',
    { zh: '补报车辆静态信息请求', en: 'Query for a vehicle', constant: 'DOWN_BASE_MSG_VEHICLE_ADDED', reply: 0x1601 },
    both({}),
  ),
  exchange(
    0x1701,
    'videoAccessCode',
    { zh: '时效口令上报', en: 'Access codes of video (JT/T 1078-2016)', constant: 'UP_AUTHORIZE_MSG_STARTUP' },
    both({
      platformId: ascii(11).about('企业视频监控平台唯一编码'),
      localCode: accessCode('归属地区政府平台使用的时效口令'),
      remoteCode: accessCode('跨域地区政府平台使用的时效口令'),
    }),
  ),
] as const;
