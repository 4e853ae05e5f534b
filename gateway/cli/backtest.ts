/** `xingji backtest`: today's detector over an old journal. */
import type { Command } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { Backtest, type BacktestReport, type Difference, type Outcome } from '../events/backtest.ts';
import { codeName } from '../events/codes.ts';
import { createDetector } from '../fold/detect/detector.ts';
import type { JournalFile } from '../journal/sqlite-file.ts';
import { exemptOn } from './exempt-source.ts';
import { addFilter, dataOption, withJournals } from './journal-source.ts';
import { type Language, languageOf, languageOption } from './language.ts';
import { printable } from './message-text.ts';

interface Flags {
  readonly data: string;
  readonly terminal?: string;
  readonly from?: number;
  readonly to?: number;
  readonly lang?: 'zh' | 'en';
  readonly json?: true;
}

const READ_BYTES = 1 << 20;
const SIGNS = { new: '+', gone: '-', changed: '~' } as const;

/** Adds the command `backtest`. */
export function registerBacktest(program: Command): void {
  addFilter(program.command('backtest'))
    .description('what the detector of this version makes of a journal, beside what was told at the time')
    .addOption(dataOption())
    .addOption(languageOption())
    .option('--json', 'one JSON object per line: differences, then the summary')
    .addHelpText(
      'after',
      `
The whole journal is heard, as a verdict rests on what came before; --from and --to choose by when the fact began.
Nothing is written, and a gateway may go on meanwhile.

Example:
  xingji backtest --data ./data --from 2026-11-01T00:00:00+08:00`,
    )
    .action((flags: Flags) =>
      withJournals(flags.data, (journals) => {
        const reports = journals.map(({ file }) => reportOf(file, flags));
        const isExempt = exemptOn(flags.data, Date.now());
        const all = reports.flatMap((report) => report.differences);
        const differences = all.filter((one) => !isExempt((one.kind === 'gone' ? one.before : one.now).terminal));
        const sum = (name: 'records' | 'before' | 'now' | 'same'): number =>
          reports.reduce((total, report) => total + report[name], 0);
        const counts = { records: sum('records'), before: sum('before'), now: sum('now'), same: sum('same') };
        const language = languageOf(flags.lang);
        for (const difference of differences) {
          console.log(flags.json === true ? JSON.stringify(shown(difference)) : lineOf(difference, language));
        }
        console.log(
          flags.json === true
            ? JSON.stringify({ kind: 'summary', ...counts, differences: differences.length })
            : `${counts.records} records: ${counts.before} events then, ${counts.now} now, ${counts.same} the same, ${differences.length} differences`,
        );
      }),
    );
}

/** A worker judged by itself: by its own journal. */
function reportOf(file: JournalFile, choice: Flags): BacktestReport {
  const backtest = new Backtest({ detector: createDetector });
  for (let after = 0; ; ) {
    const batches = file.read(after, READ_BYTES);
    if (batches.length === 0) return backtest.report(choice);
    for (const batch of batches) {
      backtest.hear(batch, after);
      after = batch.first + batch.count - 1;
    }
  }
}

function shown(difference: Difference): object {
  const timed = (one: Outcome): object => ({ ...one, factTime: formatTime(one.factTime) });
  const { kind } = difference;
  return {
    kind,
    ...(kind === 'new' ? {} : { before: timed(difference.before) }),
    ...(kind === 'gone' ? {} : { now: timed(difference.now) }),
  };
}

function lineOf(difference: Difference, language: Language): string {
  const one = difference.kind === 'gone' ? difference.before : difference.now;
  const verdict = ({ code, status, severity }: Outcome): string => {
    const { zh, en } = codeName(code);
    return `${code} ${language === 'en' ? en : zh}, ${status}, S${severity}`;
  };
  const told =
    difference.kind === 'changed' ? `${verdict(difference.before)} → ${verdict(difference.now)}` : verdict(one);
  const who = printable(`${one.terminal} ${one.vehicle ?? ''}`.trim());
  return `${SIGNS[difference.kind]} ${formatTime(one.factTime)}  ${who}  ${told}  ${one.event}`;
}
