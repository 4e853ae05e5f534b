/** `xingji commission`: a terminal at its vehicle, from its order to its signed record. */
import { createPublicKey } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { type BulkOutcome, readBulkList, readProgress, remaining } from '../../commission/bulk.ts';
import { checkRecord, type CommissionRecord } from '../../commission/record.ts';
import { recordPage } from '../../commission/record-page.ts';
import { gatewayView, GatewayFault } from '../../commission/server.ts';
import { advanceTo } from '../../commission/steps/platform.ts';
import { JournalError } from '../../journal/errors.ts';
import { processClock } from '../../process-clock.ts';
import { LinkFault } from '../../terminal-link/faults.ts';
import { addApiOptions, ApiFault, type ApiFlags, gatewayApi } from '../gateway-api.ts';
import { duration, pause } from '../journal-source.ts';
import { languageOf, languageOption } from '../language.ts';
import { addLinkOptions } from '../terminal/open-link.ts';
import { ToolFault } from '../terminal/tool.ts';
import {
  type CommissionFlags,
  deedsOf,
  expectedIn,
  jobIn,
  orderBookIn,
  photosIn,
  templatesIn,
  textOf,
} from './flags.ts';
import { findPort, type FoundPort } from './find-port.ts';
import { installerKey, usualKeyFolder } from './installer-key.ts';
import { Keyboard } from './keyboard.ts';
import { type Crew, type Ended, runJob } from './session.ts';
import { TEXTS } from './texts.ts';

const INTERRUPTED = 130;
/** A terminal says something within this, once it has power. */
const WAIT_MS = 90_000;
const HELP = `
On a terminal it guides: says what to do at the vehicle, counts down, shows what is seen meanwhile. Elsewhere, or with
--yes, it asks nothing; drills are done where --drills names them, and said on stderr. With --json each step is a line
on stdout, the signed record the last. The record goes to --out as JSON and as a page to print.

--gateway beside --serial or --tcp is the gateway that the terminal reports to: orders come from it, drills are looked
up there, an order goes there and back, and a job that passed moves the terminal on in its life. Without one those
steps are left out, and the record can be handed in later.

Exit code: 0 everything passed, 1 a step failed, 2 wrong usage, or no way to the terminal.

Examples:
  xingji commission --serial /dev/ttyUSB0 --order WO-1 --facts orders.jsonl --template kunming.yaml
  xingji commission --serial /dev/ttyUSB0 --baud 115200 --order WO-1 --gateway https://gw.example --token TOKEN
  xingji commission --tcp 0.0.0.0:8808 --expect plate=云A12345 --expect iccid=89860000000000000042 --yes --json
  xingji commission --serial --job removal --order WO-9 --gateway http://127.0.0.1:8080
  xingji commission --tcp 0.0.0.0:8808 --bulk list.csv --facts orders.jsonl --template kunming.yaml
  xingji commission verify records/20260301T1200-install-云A12345.json`;

/** Adds the command `commission` and what it does. */
export function registerCommission(program: Command): void {
  const commission = addLinkOptions(
    program
      .command('commission')
      .description('set up and prove a terminal at its vehicle, or remove one; ends in a signed record'),
  );
  // Without a device the only adapter that is plugged in.
  const serial = commission.options.find(({ long }) => long === '--serial');
  if (serial !== undefined) {
    serial.flags = '--serial [device]';
    serial.required = false;
    serial.optional = true;
    serial.description = 'it is on this serial port, such as /dev/ttyUSB0; without one, on the adapter that is there';
  }
  commission
    .option('--order <id>', 'work order that it is done on')
    .option('--facts <file>', 'orders and vehicles to take along: JSON lines of {"kind","fact"}')
    .option(
      '--expect <name=value>',
      'what the vehicle or terminal must be, over the order; may be given again',
      collect,
    )
    .option('--template <file>', 'parameters and limits by unit or division, YAML or JSON')
    .option('--job <job>', 'install, replacement, removal or recycling; default: by the order')
    .option('--drills <list>', 'all, none, or some of power,antenna,case,key,drive; default: all where it guides')
    .option('--installer <name>', 'who does it; default: the name of the login')
    .option('--photo <file>', 'picture for the record; may be given again', collect)
    .addOption(new Option('--wait <duration>', 'for the terminal to speak').argParser(duration).default(WAIT_MS, '90s'))
    .option('--out <dir>', 'where records go', './records')
    .option('--keys <dir>', "folder of the installer's key, made at the first job; default: ~/.config/xingji")
    .option('--bulk <list.csv>', 'jobs by a list with a column "order", one after another; broken off, it goes on')
    .option('--yes', 'ask nothing')
    .option('--json', 'a JSON line per step, the signed record last')
    .addOption(languageOption())
    .addHelpText('after', HELP)
    .action((_flags: unknown, self: Command) => ended(() => run(optionsOf(self))));
  commission
    .command('verify')
    .description('whether a record is as it was signed: exit code 0 genuine, 1 altered')
    .argument('<file>', 'record in JSON')
    .option('--key <file>', 'and by this key (PEM): installer.pub of whoever signed it')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  xingji commission verify record.json --key installer.pub')
    .action((file: string, _flags: unknown, self: Command) => ended(async () => verify(file, optionsOf(self))));
  commission
    .command('page')
    .description('a record as a page to print')
    .argument('<file>', 'record in JSON')
    .requiredOption('-o, --output <file>', 'HTML file to write')
    .addOption(languageOption())
    .addHelpText('after', '\nExample:\n  xingji commission page record.json -o record.html --lang zh')
    .action((file: string, _flags: unknown, self: Command) =>
      ended(async () => {
        const { output, lang } = optionsOf<{ output: string; lang?: 'zh' | 'en' }>(self);
        writeFileSync(output, recordPage(recordIn(file), languageOf(lang)));
        return 0;
      }),
    );
  addApiOptions(commission.command('submit').description('hand in a record that was made without a gateway'))
    .argument('<file>', 'record in JSON')
    .addHelpText('after', '\nExample:\n  xingji commission submit record.json --url https://gw.example --token TOKEN')
    .action((file: string, _flags: unknown, self: Command) => ended(() => submit(file, optionsOf(self))));
}

/** What was said to the command or to one above it, the nearest first; then what it is without. */
function optionsOf<T extends object>(self: Command): T {
  const said: Record<string, unknown> = {};
  for (let command: Command | null = self; command !== null; command = command.parent)
    for (const [name, value] of Object.entries(command.opts()))
      if (command.getOptionValueSource(name) !== 'default') said[name] ??= value;
  return { ...self.opts<T>(), ...said };
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Turns what went wrong into a line and an exit code. */
async function ended(work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    const isOurs =
      error instanceof ToolFault ||
      error instanceof ApiFault ||
      error instanceof LinkFault ||
      error instanceof GatewayFault ||
      error instanceof JournalError;
    if (!isOurs) throw error;
    console.error(error.message);
    process.exitCode = error instanceof ToolFault || error instanceof ApiFault ? error.exitCode : 2;
  }
}

async function run(flags: CommissionFlags): Promise<number> {
  const language = languageOf(flags.lang);
  const { stdin, stdout } = process;
  const guided = stdin.isTTY && stdout.isTTY && flags.yes !== true && flags.json !== true;
  const settings = {
    templates: templatesIn(flags.template),
    book: orderBookIn(flags.facts),
    expected: expectedIn(flags.expect),
    job: jobIn(flags.job),
    deeds: deedsOf(flags.drills),
    photos: photosIn(flags.photo),
    installer: flags.installer ?? userInfo().username,
    key: installerKey(flags.keys ?? usualKeyFolder()),
  };
  const keyboard = guided ? new Keyboard(stdin, () => process.exit(INTERRUPTED)) : undefined;
  try {
    const choose =
      keyboard === undefined ? undefined : (ports: readonly FoundPort[]) => chosen(ports, keyboard, language);
    const serial = flags.serial === true ? await findPort(choose) : flags.serial;
    const crew: Crew = { ...settings, flags, serial, language, keyboard };
    if (flags.bulk !== undefined) return await runBulk(crew, flags.bulk);
    const done = await runJob(crew, flags.order);
    tell(crew, done);
    return done.record.outcome === 'passed' ? 0 : 1;
  } finally {
    keyboard?.close();
  }
}

async function chosen(
  ports: readonly FoundPort[],
  keyboard: Keyboard,
  language: ReturnType<typeof languageOf>,
): Promise<FoundPort | undefined> {
  const numbered = ports.slice(0, 9);
  console.log(`${TEXTS.choose[language]}:`);
  for (const [i, { path, about }] of numbered.entries()) console.log(`  ${i + 1}  ${path}  ${about}`.trimEnd());
  const key = await keyboard.oneOf(numbered.map((_, i) => String(i + 1)));
  return numbered[Number(key) - 1];
}

function tell({ flags, language }: Crew, { record, path }: Ended): void {
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(record)}\n`);
    process.stderr.write(`${path}\n`);
    return;
  }
  const outcome = record.outcome === 'passed' ? TEXTS.outcomePassed : TEXTS.outcomeFailed;
  process.stdout.write(`${outcome[language]}  ${TEXTS.record[language]}: ${path}\n`);
}

/** Jobs of a list, one after another; what became of each stands in a file beside the list. */
async function runBulk(crew: Crew, list: string): Promise<number> {
  const { flags, keyboard, language } = crew;
  const jobs = readBulkList(textOf(list, '--bulk'));
  if ('wrong' in jobs) throw new ToolFault(jobs.wrong.map((line) => `${list}: ${line}`).join('\n'), 2);
  const progress = `${list}.progress.jsonl`;
  const done = new Map(readProgress(existsSync(progress) ? readFileSync(progress, 'utf8') : ''));
  const left = remaining(jobs, done);
  for (const job of left) {
    const number = jobs.indexOf(job) + 1;
    process.stderr.write(`[${number}/${jobs.length}] ${TEXTS.connectNext[language]}: ${job.order} ${job.about}\n`);
    if (keyboard !== undefined) {
      process.stderr.write(`${TEXTS.ready[language]}\n`);
      if ((await keyboard.oneOf(['\r', 'q'])) === 'q') break;
    }
    const ended = await runJob(crew, job.order);
    tell(crew, ended);
    const { record, path } = ended;
    const outcome: BulkOutcome = { order: job.order, outcome: record.outcome, record: path, at: record.endedAt };
    done.set(job.order, outcome);
    appendFileSync(progress, `${JSON.stringify(outcome)}\n`, { flush: true });
  }
  const passed = jobs.filter(({ order }) => done.get(order)?.outcome === 'passed').length;
  process.stderr.write(
    flags.json === true
      ? `${JSON.stringify({ type: 'bulk', jobs: jobs.length, passed })}\n`
      : `${TEXTS.bulkDone[language]}: ${passed}/${jobs.length}\n`,
  );
  return passed === jobs.length ? 0 : 1;
}

/** A record as a file of its own, or the last line of what `--json` wrote. */
function recordIn(file: string): CommissionRecord {
  const text = textOf(file, 'the record');
  for (const candidate of [text, text.trimEnd().split('\n').at(-1) ?? '']) {
    try {
      return JSON.parse(candidate) as CommissionRecord;
    } catch {
      // The other form may do.
    }
  }
  throw new ToolFault(`${file} is not JSON`, 1);
}

function verify(file: string, { key, json }: { key?: string; json?: true }): number {
  const record = recordIn(file);
  const trusted = key === undefined ? undefined : publicKeyIn(key);
  const checked = checkRecord(record, trusted);
  if ('wrong' in checked) {
    console.log(json === true ? JSON.stringify({ genuine: false, wrong: checked.wrong }) : `${file}: ${checked.wrong}`);
    return 1;
  }
  const { id, job, outcome, installer, endedAt, expected, terminal } = record;
  const about = { id, job, outcome, installer, endedAt, order: expected.workOrder, terminal: terminal['terminal'] };
  if (json === true) console.log(JSON.stringify({ genuine: true, key: checked.key, ...about }));
  else
    console.log(
      `genuine: ${id} ${job} ${outcome}, by ${installer} at ${endedAt}, key ${checked.key}${key === undefined ? '; whose key that is was not checked (--key)' : ''}`,
    );
  return 0;
}

function publicKeyIn(path: string) {
  try {
    return createPublicKey(textOf(path, '--key'));
  } catch (error) {
    if (error instanceof ToolFault) throw error;
    throw new ToolFault(`--key is '${path}', expected a public key in PEM`, 2);
  }
}

async function submit(file: string, flags: ApiFlags): Promise<number> {
  const record = recordIn(file);
  const checked = checkRecord(record);
  if ('wrong' in checked) throw new ToolFault(`${file}: ${checked.wrong}`, 1);
  const { outcome, terminal, job, expected, baseline, id } = record;
  if (outcome !== 'passed') throw new ToolFault(`${file}: the job did not pass; nothing is handed in`, 1);
  const gateway = gatewayView(gatewayApi(flags), { monotonic: () => processClock.monotonic(), pause });
  const number = terminal['terminal'];
  if (typeof number !== 'string') throw new ToolFault(`${file}: names no terminal`, 1);
  const { taken, refusal } = await advanceTo(gateway, { terminal: number, job, expected, baseline, id });
  if (refusal !== undefined) throw new ToolFault(refusal, 1);
  console.log(`${number} ${taken.length === 0 ? 'was there already' : taken.join(' → ')}`);
  return 0;
}
