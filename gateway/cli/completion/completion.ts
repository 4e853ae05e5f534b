/** `xingji completion`: a script for a shell, made of what the commands declare. */
import { Argument, type Command } from 'commander';
import { writeLine } from '../lines.ts';
import { bashCompletion } from './bash.ts';
import { type CommandNode, treeOf } from './command-tree.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SHELLS: Readonly<Record<string, (root: CommandNode) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};
const EXAMPLES = `
It completes commands, options and the words that an option takes; zsh and fish also show what each does, in the language of --lang or LANG.

Examples:
  eval "$(xingji completion bash)"
  xingji completion zsh > ~/.zsh/completions/_xingji
  xingji completion fish > ~/.config/fish/completions/xingji.fish`;

/** Adds the command `completion`; `whole` loads all commands. */
export function registerCompletion(program: Command, whole: () => Promise<Command>): void {
  program
    .command('completion')
    .description('a script that completes commands and options in bash, zsh or fish')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(SHELLS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: string) => writeLine(process.stdout, SHELLS[shell]!(treeOf(await whole())).trimEnd()));
}
