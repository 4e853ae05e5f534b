/**
 * Help that speaks Chinese. Commands are written in English; what they say is looked up by its English words, so that a text that
 * was changed shows in English until somebody translates it, and a test says which those are.
 */
import type { EventEmitter } from 'node:events';
import type { Argument, Command, Option } from 'commander';

/** Chinese by English. Paragraphs are keyed without their line ends. */
export type HelpTexts = Readonly<Record<string, string>>;

/** Of commander's own. */
const TITLES: HelpTexts = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Example:': '示例：',
  'Examples:': '示例：',
};
const OWN: HelpTexts = {
  'display help for command': '显示帮助',
  'output the version number': '显示版本号',
};
const EXAMPLE = /^Examples?:$/;

/** What `addHelpText('after', …)` listens for. */
const AFTER = 'afterHelp';
interface AfterHelp {
  readonly error: boolean;
  readonly command: Command;
  readonly write: (block: string) => void;
}

/** Commands are emitters, though their types do not say so. */
function eventsOf(command: Command): EventEmitter {
  return command as unknown as EventEmitter;
}

/** Every command of a program, the program first. */
export function* commandsOf(program: Command): Generator<Command> {
  yield program;
  for (const command of program.commands) yield* commandsOf(command);
}

/** Turns the help of a program and of all its commands into Chinese, as far as `texts` goes. */
export function speakChinese(program: Command, texts: HelpTexts): void {
  const say = (text: string): string => texts[text] ?? OWN[text] ?? text;
  for (const command of commandsOf(program)) {
    command.description(say(command.description()));
    for (const option of optionsOf(command)) option.description = say(option.description);
    for (const argument of command.registeredArguments) argument.description = say(argument.description);
    command.configureHelp({
      ...command.configureHelp(),
      styleTitle: (title) => TITLES[title] ?? title,
      styleUsage: (usage) => usage.replace('[options]', '[选项]').replace('[command]', '[命令]'),
      optionDescription: (option) => noted(option.description, notesOf(option)),
      argumentDescription: (argument) => noted(argument.description, notesOf(argument)),
    });
    const events = eventsOf(command);
    const listeners = events.listeners(AFTER) as ((context: AfterHelp) => void)[];
    events.removeAllListeners(AFTER);
    for (const listener of listeners) {
      events.on(AFTER, (context: AfterHelp) =>
        listener({ ...context, write: (block) => context.write(chineseBlock(block, say)) }),
      );
    }
  }
}

/** What a program says in its help and `texts` has no Chinese for, each with the command that says it. */
export function untranslated(program: Command, texts: HelpTexts): string[] {
  const missing = new Set<string>();
  for (const command of commandsOf(program)) {
    const need = (text: string): void => {
      if (text !== '' && texts[text] === undefined && OWN[text] === undefined)
        missing.add(`${command.name()}: ${text}`);
    };
    need(command.description());
    for (const { description } of [...optionsOf(command), ...command.registeredArguments]) need(description);
    for (const paragraph of blocksOf(command).flatMap(paragraphsOf)) if (!paragraph.example) need(paragraph.words);
  }
  return [...missing];
}

/** The option that asks for help is none of the options of a command. */
function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

/** What a command says behind its options. */
export function blocksOf(command: Command): string[] {
  const blocks: string[] = [];
  const context: AfterHelp = { error: false, command, write: (block) => void blocks.push(block) };
  eventsOf(command).emit(AFTER, context);
  return blocks;
}

interface Paragraph {
  readonly lines: readonly string[];
  /** Without line ends. */
  readonly words: string;
  readonly example: boolean;
}

function paragraphsOf(block: string): Paragraph[] {
  return block
    .split('\n\n')
    .map((text) => text.split('\n').filter((line) => line !== ''))
    .filter((lines) => lines.length > 0)
    .map((lines) => ({
      lines,
      words: lines.map((line) => line.trim()).join(' '),
      example: EXAMPLE.test(lines[0]!),
    }));
}

function chineseBlock(block: string, say: (text: string) => string): string {
  const paragraphs = paragraphsOf(block).map(({ lines, words, example }) => {
    if (example) return [TITLES[lines[0]!], ...lines.slice(1)].join('\n');
    const said = say(words);
    return said === words ? lines.join('\n') : said;
  });
  return `\n${paragraphs.join('\n\n')}\n`;
}

/** Choices, default and environment variable, as commander has them. */
function notesOf(of: Option | Argument): readonly string[] {
  const { argChoices, defaultValue, defaultValueDescription } = of;
  const option = 'envVar' in of ? of : undefined;
  const valued = option === undefined || option.required || option.optional;
  return [
    ...(argChoices === undefined ? [] : [`可选：${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || !valued
      ? []
      : [`默认：${defaultValueDescription ?? JSON.stringify(defaultValue)}`]),
    ...(option?.envVar === undefined ? [] : [`环境变量：${option.envVar}`]),
  ];
}

function noted(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text}（${notes.join('；')}）`;
}
