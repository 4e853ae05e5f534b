/** Commands that read and set terminal parameters. */
import { formatId, type Json } from '../../../../protocol/index.ts';
import { colors } from '../../colors.ts';
import { printable } from '../../message-text.ts';
import { ask } from '../ask.ts';
import { valueText } from '../event-report.ts';
import {
  globOf,
  KNOWN,
  type Parameter,
  parameterNamed,
  parameterOf,
  paramsOf,
  readValue,
  valuesIn,
} from '../parameters.ts';
import { linkOf, type Report, type Tool, type ToolCommand, ToolFault } from '../tool.ts';

/** A 0x8106 names at most so many: its count has one octet. */
const MOST_NAMED = 255;
const ID_DIGITS = 4;
const names = KNOWN.map(({ name }) => name);

const get: ToolCommand = {
  name: 'get',
  usage: '[<parameter>…]',
  about: {
    'zh-CN': '读取终端参数（全部，或按名称、ID、通配符）',
    en: 'read parameters: all, or by name, id or pattern (0x8104, 0x8106)',
  },
  examples: ['get', 'get heartbeatInterval 0x0013', 'get *Server*'],
  candidates: () => names,
  async run(tool, { words }) {
    const values = await read(tool, words);
    tool.say(reportOf('get', values));
  },
};

const set: ToolCommand = {
  name: 'set',
  usage: '<parameter>=<value>… [--unread]',
  flags: { unread: 'switch' },
  about: { 'zh-CN': '设置终端参数并回读核对', en: 'set parameters, and read back whether it took them (0x8103)' },
  more: {
    'zh-CN': '标准以外的参数以 ID 给出，值为十六进制。--unread：不回读。',
    en: 'A parameter that the standard has not is given by its id, its value in hexadecimal. --unread: do not read it back.',
  },
  examples: ['set heartbeatInterval=30', 'set 0x0029=10 plateNumber=云A12345', 'set alarmMask=none 0xF001=0a1b'],
  candidates: () => names.map((name) => `${name}=`),
  async run(tool, given) {
    const revision = linkOf(tool).speaker?.revision ?? 2013;
    const wanted = new Map<string, Json>();
    for (const word of given.words) {
      const cut = word.indexOf('=');
      if (cut < 1) throw new ToolFault(`${JSON.stringify(word)}: expected <parameter>=<value>`, 2);
      const parameter = parameterOf(word.slice(0, cut));
      wanted.set(parameter.name, readValue(parameter, word.slice(cut + 1), revision));
    }
    if (wanted.size === 0) throw new ToolFault('expected <parameter>=<value>', 2);
    await ask(tool, 'setTerminalParameters', { params: paramsOf(wanted) });
    if (given.has('unread')) {
      tool.say({ json: { type: 'result', command: 'set', params: Object.fromEntries(wanted) }, text: ['ok'] });
      return;
    }
    const now = await read(tool, [...wanted.keys()]);
    tool.say(reportOf('set', now));
    const others = [...wanted].filter(([name, value]) => !isSame(now.get(name), value)).map(([name]) => name);
    if (others.length > 0) {
      const said = { 'zh-CN': '终端应答成功，但回读不符', en: 'it said success, and has another value' }[tool.language];
      throw new ToolFault(`${said}: ${others.join(', ')}`, 1);
    }
  },
};

export const PARAMETER_COMMANDS: readonly ToolCommand[] = [get, set];

/** Asks for what the words name; before 2013 nothing but everything can be asked for. */
async function read(tool: Tool, words: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  const patterns = words.filter((word) => word.includes('*')).map(globOf);
  const named = words.filter((word) => !word.includes('*')).map(parameterOf);
  const revision = linkOf(tool).speaker?.revision ?? 2013;
  const whole = words.length === 0 || patterns.length > 0 || revision === 2011 || named.length > MOST_NAMED;
  const { body } = whole
    ? await ask(tool, 'queryTerminalParameters', {})
    : await ask(tool, 'queryGivenTerminalParameters', { paramIds: named.map(({ id }) => id) });
  const all = valuesIn(body['params']);
  if (!whole || words.length === 0) return all;
  const wanted = (name: string): boolean =>
    named.some((one) => one.name === name) || patterns.some((pattern) => pattern.test(name));
  return new Map([...all].filter(([name]) => wanted(name)));
}

function reportOf(command: string, values: ReadonlyMap<string, Json>): Report {
  const rows = [...values].map(([name, value]) => ({ about: parameterNamed(name), name, value }));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return {
    json: { type: 'result', command, params: Object.fromEntries(values) },
    text: rows.map(({ about, name, value }) => rowOf(about, name.padEnd(width), value)),
  };
}

function rowOf(about: Parameter | undefined, name: string, value: Json): string {
  const id = about === undefined ? '' : formatId(about.id, ID_DIGITS);
  const unit = about?.unit === undefined ? '' : ` ${about.unit}`;
  const zh = about?.zh === undefined ? '' : `  ${colors.dim(about.zh)}`;
  return `${colors.dim(id.padEnd(ID_DIGITS + 2))}  ${colors.cyan(name)}  ${printable(valueText(value))}${unit}${zh}`;
}

function isSame(a: Json | undefined, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
