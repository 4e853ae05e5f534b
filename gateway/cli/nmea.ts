/** `xingji nmea`: sentences of a BeiDou receiver → JSON, one line each, or folded into fixes. */
import { type Command, Option } from 'commander';
import {
  decodeSentenceLine,
  describeFix,
  describeRefusal,
  describeSentenceLine,
  FixFolder,
  type NmeaFix,
  type Numbering,
  type SentenceOptions,
} from '../../protocol/index.ts';
import { asOctets, readLines, writeLine } from './lines.ts';

const EXAMPLES = `
Exit code: 0 every line was understood, 1 one was not.

Examples:
  xingji nmea '$GBGSV,1,1,04,01,45,140,38,03,52,190,41,06,70,021,44,16,67,015,43,1*72'
  xingji nmea --fixes - < receiver.log
  xingji nmea --beidou-offset 140 --signals ublox - < receiver.log`;

interface Flags {
  readonly fixes?: true;
  readonly unchecked?: true;
  readonly beidouOffset?: '140' | '160';
  readonly signals?: 'nmea' | 'ublox';
}

type Options = SentenceOptions & Numbering;

/** Sentences one by one. */
async function* sentences(lines: AsyncIterable<string> | Iterable<string>, options: Options) {
  for await (const line of lines) if (line.trim() !== '') yield describeSentenceLine(line, options);
}

const shown = (fix: NmeaFix | undefined) => (fix === undefined ? [] : [{ ok: true, ...describeFix(fix) }]);

/** Fixes, and the lines that could not be read. A log has no clock of its own: only the times in it part the epochs. */
async function* fixes(lines: AsyncIterable<string> | Iterable<string>, options: Options) {
  const folder = new FixFolder(options);
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const decoded = decodeSentenceLine(line, options);
    if ('fault' in decoded) yield describeRefusal(decoded, line);
    else yield* shown(folder.receive(decoded, 0));
  }
  yield* shown(folder.end());
}

/** Adds the command `nmea`. */
export function registerNmea(program: Command): void {
  program
    .command('nmea')
    .description('NMEA 0183 sentences of a BeiDou receiver → one JSON line each')
    .argument('[sentence...]', 'sentences; - or none reads lines from stdin')
    .option('--fixes', 'one JSON line for every fix, folded from its sentences')
    .option('--unchecked', 'take sentences without a check code too')
    .addOption(
      new Option('--beidou-offset <n>', 'what the receiver adds to BeiDou numbers of 141 to 200').choices([
        '140',
        '160',
      ]),
    )
    .addOption(
      new Option('--signals <ids>', 'whose signal ids: early u-blox F9 says 3 for B2I').choices(['nmea', 'ublox']),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (given: readonly string[], flags: Flags) => {
      process.exitCode = 0;
      const fromStdin = given.length === 0 || (given.length === 1 && given[0] === '-');
      const lines = fromStdin ? readLines(process.stdin, 'latin1') : given.map(asOctets);
      const options: Options = {
        unchecked: flags.unchecked ?? false,
        ...(flags.beidouOffset === undefined ? {} : { beidouOffset: flags.beidouOffset === '140' ? 140 : 160 }),
        ...(flags.signals === undefined ? {} : { signals: flags.signals }),
      };
      for await (const result of flags.fixes === true ? fixes(lines, options) : sentences(lines, options)) {
        if (!result.ok) process.exitCode = 1;
        await writeLine(process.stdout, JSON.stringify(result));
      }
    });
}
