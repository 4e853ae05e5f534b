/** Commands to terminals, facts of platforms, the registry and grants. */
import type { HelpTexts } from '../help-text.ts';

export const PLATFORM: HelpTexts = {
  'orders to terminals, by way of a running gateway: send, list, show, approve':
    '经运行中的网关向终端下发命令：发送、列出、查看、批准',
  'orders to terminals, by way of a running gateway': '经运行中的网关向终端下发命令',
  'send a message to one terminal or to many': '向一个或多个终端发送消息',
  'to this terminal; may be given again': '发给此终端；可多次给出',
  'to all of a division, by its leading digits': '发给某行政区划的全部终端（区划代码前几位）',
  'with --division: only to those that are online': '与 --division 合用：只发给在线的',
  'to the nearest that are online': '发给离此点最近的在线终端',
  'with --nearest: how many': '与 --nearest 合用：几个',
  'with --nearest: no further than this': '与 --nearest 合用：不远于此（米）',
  'fields of the message': '消息的各字段',
  'the same id again is the same command': '相同的 id 即同一条命令',
  'what goes first': '优先级',
  'not sent to a terminal that is away for longer': '终端离线超过这么久则不再发送',
  'wait for the end': '等待结束',
  'name of a platform message; xingji command types lists them': '平台消息名；xingji command types 列出全部',
  "With several --terminal, with --division or --nearest it is a command to many, of which each terminal's own has the id ID:TERMINAL. What can do harm may wait for a second person: xingji command approve. --wait waits for the end.":
    '给出多个 --terminal，或用 --division、--nearest 时为群发，其中每个终端的命令 id 为 ID:终端号。可能造成损害的命令可能需第二人批准：xingji command approve。--wait 等待结束。',
  'Exit code: 0 taken (with --wait: done), 1 refused or not done, 2 wrong usage or no gateway.':
    '退出码：0 已接受（--wait 时：已完成），1 被拒绝或未完成，2 用法错误或没有网关。',
  'commands, newest first': '列出命令，新的在前',
  'only of this terminal': '只看此终端的',
  'only in this state': '只看此状态的',
  'only those that wait for a second person': '只看等待第二人批准的',
  'where a command stands': '查看一条命令的进展',
  'let a command of another person through': '批准他人的命令',
  'turn a command down that waits for a second person': '驳回等待批准的命令',
  'messages that can be sent as commands; xingji schema NAME shows the fields of one':
    '可作命令下发的消息；xingji schema 名称 显示其字段',
  'facts of a platform into a data folder: vehicles, exemptions, work orders, orders, calendar, places':
    '把平台事实写入数据目录：车辆、豁免、工单、派车单、日历、地点',
  'state facts of a platform: vehicles, exemptions, work orders, orders, calendar days, places':
    '写入平台事实：车辆、豁免、工单、派车单、日历、地点',
  'the outcome as JSON': '以 JSON 输出结果',
  'what they are': '事实的种类',
  'JSON lines, one fact each; - for stdin': 'JSON 行，每行一条；- 表示标准输入',
  'A later fact with the same id replaces it; {"id":"…","deleted":true} takes it away. All lines are taken, or none and every fault is told with its line. A running gateway takes them up within a second.':
    '相同 id 的后一条替换前一条；{"id":"…","deleted":true} 将其删除。要么全部接收，要么全不接收并逐行说明错误。运行中的网关一秒内生效。',
  'vehicles, terminals and their bindings: import, export, show, life cycle':
    '车辆、终端及其绑定：导入、导出、查看、生命周期',
  'take vehicles from a file, all of them or none': '从文件导入车辆，全部成功或全不导入',
  'only say what is wrong with it': '只检查，不导入',
  'outcome and faults as JSON lines': '以 JSON 行输出结果和错误',
  'CSV with a line of names, JSON lines, or a JSON array': '带标题行的 CSV、JSON 行或 JSON 数组',
  "Columns: id (the vehicle's where it is left out), vehicle, plate, plateColor, vin, division, unit, terminal, terminalId, imei, iccid, or their Chinese names. UTF-8 or GB 18030.":
    '列：id（不给则用车辆编号）、vehicle、plate、plateColor、vin、division、unit、terminal、terminalId、imei、iccid，或其中文名。UTF-8 或 GB 18030。',
  'write all vehicles to stdout, as import reads them': '把全部车辆输出到标准输出，格式同导入',
  'a terminal: where it stands, and which vehicles and SIMs it was in': '查看终端：当前状态，曾用车辆和 SIM 卡',
  'take a terminal a step further in its life': '推进终端的生命周期',
  'order it is done on; needed for installed, removalApproved and removed':
    '依据的工单；installed、removalApproved、removed 必须给出',
  'the next state': '下一状态',
  'where a terminal was, under an approved grant: GeoJSON, GPX, CSV': '凭已批准的授权查看终端轨迹：GeoJSON、GPX、CSV',
  'where a terminal was, under an approved grant that covers it': '凭覆盖它的已批准授权查看终端轨迹',
  'the grant; xingji grant request asks for one': '授权编号；用 xingji grant request 申请',
  'of the track': '轨迹格式',
  'file to write, readable by you alone; default: stdout': '要写的文件，仅本人可读；默认标准输出',
  'The look is in the audit trail, and so is one that is refused.': '查看会记入审计，被拒绝的也会。',
  'Exit code: 0 told, 1 no grant that covers it.': '退出码：0 已给出，1 没有覆盖它的授权。',
  'permission to look at a track: ask for it, let it through, take it back': '轨迹查看授权：申请、批准、收回',
  'ask to see where a terminal was': '申请查看终端轨迹',
  'of the track, ISO 8601': '轨迹的起止时间（ISO 8601）',
  'when the permission is to end, ISO 8601': '授权到期时间（ISO 8601）',
  'what for': '用途',
  'let a grant of another person through': '批准他人的申请',
  'turn a grant down': '驳回申请',
  'take an approved grant back': '收回已批准的授权',
  'grants, newest first': '列出授权，新的在前',
  'only for this terminal': '只看此终端的',
};
