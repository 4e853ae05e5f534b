/**
 * What active-safety alarms are called. One table for T/JSATL 12-2017, for DB32/T 3610.3-2019, which added to it, and
 * for the types that Guangdong added: where they differ, the name is that of the first.
 */
import type { BitTable } from '../schema/bits.ts';

/** 车辆状态. Bits 6 to 9 and 11 to 15 are the makers' own. */
export const SAFETY_STATUS_BITS = {
  acc: 0,
  leftTurn: 1,
  rightTurn: 2,
  wiper: 3,
  brake: 4,
  cardInserted: 5,
  positioned: 10,
} as const satisfies BitTable;

/** 高级驾驶辅助系统报警. From 0x10 on they are events, which have no level. */
export const ADAS_TYPES = {
  forwardCollision: 0x01,
  laneDeparture: 0x02,
  headway: 0x03,
  pedestrianCollision: 0x04,
  frequentLaneChange: 0x05,
  roadSignViolation: 0x06,
  obstacle: 0x07,
  functionFailure: 0x08,
  roadSignRecognised: 0x10,
  snapshot: 0x11,
  solidLineCrossed: 0x12,
  aislePassenger: 0x13,
} as const;

/** 驾驶员状态监测系统报警. DB32/T 3610.3 means by 4 that the driver does not look ahead, by 5 that there is none. */
export const DSM_TYPES = {
  fatigue: 0x01,
  phoneCall: 0x02,
  smoking: 0x03,
  distraction: 0x04,
  driverAbnormal: 0x05,
  handsOffWheel: 0x06,
  functionFailure: 0x07,
  overtime: 0x08,
  noSeatBelt: 0x0a,
  infraredGlasses: 0x0b,
  bothHandsOff: 0x0c,
  phoneUse: 0x0d,
  snapshot: 0x10,
  driverChanged: 0x11,
} as const;

/** 盲区监测系统报警; in DB32/T 3610.3 变道决策辅助报警. */
export const BSD_TYPES = { rearApproach: 1, leftRearApproach: 2, rightRearApproach: 3 } as const;

/** 激烈驾驶报警, DB32/T 3610.3-2019. */
export const INTENSE_DRIVING_TYPES = {
  rapidAcceleration: 1,
  rapidDeceleration: 2,
  sharpTurn: 3,
  idling: 4,
  abnormalFlameout: 5,
  neutralCoasting: 6,
  engineOverspeed: 7,
} as const;

/** 报警/事件类型 of a tyre. */
export const TYRE_BITS = {
  periodicReport: 0,
  pressureHigh: 1,
  pressureLow: 2,
  temperatureHigh: 3,
  sensorFault: 4,
  pressureImbalance: 5,
  slowLeak: 6,
  batteryLow: 7,
} as const satisfies BitTable;
