/** Commands by which a terminal or its vehicle does something. */
import { formatTime } from '../../../../protocol/index.ts';
import type { Medium } from '../../../terminal-link/terminal-link.ts';
import { ask, answerReport } from '../ask.ts';
import { type Given, wholeNumber, wrong } from '../given.ts';
import { linkOf, type Tool, type ToolCommand, ToolFault, watchUntil } from '../tool.ts';

const USUAL_FLAGS = ['display', 'tts'];
const TEXT_FLAGS = ['display', 'tts', 'urgent'] as const;
const CONTROLS: readonly string[] = [
  'reset',
  'powerOff',
  'restoreFactorySettings',
  'closeDataCommunication',
  'closeAllWirelessCommunication',
  'connectToServer',
  'wirelessUpgrade',
];
const PHOTO_MS = 120_000;
const ENDINGS: Readonly<Record<string, string>> = { jpeg: 'jpg', tif: 'tif', mp3: 'mp3', wav: 'wav', wmv: 'wmv' };

const text: ToolCommand = {
  name: 'text',
  usage: '[--display] [--tts] [--urgent] <text>',
  flags: { display: 'switch', tts: 'switch', urgent: 'switch' },
  about: { 'zh-CN': '下发文本（显示、播读）', en: 'send a text, to be shown and read out (0x8300)' },
  examples: ['text 请靠边停车', 'text --urgent --tts "return to the depot"'],
  async run(tool, given) {
    const words = given.words.join(' ');
    if (words === '') throw new ToolFault('expected a text', 2);
    const flag = TEXT_FLAGS.filter((name) => given.has(name));
    const body = { flag: flag.length === 0 ? USUAL_FLAGS : flag, text: words };
    const revision = linkOf(tool).speaker?.revision;
    const answer = await ask(tool, 'textMessage', revision === 2019 ? { ...body, textType: 'notification' } : body);
    tool.say(answerReport('text', answer));
  },
};

const control: ToolCommand = {
  name: 'control',
  usage: '<command> [<parameters>]',
  about: {
    'zh-CN': '终端控制：复位、关机、恢复出厂……（需确认）',
    en: 'control the terminal: reset, power off, factory settings … (0x8105), confirmed first',
  },
  more: { 'zh-CN': `命令：${CONTROLS.join(' ')}`, en: `Commands: ${CONTROLS.join(' ')}` },
  examples: ['control reset', "control connectToServer '1;;;;0;10.0.0.1;8808;0;60'"],
  candidates: (before) => (before.length === 0 ? CONTROLS : []),
  async run(tool, { words: [command = '', parameters] }) {
    if (!CONTROLS.includes(command)) throw wrong('command', command, `one of ${CONTROLS.join(', ')}`);
    const body = { command, ...(parameters === undefined ? {} : { parameters }) };
    tool.say(answerReport('control', await ask(tool, 'terminalControl', body)));
  },
};

function door(name: 'lock' | 'unlock', about: ToolCommand['about']): ToolCommand {
  return {
    name,
    usage: '',
    about,
    examples: [name],
    async run(tool) {
      const locks = name === 'lock';
      const body =
        linkOf(tool).speaker?.revision === 2019
          ? { controls: [{ controlId: 'door', param: locks ? 0 : 1 }] }
          : { flag: locks ? ['doorLock'] : [] };
      tool.say(answerReport(name, await ask(tool, 'vehicleControl', body)));
    },
  };
}

const photo: ToolCommand = {
  name: 'photo',
  usage: '[<channel>] [--count N] [--resolution WxH] [--quality 1-10] [--output FILE] [--for 2m]',
  flags: { count: 'value', resolution: 'value', quality: 'value', output: 'value', for: 'value' },
  about: { 'zh-CN': '拍照并保存到文件', en: 'take a picture and save it (0x8801)' },
  more: {
    'zh-CN': '--output：文件名，多张时加序号；默认 photo-<终端>-<多媒体ID>.jpg。--for：等待时间，默认 2m。',
    en: '--output: the file, with a number where there are several; photo-<terminal>-<id>.jpg unless given. --for: how long to wait for it, 2m unless given.',
  },
  examples: ['photo', 'photo 2 --count 3 --resolution 640x480 --output cabin.jpg'],
  run: shoot,
};

export const ACTING: readonly ToolCommand[] = [
  text,
  control,
  door('lock', { 'zh-CN': '车门加锁（需确认）', en: 'lock the doors (0x8500), confirmed first' }),
  door('unlock', { 'zh-CN': '车门解锁（需确认）', en: 'unlock the doors (0x8500), confirmed first' }),
  photo,
];

async function shoot(tool: Tool, given: Given, signal: AbortSignal): Promise<void> {
  const channelId = given.words[0] === undefined ? 1 : wholeNumber('channel', given.words[0], { min: 1, max: 255 });
  const count = given.whole('count', 1, 100) ?? 1;
  const forMs = given.duration('for') ?? PHOTO_MS;
  const body = {
    channelId,
    command: count,
    interval: 0,
    saveFlag: 'uploadInRealTime',
    resolution: given.text('resolution') ?? '640x480',
    quality: given.whole('quality', 1, 10) ?? 5,
    brightness: 128,
    contrast: 64,
    saturation: 64,
    chroma: 128,
  };
  const pictures: Medium[] = [];
  // It may come before the answer does.
  const early = linkOf(tool).watch((event) => {
    if (event.kind === 'medium') pictures.push(event.medium);
  });
  try {
    const answer = await ask(tool, 'cameraShootNow', body, { answerMs: forMs });
    const ids = answer.body['multimediaIds'];
    const wanted = Array.isArray(ids) && ids.length > 0 ? ids.length : count;
    if (pictures.length < wanted) await watchUntil(tool, { forMs, signal }, () => pictures.length >= wanted);
    const terminal = linkOf(tool).speaker?.terminal ?? 'unknown';
    for (const [i, picture] of pictures.entries()) {
      const path = pathOf(picture, {
        output: given.text('output'),
        number: wanted === 1 ? undefined : i + 1,
        terminal,
      });
      tool.files.save(path, picture.octets);
      const { octets, ...about } = picture;
      const json = {
        type: 'result',
        command: 'photo',
        path,
        medium: { ...about, octets: octets.length },
        at: formatTime(tool.clock.now()),
      };
      tool.say({ json, text: [`${path}  ${octets.length} octets`] });
    }
    if (pictures.length < wanted) {
      const said = { 'zh-CN': '未收齐照片', en: 'pictures did not come' }[tool.language];
      throw new ToolFault(`${said}: ${pictures.length} / ${wanted}`, 1);
    }
  } finally {
    early();
  }
}

function pathOf(
  { multimediaId, format }: Medium,
  { output, number, terminal }: { output: string | undefined; number: number | undefined; terminal: string },
): string {
  const ending = ENDINGS[String(format)] ?? 'bin';
  if (output === undefined) return `photo-${terminal}-${multimediaId}.${ending}`;
  return number === undefined ? output : output.replace(/(\.[^./]*)?$/, `-${number}$1`);
}
