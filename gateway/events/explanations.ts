/** What the detector's explanations are called by people: an officer reads "a known dead zone", not `DZ`. */
import type { Hypothesis } from '../fold/detect/finding.ts';
import type { Words } from './wording.ts';

const words = (zh: string, en: string): Words => ({ 'zh-CN': zh, en });

const NAMES: Readonly<Record<Hypothesis, Words>> = {
  DARK: words('人为静默，手段未明', 'silenced by somebody, in a way that is not known'),
  PCUT: words('主电源被切断', 'main power cut'),
  PKILL: words('主备电被同时切断', 'all power cut at once'),
  PFAKE: words('伪装亏电', 'a flat battery that is faked'),
  WIRE: words('接线被改动', 'wiring altered'),
  REM: words('终端被拆下', 'terminal taken off'),
  CASE: words('外壳被打开', 'case opened'),
  ACUT: words('定位天线被剪断或短接', 'antenna cut or shorted'),
  GJAM: words('卫星信号干扰器', 'a GNSS jammer'),
  GSHD: words('卫星天线被遮蔽', 'antenna covered'),
  GSPF: words('伪造的卫星信号或轨迹', 'a counterfeit sky or track'),
  CJAM: words('通信干扰器', 'a jammer of the mobile network'),
  SIMX: words('拔卡或拆通信天线', 'SIM card or mobile antenna removed'),
  FJAM: words('全频段干扰器', 'a jammer of all bands'),
  SWAP: words('换卡或换机', 'card or terminal exchanged'),
  CLONE: words('身份被克隆', 'identity cloned'),
  XVEH: words('终端装到了别的车上', 'terminal on another vehicle'),
  FW: words('固件被改', 'firmware altered'),
  PAR: words('参数被改', 'parameters altered'),
  CLK: words('时钟被改', 'clock altered'),
  ODO: words('里程被改', 'odometer altered'),
  OK: words('一切正常', 'nothing is wrong'),
  SLP: words('终端休眠', 'the terminal sleeps'),
  FLAT: words('电瓶亏电', 'a flat battery'),
  FLT: words('设备自身故障或重启', 'a fault or restart of the device itself'),
  GFLT: words('定位模块或天线自身故障', 'a fault of the receiver or its antenna'),
  DZ: words('盲区（隧道、地库等）', 'a dead zone (tunnel, garage)'),
  WEAK: words('弱覆盖', 'weak coverage'),
  CARR: words('运营商网络中断', 'an outage of the mobile network'),
  ARFI: words('区域性卫星信号干扰', 'interference with all receivers of the area'),
  NAT: words('网络换址后重连', 'a reconnect, as the network gave it another address'),
  GATE: words('网关或平台自身中断', 'an interruption of the gateway itself'),
  SUSP: words('号卡被停机', 'a suspended SIM card'),
};

/** An explanation in words. One that this version does not know, of an older or newer journal, is its own name. */
export function explanationWords(hypothesis: string): Words {
  return (NAMES as Readonly<Record<string, Words>>)[hypothesis] ?? words(hypothesis, hypothesis);
}
