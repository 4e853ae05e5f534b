/**
 * Alarm and status bits of 0x0200 (JT/T 808), and those of the items that hold bits.
 *
 * One table for all revisions: a terminal that sets a bit before or after its edition knew it still means it.
 */
import type { BitNames, BitTable } from '../schema/bits.ts';

/** 报警标志位. */
export const ALARM_BITS = {
  emergency: 0,
  overspeed: 1,
  fatigue: 2,
  danger: 3,
  gnssFault: 4,
  gnssAntennaCut: 5,
  gnssAntennaShort: 6,
  mainPowerLow: 7,
  mainPowerOff: 8,
  displayFault: 9,
  ttsFault: 10,
  cameraFault: 11,
  icCardFault: 12,
  overspeedWarning: 13,
  fatigueWarning: 14,
  violation: 15,
  tyrePressureWarning: 16,
  rightTurnBlindSpot: 17,
  dayDrivingTimeout: 18,
  parkingTimeout: 19,
  areaInOut: 20,
  routeInOut: 21,
  segmentTime: 22,
  routeDeviation: 23,
  vssFault: 24,
  fuelAbnormal: 25,
  stolen: 26,
  illegalIgnition: 27,
  illegalDisplacement: 28,
  collision: 29,
  rollover: 30,
  illegalDoorOpen: 31,
} as const satisfies BitTable;
/** Name of an alarm bit. */
export type AlarmName = BitNames<typeof ALARM_BITS>;

/** 状态位. Bits 8 and 9 are one number: 1 half loaded, 3 full; 2 is reserved and shows as `load2`. */
export const STATUS_BITS = {
  acc: 0,
  positioned: 1,
  southLatitude: 2,
  westLongitude: 3,
  outOfService: 4,
  encrypted: 5,
  forwardCollisionWarning: 6,
  laneDepartureWarning: 7,
  load: { bit: 8, width: 2, names: { halfLoaded: 1, fullLoaded: 3 } },
  fuelCut: 10,
  circuitCut: 11,
  doorLocked: 12,
  door1Open: 13,
  door2Open: 14,
  door3Open: 15,
  door4Open: 16,
  door5Open: 17,
  gpsUsed: 18,
  beidouUsed: 19,
  glonassUsed: 20,
  galileoUsed: 21,
  moving: 22,
} as const satisfies BitTable;
/** Name of a status bit, or of what the load bits hold. */
export type StatusName = BitNames<typeof STATUS_BITS>;

/** Item 0x14, and parameter 0x007A that masks it (JT/T 1078-2016). */
export const VIDEO_ALARM_BITS = {
  signalLost: 0,
  occluded: 1,
  storageFault: 2,
  otherVideoFault: 3,
  overcrowded: 4,
  abnormalDriving: 5,
  specialRecordThreshold: 6,
} as const satisfies BitTable;

/** Item 0x18 (JT/T 1078-2016). */
export const BEHAVIOUR_BITS = { fatigue: 0, phoneCall: 1, smoking: 2 } as const satisfies BitTable;

/** Item 0x25. */
export const VEHICLE_SIGNAL_BITS = {
  lowBeam: 0,
  highBeam: 1,
  rightTurn: 2,
  leftTurn: 3,
  brake: 4,
  reverse: 5,
  fogLamp: 6,
  clearanceLamp: 7,
  horn: 8,
  airConditioner: 9,
  neutral: 10,
  retarder: 11,
  abs: 12,
  heater: 13,
  clutch: 14,
} as const satisfies BitTable;

/** Item 0x2A. */
export const IO_BITS = { deepSleep: 0, sleep: 1 } as const satisfies BitTable;
