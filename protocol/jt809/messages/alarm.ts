/** Alarms, what is to be done about them and what was: 0x1400 and 0x9400. */
import { ascii, enumeration, prefix, text, u32, utc } from '../../schema/field.ts';
import { both, exchange } from '../message.ts';
import { ALARM_SOURCES, ALARM_TYPES, HANDLING_RESULTS, PLATE_COLOURS, SUPERVISION_LEVELS } from '../words.ts';
import { SOURCE } from './source.ts';

const source = enumeration(1, ALARM_SOURCES).about('报警信息来源');
const type = enumeration(2, ALARM_TYPES).about('报警类型');
const content = { content: text(prefix(4, 'contentLength')).about('报警信息内容') } as const;
const result = enumeration(1, HANDLING_RESULTS).about('报警处理结果');
const supervisionId = u32.about('报警督办ID');

const raised2011 = { source, type, time: utc('seconds').about('报警时间') } as const;
const told2011 = { ...raised2011, ...content } as const;

const platformId = ascii(11).about('发起报警平台唯一编码');
const whom = {
  plate: text(21).about('车牌号'),
  plateColour: enumeration(1, PLATE_COLOURS).about('车牌颜色'),
  alarmedPlatformId: ascii(11).about('被报警平台唯一编码'),
  routeId: u32.about('线路ID'),
  ...content,
} as const;
/** As captured: begin and end, in milliseconds; libraries write the time of the alarm before them, in seconds. */
const told2019 = [
  {
    platformId,
    type,
    start: utc('milliseconds').about('事件开始时间'),
    end: utc('milliseconds').about('事件结束时间'),
    ...whom,
  },
  {
    platformId,
    type,
    time: utc('seconds').about('报警时间'),
    start: utc('seconds').about('事件开始时间'),
    end: utc('seconds').about('事件结束时间'),
    ...whom,
  },
] as const;

const supervision = {
  level: enumeration(1, SUPERVISION_LEVELS).about('督办级别'),
  supervisor: text(16).about('督办人'),
  phone: ascii(20).about('督办联系电话'),
  email: ascii(32).about('督办联系电子邮件'),
} as const;
const deadline = utc('seconds').about('督办截止时间');
const handled = { ...SOURCE, result } as const;

export const ALARM_MESSAGES = [
  exchange(
    0x1401,
    'superviseResponse',
    { zh: '报警督办应答', en: 'Response to supervision', constant: 'UP_WARN_MSG_URGE_TODO_ACK' },
    {
      2011: [{ supervisionId, result }],
      2019: [
        { supervisionId, ...handled },
        { supervisionId, result },
      ],
    },
  ),
  exchange(
    0x1402,
    'alarmReport',
    { zh: '上报报警信息', en: 'Alarm', constant: 'UP_WARN_MSG_ADPT_INFO' },
    { 2011: [{ ...raised2011, infoId: u32.about('信息ID'), ...content }], 2019: told2019 },
  ),
  exchange(
    0x1403,
    'alarmHandled',
    {
      zh: '主动上报报警处理结果信息（2011）、上报报警预警信息（2019）',
      en: 'What became of an alarm (2011); warning (2019)',
      constant: 'UP_WARN_MSG_ADPT_TODO_INFO',
    },
    { 2011: [{ infoId: u32.about('报警信息ID'), result }], 2019: told2019 },
  ),
  exchange(
    0x1411,
    'superviseHandled',
    { zh: '上报报警督办应答', en: 'What became of a supervision', constant: 'UP_WARN_MSG_URGE_TODO_ACK_INFO' },
    { 2011: [], 2019: [handled] },
  ),
  exchange(
    0x1412,
    'alarmResult',
    { zh: '主动上报报警处理结果', en: 'What became of an alarm', constant: 'UP_WARN_MSG_ADPT_TODO_INFO' },
    { 2011: [], 2019: [handled] },
  ),
  exchange(
    0x1413,
    'superviseReport',
    { zh: '上报报警督办请求', en: 'Supervision, told upwards', constant: 'UP_WARN_MSG_URGE_TODO_REQ_INFO' },
    {
      2011: [],
      2019: [{ platformId, time: utc('seconds').about('报警时间'), ...SOURCE, deadline, ...supervision }],
    },
  ),
  exchange(
    0x9401,
    'superviseRequest',
    {
      zh: '报警督办请求',
      en: 'Supervision: an alarm is to be handled',
      constant: 'DOWN_WARN_MSG_URGE_TODO_REQ',
      reply: 0x1401,
    },
    both({ ...raised2011, supervisionId, deadline, ...supervision }),
  ),
  exchange(
    0x9402,
    'alarmTips',
    { zh: '报警预警', en: 'Warning', constant: 'DOWN_WARN_MSG_INFORM_TIPS' },
    { 2011: [told2011], 2019: told2019 },
  ),
  exchange(
    0x9403,
    'alarmExchange',
    { zh: '实时交换报警信息', en: 'Alarm of a vehicle of elsewhere', constant: 'DOWN_WARN_MSG_EXG_INFORM' },
    { 2011: [told2011], 2019: told2019 },
  ),
] as const;
