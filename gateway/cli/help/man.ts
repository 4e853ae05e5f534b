/** `xingji man`: the manual page, made of what the commands say in their help. */
import type { Command } from 'commander';
import { writeLine } from '../lines.ts';
import { blocksOf, commandsOf } from './help-text.ts';

const EXAMPLES = `
Examples:
  xingji man > ~/.local/share/man/man1/xingji.1
  xingji man --lang zh > xingji.1 && man ./xingji.1`;

/** Adds the command `man`; `whole` loads all commands. */
export function registerMan(program: Command, whole: () => Promise<Command>): void {
  program
    .command('man')
    .description('the manual page')
    .addHelpText('after', EXAMPLES)
    .action(async () => writeLine(process.stdout, manualPage(await whole())));
}

/** In roff, with the macros of man(7). */
export function manualPage(program: Command): string {
  const sections = [...commandsOf(program)].filter((command) => command !== program).map(sectionOf);
  return [
    '.\\" Made from the commands; do not edit.',
    `.TH XINGJI 1 "" "xingji ${program.version()}" "Xingji"`,
    '.SH NAME',
    `xingji \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    '.B xingji',
    '.I command',
    '.RI [ options ]',
    '.SH COMMANDS',
    ...sections,
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
