/** Numbers that stand for words in JT/T 809, by the names that stand for them here. */

/** 车牌颜色, JT/T 697.7; 91–94 since 2019. */
export const PLATE_COLOURS = {
  blue: 1,
  yellow: 2,
  black: 3,
  white: 4,
  other: 9,
  farmYellow: 91,
  farmGreen: 92,
  yellowGreen: 93,
  gradientGreen: 94,
} as const;

/** 报警信息来源. */
export const ALARM_SOURCES = { terminal: 1, enterprisePlatform: 2, governmentPlatform: 3, other: 9 } as const;

/** 报警类型; 0x10–0x14 since 2019. FF is met for `other` too and stays a number. */
export const ALARM_TYPES = {
  overspeed: 0x01,
  fatigue: 0x02,
  emergency: 0x03,
  areaIn: 0x04,
  areaOut: 0x05,
  roadCongestion: 0x06,
  dangerousRoad: 0x07,
  borderCrossing: 0x08,
  theft: 0x09,
  robbery: 0x0a,
  routeDeviation: 0x0b,
  vehicleMoved: 0x0c,
  drivingTimeout: 0x0d,
  other: 0x0e,
  violation: 0x10,
  forwardCollision: 0x11,
  laneDeparture: 0x12,
  tyrePressure: 0x13,
  dynamicInformationAbnormal: 0x14,
} as const;

/** 报警处理结果. */
export const HANDLING_RESULTS = { processing: 0, done: 1, ignored: 2, later: 3 } as const;

/** 督办级别. */
export const SUPERVISION_LEVELS = { urgent: 0, normal: 1 } as const;

/** 查岗对象的类型: whom a query of presence or a text asks. */
export const OBJECT_TYPES = {
  onePlatform: 0,
  connectedPlatform: 1,
  oneOperator: 2,
  allOperators: 3,
  allPlatforms: 4,
  allPlatformsAndOperators: 5,
  allGovernmentPlatforms: 6,
  allEnterprisePlatforms: 7,
  allCommercialPlatforms: 8,
  allNonCommercialPlatforms: 9,
} as const;

/** 图片大小. */
export const PHOTO_SIZES = {
  '320x240': 1,
  '640x480': 2,
  '800x600': 3,
  '1024x768': 4,
  QCIF: 5,
  CIF: 6,
  'HALF-D1': 7,
  D1: 8,
} as const;

/** 命令字: what of the driving recorder is asked for (GB/T 19056). */
export const RECORDER_COMMANDS = {
  standardVersion: 0x00,
  driver: 0x01,
  clock: 0x02,
  mileage: 0x03,
  pulseFactor: 0x04,
  vehicle: 0x05,
  signalConfiguration: 0x06,
  serialNumber: 0x07,
  speedRecord: 0x08,
  positionRecord: 0x09,
  accidentRecord: 0x10,
  overtimeRecord: 0x11,
  driverRecord: 0x12,
  powerRecord: 0x13,
  parameterRecord: 0x14,
  speedStateLog: 0x15,
} as const;
