/** What can be wrong with a terminal at its vehicle, and why a step was left out: what it means, and what to do. */

export interface Wording {
  readonly means: string;
  readonly do: string;
}

interface Worded {
  readonly zh: Wording;
  readonly en: Wording;
}

const worded = (zh: readonly [string, string], en: readonly [string, string]): Worded => ({
  zh: { means: zh[0], do: zh[1] },
  en: { means: en[0], do: en[1] },
});

/** Each with its meaning and its remedy. */
export const FINDINGS = {
  'no-terminal': worded(
    ['没有收到终端的任何数据', '检查供电和串口线（交叉 RX/TX），核对波特率，或用 --baud 指定'],
    ['Nothing was understood of a terminal', 'Check power and cable (swap RX and TX), and the rate; say --baud'],
  ),
  'other-terminal': worded(
    ['终端手机号不是工单上的', '取下本终端，换上工单指定的；或更正工单'],
    ["The terminal's number is not that of the order", 'Mount the terminal of the order, or correct the order'],
  ),
  'other-terminal-id': worded(
    ['终端编号不是工单上的', '核对铭牌；换上工单指定的终端，或更正档案'],
    ['The terminal id is not that of the order', 'Look at the label; mount the right unit, or correct the archive'],
  ),
  'other-imei': worded(
    ['IMEI 与档案不符：通信模块或整机不是登记的那台', '核对铭牌；更正档案，或更换终端'],
    [
      'The IMEI is not that of the archive: another module or unit',
      'Look at the label; correct the archive, or the unit',
    ],
  ),
  'other-iccid': worded(
    ['SIM 卡不是工单上的那张', '换上工单指定的 SIM 卡，或在档案中登记这张卡'],
    ['The SIM is not that of the order', 'Put in the SIM of the order, or have this one registered'],
  ),
  'no-beidou-module': worded(
    ['定位模块不支持北斗', '更换支持北斗的终端（公务用车须装北斗终端）'],
    ['The receiver has no BeiDou', 'Replace the unit: official vehicles carry BeiDou terminals'],
  ),
  'attributes-unread': worded(
    ['终端不答复属性查询（0x8107）', '重启终端后再试；仍不答复则更新固件'],
    ['The terminal does not answer what it is (0x8107)', 'Restart it and try again; else update its firmware'],
  ),
  'wrong-plate': worded(
    ['终端里写的是别的车的车牌', '确认终端装在了正确的车上；已按工单改写，请重新运行确认'],
    [
      "The terminal has another vehicle's plate",
      'Make sure that it is in the right vehicle; it was set by the order: run again',
    ],
  ),
  'wrong-color': worded(
    ['车牌颜色不符', '核对行驶证；已按工单改写，请重新运行确认'],
    ['The plate colour differs', 'Look at the vehicle licence; it was set by the order: run again'],
  ),
  'wrong-division': worded(
    ['省域、市县域与工单不符', '核对工单的行政区划；已按工单改写，请重新运行确认'],
    ['Province and city differ from the order', 'Look at the division of the order; it was set: run again'],
  ),
  'wrong-vin': worded(
    ['行驶记录仪里的车辆识别代号（VIN）与工单不符', '核对车架号；已按工单改写，请重新运行确认'],
    [
      'The VIN in the recorder is not that of the order',
      'Look at the chassis number; it was set by the order: run again',
    ],
  ),
  'wrong-server': worded(
    ['终端指向别的服务器：数据会送到别的平台', '核对终端来源；已按模板改写，请重新运行确认'],
    ["The terminal reports to another's server", 'Find out where it comes from; it was set by the template: run again'],
  ),
  'params-unread': worded(
    ['终端不答复参数查询（0x8104）', '重启终端后再试；仍不答复则更新固件'],
    ['The terminal does not tell its parameters (0x8104)', 'Restart it and try again; else update its firmware'],
  ),
  'set-refused': worded(
    ['终端拒绝这个参数', '核对模板的值是否在终端范围内；查固件说明'],
    ['The terminal refuses this parameter', 'See whether the value of the template is within its range'],
  ),
  'left-alone': worded(
    ['参数与模板不同，按您的选择没有改动', '重新运行并确认改写；或更正模板'],
    ['Parameters differ and were left as they are, as you chose', 'Run again and confirm; or correct the template'],
  ),
  'not-kept': worded(
    ['参数设置后回读不一致', '重启终端后再试；仍不一致则终端存储故障，更换'],
    [
      'A parameter reads back differently than it was set',
      'Restart and try again; else its memory is broken: replace it',
    ],
  ),
  'clock-off': worded(
    ['终端时钟不准', '等待定位校时后再试；定位后仍不准则更换终端'],
    ['The clock of the terminal is wrong', 'Let it get a fix and try again; wrong with a fix: replace it'],
  ),
  'antenna-open': worded(
    ['卫星天线开路', '拧紧天线接头，检查馈线有无压断；更换天线'],
    ['The satellite antenna is open', 'Tighten the connector, look for a crushed cable; replace the antenna'],
  ),
  'antenna-short': worded(
    ['卫星天线短路', '检查馈线破皮、进水；更换天线'],
    ['The satellite antenna is shorted', 'Look for a bare or wet cable; replace the antenna'],
  ),
  'gnss-fault': worded(
    ['定位模块故障', '重启终端；仍报故障则更换终端'],
    ['The positioning module has failed', 'Restart the unit; if it stays, replace it'],
  ),
  'no-fix': worded(
    ['规定时间内没有定位', '把车移到露天；天线面朝上、不被金属遮挡'],
    ['No fix in time', 'Move the vehicle under open sky; antenna face up, no metal above it'],
  ),
  'no-beidou': worded(
    ['定位没有使用北斗卫星', '检查定位模式参数（0x0090）和模块是否支持北斗'],
    ['The fix uses no BeiDou satellites', 'Look at parameter 0x0090 and whether the module has BeiDou'],
  ),
  'few-satellites': worded(
    ['用于定位的卫星太少', '把车移到露天，天线移到风挡或车顶下'],
    ['Too few satellites are used', 'Move the vehicle under open sky; put the antenna under glass or the roof'],
  ),
  'weak-satellites': worded(
    ['卫星信号弱（载噪比低）', '移开遮挡和干扰源，检查隔热膜；更换天线'],
    [
      'Satellites are weak (low C/N0)',
      'Remove covers and sources of interference; mind heat-reflecting film; replace the antenna',
    ],
  ),
  'weak-cellular': worded(
    ['移动网信号弱', '检查通信天线接头；换位置再测'],
    ['The cellular signal is weak', 'Check the cellular antenna; measure at another place'],
  ),
  'no-cellular': worded(
    ['终端没有移动网信号', '检查 SIM 卡、欠费停机和通信天线'],
    ['The terminal has no cellular signal', 'Check SIM, subscription and cellular antenna'],
  ),
  'acc-tied': worded(
    ['熄火后终端仍报 ACC 开：ACC 线接到了常电', '把 ACC 线改接到点火开关后的线上'],
    [
      'With the key off the terminal says ACC on: the wire is tied to permanent power',
      'Connect the ACC wire behind the ignition switch',
    ],
  ),
  'acc-cut': worded(
    ['点火后终端仍报 ACC 关：ACC 线未接或断开', '接好 ACC 线，检查保险'],
    ['With the key on the terminal says ACC off: the wire is not connected', 'Connect the ACC wire; look at its fuse'],
  ),
  'no-pulses': worded(
    ['行驶时没有速度脉冲', '检查速度线；不接脉冲线的车型在工单注明'],
    ['No speed pulses while driving', 'Check the speed wire; for vehicles without, note it on the order'],
  ),
  'pulses-off': worded(
    ['脉冲速度与卫星速度不符', '校准脉冲系数'],
    ['Speed by pulses and by satellites differ', 'Calibrate the pulse coefficient'],
  ),
  'supply-low': worded(
    ['供电电压低', '检查蓄电池、保险和接地；测量取电点'],
    ['The supply is low', 'Check vehicle battery, fuse and ground; measure where power is taken'],
  ),
  'supply-high': worded(
    ['供电电压过高', '检查发电机调节器；确认 12 V／24 V 车型'],
    ['The supply is too high', 'Check the regulator; make sure of 12 V or 24 V'],
  ),
  'power-alarm': worded(
    ['终端报主电源掉电或欠压', '检查取电点、保险、接地'],
    ['The terminal says that main power is off or low', 'Check where power is taken, fuse, ground'],
  ),
  'backup-flat': worded(
    ['备用电池没电或老化：断电后终端会失联', '充电后再试；充不满则更换备用电池'],
    [
      'The backup battery is flat or worn: cut off, the terminal would be gone',
      'Charge it and try again; replace it if it does not fill',
    ],
  ),
  'cut-not-seen': worded(
    ['断开主电源后终端没有报警', '确认断的是终端主电源；检查报警屏蔽字；终端不报则更换'],
    [
      'Main power was cut and the terminal gave no alarm',
      'Make sure which wire was cut; look at the alarm mask; else replace it',
    ],
  ),
  'cut-silent': worded(
    ['断开主电源后终端失联：备用电池不起作用', '更换备用电池'],
    ['With main power cut the terminal fell silent: no working backup battery', 'Replace the backup battery'],
  ),
  'restore-not-seen': worded(
    ['恢复主电源后报警不消除', '检查接线；重启终端'],
    ['Main power is back, and the alarm stays', 'Check the wires; restart the terminal'],
  ),
  'unplug-not-seen': worded(
    ['拔下天线后终端没有报警', '确认拔的是卫星天线；终端不检测天线则更换'],
    [
      'The antenna was unplugged and the terminal gave no alarm',
      'Make sure that it was the satellite antenna; else replace the unit',
    ],
  ),
  'plug-not-seen': worded(
    ['插回天线后报警不消除', '检查接头和馈线'],
    ['The antenna is back, and the alarm stays', 'Check connector and cable'],
  ),
  'case-not-seen': worded(
    ['打开外壳后终端没有报警', '检查防拆开关；终端不检测则更换'],
    ['The case was opened and the terminal did not tell', 'Check the tamper switch; else replace the unit'],
  ),
  'case-open': worded(
    ['合上外壳后仍报外壳打开', '合紧外壳，检查防拆开关'],
    ['The case is closed, and the terminal says open', 'Close it well; check the tamper switch'],
  ),
  'no-picture': worded(
    ['拍照没有收到图片', '检查摄像头接线；重启终端后再试'],
    ['No picture came', 'Check the wiring of the camera; restart the terminal and try again'],
  ),
  'gateway-blind': worded(
    ['网关没有见到这次演练产生的事件', '在平台查看该终端是否在线、报警是否被屏蔽'],
    [
      'The gateway raised no event for this drill',
      'See at the platform whether the terminal is online, and its alarms not masked',
    ],
  ),
  'gateway-unknown': worded(
    ['网关不认识这台终端', '在平台登记档案后再试；检查终端是否连到本网关'],
    [
      'The gateway does not know this terminal',
      'Have it entered in the archive; see whether it connects to this gateway',
    ],
  ),
  'gateway-offline': worded(
    ['终端在网关不在线', '检查服务器地址、APN、SIM 卡'],
    ['The terminal is not online at the gateway', 'Check server address, APN and SIM'],
  ),
  'gateway-failed': worded(
    ['网关没有回答', '检查网络和网关地址、令牌；稍后用 xingji commission submit 补交记录'],
    [
      'The gateway did not answer',
      'Check network, address and token; hand the record in later: xingji commission submit',
    ],
  ),
  'no-reply': worded(
    ['网关下发的指令没有得到答复', '检查移动网信号；稍后再试'],
    ['A command of the gateway was not answered', 'Check the cellular signal; try again later'],
  ),
  'life-refused': worded(
    ['平台不接受状态变更', '核对工单的类型、时间和终端'],
    ['The platform does not take the change of state', "Look at the order's kind, time and terminal"],
  ),
  'still-set': worded(
    ['终端仍保留原平台参数', '重新执行恢复出厂；或报废处理'],
    ['The terminal still has the parameters of its platform', 'Restore its factory settings again; else scrap it'],
  ),
  'link-lost': worded(
    ['与终端的连接断开', '检查串口线和供电，重新运行'],
    ['The terminal was lost', 'Check cable and power; run again'],
  ),
} as const satisfies Readonly<Record<string, Worded>>;
export type FindingCode = keyof typeof FINDINGS;

const said = (zh: string, en: string): { readonly zh: string; readonly en: string } => ({ zh, en });

/** Why there was nothing to do. */
export const SKIPS = {
  'no-gateway': said('没有连接网关', 'no gateway is at hand'),
  'nobody-there': said('无人值守，没有人操作', 'nobody is there to do it'),
  declined: said('安装人员跳过', 'left out by the installer'),
  'not-told': said('终端不上报此项', 'the terminal does not tell it'),
  'not-in-edition': said('该版本标准没有此项', 'its edition of the standard has none'),
  'no-camera': said('没有摄像头', 'there is no camera'),
  'no-order': said('工单没有这些内容', 'the order says nothing of it'),
  'no-template': said('没有参数模板', 'there is no template'),
  'failed-before': said('前面的步骤未通过', 'a step before it failed'),
  'not-this-job': said('本次作业不需要', 'not part of this job'),
} as const;
export type SkipCode = keyof typeof SKIPS;
