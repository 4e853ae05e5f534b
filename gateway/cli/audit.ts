/** `xingji audit`: the trail of who did what: whether it is whole, and its rows for an auditor. */
import type { KeyObject } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { checkTrail, type TrailCheck } from '../audit/check-trail.ts';
import { isEndSigned, parseRow, type SignedEnd, type TrailEnd } from '../audit/chain.ts';
import { matches, type ReadRow } from '../audit/read-trail.ts';
import { piecesOf } from '../audit/segments.ts';
import { readHead } from '../audit/trail-head.ts';
import { JournalError } from '../journal/errors.ts';
import { publicKeyPath } from '../journal/signing-key.ts';
import { noteHere, type NamedTrail, trailsOf } from './audit-source.ts';
import { dataOption, readPublicKey, time } from './journal-source.ts';
import { readLines, writeLine } from './lines.ts';

interface VerifyFlags {
  readonly data: string;
  readonly publicKey?: string;
  readonly head?: string;
  readonly json?: true;
}

interface ExportFlags {
  readonly data: string;
  readonly from?: number;
  readonly to?: number;
  readonly who?: string;
  readonly what?: string;
  readonly subject?: string;
  readonly format: 'jsonl' | 'csv';
}

/** Adds the command `audit`. */
export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('the trail of who did what: whether it is whole, and its rows for an auditor')
    .addHelpText('after', '\nExample:\n  xingji audit verify --data ./data');
  audit
    .command('verify')
    .description('check every trail of a data folder, beside a running gateway or offline')
    .addOption(dataOption())
    .option('--public-key <file>', 'public key of the gateway, kept elsewhere; default: that of the data folder')
    .option('--head <file>', 'what audit head said some day: the trails must still reach up to there')
    .option('--json', 'one JSON object per trail')
    .addHelpText(
      'after',
      `
Each row is chained to the one before and signed for with the gateway's key, and a head kept apart says how far the trail
goes. What verify cannot see: the whole folder put back to an older day. Keep what audit head says elsewhere for that.

Exit code: 0 whole, 1 a row was altered, removed or inserted; the first one is named.

Example:
  xingji audit verify --data ./data --public-key journal.pub --head head-2026-01.json`,
    )
    .action((flags: VerifyFlags) => verify(flags));
  audit
    .command('export')
    .description('rows of all trails to stdout, trail by trail, oldest first; that it was done is a row itself')
    .addOption(dataOption())
    .option('--from <time>', 'at or after, ISO 8601', time)
    .option('--to <time>', 'at or before, ISO 8601', time)
    .option('--who <name>', 'only of this account')
    .option('--what <name>', 'only this, as command.ordered, or all that begins with it, as command')
    .option('--subject <text>', 'only where the subject has this in it')
    .addOption(
      new Option('--format <format>', 'JSON lines with their hashes, or CSV')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .addHelpText('after', '\nExample:\n  xingji audit export --data ./data --what command --format csv > commands.csv')
    .action((flags: ExportFlags) => exportRows(flags));
  audit
    .command('head')
    .description('how far the trails go now, signed: to be kept where nobody on this machine can change it')
    .addOption(dataOption())
    .addHelpText('after', '\nExample:\n  xingji audit head --data ./data > head-2026-01.json')
    .action(async ({ data }: { data: string }) => {
      for (const { name, path } of trailsOf(data)) {
        const head = await readHead(path);
        if (head !== undefined) console.log(JSON.stringify(textOf(name, head)));
      }
    });
}

interface HeadText {
  readonly trail: string;
  readonly n: number;
  readonly hash: string;
  readonly sig: string;
}

function textOf(trail: string, { n, hash, signature }: SignedEnd): HeadText {
  return { trail, n, hash: Buffer.from(hash).toString('hex'), sig: Buffer.from(signature).toString('base64url') };
}

/** Heads that were noted, by trail. Exits with 2 where the file has none, or one that the key did not sign. */
function readHeads(file: string, key: KeyObject): ReadonlyMap<string, TrailEnd> {
  const heads = new Map<string, TrailEnd>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { trail, n, hash, sig } = JSON.parse(line) as HeadText;
    const end = { n, hash: Buffer.from(hash, 'hex'), signature: Buffer.from(sig, 'base64url') };
    if (!isEndSigned(end, key)) throw new Error(`the head of ${trail} was not signed with this key`);
    heads.set(trail, end);
  }
  return heads;
}

async function verify({ data, publicKey, head, json }: VerifyFlags): Promise<void> {
  const refuse = (text: string, code: 1 | 2): void => {
    console.error(text);
    process.exitCode = code;
  };
  let key: KeyObject | undefined;
  let heads: ReadonlyMap<string, TrailEnd>;
  try {
    key = readPublicKey(data, publicKey);
    if (key === undefined) return refuse(`${publicKeyPath(data)}: no such file, expected the gateway's public key`, 1);
    heads = head === undefined ? new Map<string, TrailEnd>() : readHeads(head, key);
  } catch (error) {
    if (error instanceof JournalError) return refuse(`${error.code}: ${error.message}`, 1);
    return refuse(`--head: ${(error as Error).message}`, 2);
  }
  const known = new Map([...heads].map(([trail, end]) => [trail, [end]]));
  for (const [i, trail] of trailsOf(data).entries()) {
    const check = await checkTrail(trail.path, {
      key,
      known: known.get(trail.name) ?? [],
      row: (entry) => {
        const anchor = anchorIn(entry);
        if (anchor !== undefined) known.set('commands', [...(known.get('commands') ?? []), anchor]);
      },
    });
    if (check === undefined) {
      // Commands have a trail once one was called; a gateway always has.
      if (i === 0) refuse(`${trail.path}: no such file, expected the trail of a gateway`, 1);
      continue;
    }
    tell(trail, check, json);
    if (check.fault !== undefined) process.exitCode = 1;
  }
}

/** A gateway that starts notes how far the trail of the commands goes. */
function anchorIn({ what, after }: { readonly what: string; readonly after?: unknown }): TrailEnd | undefined {
  if (what !== 'gateway.started') return undefined;
  const { commands } = (after ?? {}) as { readonly commands?: { readonly n: number; readonly hash: string } };
  return commands === undefined ? undefined : { n: commands.n, hash: Buffer.from(commands.hash, 'hex') };
}

function tell({ name, path }: NamedTrail, check: TrailCheck, json: true | undefined): void {
  const { rows, signedUpTo, fault } = check;
  if (json === true) {
    console.log(JSON.stringify({ trail: name, path, whole: fault === undefined, ...check }));
    return;
  }
  const verdict =
    fault === undefined
      ? 'whole'
      : `NOT WHOLE: row ${fault.row}${fault.line === 0 ? '' : ` (line ${fault.line}${fault.file === undefined ? '' : ` of ${fault.file}`})`} ${fault.why}`;
  console.log(`${name}: ${rows} rows, signed up to ${signedUpTo}: ${verdict}`);
}

const COLUMNS = ['trail', 'n', 'at', 'who', 'what', 'subject', 'before', 'after'] as const;

async function exportRows({ data, format, ...query }: ExportFlags): Promise<void> {
  const { stdout } = process;
  if (format === 'csv') await writeLine(stdout, COLUMNS.join(','));
  let rows = 0;
  const pieces = trailsOf(data).flatMap(({ name, path }) => piecesOf(path).map((piece) => ({ name, piece })));
  for (const { name, piece } of pieces.filter((each) => existsSync(each.piece))) {
    for await (const line of readLines(createReadStream(piece))) {
      const row = parseRow(line);
      if (row === undefined || !matches({ ...row.entry, n: row.n }, query)) continue;
      rows++;
      await writeLine(stdout, format === 'csv' ? csvOf(name, { ...row.entry, n: row.n }) : line);
    }
  }
  await noteHere(data, [{ what: 'audit.exported', subject: 'audit', after: { rows, ...query } }]);
}

function csvOf(trail: string, row: ReadRow): string {
  const { n, at, who, what, subject, before, after } = row;
  const cells = [trail, n, formatTime(at), who, what, subject, json(before), json(after)];
  return cells.map((cell) => quoted(String(cell))).join(',');
}

function json(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

/** A cell that a table program would take for a formula begins with a quote. */
function quoted(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
