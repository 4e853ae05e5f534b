/** `xingji rdss`: what a BeiDou short-message machine says, text or hex → JSON. */
import type { Command } from 'commander';
import { describeRdssLine } from '../../protocol/index.ts';
import { asOctets, readLines, writeLine } from './lines.ts';

const EXAMPLES = `
Exit code: 0 every line was understood, 1 one was not.

Examples:
  xingji rdss '$BDTXR,1,0179773,2,,A468656C6C6F*43'
  xingji rdss 24545853510018028916 4602be3d003000a468656c6c6f9e
  xingji rdss - < machine.log`;

/** Adds the command `rdss`. */
export function registerRdss(program: Command): void {
  program
    .command('rdss')
    .description('BeiDou short-message sentences (2.1, BDS-3) or binary frames in hex (4.0) → one JSON line each')
    .argument('[line...]', 'sentences, or frames in hex; - or none reads lines from stdin')
    .option('--unchecked', 'take sentences without a check code too')
    .addHelpText('after', EXAMPLES)
    .action(async (given: readonly string[], flags: { readonly unchecked?: true }) => {
      process.exitCode = 0;
      const fromStdin = given.length === 0 || (given.length === 1 && given[0] === '-');
      const lines = fromStdin ? readLines(process.stdin, 'latin1') : linesOf(given).map(asOctets);
      for await (const line of lines) {
        if (line.trim() === '') continue;
        const found = describeRdssLine(line, { unchecked: flags.unchecked ?? false });
        const ok = found.every((each) => each.ok);
        if (!ok) process.exitCode = 1;
        // One object for a line, whatever is on it.
        await writeLine(process.stdout, JSON.stringify(found.length === 1 ? found[0] : { ok, frames: found }));
      }
    });
}

/** Hex that a shell split at the spaces is one line again. */
function linesOf(given: readonly string[]): readonly string[] {
  return given.some((each) => each.startsWith('$')) ? given : [given.join(' ')];
}
