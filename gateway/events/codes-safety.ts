/**
 * Alarms of active safety, items 0x64–0x67 of T/JSATL 12-2017 and 0x70 of DB32/T 3610.3-2019: `S` with item and type in
 * hexadecimal, as their attachments are called. Types from 0x10 on are events of the system, no alarms.
 */
import type { Severity } from '../fold/detect/finding.ts';
import type { CodeName } from './code-name.ts';

type Rows = Readonly<Record<number, readonly [zh: string, en: string, severity: Severity]>>;

const ADAS: Rows = {
  0x01: ['前向碰撞报警', 'forward collision', 2],
  0x02: ['车道偏离报警', 'lane departure', 1],
  0x03: ['车距过近报警', 'headway too short', 1],
  0x04: ['行人碰撞报警', 'pedestrian collision', 2],
  0x05: ['频繁变道报警', 'frequent lane changes', 1],
  0x06: ['道路标识超限报警', 'road sign violation', 1],
  0x07: ['障碍物报警', 'obstacle', 1],
  0x08: ['驾驶辅助功能失效报警', 'driver assistance failure', 1],
  0x12: ['实线变道报警', 'solid line crossed', 1],
  0x13: ['车厢过道行人报警', 'passenger in the aisle', 1],
};
const DSM: Rows = {
  0x01: ['疲劳驾驶报警', 'fatigue driving', 2],
  0x02: ['接打手持电话报警', 'phone call', 2],
  0x03: ['抽烟报警', 'smoking', 1],
  0x04: ['分神驾驶报警', 'distraction', 2],
  0x05: ['驾驶员异常报警', 'driver abnormal', 2],
  0x06: ['双手脱离方向盘报警', 'hands off the wheel', 2],
  0x07: ['驾驶员行为监测功能失效报警', 'driver monitoring failure', 1],
  0x08: ['超时驾驶报警', 'driving overtime', 2],
  0x0a: ['未系安全带报警', 'no seat belt', 1],
  0x0b: ['红外阻断型墨镜报警', 'infrared-blocking glasses', 1],
  0x0c: ['双脱把报警', 'both hands off', 2],
  0x0d: ['玩手机报警', 'phone use', 2],
};
/** By the bits of a tyre; bit 0 is a report at its time. */
const TYRE: Rows = {
  1: ['胎压过高报警', 'tyre pressure high', 1],
  2: ['胎压过低报警', 'tyre pressure low', 1],
  3: ['胎温过高报警', 'tyre temperature high', 2],
  4: ['胎压传感器异常报警', 'tyre sensor fault', 1],
  5: ['胎压不平衡报警', 'tyre pressure imbalance', 1],
  6: ['慢漏气报警', 'slow tyre leak', 1],
  7: ['胎压电池电量低报警', 'tyre sensor battery low', 1],
};
const BSD: Rows = {
  1: ['后方接近报警', 'approach from behind', 1],
  2: ['左侧后方接近报警', 'approach from the left rear', 1],
  3: ['右侧后方接近报警', 'approach from the right rear', 1],
};
const INTENSE: Rows = {
  1: ['急加速报警', 'rapid acceleration', 1],
  2: ['急减速报警', 'rapid deceleration', 1],
  3: ['急转弯报警', 'sharp turn', 1],
  4: ['怠速报警', 'idling', 1],
  5: ['异常熄火报警', 'abnormal flameout', 1],
  6: ['空挡滑行报警', 'neutral coasting', 1],
  7: ['发动机超转报警', 'engine overspeed', 1],
};

/** Code of an alarm: `S6401`. */
export function safetyCode(item: number, type: number): string {
  return `S${hex(item)}${hex(type)}`;
}

function hex(n: number): string {
  return n.toString(16).padStart(2, '0').toUpperCase();
}

function table(item: number, rows: Rows): [string, CodeName][] {
  return Object.entries(rows).map(([type, [zh, en, severity]]) => [
    safetyCode(item, Number(type)),
    { zh, en, severity },
  ]);
}

export const SAFETY_CODES: Readonly<Record<string, CodeName>> = Object.fromEntries([
  ...table(0x64, ADAS),
  ...table(0x65, DSM),
  ...table(0x66, TYRE),
  ...table(0x67, BSD),
  ...table(0x70, INTENSE),
]);
