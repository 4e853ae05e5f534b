/** What supervisors ask of a vehicle: 0x9500. JT/T 809 5.7.2. */
import { ascii, bcd, enumeration, prefix, text, u8, u16, u32, utc } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';
import { PHOTO_SIZES, RECORDER_COMMANDS } from '../words.ts';

const command = enumeration(1, RECORDER_COMMANDS).about('命令字');

export const CONTROL_DOWN_MESSAGES = [
  exchange(
    0x9501,
    'listenRequest',
    {
      zh: '车辆单向监听请求',
      en: 'Listening in: the vehicle is to call',
      constant: 'DOWN_CTRL_MSG_MONITOR_VEHICLE_REQ',
      reply: 0x1501,
    },
    both({ phone: ascii(20).about('回拨电话号码') }),
  ),
  exchange(
    0x9502,
    'photoRequest',
    { zh: '车辆拍照请求', en: 'Photograph wanted', constant: 'DOWN_CTRL_MSG_TAKE_PHOTO_REQ', reply: 0x1502 },
    both({ lens: u8.about('镜头ID'), size: enumeration(1, PHOTO_SIZES).about('照片大小') }),
  ),
  exchange(
    0x9503,
    'textRequest',
    { zh: '下发车辆报文请求', en: 'Text for a driver', constant: 'DOWN_CTRL_MSG_TEXT_INFO', reply: 0x1503 },
    both({
      textId: u32.about('消息ID序号'),
      priority: enumeration(1, { urgent: 0, normal: 1 }).about('报文优先级'),
      text: text(prefix(4, 'textLength')).about('报文信息内容'),
    }),
  ),
  exchange(
    0x9504,
    'recorderRequest',
    {
      zh: '上报车辆行驶记录请求',
      en: 'Query for records of the driving recorder',
      constant: 'DOWN_CTRL_MSG_TAKE_TRAVEL_REQ',
      reply: 0x1504,
    },
    {
      2011: [{ command }],
      2019: [{ start: utc('seconds').about('开始时间'), end: utc('seconds').about('结束时间'), command }, { command }],
    },
  ),
  exchange(
    0x9505,
    'emergencyRequest',
    {
      zh: '车辆应急接入监管平台请求',
      en: 'Emergency access: the vehicle is to report to another server',
      constant: 'DOWN_CTRL_MSG_EMERGENCY_MONITORING_REQ',
      reply: 0x1505,
    },
    both({
      authCode: bcd(10).about('监管平台下发的鉴权码'),
      apn: text(20).about('拨号点名称'),
      user: text(49).about('拨号用户名'),
      password: text(22).about('拨号密码'),
      ip: ascii(32).about('地址'),
      tcpPort: u16.about('服务器TCP端口'),
      udpPort: u16.about('服务器UDP端口'),
      end: utc('seconds').about('结束时间'),
    }),
  ),
] as const;
