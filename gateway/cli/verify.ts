/** `xingji verify`: the ledger from the socket to each outlet, and whether it is clean. */
import type { Command } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { type Ledger, MAX_NAMED, type OutletAccount, readLedger, type TerminalAccount } from '../journal/ledger.ts';
import { OUTLET_PREFIX } from '../journal/journal.ts';
import type { JournalFile } from '../journal/sqlite-file.ts';
import { addFilter, dataOption, duration, pause, readPublicKey, withJournals } from './journal-source.ts';

interface Flags {
  readonly data: string;
  readonly terminal?: string;
  readonly from?: number;
  readonly to?: number;
  readonly json?: true;
  readonly wait: number;
}

const LOOK_EVERY_MS = 100;
const SHOWN = 20;

/** Adds the command `verify`. */
export function registerVerify(program: Command): void {
  addFilter(program.command('verify'))
    .description('ledger of a data folder: received, journalled, acknowledged, delivered to each outlet; gaps listed')
    .addOption(dataOption())
    .option('--json', 'one JSON object per line')
    .option('--wait <duration>', 'let outlets catch up for so long with what is in the journal now', duration, 0)
    .addHelpText(
      'after',
      '\nExit code: 0 clean, 1 something is missing, altered or pending, or nothing ever came from --terminal.\n\nExample:\n  xingji verify --data ./data --wait 10s',
    )
    .action((flags: Flags) =>
      withJournals(flags.data, async (journals) => {
        const upTo = await caughtUp(
          journals.map(({ file }) => file),
          flags.wait,
        );
        const publicKey = readPublicKey(flags.data, undefined);
        const ledgers = journals.map(({ worker, file }, i) => {
          const ledger = readLedger(file, { ...flags, upTo: upTo[i]!, publicKey });
          const whose = journals.length === 1 ? undefined : worker;
          if (flags.json === true) printJson(ledger, whose);
          else printTable(ledger, whose);
          return ledger;
        });
        const clean = ledgers.every((ledger) => ledger.clean);
        const unheard = isUnheard(flags, ledgers);
        if (flags.json === true) printVerdict(ledgers, clean);
        else if (!unheard) console.log(clean ? 'clean' : 'NOT CLEAN');
        if (unheard) console.error(`${flags.terminal}: nothing was ever received from this terminal`);
        process.exitCode = clean && !unheard ? 0 : 1;
      }),
    );
}

/** A number that was mistyped is not to pass for a terminal of which everything arrived. */
function isUnheard({ terminal, from, to }: Flags, ledgers: readonly Ledger[]): boolean {
  if (terminal === undefined || from !== undefined || to !== undefined) return false;
  return ledgers.every(({ total }) => total.received === 0 && total.journalled === 0);
}

/** Resolves with the heads as they are now, when every outlet has passed them or the time is up. */
async function caughtUp(files: readonly JournalFile[], waitMs: number): Promise<readonly number[]> {
  const heads = files.map((file) => file.ends().head.seq);
  const deadline = performance.now() + waitMs;
  const behind = (file: JournalFile, i: number): boolean =>
    [...file.cursors()].some(([reader, seq]) => reader.startsWith(OUTLET_PREFIX) && seq < heads[i]!);
  while (files.some(behind) && performance.now() < deadline) await pause(LOOK_EVERY_MS);
  return heads;
}

function printJson(ledger: Ledger, worker: number | undefined): void {
  const { journal, chain, terminals, outlets, letters, unacknowledged } = ledger;
  const whose = worker === undefined ? {} : { worker };
  const line = (kind: string, value: object): void => console.log(JSON.stringify({ kind, ...whose, ...value }));
  const { faults, ...counts } = chain;
  line('journal', { id: journal.id, createdAt: formatTime(journal.createdAt), ...counts });
  for (const fault of faults) line('fault', fault);
  for (const account of terminals.values()) line('terminal', account);
  for (const outlet of outlets) line('outlet', { ...outlet, pendingTerminals: [...outlet.pendingTerminals] });
  for (const { at, ...letter } of letters) line('letter', { ...letter, at: formatTime(at) });
  for (const { at, ...one } of unacknowledged) line('unacknowledged', { ...one, at: formatTime(at) });
}

/** One line, the last, however many journals there are. */
function printVerdict(ledgers: readonly Ledger[], clean: boolean): void {
  const sum = (of: (total: TerminalAccount) => number): number =>
    ledgers.reduce((all, { total }) => all + of(total), 0);
  const totals = {
    received: sum(({ received }) => received),
    journalled: sum(({ journalled }) => journalled),
    acknowledged: sum(({ acknowledged }) => acknowledged),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
  };
  console.log(JSON.stringify({ kind: 'verdict', clean, ...totals }));
}

function printTable({ journal, chain, total, terminals, outlets, letters }: Ledger, worker: number | undefined): void {
  const whose = worker === undefined ? '' : `worker ${worker}: `;
  console.log(`${whose}journal ${journal.id}, since ${formatTime(journal.createdAt)}`);
  console.log(
    `  chain         ${chain.records} records in ${chain.batches} batches, ${chain.faultCount} faults, signed up to ${chain.signedUpTo}`,
  );
  for (const { first, last, why } of chain.faults.slice(0, SHOWN)) console.log(`    ${why} ${range(first, last)}`);
  console.log(`  received      ${total.received}`);
  console.log(`  journalled    ${total.journalled}`);
  console.log(`  acknowledged  ${total.acknowledged}, not acknowledged ${total.unacknowledged}`);
  for (const outlet of outlets) printOutlet(outlet);
  printTerminals([...terminals.values()].filter(({ unacknowledged }) => unacknowledged > 0));
  for (const { reader, seq, id, reason } of letters.slice(0, SHOWN)) {
    console.log(`  dead letter ${seq} ${id} at ${reader}: ${reason}`);
  }
  more(letters.length, letters.length >= MAX_NAMED);
}

function printOutlet({
  outlet,
  cursor,
  delivered,
  buried,
  pending,
  pendingFrom,
  pendingTo,
  pendingTerminals,
}: OutletAccount): void {
  console.log(
    `  outlet ${outlet.padEnd(7)}delivered ${delivered}, dead letters ${buried}, pending ${pending}, cursor ${cursor}`,
  );
  if (pending === 0) return;
  const named = [...pendingTerminals].slice(0, SHOWN).filter((terminal) => terminal !== '');
  console.log(
    `    pending ${range(pendingFrom, pendingTo)} of ${named.join(', ')}${pendingTerminals.size > SHOWN ? ', …' : ''}`,
  );
}

function printTerminals(accounts: readonly TerminalAccount[]): void {
  for (const { terminal, acknowledged, unacknowledged } of accounts.slice(0, SHOWN)) {
    console.log(`  terminal ${terminal}: acknowledged ${acknowledged}, not acknowledged ${unacknowledged}`);
  }
  more(accounts.length, false);
}

function more(shown: number, atLeast: boolean): void {
  if (shown > SHOWN) console.log(`    and ${atLeast ? 'at least ' : ''}${shown - SHOWN} more (--json lists them)`);
}

function range(first: number, last: number): string {
  return first === last ? `record ${first}` : `records ${first}–${last}`;
}
