/** Alarms in bits: the 32 of 0x0200 (报警标志位) and those of item 0x14 (视频相关报警), with what becomes of each. */
import type { Severity } from '../fold/detect/finding.ts';
import type { CodeName } from './code-name.ts';

const ALARMS: readonly (readonly [zh: string, en: string, severity: Severity])[] = [
  ['紧急报警', 'emergency', 4],
  ['超速报警', 'over-speed', 2],
  ['疲劳驾驶', 'fatigue driving', 2],
  ['危险驾驶行为', 'dangerous driving', 2],
  ['GNSS模块发生故障', 'GNSS module fault', 1],
  ['GNSS天线未接或被剪断', 'GNSS antenna not connected or cut', 2],
  ['GNSS天线短路', 'GNSS antenna short circuit', 2],
  ['终端主电源欠压', 'main power under-voltage', 1],
  ['终端主电源掉电', 'main power lost', 2],
  ['显示器故障', 'display fault', 1],
  ['TTS模块故障', 'TTS module fault', 1],
  ['摄像头故障', 'camera fault', 1],
  ['道路运输证IC卡模块故障', 'IC card module fault', 1],
  ['超速预警', 'over-speed early warning', 1],
  ['疲劳驾驶预警', 'fatigue early warning', 1],
  ['违规行驶报警', 'driving in a forbidden period', 2],
  ['胎压预警', 'tyre pressure early warning', 1],
  ['右转盲区异常报警', 'right-turn blind-spot abnormality', 1],
  ['当天累计驾驶超时', 'driving time of the day exceeded', 2],
  ['超时停车', 'parked too long', 1],
  ['进出区域', 'area entered or left', 1],
  ['进出路线', 'route entered or left', 1],
  ['路段行驶时间不足或过长', 'segment travel time too short or too long', 1],
  ['路线偏离报警', 'route deviation', 2],
  ['车辆VSS故障', 'vehicle speed sensor fault', 1],
  ['车辆油量异常', 'fuel level abnormal', 2],
  ['车辆被盗', 'vehicle stolen', 4],
  ['车辆非法点火', 'illegal ignition', 3],
  ['车辆非法位移', 'illegal displacement', 3],
  ['碰撞报警', 'collision', 3],
  ['侧翻预警', 'rollover', 3],
  ['非法开门报警', 'illegal door opening', 2],
];

const VIDEO: readonly (readonly [zh: string, en: string, severity: Severity])[] = [
  ['视频信号丢失', 'video signal lost', 1],
  ['视频信号遮挡', 'video signal occluded', 2],
  ['存储单元故障', 'video storage fault', 1],
  ['其他视频设备故障', 'other video device fault', 1],
  ['客车超员', 'passenger overload', 2],
  ['异常驾驶行为', 'abnormal driving behaviour', 2],
  ['特殊报警录像达到存储阈值', 'special alarm recording threshold reached', 1],
];

function table(letter: string, rows: typeof ALARMS): Readonly<Record<string, CodeName>> {
  return Object.fromEntries(rows.map(([zh, en, severity], bit) => [`${letter}${bit}`, { zh, en, severity }]));
}

/** `A0` to `A31`. */
export const ALARM_CODES = table('A', ALARMS);
/** `V0` to `V6`. */
export const VIDEO_CODES = table('V', VIDEO);

/** Bits that 0x8203 can confirm, at their own places in it (JT/T 808-2019 8.23 table 35). */
const CONFIRMABLE = [0, 3, 20, 21, 22, 27, 28] as const;
/** Names of those bits in 0x8203. */
const CONFIRMS: Readonly<Record<number, string>> = {
  0: 'emergency',
  3: 'danger',
  20: 'area',
  21: 'route',
  22: 'segmentTime',
  27: 'illegalIgnition',
  28: 'illegalDisplacement',
};

/** The alarm bits that a terminal keeps up until the platform has answered: table 24, 收到应答后清零. */
export const ANSWERED_BITS = CONFIRMABLE.reduce<number>((mask, bit) => (mask | (1 << bit)) >>> 0, (1 << 31) >>> 0);

/** What 0x8203 calls the alarm of a code; undefined where a person's confirmation is not for the terminal to hear. */
export function confirmationOf(code: string): string | undefined {
  const bit = bitOf(code);
  return bit === undefined ? undefined : CONFIRMS[bit];
}

/** Bit of an `A` code. */
export function bitOf(code: string): number | undefined {
  return code.startsWith('A') ? Number(code.slice(1)) : undefined;
}
