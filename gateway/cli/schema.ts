/** `xingji schema`: JSON Schema of the bodies that `decode` prints and `encode` takes. */
import { type Command, Option } from 'commander';
import {
  CATALOGUE,
  formatId,
  jsonSchema,
  messageById,
  messageByName,
  type Revision,
  REVISIONS,
} from '../../protocol/index.ts';
import { writeLine } from './lines.ts';

const EXAMPLES = `
Without a message: one line for each, {"id","name","revision","schema"}.

Exit code: 0 done, 1 there is no such message.

Examples:
  xingji schema locationReport
  xingji schema 0x8103 --revision 2019`;

/** Adds the command `schema`. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('JSON Schema of message bodies')
    .argument('[message]', 'its name, or its id as 0x0200')
    .addOption(
      new Option('--revision <year>', 'edition of the standard').choices(REVISIONS.map(String)).default('2019'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (wanted: string | undefined, flags: { readonly revision: string }) => {
      const revision = Number(flags.revision) as Revision;
      if (wanted === undefined) {
        for (const message of CATALOGUE) {
          const { id, name } = message;
          const schema = jsonSchema(message, revision);
          await writeLine(process.stdout, JSON.stringify({ id: formatId(id, 4), name, revision, schema }));
        }
        return;
      }
      const message = /^0x[0-9a-f]{1,4}$/i.test(wanted) ? messageById(Number(wanted)) : messageByName(wanted);
      if (message === undefined) {
        process.exitCode = 1;
        await writeLine(process.stderr, `no message ${JSON.stringify(wanted)}`);
        return;
      }
      await writeLine(process.stdout, JSON.stringify(jsonSchema(message, revision), undefined, 2));
    });
}
