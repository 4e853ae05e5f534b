/** Commands that ask a terminal who, what and where it is. */
import { formatTime } from '../../../../protocol/index.ts';
import { tree } from '../../message-text.ts';
import { ask } from '../ask.ts';
import { durationMs, wrong } from '../given.ts';
import { linkOf, type Report, type ToolCommand } from '../tool.ts';

const INDENT = '  ';

const status: ToolCommand = {
  name: 'status',
  usage: '',
  about: { 'zh-CN': '连接方式、对端终端、收发计数', en: 'how the terminal is reached, who it is, what was seen' },
  examples: ['status'],
  run(tool) {
    const { where, kind, speaker } = linkOf(tool);
    const { since, last, ...counts } = tool.seen;
    const times = { since: formatTime(since), ...(last === undefined ? {} : { last: formatTime(last) }) };
    const { frames, messages, faults, sentences } = counts;
    tool.say({
      json: { type: 'result', command: 'status', where, kind, speaker: speaker ?? null, ...times, ...counts },
      text: [
        where,
        ...tree(
          {
            ...(speaker === undefined ? { terminal: null } : { ...speaker }),
            ...times,
            messages: `${messages.up} ↑  ${messages.down} ↓`,
            frames: `${frames.up} ↑  ${frames.down} ↓`,
            faults,
            sentences,
          },
          INDENT,
        ),
      ],
    });
    return Promise.resolve();
  },
};

const attributes: ToolCommand = {
  name: 'attributes',
  usage: '',
  about: {
    'zh-CN': '查询终端属性（型号、ICCID、版本）',
    en: 'ask for its attributes: model, ICCID, versions (0x8107)',
  },
  examples: ['attributes'],
  async run(tool) {
    const { body } = await ask(tool, 'queryTerminalAttributes', {});
    tool.say(told('attributes', body));
  },
};

const locate: ToolCommand = {
  name: 'locate',
  usage: '',
  about: { 'zh-CN': '查询当前位置', en: 'ask where it is now (0x8201)' },
  examples: ['locate'],
  async run(tool) {
    const { body } = await ask(tool, 'locationQuery', {});
    tool.say(told('locate', (body['location'] ?? body) as Readonly<Record<string, unknown>>));
  },
};

const track: ToolCommand = {
  name: 'track',
  usage: '<interval> <for how long> | off',
  about: { 'zh-CN': '临时位置跟踪', en: 'have it report more often for a while (0x8202)' },
  examples: ['track 5s 10m', 'track off'],
  candidates: (before) => (before.length === 0 ? ['off'] : []),
  async run(tool, { words }) {
    const body =
      words[0] === 'off' && words.length === 1
        ? { interval: 0 }
        : { interval: seconds('interval', words[0]), validity: seconds('duration', words[1]) };
    await ask(tool, 'temporaryTrackingControl', body);
    tool.say({ json: { type: 'result', command: 'track', ...body }, text: ['ok'] });
  },
};

export const ASKING: readonly ToolCommand[] = [status, attributes, locate, track];

function told(command: string, body: Readonly<Record<string, unknown>>): Report {
  return { json: { type: 'result', command, body }, text: tree(body, '') };
}

function seconds(name: string, text = ''): number {
  const ms = durationMs(text);
  if (ms === undefined || ms < 1000) throw wrong(name, text, 'a duration of at least 1s, such as 5s or 10m');
  return Math.round(ms / 1000);
}
