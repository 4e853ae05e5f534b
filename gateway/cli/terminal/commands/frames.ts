/** Commands that send what is typed: any platform message, or octets as they are. */
import {
  CATALOGUE,
  decodeFrameHex,
  describeFault,
  describeMessage,
  encodeMessageJson,
  formatHex,
  messageById,
  parseHex,
  ProtocolError,
} from '../../../../protocol/index.ts';
import { formatDescribed } from '../../message-text.ts';
import { answerReport, ask } from '../ask.ts';
import { wrong } from '../given.ts';
import { linkOf, type Tool, type ToolCommand, ToolFault } from '../tool.ts';

const TYPES = CATALOGUE.filter(({ about }) => about.from === 'platform' && 'replies' in about).map(({ name }) => name);
const FLAG = 0x7e;

const send: ToolCommand = {
  name: 'send',
  usage: '<message> [{fields}]',
  about: { 'zh-CN': '下发任意平台消息并等待应答', en: 'send any message of the platform, and wait for its answer' },
  more: {
    'zh-CN': '名称或 ID；字段为 JSON（xingji schema 名称）。可能造成损害的需确认。',
    en: 'By its name or id, its fields as JSON (xingji schema NAME shows them). What can do harm is confirmed first.',
  },
  examples: ['send locationQuery', 'send textMessage {"flag":["display"],"text":"hello"}', 'send 0x8104'],
  candidates: (before) => (before.length === 0 ? TYPES : []),
  async run(tool, { words: [type, json = '{}', ...rest] }) {
    if (type === undefined || rest.length > 0) throw new ToolFault('expected a message, and its fields as JSON', 2);
    const name = /^0x[0-9a-f]{1,4}$/i.test(type) ? messageById(Number(type))?.name : type;
    if (name === undefined || !TYPES.some((one) => one === name))
      throw wrong('message', type, 'one that a platform asks with; Tab lists them');
    tool.say(answerReport('send', await ask(tool, name, jsonOf(json))));
  },
};

const inject: ToolCommand = {
  name: 'inject',
  usage: '<hex…> | {message}',
  about: {
    'zh-CN': '原样发送帧（十六进制或 JSON），不等待应答',
    en: 'send frames as they are, in hex or as xingji encode takes them; no answer is waited for',
  },
  more: {
    'zh-CN': '坏帧也照发：用来看终端如何应对。JSON 中的 phone 与 revision 默认为该终端的。',
    en: 'Broken ones too: to see what the terminal makes of them. Of JSON, phone and revision are those of the terminal unless given.',
  },
  examples: ['inject 7e820100000139123456780007b47e', 'inject {"name":"locationQuery","serial":7}'],
  async run(tool, { words }) {
    const [first] = words;
    if (first === undefined) throw new ToolFault('expected octets in hex, or a message as JSON', 2);
    const frames = first.startsWith('{') ? encoded(tool, jsonOf(first)) : [octetsOf(words.join(''))];
    for (const octets of frames) {
      await linkOf(tool).inject(octets);
      const hex = formatHex(octets);
      const seen = decodeFrameHex(hex).map((one) => ('fault' in one ? describeFault(one) : describeMessage(one)));
      tool.say({ json: { type: 'result', command: 'inject', hex, seen }, text: seen.map(formatDescribed) });
    }
  },
};

export const FRAME_COMMANDS: readonly ToolCommand[] = [send, inject];

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ToolFault(`${text}: no JSON`, 2);
  }
}

function encoded(tool: Tool, json: unknown): readonly Uint8Array[] {
  const { speaker } = linkOf(tool);
  const given = json as Readonly<Record<string, unknown>>;
  const whom = speaker === undefined ? {} : { phone: speaker.phone, revision: speaker.revision };
  try {
    return encodeMessageJson(
      given['phone'] === undefined && given['terminal'] === undefined ? { ...whom, ...given } : given,
    );
  } catch (error) {
    if (error instanceof ProtocolError) throw new ToolFault(error.message, 2);
    throw error;
  }
}

/** Octets without a flag are put between two. */
function octetsOf(text: string): Uint8Array {
  const octets = parseHex(text.replaceAll(/0x|[,;:]/gi, ''));
  if (octets === undefined || octets.length === 0) throw wrong('octets', text, 'an even number of hexadecimal digits');
  return octets.includes(FLAG) ? octets : Uint8Array.of(FLAG, ...octets, FLAG);
}
