/** Runs one command of many: loads only the one that is called, and turns its end into an exit code. */
import { Command, CommanderError } from 'commander';

/** A sub-command that is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Loads what declares it on a program. */
  load(): Promise<(program: Command) => void>;
}

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

/**
 * Parses `argv` (as Node gives it) and runs the command. Sets `process.exitCode`: 2 for wrong usage, otherwise what the
 * command set. What a command throws is a fault of ours and is let through.
 */
export async function run(argv: readonly string[], version: string, entries: readonly CommandEntry[]): Promise<void> {
  endQuietlyOnBrokenPipe();
  const program = new Command('xingji')
    .description('JT/T 808 edge gateway, terminal simulator and tools')
    .version(version)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
    .showHelpAfterError('See xingji --help.');
  const called = named(argv.slice(2));
  for (const entry of entries) {
    if (entry.name === called) (await entry.load())(program);
    else program.command(entry.name).description(entry.summary);
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end this way too, with 0.
    if (error.exitCode !== 0) process.exitCode = EXIT_USAGE;
  }
}
