/**
 * The terminal parameters by name (0x0075–0x007C are of JT/T 1078-2016): what 0x8103 sets and
 * 0x0104 reports. Names are the camelCase of the parameter's English name.
 *
 * Ids without a row (users' own from 0xF000) stay raw, and so does a value whose
 * length is not that of its row: several makers send a WORD in four octets.
 */
import {
  bcd,
  enumeration,
  flags,
  item,
  list,
  packed,
  prefix,
  range,
  struct,
  text,
  u8,
  u16,
  u32,
} from '../schema/field.ts';
import { SAFETY_PARAMETERS } from '../safety/parameters.ts';
import { ALARM_BITS, VIDEO_ALARM_BITS } from './location-bits.ts';
import { PLATE_COLORS } from './registration.ts';

/** 0x0064, 0x0065: one DWORD. Channels are a bit each, camera 1 first; `store` 1 means upload. */
const photoControl = (units: Readonly<Record<string, number>>) =>
  packed(4, {
    channelEnable: { bit: 0, width: 5 },
    channelStore: { bit: 8, width: 5 },
    unit: { bit: 16, width: 1, names: units },
    interval: { bit: 17, width: 15 },
  });

const STREAM = struct({
  mode: u8.about('编码模式'),
  resolution: u8.about('分辨率'),
  keyFrameInterval: u16.about('关键帧间隔', 'frames'),
  frameRate: u8.unit('1/s').about('目标帧率'),
  bitRate: u32.unit('kbit/s').about('目标码率'),
});
const CHANNEL = struct({
  physicalChannel: u8,
  logicalChannel: u8,
  channelType: enumeration(1, { audioVideo: 0, audio: 1, video: 2 }),
  hasPtz: u8,
});
const PERIOD = { wake: bcd(2), sleep: bcd(2) };
const SLEEP_WAKE = struct({
  mode: flags(1, { condition: 0, timer: 1, manual: 2 }),
  conditions: flags(1, { emergency: 0, collisionOrRollover: 1, doorOpen: 2 }),
  weekdays: flags(1, { monday: 0, tuesday: 1, wednesday: 2, thursday: 3, friday: 4, saturday: 5, sunday: 6 }),
  periods: flags(1, { period1: 0, period2: 1, period3: 2, period4: 3 }),
  period1: struct(PERIOD),
  period2: struct(PERIOD),
  period3: struct(PERIOD),
  period4: struct(PERIOD),
});
/** The second half of 0x0110–0x01FF: the same word as the CAN id of 0x0705. */
const CAN_ID = {
  canId: { bit: 0, width: 29 },
  computed: { bit: 29, width: 1 },
  extended: { bit: 30, width: 1 },
  channel: { bit: 31, width: 1, names: { can1: 0, can2: 1 } },
};

const CAN_SAMPLING = struct({ interval: u32.unit('ms').about('采集时间间隔', '0: none'), can: packed(4, CAN_ID) });

export const PARAMETERS = {
  heartbeatInterval: item(0x0001, u32.unit('s').about('终端心跳发送间隔')),
  tcpReplyTimeout: item(0x0002, u32.unit('s').about('TCP消息应答超时时间')),
  tcpRetransmissionCount: item(0x0003, u32.about('TCP消息重传次数')),
  udpReplyTimeout: item(0x0004, u32.unit('s').about('UDP消息应答超时时间')),
  udpRetransmissionCount: item(0x0005, u32.about('UDP消息重传次数')),
  smsReplyTimeout: item(0x0006, u32.unit('s').about('SMS消息应答超时时间')),
  smsRetransmissionCount: item(0x0007, u32.about('SMS消息重传次数')),
  mainServerApn: item(0x0010, text('rest').about('主服务器APN', 'PPP dial number on CDMA')),
  mainServerDialUserName: item(0x0011, text('rest').about('主服务器无线通信拨号用户名')),
  mainServerDialPassword: item(0x0012, text('rest').about('主服务器无线通信拨号密码')),
  mainServerAddress: item(0x0013, text('rest').about('主服务器地址', "2019: host:port, several separated by ';'")),
  backupServerApn: item(0x0014, text('rest').about('备份服务器APN')),
  backupServerDialUserName: item(0x0015, text('rest').about('备份服务器无线通信拨号用户名')),
  backupServerDialPassword: item(0x0016, text('rest').about('备份服务器无线通信拨号密码')),
  backupServerAddress: item(0x0017, text('rest').about('备份服务器地址', "2019: host:port, several separated by ';'")),
  serverTcpPort: item(0x0018, u32.about('服务器TCP端口', 'reserved in 2019 (moved into 0x0013)')),
  serverUdpPort: item(0x0019, u32.about('服务器UDP端口', 'reserved in 2019 (moved into 0x0013)')),
  icCardAuthenticationMainServerAddress: item(0x001a, text('rest').about('道路运输证IC卡认证主服务器IP地址或域名')),
  icCardAuthenticationMainServerTcpPort: item(0x001b, u32.about('道路运输证IC卡认证主服务器TCP端口')),
  icCardAuthenticationMainServerUdpPort: item(0x001c, u32.about('道路运输证IC卡认证主服务器UDP端口')),
  icCardAuthenticationBackupServerAddress: item(0x001d, text('rest').about('道路运输证IC卡认证备份服务器IP地址或域名')),
  locationReportStrategy: item(
    0x0020,
    enumeration(4, { byTime: 0, byDistance: 1, byTimeAndDistance: 2 }).about('位置汇报策略'),
  ),
  locationReportScheme: item(0x0021, enumeration(4, { byAccState: 0, byLoginState: 1 }).about('位置汇报方案')),
  reportIntervalDriverNotLoggedIn: item(0x0022, u32.unit('s').about('驾驶员未登录汇报时间间隔')),
  slaveServerApn: item(0x0023, text('rest').about('从服务器APN', "empty: as the main server's")),
  slaveServerDialUserName: item(
    0x0024,
    text('rest').about('从服务器无线通信拨号用户名', "empty: as the main server's"),
  ),
  slaveServerDialPassword: item(0x0025, text('rest').about('从服务器无线通信拨号密码', "empty: as the main server's")),
  slaveServerBackupAddress: item(
    0x0026,
    text('rest').about('从服务器备份地址、IP或域名', "host:port, several separated by ';'"),
  ),
  reportIntervalSleeping: item(0x0027, u32.unit('s').about('休眠时汇报时间间隔')),
  reportIntervalEmergencyAlarm: item(0x0028, u32.unit('s').about('紧急报警时汇报时间间隔')),
  defaultReportInterval: item(0x0029, u32.unit('s').about('缺省时间汇报间隔')),
  defaultReportDistance: item(0x002c, u32.unit('m').about('缺省距离汇报间隔')),
  reportDistanceDriverNotLoggedIn: item(0x002d, u32.unit('m').about('驾驶员未登录汇报距离间隔')),
  reportDistanceSleeping: item(0x002e, u32.unit('m').about('休眠时汇报距离间隔')),
  reportDistanceEmergencyAlarm: item(0x002f, u32.unit('m').about('紧急报警时汇报距离间隔')),
  cornerSupplementAngle: item(0x0030, u32.unit('deg').about('拐点补传角度')),
  geofenceRadius: item(0x0031, u16.unit('m').about('电子围栏半径(非法位移阈值)')),
  forbiddenDrivingPeriod: item(
    0x0032,
    struct({ startHour: u8, startMinute: u8, endHour: u8, endMinute: u8 }).about('违规行驶时段范围'),
  ),
  monitoringPlatformPhoneNumber: item(0x0040, text('rest').about('监控平台电话号码')),
  resetPhoneNumber: item(0x0041, text('rest').about('复位电话号码')),
  factoryResetPhoneNumber: item(0x0042, text('rest').about('恢复出厂设置电话号码')),
  monitoringPlatformSmsNumber: item(0x0043, text('rest').about('监控平台SMS电话号码')),
  numberReceivingTerminalSmsTextAlarms: item(0x0044, text('rest').about('接收终端SMS文本报警号码')),
  callAnsweringStrategy: item(
    0x0045,
    enumeration(4, { answerAutomatically: 0, automaticWhenAccOn: 1 }).about('终端电话接听策略'),
  ),
  longestSingleCall: item(0x0046, u32.unit('s').about('每次最长通话时间', '0: no calls; 0xFFFFFFFF: unlimited')),
  longestCallTimePerMonth: item(0x0047, u32.unit('s').about('当月最长通话时间', '0: no calls; 0xFFFFFFFF: unlimited')),
  listenInPhoneNumber: item(0x0048, text('rest').about('监听电话号码')),
  supervisionPlatformPrivilegedSmsNumber: item(0x0049, text('rest').about('监管平台特权短信号码')),
  alarmMask: item(0x0050, flags(4, ALARM_BITS).about('报警屏蔽字', 'set: that alarm is suppressed')),
  alarmSmsSwitch: item(
    0x0051,
    flags(4, ALARM_BITS).about('报警发送文本SMS开关', 'set: that alarm is also sent as SMS text'),
  ),
  alarmPhotoSwitch: item(0x0052, flags(4, ALARM_BITS).about('报警拍摄开关', 'set: that alarm takes a photo')),
  alarmPhotoStoreFlag: item(
    0x0053,
    flags(4, ALARM_BITS).about('报警拍摄存储标志', 'set: stored; not set: sent at once'),
  ),
  keyAlarmFlag: item(
    0x0054,
    flags(4, ALARM_BITS).about('关键标志', 'set: that alarm is kept and sent again until acknowledged'),
  ),
  maximumSpeed: item(0x0055, u32.unit('km/h').about('最高速度')),
  overSpeedDuration: item(0x0056, u32.unit('s').about('超速持续时间')),
  continuousDrivingLimit: item(0x0057, u32.unit('s').about('连续驾驶时间门限')),
  daysAccumulatedDrivingLimit: item(0x0058, u32.unit('s').about('当天累计驾驶时间门限')),
  minimumRestTime: item(0x0059, u32.unit('s').about('最小休息时间')),
  longestParkingTime: item(0x005a, u32.unit('s').about('最长停车时间')),
  overSpeedWarningMargin: item(0x005b, u16.per(10, 'km/h').about('超速预警差值')),
  fatigueWarningMargin: item(0x005c, u16.unit('s').about('疲劳驾驶预警差值')),
  collisionAlarmParameters: item(
    0x005d,
    struct({ acceleration: u8.per(10, 'g'), collisionTime: u8 }).about(
      '碰撞报警参数设置',
      'time in units of 4 ms (2013) or 1 ms (2019)',
    ),
  ),
  rolloverAlarmAngle: item(0x005e, u16.unit('deg').about('侧翻报警参数设置')),
  timedPhotoControl: item(0x0064, photoControl({ seconds: 0, minutes: 1 }).about('定时拍照控制')),
  fixedDistancePhotoControl: item(0x0065, photoControl({ metres: 0, kilometres: 1 }).about('定距拍照控制')),
  imageVideoQuality: item(0x0070, u32.about('图像/视频质量', '1 = best')),
  brightness: item(0x0071, u32.about('亮度')),
  contrast: item(0x0072, u32.about('对比度')),
  saturation: item(0x0073, u32.about('饱和度')),
  chroma: item(0x0074, u32.about('色度')),
  audioVideoParameters: item(
    0x0075,
    struct({ live: STREAM, stored: STREAM, osd: u16, audioOutput: enumeration(1, { off: 0, on: 1 }) }).about(
      '音视频参数设置',
    ),
  ),
  audioVideoChannelList: item(
    0x0076,
    struct({ audioVideoCount: u8, audioCount: u8, videoCount: u8, channels: list('rest', CHANNEL) }).about(
      '音视频通道列表设置',
    ),
  ),
  perChannelVideoParameters: item(
    0x0077,
    list(prefix(1, 'count'), struct({ channel: u8, live: STREAM, stored: STREAM, osd: u16 })).about(
      '单独视频通道参数设置',
    ),
  ),
  specialAlarmRecording: item(
    0x0079,
    struct({ storageThreshold: u8.unit('%'), duration: u8.unit('min'), leadTime: u8.unit('min') }).about(
      '特殊报警录像参数设置',
    ),
  ),
  videoAlarmMask: item(0x007a, flags(4, VIDEO_ALARM_BITS).about('视频相关报警屏蔽字')),
  imageAnalysisAlarmParameters: item(
    0x007b,
    struct({ approvedPassengers: u8, fatigueThreshold: u8 }).about('图像分析报警参数设置'),
  ),
  sleepWakeMode: item(0x007c, SLEEP_WAKE.about('终端休眠唤醒模式设置')),
  odometer: item(0x0080, u32.per(10, 'km').about('车辆里程表读数')),
  provinceId: item(0x0081, u16.about('车辆所在的省域ID')),
  cityId: item(0x0082, u16.about('车辆所在的市域ID')),
  plateNumber: item(0x0083, text('rest').about('公安交通管理部门颁发的机动车号牌')),
  plateColor: item(0x0084, enumeration(1, PLATE_COLORS).about('车牌颜色')),
  gnssMode: item(0x0090, flags(1, { gps: 0, beidou: 1, glonass: 2, galileo: 3 }).about('GNSS定位模式')),
  gnssBaudRate: item(
    0x0091,
    enumeration(1, { baud4800: 0, baud9600: 1, baud19200: 2, baud38400: 3, baud57600: 4, baud115200: 5 }).about(
      'GNSS波特率',
    ),
  ),
  gnssDetailedDataOutputRate: item(
    0x0092,
    enumeration(1, { every500Ms: 0, every1000Ms: 1, every2000Ms: 2, every3000Ms: 3, every4000Ms: 4 }).about(
      'GNSS模块详细定位数据输出频率',
    ),
  ),
  gnssDetailedDataSamplingInterval: item(0x0093, u32.unit('s').about('GNSS模块详细定位数据采集频率')),
  gnssDetailedDataUploadMode: item(
    0x0094,
    enumeration(1, {
      storeLocally: 0,
      byTimeInterval: 1,
      byDistanceInterval: 2,
      byAccumulatedTime: 11,
      byAccumulatedDistance: 12,
      byAccumulatedCount: 13,
    }).about('GNSS模块详细定位数据上传方式'),
  ),
  gnssDetailedDataUploadSetting: item(
    0x0095,
    u32.about('GNSS模块详细定位数据上传设置', 'unit by the upload mode: s, m, s, m, items'),
  ),
  canChannel1SamplingInterval: item(0x0100, u32.unit('ms').about('CAN总线通道1采集时间间隔', '0 = no sampling')),
  canChannel1UploadInterval: item(0x0101, u16.unit('s').about('CAN总线通道1上传时间间隔', '0 = no upload')),
  canChannel2SamplingInterval: item(0x0102, u32.unit('ms').about('CAN总线通道2采集时间间隔', '0 = no sampling')),
  canChannel2UploadInterval: item(0x0103, u16.unit('s').about('CAN总线通道2上传时间间隔', '0 = no upload')),
  canIdIndividualSampling: item(0x0110, CAN_SAMPLING.about('CAN总线ID单独采集设置')),
  ...SAFETY_PARAMETERS,
} as const;

/** Runs of ids with one layout. Every id holds one CAN id, so 0x0110 is the first of 240 slots. */
export const PARAMETER_RANGES = {
  furtherCanIdSampling: range(0x0111, 0x01ff, CAN_SAMPLING.about('用于其他CAN总线ID单独采集设置')),
} as const;
