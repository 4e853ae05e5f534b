/** `xingji man`: the manual page, made of what the commands say in their help. */
import type { Command } from 'commander';
import { type Language, languageOf } from '../language.ts';
import { writeLine } from '../lines.ts';
import { blocksOf, commandsOf } from './help-text.ts';

const EXAMPLES = `
Examples:
  xingji man > ~/.local/share/man/man1/xingji.1
  xingji man --lang zh > xingji.1 && man ./xingji.1`;

const TITLES = {
  en: {
    name: 'NAME',
    synopsis: 'SYNOPSIS',
    command: 'command',
    options: 'options',
    commands: 'COMMANDS',
    exitStatus: 'EXIT STATUS',
    codes: ['done', 'a check failed, or something was not found', 'wrong usage or configuration'],
    environment: 'ENVIRONMENT',
    variables: {
      'LC_ALL, LC_MESSAGES, LANG':
        'the language of help and of what is told to people: Chinese where it begins with zh',
      NO_COLOR: 'no colours',
      'XINGJI_…': 'settings of the gateway by their names, such as XINGJI_DATA',
    },
  },
  'zh-CN': {
    name: '名称',
    synopsis: '用法',
    command: '命令',
    options: '选项',
    commands: '命令',
    exitStatus: '退出码',
    codes: ['完成', '检查未通过，或未找到', '用法或配置错误'],
    environment: '环境变量',
    variables: {
      'LC_ALL, LC_MESSAGES, LANG': '帮助和提示的语言：以 zh 开头为中文',
      NO_COLOR: '不用颜色',
      'XINGJI_…': '网关的各项设置，如 XINGJI_DATA',
    },
  },
} as const;

/** Adds the command `man`; `whole` loads all commands. */
export function registerMan(program: Command, whole: () => Promise<Command>): void {
  program
    .command('man')
    .description('the manual page')
    .addHelpText('after', EXAMPLES)
    .action(async ({ lang }: { readonly lang?: 'zh' | 'en' }) =>
      writeLine(process.stdout, manualPage(await whole(), languageOf(lang))),
    );
}

/** In roff, with the macros of man(7). */
export function manualPage(program: Command, language: Language): string {
  const titles = TITLES[language];
  const sections = [...commandsOf(program)].filter((command) => command !== program).map(sectionOf);
  return [
    '.\\" Made from the commands; do not edit.',
    `.TH XINGJI 1 "" "xingji ${program.version()}" "Xingji"`,
    // A straight right edge would tear words that stand among Chinese ones.
    '.ad l',
    `.SH ${titles.name}`,
    `xingji \\- ${roff(program.description())}`,
    `.SH ${titles.synopsis}`,
    '.B xingji',
    `.I ${titles.command}`,
    `.RI [ ${titles.options} ]`,
    `.SH ${titles.commands}`,
    ...sections,
    `.SH ${titles.exitStatus}`,
    ...titles.codes.map((text, code) => tagged(String(code), text)),
    `.SH ${titles.environment}`,
    ...Object.entries(titles.variables).map(([name, text]) => tagged(name, text)),
  ].join('\n');
}

function sectionOf(command: Command): string {
  const help = command.createHelp();
  const usage = help.commandUsage(command).trim();
  const options = help.visibleOptions(command).map((option) => tagged(option.flags, help.optionDescription(option)));
  const given = command.registeredArguments.map((argument) =>
    tagged(argument.name(), help.argumentDescription(argument)),
  );
  return [
    `.SS ${roff(usage)}`,
    roff(command.description()),
    ...given,
    ...options,
    ...blocksOf(command).map(textOf),
  ].join('\n');
}

function tagged(term: string, text: string): string {
  return `.TP\n.B ${roff(term)}\n${roff(text)}`;
}

/** Lines that are drawn in stay as they are: they are examples. */
function textOf(block: string): string {
  return block
    .trim()
    .split('\n\n')
    .map((paragraph) => {
      const [first = '', ...rest] = paragraph.split('\n');
      const examples = rest.filter((line) => line.startsWith('  '));
      if (examples.length === 0) return `.PP\n${paragraph.split('\n').map(roff).join('\n')}`;
      return `.PP\n${roff(first)}\n.nf\n${rest.map(roff).join('\n')}\n.fi`;
    })
    .join('\n');
}

/** Backslashes, hyphens and what begins a line mean something to roff. */
function roff(text: string): string {
  return text
    .replaceAll('\\', String.raw`\e`)
    .replaceAll('-', String.raw`\-`)
    .replace(/^([.'])/gm, String.raw`\&$1`);
}
