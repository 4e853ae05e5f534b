/** Commands that show what is seen: for a while, behind the prompt, or until something has come. */
import { CATALOGUE } from '../../../../protocol/index.ts';
import { type ReportForm, reportOf } from '../event-report.ts';
import { durationMs, type Given } from '../given.ts';
import { linkOf, sleep, type ToolCommand, ToolFault, watchUntil } from '../tool.ts';
import { FILTER_WORDS, readFilter } from '../watch-filter.ts';

const CANDIDATES: readonly string[] = [...FILTER_WORDS, ...CATALOGUE.map(({ name }) => name)];
const FORM_FLAGS = { fields: 'value', tree: 'switch' } as const;
const MOST = 1_000_000_000;
const FILTER = {
  'zh-CN':
    '过滤：消息名、ID、通配符（逗号分隔）；up、down；faults、states、media、nmea；字段条件，如 speed>80、alarm=emergency、items.rssi<10、plate~云A。--fields a,b：只显示这些字段；--tree：逐字段显示。',
  en: 'Filters: messages by name, id or pattern, several by commas; up, down; faults, states, media, nmea; conditions on fields, such as speed>80, alarm=emergency, items.rssi<10, plate~云A. --fields a,b: only these fields. --tree: every field on a line.',
};

const watch: ToolCommand = {
  name: 'watch',
  usage: '[<filter>…] [--fields a,b] [--tree] [--for 30s] [--count N]',
  flags: { ...FORM_FLAGS, for: 'value', count: 'value' },
  about: { 'zh-CN': '实时显示解码后的通信，Ctrl-C 结束', en: 'show decoded traffic as it passes, until Ctrl-C' },
  more: FILTER,
  examples: ['watch', 'watch up locationReport speed>80 --fields time,speed', 'watch faults nmea --for 30s'],
  candidates: () => CANDIDATES,
  async run(tool, given, signal) {
    const seen = readFilter(given.words);
    const form = formOf(given);
    let left = given.whole('count', 1, MOST) ?? Number.POSITIVE_INFINITY;
    await watchUntil(tool, { forMs: given.duration('for'), signal }, (event) => {
      if (!seen(event)) return false;
      tool.say(reportOf(event, form));
      return --left <= 0;
    });
  },
};

const follow: ToolCommand = {
  name: 'follow',
  usage: '[<filter>…] [--fields a,b] [--tree] | off',
  flags: FORM_FLAGS,
  about: { 'zh-CN': '在提示符后台持续显示通信', en: 'show traffic behind the prompt, while other commands go on' },
  more: FILTER,
  examples: ['follow', 'follow up locationReport', 'follow off'],
  candidates: () => ['off', ...CANDIDATES],
  run(tool, given) {
    tool.standing.get('follow')?.();
    tool.standing.delete('follow');
    if (given.words[0] === 'off') return Promise.resolve();
    const seen = readFilter(given.words);
    const form = formOf(given);
    const cancel = linkOf(tool).watch((event) => {
      if (seen(event)) tool.say(reportOf(event, form));
    });
    tool.standing.set('follow', cancel);
    return Promise.resolve();
  },
};

const wait: ToolCommand = {
  name: 'wait',
  usage: '<duration> | <filter>… [--fields a,b] [--tree] [--for 60s]',
  flags: { ...FORM_FLAGS, for: 'value' },
  about: {
    'zh-CN': '等待一段时间，或等到符合过滤条件的消息',
    en: 'wait a while, or until something is seen; fails when it is not in time',
  },
  more: FILTER,
  examples: ['wait 5s', 'wait locationReport status=positioned --for 2m'],
  candidates: () => CANDIDATES,
  async run(tool, given, signal) {
    const ms = given.words.length === 1 ? durationMs(given.words[0]!) : undefined;
    if (ms !== undefined) {
      await sleep(tool.clock, ms, signal);
      return;
    }
    if (given.words.length === 0) throw new ToolFault('expected a duration or a filter', 2);
    const seen = readFilter(given.words);
    const form = formOf(given);
    const forMs = given.duration('for') ?? WAIT_MS;
    const how = await watchUntil(tool, { forMs, signal }, (event) => {
      if (!seen(event)) return false;
      tool.say(reportOf(event, form));
      return true;
    });
    if (how !== 'enough') {
      const said = { 'zh-CN': '未等到', en: 'was not seen' }[tool.language];
      throw new ToolFault(`${given.words.join(' ')}: ${said}`, 1);
    }
  },
};
const WAIT_MS = 60_000;

export const WATCHING: readonly ToolCommand[] = [watch, follow, wait];

export function formOf(given: Given): ReportForm {
  const fields = given.text('fields');
  return { tree: given.has('tree'), ...(fields === undefined ? {} : { fields: fields.split(',') }) };
}
