/** `xingji jt809`: frames between platforms in hex → one JSON line for each line. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  decodeJt809Hex,
  describeJt809,
  type Jt809Cipher,
  type Jt809Edition,
  type Jt809Options,
  parseCipher,
} from '../../protocol/index.ts';
import { linesOf, writeLine } from './lines.ts';

const EXAMPLES = `
A line of one frame gives the message, or {"ok":false,"reason":…}; a line of several gives {"ok":…,"frames":[…]}.
Coordinates are signed degrees, times ISO 8601 in UTC+8. An enciphered body stays {"hex":…} without --key.
Exit code: 0 every frame was understood, 1 one was not.

Examples:
  xingji jt809 5b0000001a0000000210050133efb801020f0000000000a50e5d
  xingji jt809 --key 56107078,37382110,50361430 - < frames.txt`;

interface Flags {
  readonly key?: Jt809Cipher;
  readonly edition?: string;
}

function cipherOf(text: string): Jt809Cipher {
  const cipher = parseCipher(text);
  if (cipher === undefined) throw new InvalidArgumentError('Expected three numbers: M1,IA1,IC1.');
  return cipher;
}

/** What a line says, or undefined where it is empty. */
function answerTo(line: string, options: Jt809Options): { readonly ok: boolean } | undefined {
  const frames = decodeJt809Hex(line, options).map(describeJt809);
  if (frames.length < 2) return frames[0];
  const answer = { ok: frames.every(({ ok }) => ok), frames };
  return answer;
}

/** Adds the command `jt809`. */
export function registerJt809(program: Command): void {
  program
    .command('jt809')
    .description('JT/T 809 frames in hex → one JSON object per line')
    .argument('<hex...>', 'frames, with or without spaces and 0x; - reads lines from stdin')
    .option('--key <M1,IA1,IC1>', 'the constants that the platforms encipher with', cipherOf)
    .addOption(
      new Option('--edition <year>', 'what the platforms speak, where frames do not tell').choices(['2011', '2019']),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (hex: readonly string[], { key, edition }: Flags) => {
      const options = {
        ...(key === undefined ? {} : { cipher: key }),
        ...(edition === undefined ? {} : { edition: Number(edition) as Jt809Edition }),
      };
      process.exitCode = 0;
      for await (const line of linesOf(hex, process.stdin)) {
        const answer = answerTo(line, options);
        if (answer === undefined) continue;
        if (!answer.ok) process.exitCode = 1;
        await writeLine(process.stdout, JSON.stringify(answer));
      }
    });
}
