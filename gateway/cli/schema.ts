/** `xingji schema`: JSON Schema of the bodies that `decode` prints and `encode` takes, and of the MQTT contract. */
import { type Command, Option } from 'commander';
import { asyncApi, CONTRACT_SCHEMAS, contractSchema } from '../../bridge/index.ts';
import {
  CATALOGUE,
  formatId,
  jsonSchema,
  messageById,
  messageByName,
  type Revision,
  REVISIONS,
} from '../../protocol/index.ts';
import { VERSION } from '../version.ts';
import { writeLine } from './lines.ts';

const EXAMPLES = `
Without a message: one line for each, {"id","name","revision","schema"}.

Exit code: 0 done, 1 there is no such message.

Examples:
  xingji schema locationReport
  xingji schema 0x8103 --revision 2019
  xingji schema --asyncapi
  xingji schema --payload position`;

interface SchemaFlags {
  readonly revision: string;
  readonly asyncapi?: true;
  readonly payload?: string;
}

const pretty = (value: unknown): Promise<void> => writeLine(process.stdout, JSON.stringify(value, undefined, 2));

/** Adds the command `schema`. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('JSON Schema of message bodies')
    .argument('[message]', 'its name, or its id as 0x0200')
    .addOption(
      new Option('--revision <year>', 'edition of the standard').choices(REVISIONS.map(String)).default('2019'),
    )
    .addOption(new Option('--asyncapi', 'AsyncAPI 3 of what is told over MQTT, instead').conflicts('payload'))
    .addOption(
      new Option('--payload <name>', 'JSON Schema of a payload of MQTT, instead').choices(
        Object.keys(CONTRACT_SCHEMAS),
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (wanted: string | undefined, flags: SchemaFlags) => {
      if (flags.asyncapi === true) return pretty(asyncApi({ version: VERSION }));
      if (flags.payload !== undefined) return pretty(contractSchema(flags.payload));
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
      await pretty(jsonSchema(message, revision));
    });
}
