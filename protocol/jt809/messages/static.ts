/** What does not change while a vehicle drives: 0x1600 and 0x9600. */
import { text } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';
import { ROUTE } from './route.ts';
import { SOURCE } from './source.ts';

const info = { info: text('rest').about('车辆信息', 'VIN:=…;VEHICLE_COLOR:=…;…, OWERS_NAME so spelt') } as const;

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
] as const;
