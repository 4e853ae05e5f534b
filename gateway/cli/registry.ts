/** `xingji registry`: vehicles and terminals of a data folder, in and out as files, and the life of a terminal. */
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { LIFE_STATES, type LifeState } from '../registry/life-cycle.ts';
import { type ArchiveFormat, decodeText, type LineFault, readArchives } from '../registry/exchange/read-archives.ts';
import { archivePages } from '../registry/exchange/write-archives.ts';
import type { RegistryFile } from '../registry/store/registry-file.ts';
import { dataOption } from './journal-source.ts';
import { write } from './lines.ts';
import { authorHere, progressBar, withRegistry } from './registry-source.ts';

const SHOWN = 100;
const BINDINGS = 100;

function formatOption(): Option {
  return new Option('--format <format>', 'csv, or json for JSON lines').choices(['csv', 'json']);
}

/** Adds the command `registry`. */
export function registerRegistry(program: Command): void {
  const registry = program
    .command('registry')
    .description('vehicles, terminals and their bindings: import, export, show, life cycle')
    .addHelpText('after', '\nExample:\n  xingji registry import vehicles.csv --data ./data');
  registerImport(registry);
  registerExport(registry);
  registerShow(registry);
  registerAdvance(registry);
}

function registerImport(registry: Command): void {
  registry
    .command('import')
    .description('take vehicles from a file, all of them or none')
    .argument('<file>', 'CSV with a line of names, JSON lines, or a JSON array')
    .addOption(dataOption())
    .addOption(formatOption())
    .option('--dry-run', 'only say what is wrong with it')
    .option('--json', 'outcome and faults as JSON lines')
    .addHelpText(
      'after',
      `
Columns: id (the vehicle's where it is left out), vehicle, plate, plateColor, vin, division, unit, terminal, terminalId,
imei, iccid, or their Chinese names. UTF-8 or GB 18030.

Exit code: 0 taken, 1 refused.

Example:
  xingji registry import vehicles.csv --data ./data`,
    )
    .action((file: string, { data, format, dryRun, json }: ImportFlags) =>
      withRegistry(data, (opened) => {
        const text = textOf(file);
        if (text === undefined) return;
        take(opened, text, { format: format ?? (extname(file) === '.csv' ? 'csv' : 'json'), dryRun, json });
      }),
    );
}

interface ImportFlags {
  readonly data: string;
  readonly format?: ArchiveFormat;
  readonly dryRun?: true;
  readonly json?: true;
}

function textOf(file: string): string | undefined {
  try {
    return decodeText(readFileSync(file));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
    return undefined;
  }
}

function take(
  registry: RegistryFile,
  text: string,
  flags: { readonly format: ArchiveFormat; readonly dryRun: true | undefined; readonly json: true | undefined },
): void {
  const { format, dryRun, json } = flags;
  const reading = progressBar('reading');
  const { facts, lines, faults, faulty } = readArchives(text, format, (line) => reading.show(line));
  reading.end();
  if (faulty > 0) return tell(faults, faulty, json);
  const say = (changed: number): void =>
    console.log(
      json === true
        ? JSON.stringify({ read: facts.length, changed, dryRun: dryRun === true })
        : `${facts.length} read, ${dryRun === true ? 'none at fault' : `${changed} changed`}`,
    );
  if (dryRun === true) return say(0);
  const writing = progressBar('writing');
  const statements = facts.map((fact) => ({ kind: 'archive' as const, fact }));
  const applied = registry.apply(statements, authorHere(), (done) => writing.show(done, facts.length));
  writing.end();
  if ('changed' in applied) return say(applied.changed);
  const refused = applied.refused.map(({ index, fault }) => ({ line: lines[index]!, fault }));
  return tell(refused, refused.length, json);
}

function tell(faults: readonly LineFault[], faulty: number, json: true | undefined): void {
  process.exitCode = 1;
  for (const { line, fault } of json === true ? faults : faults.slice(0, SHOWN)) {
    if (json === true) console.log(JSON.stringify({ line, fault }));
    else console.error(`line ${line}: ${fault}`);
  }
  console.error(`${faulty} ${faulty === 1 ? 'line is' : 'lines are'} at fault; nothing was changed`);
}

function registerExport(registry: Command): void {
  registry
    .command('export')
    .description('write all vehicles to stdout, as import reads them')
    .addOption(dataOption())
    .addOption(formatOption().default('csv'))
    .addHelpText('after', '\nExample:\n  xingji registry export --format csv > vehicles.csv')
    .action(({ data, format }: { data: string; format: ArchiveFormat }) =>
      withRegistry(data, async (opened) => {
        for (const page of archivePages(opened, format)) await write(process.stdout, page);
      }),
    );
}

function registerShow(registry: Command): void {
  registry
    .command('show')
    .description('a terminal: where it stands, and which vehicles and SIMs it was in')
    .argument('<terminal>', 'its number')
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  xingji registry show 13912345678 --data ./data')
    .action((given: string, { data, json }: { data: string; json?: true }) =>
      withRegistry(data, (opened) => {
        const terminal = given.replace(/^0+(?=.)/, '');
        const row = opened.terminal(terminal, '');
        if (row === undefined) {
          console.error(`No terminal ${terminal} is known.`);
          process.exitCode = 1;
          return;
        }
        const bindings = opened.bindings({ terminal }, BINDINGS);
        if (json === true) {
          console.log(JSON.stringify({ ...row, bindings }));
          return;
        }
        console.log(`${terminal} ${row.state} since ${formatTime(row.since)}`);
        for (const { vehicle, plate, iccid, since, until, who } of bindings)
          console.log(
            `  ${formatTime(since)} – ${until === null ? 'now' : formatTime(until)}  ${plate} (${vehicle})${iccid === null ? '' : ` SIM ${iccid}`}, by ${who}`,
          );
      }),
    );
}

function registerAdvance(registry: Command): void {
  registry
    .command('advance')
    .description('take a terminal a step further in its life')
    .argument('<terminal>', 'its number')
    .addArgument(new Argument('<state>', 'the next state').choices(LIFE_STATES))
    .addOption(dataOption())
    .option('--work-order <id>', 'order it is done on; needed for installed, removalApproved and removed')
    .addHelpText('after', '\nExample:\n  xingji registry advance 13912345678 removed --work-order WO-17 --data ./data')
    .action((terminal: string, to: LifeState, { data, workOrder }: { data: string; workOrder?: string }) =>
      withRegistry(data, (opened) => {
        opened.advance({ terminal, to, workOrder }, authorHere());
        console.log(`${terminal} ${to}`);
      }),
    );
}
