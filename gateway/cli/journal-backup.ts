/** `xingji journal backup`: a copy of one instant, taken beside a running gateway, and checked. */
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { copyJournal } from '../journal/sqlite-aside.ts';
import { checkChain, openJournalFile } from '../journal/sqlite-file.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { dataOption, withJournal } from './journal-source.ts';

/** Adds `backup` to the command `journal`. */
export function registerBackup(journal: Command): void {
  journal
    .command('backup')
    .description(
      'copy the journal as it is at one instant, beside a running gateway or without one, and check the copy',
    )
    .addOption(dataOption())
    .requiredOption('-o, --output <file>', 'file to write; it must not be there yet')
    .addHelpText(
      'after',
      '\nTo restore: stop the gateway, put the file in the place of journal/journal.db, remove its -wal and -shm.\n\nExample:\n  xingji journal backup --data ./data -o /backup/journal-2026-01-05.db',
    )
    .action(({ data, output }: { data: string; output: string }) =>
      withJournal(data, () => {
        if (existsSync(output)) {
          console.error(`${output} is there already`);
          process.exitCode = 1;
          return;
        }
        copyJournal(journalPath(data), output);
        const copy = openJournalFile(output);
        try {
          const { records, batches, faultCount } = checkChain(copy);
          const whole = faultCount === 0 ? 'whole' : `${faultCount} faults, see journal verify`;
          console.log(`${records} records in ${batches} batches, ${statSync(output).size} octets: ${whole}`);
          process.exitCode = faultCount === 0 ? 0 : 1;
        } finally {
          copy.close();
        }
      }),
    );
}
