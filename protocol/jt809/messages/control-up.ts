/** What a vehicle answered to its supervisors: 0x1500. JT/T 809 5.7.1. */
import { enumeration, octets, prefix, struct, u8, u32 } from '../../schema/field.ts';
import { GNSS_2011, GNSS_2019 } from '../gnss.ts';
import { type Contradiction, exchange } from '../message.ts';
import { PHOTO_SIZES, RECORDER_COMMANDS } from '../words.ts';
import { SOURCE } from './source.ts';

const listening = { result: enumeration(1, { success: 0, failed: 1 }).about('应答结果') } as const;
const emergency = { result: enumeration(1, { success: 0, noVehicle: 1, other: 2 }).about('接入应答结果') } as const;
const textResult = enumeration(1, { success: 0, failed: 1 }).about('应答结果');

const flag = enumeration(1, {
  unsupported: 0,
  done: 1,
  later: 2,
  offline: 3,
  wrongLens: 4,
  other: 5,
  wrongPlate: 9,
}).about('拍照应答标识');
const photo = {
  lens: u8.about('镜头ID'),
  photoLength: u32.about('图片长度', 'octets of photo'),
  size: enumeration(1, PHOTO_SIZES).about('图片大小'),
  type: enumeration(1, { jpg: 1, gif: 2, tiff: 3, png: 4 }).about('图像格式'),
  photo: octets('rest').about('图片内容'),
} as const;
const position2011 = struct(GNSS_2011).about('拍摄地点');
const position2019 = struct(GNSS_2019).about('拍摄地点');

const record = { data: octets(prefix(4, 'dataLength')).about('车辆行驶记录信息', 'as GB/T 19056 has it') } as const;
const commanded = { command: enumeration(1, RECORDER_COMMANDS).about('命令字'), ...record } as const;

function photoContradiction(body: Readonly<Record<string, unknown>>): Contradiction | undefined {
  const { photoLength, photo: taken } = body;
  if (!(taken instanceof Uint8Array) || taken.length === photoLength) return undefined;
  return { field: 'photoLength', detail: `${String(photoLength)} is not ${taken.length}, the octets of photo` };
}

export const CONTROL_UP_MESSAGES = [
  exchange(
    0x1501,
    'listenResponse',
    { zh: '车辆单向监听应答', en: 'Response to listening in', constant: 'UP_CTRL_MSG_MONITOR_VEHICLE_ACK' },
    { 2011: [listening], 2019: [{ ...SOURCE, ...listening }, listening] },
  ),
  exchange(
    0x1502,
    'photoResponse',
    {
      zh: '车辆拍照应答',
      en: 'Photograph',
      constant: 'UP_CTRL_MSG_TAKE_PHOTO_ACK',
      contradiction: photoContradiction,
    },
    {
      2011: [{ flag, position: position2011, ...photo }],
      // Where no photograph was taken, senders of 2019 write 36 octets of 0 for the position.
      2019: [
        { ...SOURCE, flag, position: position2019, ...photo },
        { ...SOURCE, flag, position: position2011, ...photo },
      ],
    },
  ),
  exchange(
    0x1503,
    'textResponse',
    { zh: '下发车辆报文应答', en: 'Response to a text', constant: 'UP_CTRL_MSG_TEXT_INFO_ACK' },
    {
      2011: [{ textId: u32.about('消息ID号'), result: textResult }],
      2019: [
        { ...SOURCE, result: textResult },
        { textId: u32.about('消息ID号'), result: textResult },
      ],
    },
  ),
  exchange(
    0x1504,
    'recorderResponse',
    { zh: '上报车辆行驶记录应答', en: 'Records of the driving recorder', constant: 'UP_CTRL_MSG_TAKE_TRAVEL_ACK' },
    // A library leaves the command out.
    { 2011: [commanded, record], 2019: [{ ...SOURCE, ...commanded }, commanded] },
  ),
  exchange(
    0x1505,
    'emergencyResponse',
    {
      zh: '车辆应急接入监管平台应答',
      en: 'Response to emergency access',
      constant: 'UP_CTRL_MSG_EMERGENCY_MONITORING_ACK',
    },
    { 2011: [emergency], 2019: [{ ...SOURCE, ...emergency }, emergency] },
  ),
] as const;
