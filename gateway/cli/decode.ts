/** `xingji decode`: frames in hex → messages. A bad frame is a result like any other. */
import { type Command, Option } from 'commander';
import { decodeFrameHex, describeMessage } from '../../protocol/index.ts';
import { linesOf, writeLine } from './lines.ts';
import { formatDescribed } from './message-text.ts';

const EXAMPLES = `
Exit code: 0 every frame was understood, 1 one was not.

Examples:
  xingji decode 7e0002000001391234567800093b7e
  xingji decode --json - < frames.txt`;

/** Adds the command `decode`. */
export function registerDecode(program: Command): void {
  program
    .command('decode')
    .description('frames in hex → messages')
    .argument('<hex...>', 'frames, with or without spaces, 0x and flags; - reads lines from stdin')
    .option('--json', 'one JSON object per frame and line')
    .addOption(new Option('--dialect <name>', 'form of the output').choices(['native']).default('native'))
    .addHelpText('after', EXAMPLES)
    .action(async (hex: readonly string[], flags: { readonly json?: true }) => {
      process.exitCode = 0;
      for await (const line of linesOf(hex, process.stdin)) {
        for (const decoded of decodeFrameHex(line)) {
          const described = describeMessage(decoded);
          if (!described.ok) process.exitCode = 1;
          await writeLine(process.stdout, flags.json === true ? JSON.stringify(described) : formatDescribed(described));
        }
      }
    });
}
