/** The commands of `xingji` as one program: those that are wanted loaded, the others by name; in the language of whoever calls. */
import { Command } from 'commander';
import { chineseError } from './help/usage-errors.ts';
import { type HelpTexts, commandsOf, speakChinese } from './help/help-text.ts';
import { LAYOUT } from './help/layout.ts';
import { type Language, languageOption } from './language.ts';

/** A sub-command that is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loads what declares it on a program; `whole` builds the program with all commands loaded. */
  load(): Promise<(program: Command, whole: () => Promise<Command>) => void>;
  /** Loads the Chinese of its help, where that is not with ours. */
  texts?(): Promise<HelpTexts>;
}

export interface ProgramOptions {
  readonly version: string;
  readonly language: Language;
  /** Which commands are loaded. */
  readonly wanted: (name: string) => boolean;
}

/** Builds the program; nothing is run. */
export async function programOf(entries: readonly CommandEntry[], options: ProgramOptions): Promise<Command> {
  const { version, language, wanted } = options;
  const chinese = language === 'zh-CN';
  const program = new Command('xingji')
    .description('JT/T 808 edge gateway, terminal simulator and tools')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(chinese ? chineseError(text) : text) })
    .showHelpAfterError(chinese ? chineseError('See xingji --help.') : 'See xingji --help.');
  const whole = (): Promise<Command> => programOf(entries, { ...options, wanted: () => true });
  const others = new Set<Command>();
  for (const entry of entries) {
    if (wanted(entry.name)) (await entry.load())(program, whole);
    else others.add(program.command(entry.name).description(entry.summary));
  }
  for (const command of commandsOf(program)) {
    // Options of a name that several have, such as --lang, belong to the command that they stand behind.
    command.configureHelp(LAYOUT).enablePositionalOptions();
    const has = command.options.some(({ long }) => long === '--lang');
    if (!has && !others.has(command)) command.addOption(languageOption());
  }
  if (chinese) speakChinese(program, await textsOf(entries));
  return program;
}

/** The Chinese of all of them. */
export async function textsOf(entries: readonly CommandEntry[]): Promise<HelpTexts> {
  const all: HelpTexts[] = [(await import('./help/zh/all.ts')).ZH];
  for (const entry of entries) if (entry.texts !== undefined) all.push(await entry.texts());
  return Object.assign({}, ...all) as HelpTexts;
}
