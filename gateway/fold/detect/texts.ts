/** Evidence in words, zh and en, by its id: templates filled with what the finding says. Codes are worded by `gateway/events/codes.ts`. */
import type { Because, Says } from './finding.ts';

export interface EvidenceWords {
  readonly 'zh-CN': string;
  readonly en: string;
}

type Template = readonly [zh: string, en: string];

const TEMPLATES: Readonly<Record<string, Template>> = {
  A04: ['终端报告定位模块故障', 'the terminal reports a fault of its GNSS module'],
  A05: ['定位天线未接或剪断报警，连续{frames}帧', 'antenna open or cut, in {frames} reports in a row'],
  A05f: [
    '天线报警{times}次时有时无，每次不足一分钟',
    'the antenna alarm came and went {times} times, under a minute each',
  ],
  A06: ['定位天线短路报警，连续{frames}帧', 'antenna short, in {frames} reports in a row'],
  A07: ['主电源欠压报警持续{minutes}分钟', 'main power low for {minutes} minutes'],
  A07g: ['掉电前已欠压{minutes}分钟', 'power was low for {minutes} minutes before it was gone'],
  A07n: ['掉电前没有欠压', 'power was not low before it was gone'],
  A08: ['终端报告主电源掉电', 'the terminal reports that main power is gone'],
  A17: ['外壳或拆除传感器报警（{bit}）', 'the case or removal sensor reports ({bit})'],
  A29: ['断电前两分钟内有碰撞或侧翻报警', 'collision or rollover in the two minutes before'],
  B1: ['补报覆盖离线期的{percent}%（{records}条）', 'stored records cover {percent} % of the silence ({records})'],
  B2: ['应有约{expected}条补报，一条也没有', 'about {expected} stored records were due, none came'],
  B3: ['补报提前中断，最后带掉电报警', 'the stored records end early, with power gone'],
  B4: [
    '离线期间（行驶过则只计行驶中）信号反常地强：均值{csq}，平时{norm}',
    'strong signal while silent (while driven, where it was): mean {csq}, usually {norm}',
  ],
  B5: [
    '离线期间（行驶过则只计行驶中）几乎无信号：均值{csq}',
    'next to no signal while silent (while driven, where it was): mean {csq}',
  ],
  B6: [
    '离线期间（行驶过则只计行驶中）{percent}%的记录没有网络而定位正常',
    'no network in {percent} % of the stored records (while driven, where it was), fixes good',
  ],
  B7: [
    '离线期间（行驶过则只计行驶中）信号与平时一样：{csq}',
    'signal while silent (while driven, where it was) as usual: {csq}',
  ],
  B8: ['补报中{percent}%有定位', '{percent} % of the stored records have a fix'],
  B9: ['补报{records}条几乎全无定位，其间移动{km}公里', 'hardly a fix in {records} stored records, over {km} km'],
  B10: [
    '补报显示由已知盲区的一口进、一口出',
    'the stored records lead into one known mouth of a dead zone and out of another',
  ],
  C1: ['工单{order}许可', 'licensed by work order {order}'],
  C4p: ['{source}所见与终端位置相差{km}公里', '{source} saw the vehicle {km} km from where the terminal says'],
  D1: ['离线期间位移{km}公里', 'displaced by {km} km while silent'],
  D2: ['恢复时仍在原处（{metres}米）', 'back at the same place ({metres} m)'],
  D3: ['定位静止而车轮已转过{metres}米', 'the fix stands still while the wheels turned {metres} m'],
  D3s: ['转向、制动或倒车灯在用', 'indicators, brake or reverse lights are in use'],
  D3v: ['充电电压{volts}伏：发动机在转', 'charging voltage {volts} V: the engine runs'],
  D4: [
    '点火状态下连续{reports}条定位分毫不差，平时总有抖动',
    'the fix is the same to the last digit in {reports} reports with the ignition on, and never was before',
  ],
  D5: ['定位静止而基站换了{cells}次', 'the fix stands still while the cell changed {cells} times'],
  D6b: ['定位突然跳变{km}公里', 'the fix leaps by {km} km'],
  D7: [
    '里程计每公里所计由{from}米变为{to}米',
    'the odometer counts {to} m for a kilometre of fixes, and counted {from} m',
  ],
  D8: ['里程由{from}公里变为{to}公里', 'mileage went from {from} km to {to} km'],
  D9: [
    '定位已行{km}公里而车速脉冲或里程不动',
    'driven for {km} km by its fixes while wheel pulses or mileage stand still',
  ],
  D10: ['连续{reports}条速度和方向分毫不差', 'speed and course the same to the last digit in {reports} reports'],
  D11: ['定位与自身的速度和方向同向漂离{km}公里', 'fixes drifted {km} km from their own speed and course, all one way'],
  F1: ['固件由{from}变为{to}，没有升级任务', 'firmware went from {from} to {to} without an upgrade'],
  F2: ['参数{id}由{from}变为{to}，平台未曾设置', 'parameter {id} went from {from} to {to}, not by the platform'],
  F3: [
    '链路正常，{seconds}秒没有位置汇报（平时每{usual}秒）',
    'no report for {seconds} s on a live link (usually every {usual} s)',
  ],
  G0: ['同组{members}台同时在线，无一掉线', '{members} others of the group are there, none was lost'],
  G1c: ['同组{lost}台同时掉线（共{members}台）', '{lost} of {members} of the group were lost together'],
  G1g: ['网关或全体同时中断', 'the gateway, or all of the fleet at once'],
  G2: ['同组已恢复{minutes}分钟，本车没有', 'the group had been back for {minutes} minutes, this one had not'],
  G3: [
    '附近{lost}辆同时或一小时内失去定位',
    '{lost} others nearby lost their fixes at the same time, or within the hour',
  ],
  G4: [
    '已有{times}次：旁边车辆同时失去定位，离开本车后即恢复，本车仍无定位',
    '{times} times others beside it lost their fixes with it, and had them back while it had none',
  ],
  G5: ['同一固件{version}的另外{others}台也如此', '{others} others that run {version} do the same'],
  G6: [
    '同组另外{lost}台在同一分钟恢复（{group}）',
    '{lost} others of its group came back in the same minute ({group})',
  ],
  H1: [
    '炎热季节停放中于{hour}时许熄灭：可能过热自停',
    'it died parked in the hot season at about {hour} o’clock: heat may have switched it off',
  ],
  H2: ['此前{times}次在炎热时段自停', 'it switched itself off in the hot hours {times} times before'],
  I1: ['IMEI由{from}变为{to}', 'IMEI went from {from} to {to}'],
  I2: ['终端编号由{from}变为{to}', 'terminal id went from {from} to {to}'],
  I3: ['SIM卡由{from}变为{to}', 'SIM card went from {from} to {to}'],
  I3g: ['运营商换卡：同类另有{others}张', 'the carrier exchanges its cards: {others} others likewise'],
  I4: ['IMEI {imei} 以号码{terminal}接入', 'IMEI {imei} came in as {terminal}'],
  I5: ['两条连接互相顶替{times}次', 'two links took over from each other {times} times'],
  I9: ['{seconds}秒内出现在相距{km}公里的两处', 'two places {km} km apart within {seconds} s'],
  I10: ['两路流水号各自延续', 'two streams of serial numbers go on side by side'],
  I12: ['刚从断电静默中恢复', 'it has just come back from a silence'],
  J1: ['射频增益下降{drop}分贝：频段内有能量', 'receiver gain down by {drop} dB: there is power in the band'],
  J2: ['无定位而射频增益不变：是遮挡', 'no fix with the gain unchanged: it is covered'],
  J3: ['模块报告移动通信受干扰', 'the modem reports that its band is jammed'],
  J4: [
    '停放熄火中受干扰：不是随车的干扰器',
    'interference while parked with the ignition off: a jammer in a car comes with its ignition',
  ],
  K1: ['有定位时终端时钟跳变{seconds}秒', 'the clock steps by {seconds} s with a fix held'],
  K4: ['终端时钟跳变{seconds}秒', 'the clock steps by {seconds} s'],
  K5: [
    '跳变恰为时区之差或周数翻转：终端程序所致',
    'by exactly a time zone, or a roll-over of the week number: what a program does, not a hand',
  ],
  L1: ['未点火而位置移动{metres}米', 'moved by {metres} m without ignition'],
  L2: [
    '电压{volts}伏毫无波动已{hours}小时：不像车上电源',
    'supply of {volts} V without any noise for {hours} h: no vehicle’s',
  ],
  L3: ['此前主电源被断开', 'main power was taken away before'],
  M0: ['以{speed}公里/小时行驶，此处没有已知盲区', 'at {speed} km/h where no dead zone is known'],
  M1: ['{vehicles}辆车在此处失联（{kind}）', '{vehicles} vehicles lose their link here ({kind})'],
  M2: ['盲区停留通常{q50}秒，最多{q99}秒，本次{seconds}秒', 'stays are {q50} s, at most {q99} s; this one {seconds} s'],
  M3: ['静默{seconds}秒', 'silent for {seconds} s'],
  M4: [
    '停在露天已{minutes}分钟：盲区不会自己到来',
    'parked in the open for {minutes} minutes: no dead zone comes to it',
  ],
  M5: ['行驶中或本机休眠必先通报', 'driving, or a terminal that announces its sleep'],
  M6: ['熄火停放中断电：接触不良不会自己发生', 'parked with the ignition off: no contact works loose by itself'],
  M7: ['随车持续{seconds}秒：路过的干扰早该过去', 'goes along for {seconds} s: a stranger’s would have passed'],
  M8: [
    '此前{times}次在此处失联，补报齐全：自用地下车库',
    'silent here {times} times before, with everything stored: its own garage',
  ],
  P1: ['卫星数由{from}突降为{to}', 'satellites fell from {from} to {to} at once'],
  P2: [
    '信号与卫星在慢行中一同减弱（{csq}）：驶入地下',
    'signal and satellites faded together, driven slowly ({csq}): into the ground',
  ],
  P4: ['行驶中无定位累计{seconds}秒', 'moved without a fix for {seconds} s in all'],
  P5: [
    '定位瞬断瞬复{times}次，前后卫星数都正常',
    'the fix was lost and back at once {times} times, with all satellites before and after',
  ],
  P6: ['停放{minutes}分钟未动而失去定位', 'lost its fix after standing still for {minutes} minutes'],
  P7: ['停车中失去定位', 'without a fix and not moving'],
  P8: [
    '信号与卫星同时减弱（由{from}到{to}）：有遮挡',
    'signal fell along with the satellites, from {from} to {to}: something covers both',
  ],
  P9: ['{minutes}分钟后原地复电，未曾点火', 'power was back after {minutes} minutes, without ignition'],
  R1: ['失联前信号良好平稳（{csq}）', 'signal was good and steady ({csq}) before'],
  R2: ['失联前信号已很弱（{csq}）', 'signal was weak ({csq}) before'],
  R3: ['失联前信号骤升{rise}', 'signal rose by {rise} just before'],
  R4: [
    '信号在一次汇报间由好变为几乎没有，已{seconds}秒，定位正常',
    'signal went from good to next to none between two reports, {seconds} s ago, with the sky unchanged',
  ],
  R5: [
    '信号在一次汇报间由好变为几乎没有，{minutes}分钟、{km}公里后仍未恢复，定位正常',
    'signal went from good to next to none between two reports and was no better {minutes} minutes and {km} km on, with the sky unchanged',
  ],
  S0l: ['点火信号为关而灯光在用', 'lights in use with the ignition off'],
  S0m: ['未点火行驶{seconds}秒', 'driven for {seconds} s with the ignition off'],
  S0v: ['点火信号为关而电压{volts}伏在充电', 'charging at {volts} V with the ignition off'],
  T1: ['连接无声中断', 'the link died without a word'],
  T2: ['终端有序断开连接', 'the terminal closed the link in order'],
  T3: ['连接被重置', 'the link was reset'],
  T4: ['链路在而没有数据', 'the link is there, data is not'],
  T5: ['流水号延续：没有重启', 'serial numbers went on: it did not boot'],
  T6: ['流水号从头开始：重启过', 'serial numbers began anew: it booted'],
  V1: ['断电前电压正常（{volts}伏）', 'the supply was healthy before ({volts} V)'],
  V2: ['电压多日缓降至{volts}伏', 'the supply sank over days to {volts} V'],
  V3: ['行驶中电压以每小时{rate}伏下降至{volts}伏', 'falling by {rate} V/h to {volts} V while driving'],
  V4: [
    '{days}天没有发动机的痕迹，电压毫无波动',
    'no trace of an engine for {days} days, and a supply without any noise',
  ],
  V5: ['系统电压由{from}伏变为{to}伏', 'system voltage went from {from} V to {to} V'],
  V6: ['{cycles}次随熄火断电、随点火来电', 'dead with the ignition off and back with it, {cycles} times'],
  V7: ['以{volts}伏行驶了{km}公里', 'driven for {km} km at {volts} V'],
  V8: ['备用电池尚有{percent}%', 'the internal battery had {percent} %'],
  V9: ['失联前电压已低（{volts}伏）', 'the supply was low before ({volts} V)'],
  V11: [
    '停放中两小时内电压由{from}伏降到{volts}伏',
    'the supply sank from {from} V to {volts} V within two hours of standing',
  ],
  V10: ['停放中电压低（{volts}伏）', 'the supply is low while parked ({volts} V)'],
  W1: ['一小时内重启{boots}次', 'booted {boots} times within the hour'],
  X1: ['终端自行注销', 'the terminal deregistered itself'],
  X2: ['失联前通报了休眠', 'it announced its sleep before'],
  T305: [
    '离线{minutes}分钟，位移{km}公里，途中无轨迹',
    'silent for {minutes} minutes and {km} km elsewhere, with no track between',
  ],
  R701: ['封存期内以{speed}公里/小时行驶', 'moving at {speed} km/h while its use is sealed'],
  R701g: ['封存期内离线位移{km}公里', 'displaced by {km} km while silent and sealed'],
  R702: ['无派车单行驶', 'moving without a dispatch order'],
  R703: ['夜间停放于指定地点之外', 'parked at night outside the designated places'],
  R704: ['工单{order}超时未恢复', 'work order {order} is overdue'],
  R705: ['离线{hours}小时', 'offline for {hours} hours'],
  F504: ['{times}次随启动重启：备用电池老化', 'booted with the starter {times} times: its battery is aged'],
  F505: ['一小时内重启{times}次', 'booted {times} times within the hour'],
  N601: ['盲区，{minutes}分钟', 'a dead zone, {minutes} minutes'],
  N602: ['休眠，{minutes}分钟', 'sleep, {minutes} minutes'],
  N603: ['运营商或基站中断，{minutes}分钟', 'an outage of carrier or site, {minutes} minutes'],
  N605: ['网关中断，{minutes}分钟', 'the gateway was away, {minutes} minutes'],
  N607: ['弱覆盖，{minutes}分钟', 'weak coverage, {minutes} minutes'],
  N608: ['网络地址变化，{minutes}分钟', 'a change of address, {minutes} minutes'],
};

/** Ids that have words; every id of the weights file that the detector uses is among them. */
export const WORDED: ReadonlySet<string> = new Set(Object.keys(TEMPLATES));

/** What a piece of evidence says; one without a template is its id. */
export function evidenceWords({ evidence, says }: Pick<Because, 'evidence' | 'says'>): EvidenceWords {
  const template = TEMPLATES[evidence];
  if (template === undefined) return { 'zh-CN': evidence, en: evidence };
  return { 'zh-CN': filled(template[0], says), en: filled(template[1], says) };
}

/** Times that are rounded down: "0 minutes" is told by nobody. */
const WHOLE: ReadonlySet<string> = new Set(['minutes', 'hours']);

function filled(template: string, says: Says): string {
  return template.replace(/\{(\w+)\}/g, (_all, name: string) =>
    says[name] === 0 && WHOLE.has(name) ? '<1' : String(says[name] ?? '?'),
  );
}
