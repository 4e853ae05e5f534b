/** `xingji terminal`: a live tool for one terminal, at a prompt or by a script. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { LinkFault } from '../../terminal-link/faults.ts';
import type { LinkEvent } from '../../terminal-link/terminal-link.ts';
import { processClock } from '../../process-clock.ts';
import { ApiFault } from '../gateway-api.ts';
import { duration } from '../journal-source.ts';
import { languageOf, languageOption } from '../language.ts';
import { readLines } from '../lines.ts';
import { PlatformConnections } from '../platform-connections.ts';
import { diskFiles } from './disk-files.ts';
import { addLinkOptions, type LinkFlags, openLink } from './open-link.ts';
import { Prompt } from './prompt.ts';
import { runScript } from './script.ts';
import { type Both, type Report, type Seen, type Tool, ToolFault } from './tool.ts';

interface Flags extends LinkFlags {
  readonly execute?: readonly string[];
  readonly keepGoing?: true;
  readonly wait: number;
  readonly yes?: true;
  readonly json?: true;
  readonly lang?: 'zh' | 'en';
}

const WAIT_MS = 60_000;
const INTERRUPTED = 130;
const GREETING: Both = {
  'zh-CN': '输入 help 列出命令，Tab 补全，Ctrl-C 停止当前命令，Ctrl-D 退出。',
  en: 'help lists the commands, Tab completes, Ctrl-C ends what runs, Ctrl-D ends the tool.',
};
const EXAMPLES = `
Without -e and with a terminal to type at, it is a prompt with history and completion; lines of a pipe are run like those of -e.
The commands: status attributes locate track get set text control lock unlock photo send inject watch follow wait capture show replay help exit; help COMMAND explains one.

Exit code: 0 done, 1 a command failed or no terminal came, 2 wrong usage.

Examples:
  xingji terminal --serial /dev/ttyUSB0
  xingji terminal --tcp 0.0.0.0:8808 -e attributes -e 'get heartbeatInterval' -e 'photo 1 --output cabin.jpg'
  xingji terminal --serial /dev/ttyUSB0 --yes -e 'set mainServerAddress=10.0.0.1' -e 'control reset'
  xingji terminal --gateway http://127.0.0.1:8080 --token TOKEN --terminal 13912345678 -e locate --json
  xingji terminal --tcp 8808 -e 'capture drive.pcapng' -e 'watch up locationReport --fields time,speed --for 10m'
  xingji terminal -e 'replay drive.pcapng --to tcp://127.0.0.1:8808 --speed max'`;

/** Adds the command `terminal`. */
export function registerTerminal(program: Command): void {
  addLinkOptions(
    program
      .command('terminal')
      .description(
        'talk to one terminal: parameters, texts, pictures, live traffic, captures; by serial, TCP or a gateway',
      ),
  )
    .option('-e, --execute <command>', 'run this command instead of a prompt; may be given again', collect)
    .option('--keep-going', 'go on after a command that failed')
    .addOption(
      new Option('--wait <duration>', 'for the terminal to speak, before the first command of a script')
        .argParser(duration)
        .default(WAIT_MS, '60s'),
    )
    .option('--yes', 'confirm what can do harm')
    .option('--json', 'one JSON object per line')
    .addOption(languageOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      process.exitCode = await run(flags);
      // A pipe that nobody closes would keep us.
      process.stdin.pause();
    });
}

function collect(line: string, before: readonly string[] = []): readonly string[] {
  return [...before, line];
}

async function run(flags: Flags): Promise<number> {
  try {
    return await runTool(flags);
  } catch (error) {
    if (!(error instanceof ToolFault || error instanceof ApiFault || error instanceof LinkFault)) throw error;
    console.error(error.message);
    return error instanceof LinkFault ? 1 : error.exitCode;
  }
}

async function runTool(flags: Flags): Promise<number> {
  const { execute = [], json } = flags;
  const { stdin, stdout } = process;
  const interactive = execute.length === 0 && stdin.isTTY;
  const link = await openLink(flags);
  const seen: Seen = {
    since: processClock.now(),
    frames: { up: 0, down: 0 },
    messages: { up: 0, down: 0 },
    faults: 0,
    sentences: 0,
    last: undefined,
  };
  link?.watch((event) => note(seen, event));
  let prompt: Prompt | undefined;
  const language = languageOf(flags.lang);
  const tool: Tool = {
    clock: processClock,
    language,
    link,
    seen,
    files: diskFiles,
    standing: new Map(),
    say(report: Report) {
      const lines = json === true ? [JSON.stringify(report.json)] : report.text;
      if (prompt === undefined) for (const line of lines) stdout.write(`${line}\n`);
      else prompt.write(lines);
    },
    confirm(question) {
      if (flags.yes === true) return Promise.resolve(true);
      if (prompt !== undefined) return prompt.confirm(question[language]);
      const said = { 'zh-CN': '加 --yes 确认', en: 'say --yes to confirm it' }[language];
      throw new ToolFault(`${question[language]} ${said}`, 2);
    },
    connect: (url) => new PlatformConnections(url),
  };
  const interrupted = new AbortController();
  try {
    if (interactive) {
      prompt = new Prompt({
        input: stdin,
        output: stdout,
        historyPath: join(
          process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'),
          'xingji',
          'terminal-history',
        ),
        name: () => link?.speaker?.terminal ?? 'xingji',
      });
      link?.watch((event) => {
        if (event.kind === 'state' && !tool.standing.has('follow'))
          prompt?.write([`• ${event.state} ${event.detail}`.trimEnd()]);
      });
      if (link !== undefined) prompt.write([`• ${link.where}`]);
      await prompt.run(tool, GREETING);
      return 0;
    }
    const stop = (): void => interrupted.abort();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    if (link !== undefined) await link.ready(flags.wait);
    const code = await runScript(tool, execute.length > 0 ? execute : readLines(stdin), {
      signal: interrupted.signal,
      fault: (text) => console.error(text),
      keepGoing: flags.keepGoing === true,
    });
    return interrupted.signal.aborted && code === 0 ? INTERRUPTED : code;
  } finally {
    prompt = undefined;
    for (const end of tool.standing.values()) end();
    await link?.close();
  }
}

function note(seen: Seen, event: LinkEvent): void {
  if (event.kind === 'frame') seen.frames[event.direction]++;
  else if (event.kind === 'message') seen.messages[event.direction]++;
  else if (event.kind === 'fault') seen.faults++;
  else if (event.kind === 'sentence') seen.sentences++;
  else return;
  seen.last = event.at;
}
