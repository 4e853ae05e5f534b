/** Runs a line of the tool: finds the command, reads what stands behind it, says what went wrong. */
import { LinkFault } from '../../terminal-link/faults.ts';
import { colors } from '../colors.ts';
import { ApiFault } from '../gateway-api.ts';
import { ACTING } from './commands/acting.ts';
import { ASKING } from './commands/asking.ts';
import { CAPTURES } from './commands/captures.ts';
import { FRAME_COMMANDS } from './commands/frames.ts';
import { PARAMETER_COMMANDS } from './commands/parameters.ts';
import { WATCHING } from './commands/watching.ts';
import { readGiven, readWords, wrong } from './given.ts';
import { type Tool, type ToolCommand, ToolFault } from './tool.ts';

/** What became of a line: 0 done, 1 it could not be, 2 it cannot be meant; `quit` where the tool is to end. */
export type Outcome = 0 | 1 | 2 | 'quit';

const help: ToolCommand = {
  name: 'help',
  usage: '[<command>]',
  about: { 'zh-CN': '列出命令，或说明一个命令', en: 'list the commands, or explain one' },
  examples: ['help', 'help watch'],
  candidates: (before) => (before.length === 0 ? COMMANDS.map(({ name }) => name) : []),
  run(tool, { words: [name] }) {
    const command = name === undefined ? undefined : commandNamed(name);
    tool.say({
      json: {
        type: 'result',
        command: 'help',
        commands: (command === undefined ? COMMANDS : [command]).map(({ name: one, usage }) => ({ name: one, usage })),
      },
      text: command === undefined ? listText(tool) : commandText(tool, command),
    });
    return Promise.resolve();
  },
};

const exit: ToolCommand = {
  name: 'exit',
  usage: '',
  about: { 'zh-CN': '退出（Ctrl-D 亦可）', en: 'end, as Ctrl-D does' },
  examples: ['exit'],
  run: () => Promise.resolve(),
};

/** All of them, in the order of `help`. */
export const COMMANDS: readonly ToolCommand[] = [
  ...ASKING,
  ...PARAMETER_COMMANDS,
  ...ACTING,
  ...FRAME_COMMANDS,
  ...WATCHING,
  ...CAPTURES,
  help,
  exit,
];
const ALIASES: Readonly<Record<string, string>> = { quit: 'exit', '?': 'help' };

/** Throws ToolFault for a name that there is not; a beginning that fits one command only is enough. */
function commandNamed(name: string): ToolCommand {
  const wanted = ALIASES[name] ?? name;
  const exact = COMMANDS.find((one) => one.name === wanted);
  if (exact !== undefined) return exact;
  const fitting = COMMANDS.filter((one) => one.name.startsWith(wanted));
  if (fitting.length === 1) return fitting[0]!;
  const names = (fitting.length === 0 ? COMMANDS : fitting).map((one) => one.name);
  throw wrong('command', name, `one of ${names.join(', ')}`);
}

/** Runs a line. What is wrong is told: as `error` to programs, by `fault` to people. */
export async function runLine(
  tool: Tool,
  line: string,
  { signal, fault }: { readonly signal: AbortSignal; readonly fault: (text: string) => void },
): Promise<Outcome> {
  let name = '';
  try {
    const [first, ...rest] = readWords(line).map(({ text }) => text);
    if (first === undefined) return 0;
    name = first;
    const command = commandNamed(first);
    if (command === exit) return 'quit';
    await command.run(tool, readGiven(rest, command.flags ?? {}), signal);
    return 0;
  } catch (error) {
    if (!(error instanceof ToolFault || error instanceof LinkFault || error instanceof ApiFault)) throw error;
    const exitCode = error instanceof LinkFault ? 1 : error.exitCode;
    const code = error instanceof LinkFault ? error.code : exitCode === 2 ? 'usage' : 'failed';
    tool.say({ json: { type: 'error', command: name, code, message: error.message }, text: [] });
    fault(error.message);
    return exitCode;
  }
}

/** Words that may stand at the end of a line, and the word that they would take the place of. */
export function candidatesFor(line: string): readonly [candidates: readonly string[], typed: string] {
  const words = line.trimStart().split(/\s+/);
  const typed = words.pop() ?? '';
  const [name, ...before] = words;
  if (name === undefined)
    return [
      fitting(
        COMMANDS.map((one) => one.name),
        typed,
      ),
      typed,
    ];
  const command = COMMANDS.find((one) => one.name === (ALIASES[name] ?? name));
  const flags = Object.keys(command?.flags ?? {}).map((flag) => `--${flag}`);
  const all = typed.startsWith('--') ? flags : (command?.candidates?.(before) ?? []);
  return [fitting(all, typed), typed];
}

function fitting(all: readonly string[], typed: string): readonly string[] {
  return all.filter((one) => one.toLowerCase().startsWith(typed.toLowerCase()));
}

function listText({ language }: Tool): readonly string[] {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return COMMANDS.map(({ name, about }) => `  ${colors.bold(name.padEnd(width))}  ${about[language]}`);
}

function commandText({ language }: Tool, { name, usage, about, more, examples }: ToolCommand): readonly string[] {
  return [
    `${colors.bold(name)} ${usage}`.trimEnd(),
    about[language],
    ...(more === undefined ? [] : ['', more[language]]),
    '',
    ...examples.map((example) => `  ${example}`),
  ];
}
