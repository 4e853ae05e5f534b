/** `xingji encode`: messages as JSON lines → frames in hex. It takes what `xingji decode --json` prints. */
import { type Command, Option } from 'commander';
import { encodeEmqx } from '../../bridge/index.ts';
import { ProtocolError, encodeMessageJson, formatHex } from '../../protocol/index.ts';
import { readLines, writeLine } from './lines.ts';

const EXAMPLES = `
A message is {"name" or "id", "phone" or "terminal", "serial", "revision", "body"}; a body that is too long for one frame becomes several.
A line that cannot be encoded is told on stderr (with --json on stdout), and the others are encoded.

Exit code: 0 every line was encoded, 1 one was not.

Example:
  echo '{"name":"textMessage","phone":"013912345678","serial":1,"body":{"flag":["display"],"text":"请速回"}}' | xingji encode`;

type Encoded = { readonly frames: readonly string[] } | { readonly reason: string };

function encode(line: string, dialect: 'native' | 'emqx'): Encoded {
  try {
    const frames = dialect === 'emqx' ? encodeEmqx(JSON.parse(line)) : encodeMessageJson(JSON.parse(line));
    return { frames: frames.map((frame) => formatHex(frame)) };
  } catch (error) {
    if (error instanceof SyntaxError) return { reason: `not JSON: ${error.message}` };
    if (error instanceof ProtocolError) return { reason: error.message };
    throw error;
  }
}

/** Adds the command `encode`. */
export function registerEncode(program: Command): void {
  program
    .command('encode')
    .description('messages as JSON lines on stdin → frames in hex')
    .argument('[input]', '- for stdin, which is read anyway', '-')
    .option('--json', 'one JSON object per message and line')
    .addOption(new Option('--dialect <name>', 'form of the input').choices(['native', 'emqx']).default('native'))
    .addHelpText('after', EXAMPLES)
    .action(
      async (input: string, flags: { readonly json?: true; readonly dialect: 'native' | 'emqx' }, command: Command) => {
        if (input !== '-') command.error(`error: messages are read from stdin, not from '${input}'`);
        process.exitCode = 0;
        let number = 0;
        for await (const line of readLines(process.stdin)) {
          number++;
          if (line.trim() === '') continue;
          const encoded = encode(line, flags.dialect);
          const ok = 'frames' in encoded;
          if (!ok) process.exitCode = 1;
          if (flags.json === true) await writeLine(process.stdout, JSON.stringify({ ok, ...encoded }));
          else if (!ok) await writeLine(process.stderr, `line ${number}: ${encoded.reason}`);
          else for (const frame of encoded.frames) await writeLine(process.stdout, frame);
        }
      },
    );
}
