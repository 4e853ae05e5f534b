/** Holds what terminals were told against what is there. */
import type { Deliveries } from './deliveries.ts';
import type { Held } from './held.ts';
import type { Retold } from './retold.ts';

export interface Evidence {
  /** Reports that terminals were told are stored: their own record. */
  readonly told: readonly string[];
  /** Reports that a terminal still holds after all patience. */
  readonly unanswered: number;
  readonly journal: Held;
  readonly taken: Deliveries;
  readonly stored: ReadonlySet<string>;
  /** What was delivered, held against a gateway that went through the same journal without a fault. */
  readonly retold: Retold;
  /** What `xingji verify` says where it is not content. */
  readonly verified: string | undefined;
  /** Exit code of the gateway, ended in order. */
  readonly exit: number | null;
  /** What it wrote to stderr before. */
  readonly lastWords: string;
  /** Of acknowledgements, faults and all. */
  readonly p99Ms: number;
  readonly drainSeconds: number;
  /** Octets that the gateway grew by at most. */
  readonly growth: number;
}

export interface Account {
  readonly told: number;
  readonly unanswered: number;
  /** Told of and missing in the journal, at the broker, in the store. */
  readonly lost: { readonly journal: number; readonly broker: number; readonly store: number };
  /** Frames that the journal has twice. */
  readonly twice: number;
  /** What reached the broker by two ids, or in two versions. */
  readonly conflicts: number;
  /** Delivered to the broker once more, with the same id. */
  readonly again: number;
  /** Ordered rows in which a terminal's records came: 2 where live ones went before a backlog. */
  readonly rows: number;
  /** Messages of every kind that a gateway without faults delivers the same way, octet for octet. */
  readonly same: number;
  readonly p99Ms: number;
  readonly drainSeconds: number;
  readonly growthMiB: number;
  /** What is wrong, in words; empty where the promise was kept. */
  readonly wrong: readonly string[];
}

const MAX_ROWS = 2;
const MIB = 2 ** 20;

export function judge(evidence: Evidence): Account {
  const { told, unanswered, journal, taken, stored, retold, verified, exit, lastWords, p99Ms, drainSeconds, growth } =
    evidence;
  const missing = (has: (key: string) => boolean): number => told.filter((key) => !has(key)).length;
  const lost = {
    journal: missing((key) => journal.positions.has(key)),
    broker: missing((key) => taken.ids.has(key)),
    store: missing((key) => stored.has(key)),
  };
  const { rows, again, conflicts } = taken;
  const checks: readonly (readonly [boolean, string])[] = [
    [told.length === 0, 'no report was acknowledged at all'],
    [unanswered > 0, `${unanswered} reports never acknowledged`],
    [lost.journal > 0, `${lost.journal} acknowledged reports not in the journal`],
    [lost.broker > 0, `${lost.broker} acknowledged reports never at the broker`],
    [lost.store > 0, `${lost.store} acknowledged reports not in the store`],
    [journal.twice.length > 0, `twice in the journal: ${journal.twice.slice(0, 3).join('; ')}`],
    [conflicts.length > 0, `two ids or versions of one thing: ${conflicts.slice(0, 3).join('; ')}`],
    [retold.different > 0, `${retold.different} messages are others without the faults: ${retold.named.join('; ')}`],
    [rows > MAX_ROWS, `records of a terminal came in ${rows} rows`],
    [verified !== undefined, `xingji verify: ${verified ?? ''}`],
    [exit !== 0, `the gateway ended with ${String(exit)}: ${lastWords}`],
  ];
  return {
    told: told.length,
    unanswered,
    lost,
    twice: journal.twice.length,
    conflicts: conflicts.length,
    again,
    rows,
    same: retold.same,
    p99Ms,
    drainSeconds,
    growthMiB: growth / MIB,
    wrong: checks.filter(([broken]) => broken).map(([, words]) => words),
  };
}
