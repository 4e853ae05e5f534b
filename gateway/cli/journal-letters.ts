/** `xingji journal letters list|resend`: what an outlet's other side would not take, and having it sent again. */
import type { Command } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { OUTLET_PREFIX } from '../journal/journal.ts';
import { readerOf } from '../journal/pump.ts';
import { wantLetters } from '../journal/sqlite-aside.ts';
import type { JournalFile } from '../journal/sqlite-file.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { dataOption, withJournals } from './journal-source.ts';

/** Names of the outlets that a journal knows, by how far they are or by what they would not take. */
function outletsOf(file: JournalFile): string[] {
  const letters = file.letters(0, Number.MAX_SAFE_INTEGER).map(({ reader }) => reader);
  return [...file.cursors().keys(), ...letters]
    .filter((reader) => reader.startsWith(OUTLET_PREFIX))
    .map((reader) => reader.slice(OUTLET_PREFIX.length));
}

/** Adds `letters` to the command `journal`. */
export function registerLetters(journal: Command): void {
  const letters = journal
    .command('letters')
    .description('dead letters: records that the other side of an outlet would not take')
    .addHelpText('after', '\nExample:\n  xingji journal letters list --data ./data');
  letters
    .command('list')
    .description('list them with the reasons')
    .addOption(dataOption())
    .option('--outlet <name>', 'only of this outlet')
    .option('--json', 'one JSON object per line')
    .addHelpText('after', '\nExample:\n  xingji journal letters list --data ./data --outlet influx')
    .action(({ data, outlet, json }: { data: string; outlet?: string; json?: true }) =>
      withJournals(data, (journals) => {
        const found = journals.flatMap(({ file }) => file.letters(0, Number.MAX_SAFE_INTEGER));
        for (const { reader, seq, id, reason, at } of found) {
          const name = reader.slice(OUTLET_PREFIX.length);
          if (outlet !== undefined && outlet !== name) continue;
          const line = { outlet: name, seq, id, reason, at: formatTime(at) };
          console.log(json === true ? JSON.stringify(line) : `${seq} ${line.at} ${name} ${id}: ${reason}`);
        }
      }),
    );
  letters
    .command('resend')
    .description('have them sent again: a running gateway takes them up within seconds, another at its next start')
    .addOption(dataOption())
    .requiredOption('--outlet <name>', 'outlet whose letters they are')
    .option('--id <id...>', 'only these; all where none is given')
    .addHelpText(
      'after',
      '\nWhat the other side refuses again becomes a dead letter again.\n\nExample:\n  xingji journal letters resend --data ./data --outlet influx',
    )
    .action(({ data, outlet, id: ids }: { data: string; outlet: string; id?: string[] }) =>
      withJournals(data, (journals) => {
        const choice = { reader: readerOf(outlet), ids };
        const known = new Set(journals.flatMap(({ file }) => outletsOf(file)));
        if (!known.has(outlet)) {
          console.error(`${outlet}: there is no outlet of that name; there are ${[...known].join(', ') || 'none'}`);
          process.exitCode = 1;
          return;
        }
        const counts = journals.map(({ folder }) => wantLetters(journalPath(folder), choice));
        const count = counts.reduce((sum, each) => sum + each, 0);
        console.log(`${count} ${count === 1 ? 'letter' : 'letters'} to be sent again`);
        process.exitCode = count === 0 && ids !== undefined ? 1 : 0;
      }),
    );
}
