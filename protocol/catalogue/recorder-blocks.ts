/**
 * The data blocks of the driving recorder (GB/T 19056-2012), by command.
 *
 * Typed are those whose layout frames of other projects prove, and three that leave no choice: one field, one time, and
 * the speeds of 60 s, which are those of 0x10 at another pace. Coordinates are as the recorder writes them, in
 * 0.0001 minutes; 0xFFFFFFFF and 0xFF stand for no record.
 */
import { ascii, bcd, enumeration, flags, list, struct, text, time, u8, u16, u32 } from '../schema/field.ts';

const realTime = time.about('实时时间');
const licence = ascii(18).about('机动车驾驶证号码');
const POSITION = {
  longitude: u32.about('经度', '0.0001 min'),
  latitude: u32.about('纬度', '0.0001 min'),
  altitude: u16.unit('m').about('海拔高度'),
};
const position = struct(POSITION);
const SIGNAL = text(10);
const MILEAGES = {
  initialMileage: bcd(4).about('初始里程', '0.1 km'),
  totalMileage: bcd(4).about('累计行驶里程', '0.1 km'),
};
const perSecond = (count: number) =>
  list(
    count,
    struct({
      speed: u8.unit('km/h').about('速度'),
      signals: flags(1, {}).about('状态信号', 'by the signal configuration'),
    }),
  );

/** 0x05, and 0x82 that sets it. */
const vehicleInformation = struct({
  vin: ascii(17).about('车辆识别代号'),
  plate: text(12).about('机动车号牌号码'),
  plateClass: text(12).about('机动车号牌分类'),
});
/** 0x06, and 0x84 that sets it. */
const signalConfiguration = struct({
  realTime,
  signals: flags(1, {}).about('状态信号字节', 'which of the signals are in use'),
  d0: SIGNAL.about('D0名称'),
  d1: SIGNAL.about('D1名称'),
  d2: SIGNAL.about('D2名称'),
  nearLight: SIGNAL.about('近光名称'),
  farLight: SIGNAL.about('远光名称'),
  rightTurn: SIGNAL.about('右转向名称'),
  leftTurn: SIGNAL.about('左转向名称'),
  brake: SIGNAL.about('制动名称'),
});
const pulseCoefficient = struct({ realTime, pulseCoefficient: u16.about('脉冲系数') });
const recordTime = time.about('事件发生时间');

/** What a recorder reports, by command word and name. */
export const REPORTED = {
  standardVersion: [0x00, struct({ year: bcd(1).about('标准年号'), modification: u8.about('修改单号') })],
  currentDriver: [0x01, struct({ licence })],
  realTimeClock: [0x02, struct({ realTime })],
  accumulatedMileage: [0x03, struct({ realTime, installTime: time.about('初次安装时间'), ...MILEAGES })],
  pulseCoefficient: [0x04, pulseCoefficient],
  vehicleInformation: [0x05, vehicleInformation],
  signalConfiguration: [0x06, signalConfiguration],
  recorderNumber: [
    0x07,
    struct({
      cccCode: ascii(7).about('生产厂CCC认证代码'),
      model: ascii(16).about('认证产品型号'),
      productionDate: bcd(3).about('生产日期', 'YYMMDD'),
      serialNumber: ascii(4).about('产品生产流水号'),
      reserved: ascii(5).about('备用'),
    }),
  ],
  speedRecords: [
    0x08,
    list('rest', struct({ startTime: time.about('开始时间'), seconds: perSecond(60).about('每秒的平均速度与状态') })),
  ],
  locationRecords: [
    0x09,
    list(
      'rest',
      struct({
        startTime: time.about('开始时间'),
        minutes: list(60, struct({ ...POSITION, averageSpeed: u8.unit('km/h').about('平均速度') })).about('每分钟'),
      }),
    ),
  ],
  accidentRecords: [
    0x10,
    list(
      'rest',
      struct({
        endTime: time.about('行驶结束时间'),
        licence,
        states: perSecond(100).about('每0.2s的速度与状态', 'from the end backwards'),
        position: position.about('行驶结束前最后一次有效位置'),
      }),
    ),
  ],
  overtimeRecords: [
    0x11,
    list(
      'rest',
      struct({
        licence,
        startTime: time.about('连续驾驶开始时间'),
        endTime: time.about('连续驾驶结束时间'),
        startPosition: position.about('连续驾驶开始时间所在位置'),
        endPosition: position.about('连续驾驶结束时间所在位置'),
      }),
    ),
  ],
  driverRecords: [
    0x12,
    list(
      'rest',
      struct({ time: recordTime, licence, event: enumeration(1, { login: 1, logout: 2 }).about('事件类型') }),
    ),
  ],
  powerRecords: [
    0x13,
    list('rest', struct({ time: recordTime, event: enumeration(1, { on: 1, off: 2 }).about('事件类型') })),
  ],
  parameterRecords: [0x14, list('rest', struct({ time: recordTime, event: u8.about('事件类型', 'the command word') }))],
  speedStatusRecords: [
    0x15,
    list(
      'rest',
      struct({
        status: enumeration(1, { normal: 1, abnormal: 2 }).about('速度状态'),
        startTime: time.about('速度状态判定的开始时间'),
        endTime: time.about('速度状态判定的结束时间'),
        seconds: list(
          60,
          struct({ recorded: u8.unit('km/h').about('记录速度'), reference: u8.unit('km/h').about('参考速度') }),
        ).about('每秒'),
      }),
    ),
  ],
} as const;

/** What is set in a recorder, by command word and name. */
export const SET = {
  vehicleInformation: [0x82, vehicleInformation],
  installDate: [0x83, struct({ installTime: time.about('初次安装时间') })],
  signalConfiguration: [0x84, signalConfiguration],
  recorderTime: [0xc2, struct({ realTime })],
  pulseCoefficient: [0xc3, pulseCoefficient],
  initialMileage: [0xc4, struct({ realTime, installTime: time.about('初次安装时间'), ...MILEAGES })],
} as const;
