/** Runs one command of many: loads only the one that is called, and turns its end into an exit code. */
import { CommanderError } from 'commander';
import { languageGiven, languageOf } from './language.ts';
import { type CommandEntry, programOf } from './program.ts';

const EXIT_USAGE = 2;
/** `xingji | head` closes our output early: that is no fault, and nobody is left to tell. */
function endQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
}

/** The command named first, also behind `help`. */
function named(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

/** `--lang` before a command is its own, as if it stood behind it. */
function withLanguageBehind(args: readonly string[]): readonly string[] {
  const count = args[0] === '--lang' ? 2 : args[0]?.startsWith('--lang=') === true ? 1 : 0;
  const [command, ...rest] = args.slice(count);
  return count === 0 || command === undefined || command.startsWith('-') || command === 'help'
    ? args
    : [command, ...args.slice(0, count), ...rest];
}

/**
 * Parses `argv` (as Node gives it) and runs the command. Sets `process.exitCode`: 2 for wrong usage, otherwise what the
 * command set. What a command throws is a fault of ours and is let through.
 */
export async function run(argv: readonly string[], version: string, entries: readonly CommandEntry[]): Promise<void> {
  endQuietlyOnBrokenPipe();
  const args = withLanguageBehind(argv.slice(2));
  const language = languageOf(languageGiven(args));
  const called = named(args.filter((arg, i) => arg !== '--lang' && args[i - 1] !== '--lang'));
  const program = await programOf(entries, { version, language, wanted: (name) => name === called });
  try {
    await program.parseAsync([...argv.slice(0, 2), ...args]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end this way too, with 0.
    if (error.exitCode !== 0) process.exitCode = EXIT_USAGE;
  }
}
