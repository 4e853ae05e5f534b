/** Commands on captures: write one, look into one, send its frames again. */
import {
  type CapturedFrame,
  type CapturedCounts,
  CapturedFrames,
  CaptureError,
  decodeFrames,
  describeFault,
  describeMessage,
} from '../../../../protocol/index.ts';
import type { LinkEvent } from '../../../terminal-link/terminal-link.ts';
import { VERSION } from '../../../version.ts';
import { CaptureFile } from '../capture-file.ts';
import { reportOf } from '../event-report.ts';
import { type Given, wrong } from '../given.ts';
import { readdressed } from '../readdress.ts';
import {
  linkOf,
  type Report,
  sleep,
  type Target,
  type Tool,
  type ToolCommand,
  ToolFault,
  watchUntil,
} from '../tool.ts';
import { readFilter } from '../watch-filter.ts';
import { formOf } from './watching.ts';

const capture: ToolCommand = {
  name: 'capture',
  usage: '<file.pcapng> [--for 60s] | off',
  flags: { for: 'value' },
  about: {
    'zh-CN': '把通信存为 pcapng（Wireshark 可打开）',
    en: 'write what passes to a pcapng file, which Wireshark opens',
  },
  more: {
    'zh-CN': '在后台进行，直到 capture off 或退出；--for：前台进行这么久。用 xingji dissector 生成 Wireshark 插件。',
    en: 'Goes on behind the prompt until capture off or the end; --for: for so long, and waits. xingji dissector makes the plugin for Wireshark.',
  },
  examples: ['capture drive.pcapng', 'capture off', 'capture minute.pcapng --for 1m'],
  candidates: () => ['off'],
  async run(tool, given, signal) {
    const [path, ...rest] = given.words;
    if (path === undefined || rest.length > 0) throw new ToolFault('expected a file, or off', 2);
    if (path === 'off' && !tool.standing.has('capture')) throw new ToolFault('nothing is being captured', 1);
    tool.standing.get('capture')?.();
    if (path === 'off') return;
    const link = linkOf(tool);
    if (link.kind === 'gateway') throw new ToolFault(NO_OCTETS[tool.language], 1);
    const file = tool.files.begin(path);
    const written = new CaptureFile((octets) => file.write(octets), {
      where: link.where,
      application: `xingji ${VERSION}`,
    });
    const take = (event: LinkEvent): void => written.take(event);
    const end = (): void => {
      tool.standing.delete('capture');
      file.close();
      const { frames, faults, sentences } = written.counts;
      tool.say({
        json: { type: 'result', command: 'capture', path, frames, faults, sentences },
        text: [`${path}: ${frames} frames, ${faults} faults, ${sentences} sentences`],
      });
    };
    const forMs = given.duration('for');
    if (forMs !== undefined) {
      await watchUntil(tool, { forMs, signal }, (event) => {
        take(event);
        return false;
      });
      end();
      return;
    }
    const cancel = link.watch(take);
    tool.standing.set('capture', () => {
      cancel();
      end();
    });
  },
};

const NO_OCTETS = {
  'zh-CN': '网关不提供原始字节：请在网关上用 xingji journal export --pcapng，或直接连接终端',
  en: 'a gateway shows no octets: use xingji journal export --pcapng there, or reach the terminal directly',
};

const show: ToolCommand = {
  name: 'show',
  usage: '<file> [<filter>…] [--fields a,b] [--tree]',
  flags: { fields: 'value', tree: 'switch' },
  about: {
    'zh-CN': '解码显示抓包文件（pcapng 或 pcap）',
    en: 'show the frames of a capture, decoded (pcapng or pcap of any program)',
  },
  examples: ['show drive.pcapng', 'show gateway.pcap locationReport speed>80'],
  async run(tool, given, signal) {
    const [path, ...filter] = given.words;
    if (path === undefined) throw new ToolFault('expected a file', 2);
    const seen = readFilter(filter);
    const form = formOf(given);
    const counts = await eachFrame(tool, path, signal, ({ at, from, octets }) => {
      const direction = from === 'terminal' ? 'up' : 'down';
      for (const decoded of decodeFrames(octets)) {
        const event: LinkEvent =
          'fault' in decoded
            ? { at, kind: 'fault', fault: describeFault(decoded) }
            : { at, kind: 'message', direction, message: describeMessage(decoded) };
        if (seen(event)) tool.say(reportOf(event, form));
      }
    });
    tool.say(countsReport('show', path, counts));
  },
};

const replay: ToolCommand = {
  name: 'replay',
  usage: '<file> [--to terminal|tcp://HOST:PORT] [--speed N|max] [--terminal T]',
  flags: { to: 'value', speed: 'value', terminal: 'value' },
  about: {
    'zh-CN': '重放抓包：平台帧发给终端，或终端帧发给平台',
    en: 'send a capture again: what the platform said to this terminal, or what terminals said to a platform',
  },
  more: {
    'zh-CN':
      '--to terminal（默认）：平台帧改为该终端的手机号后发出。--to tcp://…：终端帧发往平台，每个连接一条。--speed：倍速，max 为最快，默认 1。--terminal：只要这个终端的帧。',
    en: '--to terminal, unless given: frames of the platform, readdressed to this terminal. --to tcp://…: frames of terminals, a connection for each that was captured. --speed: so much faster than it was, max as fast as it goes; 1 unless given. --terminal: only of this one.',
  },
  examples: ['replay drive.pcapng', 'replay gateway.pcap --to tcp://127.0.0.1:8808 --speed max'],
  candidates: (before) => (before.at(-1) === '--to' ? ['terminal', 'tcp://127.0.0.1:8808'] : []),
  run: sendAgain,
};

export const CAPTURES: readonly ToolCommand[] = [capture, show, replay];

async function sendAgain(tool: Tool, given: Given, signal: AbortSignal): Promise<void> {
  const [path, ...rest] = given.words;
  if (path === undefined || rest.length > 0) throw new ToolFault('expected a file', 2);
  const url = targetOf(given.text('to') ?? 'terminal');
  const speed = speedOf(given.text('speed') ?? '1');
  const only = given.text('terminal');
  const platform = url === undefined ? undefined : tool.connect(url);
  const phone = platform === undefined ? await phoneOf(tool) : undefined;
  const sent = { frames: 0, skipped: 0 };
  let first: { readonly at: number; readonly startedAt: number } | undefined;
  const send = async (frame: CapturedFrame): Promise<void> => {
    if (frame.from !== (platform === undefined ? 'platform' : 'terminal')) return;
    if (only !== undefined && frame.terminal !== only.replace(/^0+(?=.)/, '')) return;
    first ??= { at: frame.at, startedAt: tool.clock.monotonic() };
    const due = first.startedAt + (frame.at - first.at) / speed;
    const ms = due - tool.clock.monotonic();
    if (ms > 0 && !(await sleep(tool.clock, ms, signal))) return;
    if (await deliver(tool, frame, { platform, phone })) sent.frames++;
    else sent.skipped++;
  };
  let counts: CapturedCounts;
  let ended: Awaited<ReturnType<Target['end']>> | undefined;
  try {
    counts = await eachFrame(tool, path, signal, send);
  } finally {
    ended = await platform?.end();
  }
  const { frames, skipped } = sent;
  tool.say({
    json: {
      type: 'result',
      command: 'replay',
      path,
      sent: frames,
      skipped,
      of: counts.frames,
      ...(ended === undefined ? {} : { answered: ended.answered }),
    },
    text: [
      `${frames} of ${counts.frames} frames sent${skipped === 0 ? '' : `, ${skipped} have no place for the phone of this terminal`}` +
        (ended === undefined ? '' : `, ${ended.answered} octets came back`),
    ],
  });
  const faults = [...(ended?.faults ?? [])].map(([fault, times]) => `${times} × ${fault}`);
  if (faults.length > 0) throw new ToolFault(faults.join(', '), 1);
  if (frames === 0)
    throw new ToolFault(`${path}: ${NOTHING[platform === undefined ? 'terminal' : 'platform'][tool.language]}`, 1);
}

const NOTHING = {
  terminal: { 'zh-CN': '没有可发给终端的平台帧', en: 'no frame of a platform for the terminal' },
  platform: { 'zh-CN': '没有可发给平台的终端帧', en: 'no frame of a terminal for the platform' },
} as const;

/** False: it has no room for this terminal's phone. */
async function deliver(
  tool: Tool,
  { flow, octets }: CapturedFrame,
  { platform, phone }: { readonly platform: Target | undefined; readonly phone: string | undefined },
): Promise<boolean> {
  if (platform !== undefined) {
    await platform.send(flow, octets);
    return true;
  }
  const frame = readdressed(octets, phone!);
  if (frame !== undefined) await linkOf(tool).inject(frame);
  return frame !== undefined;
}

async function phoneOf(tool: Tool): Promise<string> {
  const { phone } = await linkOf(tool).ready(0);
  return phone;
}

function targetOf(text: string): URL | undefined {
  if (text === 'terminal') return undefined;
  const url = URL.parse(text);
  if (url?.protocol !== 'tcp:' || url.port === '') throw wrong('--to', text, 'terminal or tcp://HOST:PORT');
  return url;
}

function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (speed <= 0) throw wrong('--speed', text, 'a factor such as 1, 10 or max');
  return speed;
}

/** Visits the frames of a capture, one after another; what an incomplete file has is visited too. */
async function eachFrame(
  tool: Tool,
  path: string,
  signal: AbortSignal,
  visit: (frame: CapturedFrame) => Promise<void> | void,
): Promise<CapturedCounts> {
  let frames: CapturedFrame[] = [];
  const reader = new CapturedFrames((frame) => frames.push(frame));
  const visitAll = async (): Promise<void> => {
    const all = frames;
    frames = [];
    for (const frame of all) if (!signal.aborted) await visit(frame);
  };
  try {
    for await (const piece of tool.files.read(path)) {
      reader.feed(piece);
      await visitAll();
      if (signal.aborted) return reader.counts;
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    await visitAll();
    throw new ToolFault(`${path}: ${error.message}`, 1);
  }
  await visitAll();
  return reader.counts;
}

function countsReport(command: string, path: string, counts: CapturedCounts): Report {
  const { packets, frames, other, repeated, gaps, refused } = counts;
  const faults = Object.fromEntries(refused);
  const odd = Object.entries({ ...faults, repeated, gaps, other }).filter(([, times]) => times > 0);
  return {
    json: { type: 'result', command, path, packets, frames, other, repeated, gaps, refused: faults },
    text: [
      `${path}: ${frames} frames in ${packets} packets${odd.map(([what, times]) => `, ${what} ${times}`).join('')}`,
    ],
  };
}
