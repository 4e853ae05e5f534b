/** What the commands about accounts share: who calls them, what a change came to, and how that is told. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { formatTime } from '../../protocol/index.ts';
import { type Administration, administer, type Author, type Outcome, type Refusal } from '../access/administration.ts';
import { AccessError } from '../access/errors.ts';
import type { Change } from '../access/privilege.ts';
import { authorName, noteHere } from './audit-source.ts';
import { pause } from './journal-source.ts';

export interface DataFlags {
  readonly data: string;
  readonly json?: true;
}

/** Accounts of a data folder, for work that a fault of the folder ends with one line and exit code 1. */
export async function withAccounts(data: string, work: (accounts: Administration) => Promise<void>): Promise<void> {
  if (!existsSync(data)) return refuse(`--data: there is no folder ${data}, expected the data folder of a gateway`, 1);
  try {
    const note = (entry: Parameters<typeof noteHere>[1][number]): Promise<void> => noteHere(data, [entry]);
    await work(administer({ data, random: randomBytes, now: Date.now, pause, note }));
  } catch (error) {
    if (!(error instanceof AccessError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    refuse((error as Error).message, error instanceof AccessError && error.code === 'ACCOUNTS_NEWER' ? 2 : 1);
  }
}

/** Whoever may change the data folder has all divisions. */
export const CALLER = (): Author => ({ name: authorName(), prefix: '' });

/** Has a change made, and tells what it came to; true where it is made or waits. */
export async function ask(
  accounts: Administration,
  change: Change,
  { json, done }: { readonly json: true | undefined; readonly done: string },
): Promise<boolean> {
  return tellOutcome(await accounts.request(change, CALLER()), { json, done });
}

const REFUSED: Readonly<Record<Refusal, string>> = {
  unknown: 'there is no such account or change',
  taken: 'the name is taken, also where it is disabled or waits for approval',
  outside: 'it is of a division that is not yours',
  own: 'whoever asked for a change cannot approve it: it takes a second person',
  alone: 'it takes two accounts that may approve: roles operator and supervisor',
  full: 'as many changes wait as may: approve or deny some',
};

export function tellOutcome(
  outcome: Outcome,
  { json, done }: { readonly json: true | undefined; readonly done: string },
): boolean {
  if ('refused' in outcome) {
    refuse(REFUSED[outcome.refused], 1);
    return false;
  }
  if (outcome.state !== 'requested') {
    console.log(json === true ? JSON.stringify(outcome) : outcome.state === 'denied' ? 'denied' : done);
    return true;
  }
  const { id, until } = outcome;
  if (json === true) console.log(JSON.stringify({ state: 'requested', change: id, until: formatTime(until) }));
  tellWaiting(id);
  return true;
}

/** That nothing is changed yet. */
export function tellWaiting(id: string): void {
  console.error(`It waits for a second person: xingji account approve ${id} --token TOKEN_OF_SOMEBODY_ELSE`);
}

export function refuse(text: string, code: 1 | 2): void {
  console.error(text);
  process.exitCode = code;
}
