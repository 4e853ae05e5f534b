/** `xingji journal backup`: a copy of one instant, taken beside a running gateway, and checked. */
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { copyJournal } from '../journal/sqlite-aside.ts';
import { checkChain, openJournalFile } from '../journal/sqlite-file.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { dataOption, withJournals } from './journal-source.ts';

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
      '\nTo restore: stop the gateway, put the file in the place of journal/journal.db, remove its -wal and -shm.\nOf a gateway with several workers the journal of worker 1 is copied to FILE.1, and so on; its place is workers/1/journal/journal.db.\n\nExample:\n  xingji journal backup --data ./data -o /backup/journal-2026-01-05.db',
    )
    .action(({ data, output }: { data: string; output: string }) =>
      withJournals(data, (journals) => {
        const whole = journals.map(({ worker, folder }) =>
          copied(folder, worker === 0 ? output : `${output}.${worker}`),
        );
        process.exitCode = whole.every(Boolean) ? 0 : 1;
      }),
    );
}

/** Copies and checks the journal of one worker; true where the copy is whole. */
function copied(folder: string, output: string): boolean {
  if (existsSync(output)) {
    console.error(`${output} is there already`);
    return false;
  }
  copyJournal(journalPath(folder), output);
  const copy = openJournalFile(output);
  try {
    const { records, batches, faultCount } = checkChain(copy);
    const whole = faultCount === 0 ? 'whole' : `${faultCount} faults, see journal verify`;
    console.log(`${records} records in ${batches} batches, ${statSync(output).size} octets: ${whole}`);
    return faultCount === 0;
  } finally {
    copy.close();
  }
}
