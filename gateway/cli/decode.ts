/** `xingji decode`: frames in hex → messages. A bad frame is a result like any other. */
import { type Command, Option } from 'commander';
import { decodeEmqxHex } from '../../bridge/index.ts';
import { decodeFrameHex, describeFault, describeMessage, VENDOR_PROFILES } from '../../protocol/index.ts';
import { linesOf, writeLine } from './lines.ts';
import { vendorOption } from './vendor-option.ts';
import { formatDescribed } from './message-text.ts';

const EXAMPLES = `
Exit code: 0 every frame was understood, 1 one was not.

Examples:
  xingji decode 7e0002000001391234567800093b7e
  xingji decode --json - < frames.txt
  xingji decode --vendor bsj - < frames.txt
  xingji decode --dialect emqx - < frames.txt`;

interface Flags {
  readonly json?: true;
  readonly dialect: 'native' | 'emqx';
  readonly vendor?: string;
}

interface Decoded {
  readonly ok: boolean;
  readonly text: string;
}

function native(line: string, { json, vendor }: Flags): readonly Decoded[] {
  const profile = vendor === undefined ? undefined : VENDOR_PROFILES[vendor];
  return decodeFrameHex(line, profile === undefined ? {} : { vendor: profile }).map((decoded) => {
    const described = describeMessage(decoded);
    return { ok: described.ok, text: json === true ? JSON.stringify(described) : formatDescribed(described) };
  });
}

/** A dialect is JSON, however it is asked for. */
function emqx(line: string): readonly Decoded[] {
  return decodeEmqxHex(line).map((decoded) => {
    const ok = !('fault' in decoded);
    return { ok, text: JSON.stringify(ok ? decoded : describeFault(decoded)) };
  });
}

/** Adds the command `decode`. */
export function registerDecode(program: Command): void {
  program
    .command('decode')
    .description('frames in hex → messages')
    .argument('<hex...>', 'frames, with or without spaces, 0x and flags; - reads lines from stdin')
    .option('--json', 'one JSON object per frame and line')
    .addOption(new Option('--dialect <name>', 'form of the output').choices(['native', 'emqx']).default('native'))
    .addOption(vendorOption())
    .addHelpText('after', EXAMPLES)
    .action(async (hex: readonly string[], flags: Flags) => {
      process.exitCode = 0;
      for await (const line of linesOf(hex, process.stdin)) {
        for (const { ok, text } of flags.dialect === 'emqx' ? emqx(line) : native(line, flags)) {
          if (!ok) process.exitCode = 1;
          await writeLine(process.stdout, text);
        }
      }
    });
}
