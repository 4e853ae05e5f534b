/**
 * Parameters of active safety: 0xF364–0xF367. T/JSATL 12-2017 4.5. All ones in a field leave it as it is. A value of
 * another length than here stays raw: makers of the same edition disagree.
 */
import { ascii, enumeration, flags, item, octets, optional, struct, u8, u16 } from '../schema/field.ts';

const speed = u8.unit('km/h').about('分级速度阈值', 'from it on the alarm is of level 2; 0 to 220');
const recording = u8.unit('s').about('前后视频录制时间', '0 to 60; 0: none');
const photos = u8.about('拍照张数', '0 to 10; 0: none');
const photoInterval = u8.per(10, 's').about('拍照间隔', '0.1 to 1 s');
/** What is recorded of an alarm. */
const EVIDENCE = { recording, photos, photoInterval } as const;
const GRADED = struct({ speed, ...EVIDENCE });

/** Both begin alike. */
const commonOf = (policies: Readonly<Record<string, number>>) =>
  ({
    speedThreshold: u8.unit('km/h').about('报警判断速度阈值', '0 to 60'),
    volume: u8.about('报警提示音量', '0 mute to 8'),
    snapshotPolicy: enumeration(1, policies).about('主动拍照策略'),
    snapshotInterval: u16.unit('s').about('主动定时拍照时间间隔', '0 to 3600'),
    snapshotDistance: u16.unit('m').about('主动定距拍照距离间隔', '0 to 60000'),
    snapshotPhotos: u8.about('单次主动拍照张数', '1 to 10'),
    snapshotPhotoInterval: u8.per(10, 's').about('单次主动拍照时间间隔', '0.1 to 0.5 s'),
    photoResolution: enumeration(1, {
      of352x288: 1,
      of704x288: 2,
      of704x576: 3,
      of640x480: 4,
      of1280x720: 5,
      of1920x1080: 6,
    }).about('拍照分辨率'),
    videoResolution: enumeration(1, { cif: 1, hd1: 2, d1: 3, wd1: 4, vga: 5, of720P: 6, of1080P: 7 }).about(
      '视频录制分辨率',
    ),
  }) as const;

/** A bit for each of the two levels. */
const levelBits = (first: number, name: string): Record<string, number> => ({
  [`${name}Level1`]: first,
  [`${name}Level2`]: first + 1,
});

const ADAS = struct({
  ...commonOf({ off: 0, timed: 1, byDistance: 2 }),
  alarms: flags(4, {
    ...levelBits(0, 'obstacle'),
    ...levelBits(2, 'frequentLaneChange'),
    ...levelBits(4, 'laneDeparture'),
    ...levelBits(6, 'forwardCollision'),
    ...levelBits(8, 'pedestrianCollision'),
    ...levelBits(10, 'headway'),
    roadSignViolation: 16,
  }).about('报警使能'),
  events: flags(4, { roadSignRecognised: 0, snapshot: 1 }).about('事件使能'),
  reserved: octets(1).about('预留'),
  obstacle: struct({ distance: u8.per(10, 's').about('距离阈值', '1 to 5 s'), speed, ...EVIDENCE }).about('障碍物报警'),
  frequentLaneChange: struct({
    period: u8.unit('s').about('判断时间段', '30 to 120'),
    count: u8.about('判断次数', '3 to 10'),
    speed,
    ...EVIDENCE,
  }).about('频繁变道报警'),
  laneDeparture: GRADED.about('车道偏离报警'),
  forwardCollision: struct({ time: u8.per(10, 's').about('时间阈值', '1 to 5 s'), speed, ...EVIDENCE }).about(
    '前向碰撞报警',
  ),
  pedestrianCollision: struct({ time: u8.per(10, 's').about('时间阈值', '1 to 5 s'), speed, ...EVIDENCE }).about(
    '行人碰撞报警',
  ),
  headway: struct({ distance: u8.per(10, 's').about('距离阈值', '1 to 5 s'), speed, ...EVIDENCE }).about(
    '车距过近报警',
  ),
  roadSign: struct({ photos, photoInterval }).about('道路标志识别'),
  solidLine: GRADED.about('实线变道报警', 'Guangdong; reserved elsewhere'),
  aislePassenger: optional(struct({ speed, ...EVIDENCE, reserved: octets(4) })).about(
    '车厢过道行人检测报警',
    'Guangdong, and what it reserves',
  ),
});

const DSM = struct({
  ...commonOf({ off: 0, timed: 1, byDistance: 2, onCard: 3 }),
  alarms: flags(4, {
    ...levelBits(0, 'fatigue'),
    ...levelBits(2, 'phoneCall'),
    ...levelBits(4, 'smoking'),
    ...levelBits(6, 'distraction'),
    ...levelBits(8, 'driverAbnormal'),
  }).about('报警使能'),
  events: flags(4, { driverChanged: 0, snapshot: 1 }).about('事件使能'),
  smokingInterval: u16.unit('s').about('吸烟报警判断时间间隔', '0 to 3600'),
  phoneCallInterval: u16.unit('s').about('接打电话报警判断时间间隔', '0 to 3600'),
  reserved: octets(3).about('预留'),
  fatigue: GRADED.about('疲劳驾驶报警'),
  phoneCall: GRADED.about('接打电话报警'),
  smoking: GRADED.about('抽烟报警'),
  distraction: GRADED.about('分神驾驶报警'),
  driverAbnormal: GRADED.about('驾驶行为异常'),
  identityTrigger: enumeration(1, { off: 0, timed: 1, byDistance: 2, onCard: 3 }).about('驾驶员身份识别触发'),
  reserved2: octets(2).about('预留'),
  reserved3: optional(octets(1)).about('预留', 'of some makers'),
});

const TPMS = struct({
  tyreModel: ascii(12).about('轮胎规格型号', 'such as 900R20'),
  unit: enumeration(2, { kgPerCm2: 0, bar: 1, kPa: 2, psi: 3 }).about('胎压单位'),
  normalPressure: u16.about('正常胎压值', 'in `unit`'),
  imbalance: u16.unit('%').about('胎压不平衡门限'),
  slowLeak: u16.unit('%').about('慢漏气门限'),
  lowPressure: u16.about('低压阈值', 'in `unit`'),
  highPressure: u16.about('高压阈值', 'in `unit`'),
  highTemperature: u16.unit('degC').about('高温阈值'),
  lowBattery: u16.unit('%').about('电压阈值'),
  reportInterval: u16.unit('s').about('定时上报时间间隔', '0 to 3600; 0: none'),
  reserved: octets(6).about('预留'),
});

const BSD = struct({
  rear: u8.unit('s').about('后方接近报警时间阈值', '1 to 10'),
  sideRear: u8.unit('s').about('侧后方接近报警时间阈值', '1 to 10'),
});

/**
 * For the table of parameters. Provinces mean different things by 0xF370: of one octet it is Guangdong's, the thresholds
 * for harsh driving that others put there are longer and stay octets.
 */
export const SAFETY_PARAMETERS = {
  adasParameters: item(0xf364, ADAS.about('高级驾驶辅助系统参数')),
  dsmParameters: item(0xf365, DSM.about('驾驶员状态监测系统参数')),
  tpmsParameters: item(0xf366, TPMS.about('胎压监测系统参数')),
  bsdParameters: item(0xf367, BSD.about('盲区监测系统参数')),
  safetyProtocolVersion: item(0xf370, u8.about('主动安全智能防控协议版本', 'Guangdong')),
} as const;
