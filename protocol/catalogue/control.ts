/** Orders to a terminal and to the vehicle it is wired to. */
import {
  among,
  enumeration,
  flags,
  list,
  octets,
  optional,
  differs,
  prefix,
  since,
  struct,
  text,
  u8,
  u16,
  u32,
  until,
} from '../schema/field.ts';
import { message } from '../schema/message.ts';
import { LOCATION } from './location.ts';

const command = enumeration(1, {
  wirelessUpgrade: 1,
  connectToServer: 2,
  powerOff: 3,
  reset: 4,
  restoreFactorySettings: 5,
  closeDataCommunication: 6,
  closeAllWirelessCommunication: 7,
}).about('命令字');

export const terminalControl = message(
  0x8105,
  'terminalControl',
  { zh: '终端控制', en: 'Terminal control', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001] },
  {
    command,
    parameters: optional(text('rest'), among('command', 1, 2)).about(
      '命令参数',
      "fields separated by ';', in the order of the command: see splitControlParameters",
    ),
  },
  // Some write ports as two octets among the text, which is none then.
  [
    {
      quirk: 'opaque',
      revisions: [2011, 2013, 2019],
      body: { command, rawParameters: octets('rest').about('命令参数') },
    },
  ],
);

export const temporaryTrackingControl = message(
  0x8202,
  'temporaryTrackingControl',
  {
    zh: '临时位置跟踪控制',
    en: 'Temporary tracking control',
    from: 'platform',
    revisions: [2011, 2013, 2019],
    replies: [0x0001],
  },
  {
    interval: u16.unit('s').about('时间间隔', '0 stops tracking'),
    validity: optional(u32.unit('s'), differs('interval', 0)).about('位置跟踪有效期', 'not needed to stop'),
  },
);

export const manualAlarmConfirmation = message(
  0x8203,
  'manualAlarmConfirmation',
  {
    zh: '人工确认报警消息',
    en: 'Manual alarm confirmation',
    from: 'platform',
    revisions: [2013, 2019],
    replies: [0x0001],
  },
  {
    alarmSerial: u16.about('报警消息流水号', '0: every report of these alarms'),
    // At the places of the alarm bits of 0x0200.
    alarmTypes: flags(4, {
      emergency: 0,
      danger: 3,
      area: 20,
      route: 21,
      segmentTime: 22,
      illegalIgnition: 27,
      illegalDisplacement: 28,
    }).about('人工确认报警类型'),
  },
);

const controls = struct({
  controlId: enumeration(2, { door: 1 }).about('控制类型ID', '0xF001–0xFFFF are makers’ own'),
  // The inverse of the bit that 2013 has.
  param: u8.about('控制参数', 'door: 0 locked, 1 open'),
});

export const vehicleControl = message(
  0x8500,
  'vehicleControl',
  { zh: '车辆控制', en: 'Vehicle control', from: 'platform', revisions: [2011, 2013, 2019], replies: [0x0001, 0x0500] },
  {
    flag: until(2013, flags(1, { doorLock: 0 })).about('控制标志', 'doorLock: lock; not set: unlock'),
    controls: since(2019, list(prefix(2, 'count'), controls)).about('控制类型'),
  },
  [
    { quirk: 'no-count', revisions: [2019], body: { controls: since(2019, list('rest', controls)).about('控制类型') } },
    { quirk: 'other-edition', revisions: [2019], as: 2013 },
    { quirk: 'other-edition', revisions: [2011, 2013], as: 2019 },
  ],
);

export const vehicleControlResponse = message(
  0x0500,
  'vehicleControlResponse',
  { zh: '车辆控制应答', en: 'Vehicle control response', from: 'terminal', revisions: [2011, 2013, 2019] },
  {
    replySerial: u16.about('应答流水号', 'of the 0x8500'),
    location: struct(LOCATION).about('位置信息汇报消息体', 'its status bits say what became of the command'),
  },
);
