/**
 * What an event can be called: its code, its name in both languages, and how serious it is before circumstances count.
 *
 * - `T…` violation, `F…` fault, `N…` normal, `R…` rule of use: what the detector concludes.
 * - `A<bit>` an alarm bit of 0x0200 (JT/T 808 table 24), `V<bit>` a bit of item 0x14 (JT/T 1078), `S<item><type>` an
 *   alarm of active safety (T/JSATL 12), item and type in hexadecimal: what the terminal itself says.
 */
import type { Severity } from '../fold/detect/finding.ts';
import type { CodeName } from './code-name.ts';
import { ALARM_CODES, VIDEO_CODES } from './codes-alarm.ts';
import { SAFETY_CODES } from './codes-safety.ts';

const name = (zh: string, en: string, severity: Severity): CodeName => ({ zh, en, severity });

/** Of the detector. */
export const FINDING_CODES: Readonly<Record<string, CodeName>> = {
  T101: name('主电源被切断', 'main power cut', 3),
  T102: name('主备电同时失电', 'total power kill', 3),
  T103: name('终端拆离车辆', 'terminal removed', 3),
  T104: name('外壳开启', 'case opened', 3),
  T105: name('伪装亏电', 'faked flat battery', 3),
  T106: name('接线被改动', 'wiring altered', 2),
  T201: name('定位天线剪断或短接', 'GNSS antenna cut or short', 3),
  T202: name('卫星信号干扰', 'GNSS jamming', 3),
  T203: name('卫星天线遮蔽', 'GNSS shielding', 3),
  T204: name('定位欺骗或伪造轨迹', 'GNSS spoofed or track forged', 3),
  T205: name('卫星定位被阻断', 'GNSS denied (jammed or shielded)', 2),
  T301: name('通信信号干扰', 'cellular jamming', 3),
  T302: name('拔卡或拆通信天线', 'SIM or cellular antenna removed', 3),
  T303: name('全频段干扰', 'full-band jamming', 3),
  T304: name('异常静默（原因待定）', 'unexplained silence', 1),
  T305: name('离线位移', 'moved while offline', 2),
  T401: name('更换SIM卡', 'SIM swapped', 3),
  T402: name('更换终端', 'terminal swapped', 3),
  T403: name('身份克隆', 'identity cloned', 4),
  T404: name('终端移装他车', 'terminal on another vehicle', 3),
  T405: name('固件被改', 'firmware altered', 3),
  T406: name('参数被改', 'parameters altered', 2),
  T407: name('时钟被改', 'clock altered', 2),
  T408: name('里程被改', 'odometer altered', 2),
  T409: name('擅自注销', 'unauthorised deregistration', 3),
  F501: name('定位模块故障', 'GNSS module fault', 1),
  F502: name('天线接触不良', 'antenna contact fault', 1),
  F503: name('主电亏电', 'low main battery', 1),
  F504: name('备电老化', 'aged backup battery', 1),
  F505: name('终端反复重启', 'terminal keeps rebooting', 2),
  F506: name('通信链路故障', 'link fault', 1),
  F507: name('传感器故障', 'sensor fault', 1),
  F508: name('时钟故障', 'clock fault', 1),
  N600: name('正常', 'normal', 0),
  N601: name('已知盲区', 'known dead zone', 0),
  N602: name('休眠', 'sleep', 0),
  N603: name('运营商中断', 'carrier outage', 0),
  N604: name('区域卫星干扰', 'area GNSS interference', 0),
  N605: name('网关事件', 'gateway event', 0),
  N606: name('授权作业', 'authorised work', 0),
  N607: name('弱覆盖', 'weak coverage', 0),
  N608: name('重连', 'reconnect', 0),
  R701: name('封存期动车', 'moved while locked up', 3),
  R702: name('无派车单用车', 'used without a dispatch order', 2),
  R703: name('未定点停放', 'not parked where it should be', 2),
  R704: name('检修逾期', 'work order overrun', 2),
  R705: name('长时离线', 'offline too long', 3),
};

/** All codes. */
export const CODES: Readonly<Record<string, CodeName>> = {
  ...FINDING_CODES,
  ...ALARM_CODES,
  ...VIDEO_CODES,
  ...SAFETY_CODES,
};

/** The name of a code; one that this version does not know is its own name. */
export function codeName(code: string): CodeName {
  return CODES[code] ?? { zh: code, en: code, severity: 1 };
}
