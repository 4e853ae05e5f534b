/** `<data>/grants.db`: all grants that ever were, in SQLite, for several processes at a time. Nothing is ever removed. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { join } from 'node:path';
import { writeAhead } from '../write-ahead.ts';
import {
  type Decision,
  decisionFault,
  type Grant,
  type GrantRequest,
  type GrantState,
  grantCovers,
  type Look,
} from './grant.ts';

const VERSION = 1;
const SCHEMA = `
  create table grant (
    n integer primary key, id text not null unique, terminal text not null, division text not null,
    "from" integer not null, "to" integer not null, reason text not null, until integer not null,
    state text not null, requestedBy text not null, requestedAt integer not null,
    decidedBy text, decidedAt integer, note text
  ) strict;
  create index grant_terminal on grant (terminal, state);
  pragma user_version = ${VERSION};
`;

export function grantsPath(data: string): string {
  return join(data, 'grants.db');
}

/** Which grants; newest first. */
export interface GrantQuery {
  /** Leading digits of the division. */
  readonly division: string;
  readonly requestedBy?: string;
  readonly terminal?: string;
  readonly state?: GrantState;
  /** Only before this one. */
  readonly before?: number;
  readonly limit: number;
}

/** A grant with its place among all. */
export interface GrantRow extends Grant {
  readonly n: number;
}

export interface Deciding {
  readonly decision: Decision;
  readonly by: string;
  readonly note?: string | undefined;
  /** Epoch ms. */
  readonly at: number;
}

export interface GrantFile {
  /** On disk when it returns. */
  request(id: string, request: GrantRequest, by: { readonly name: string; readonly at: number }): Grant;
  /** `now`: by which it may have expired. */
  get(id: string, now: number): Grant | undefined;
  list(query: GrantQuery, now: number): readonly GrantRow[];
  /** The grant as it stands then, or why it cannot be decided so. */
  decide(id: string, deciding: Deciding): Grant | 'unknown' | 'own' | 'state';
  /** The grant that lets a track be seen; of any account where `requestedBy` is not given. */
  covering(look: Look, requestedBy?: string): Grant | undefined;
  close(): void;
}

/** Opens the grants of a data folder, making the file where there is none. Throws what SQLite throws. */
export function openGrants(path: string): GrantFile {
  const db = new DatabaseSync(path, { timeout: 5000 });
  writeAhead(db);
  db.exec('pragma synchronous=full');
  prepare(db);
  const insert = db.prepare(
    `insert into grant (id, terminal, division, "from", "to", reason, until, state, requestedBy, requestedAt)
     values (?, ?, ?, ?, ?, ?, ?, 'requested', ?, ?)`,
  );
  const select = db.prepare('select * from grant where id = ?');
  const update = db.prepare('update grant set state = ?, decidedBy = ?, decidedAt = ?, note = ? where id = ?');
  const approved = db.prepare(
    `select * from grant where terminal = ? and state = 'approved' and "from" <= ? and "to" >= ? and until >= ? order by n desc`,
  );

  function get(id: string, now: number): Grant | undefined {
    const row = select.get(id);
    return row === undefined ? undefined : grantOf(row, now);
  }

  return {
    request(id, { terminal, division, from, to, reason, until }, { name, at }) {
      insert.run(id, terminal, division, from, to, reason, until, name, at);
      return get(id, at)!;
    },
    get,
    list: (query, now) => list(db, query, now),
    decide(id, { decision, by, note, at }) {
      db.exec('begin immediate');
      try {
        const before = get(id, at);
        const fault = before === undefined ? 'unknown' : decisionFault(before, decision, by);
        if (fault === undefined) update.run(decision, by, at, note ?? null, id);
        db.exec('commit');
        return fault ?? get(id, at)!;
      } catch (error) {
        // A full disk has undone it already, and is what is to be told.
        if (db.isTransaction) db.exec('rollback');
        throw error;
      }
    },
    covering(look, requestedBy) {
      const rows = approved.all(look.terminal, look.from, look.to, look.now).map((row) => grantOf(row, look.now));
      return rows.find(
        (grant) => grantCovers(grant, look) && (requestedBy === undefined || grant.requestedBy === requestedBy),
      );
    },
    close: () => db.close(),
  };
}

function prepare(db: DatabaseSync): void {
  db.exec('begin immediate');
  const version = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (version === 0) db.exec(SCHEMA);
  db.exec('commit');
  if (version > VERSION) throw new Error(`grants.db has version ${version}, this program reads up to ${VERSION}`);
}

/** What the column says and the clock does not: `expired` is no state that is stored. */
const STANDING = {
  requested: "state = 'requested' and until >= ?",
  approved: "state = 'approved' and until >= ?",
  expired: "state in ('requested', 'approved') and until < ?",
} as const;

function list(db: DatabaseSync, query: GrantQuery, now: number): readonly GrantRow[] {
  const { division, requestedBy, terminal, state, before, limit } = query;
  const where = ['substr(division, 1, ?) = ?'];
  const values: SQLInputValue[] = [division.length, division];
  const only = (clause: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    where.push(clause);
    values.push(value);
  };
  only('requestedBy = ?', requestedBy);
  only('terminal = ?', terminal);
  only('n < ?', before);
  if (state === 'denied' || state === 'revoked') only('state = ?', state);
  else if (state !== undefined) only(STANDING[state], now);
  const rows = db
    .prepare(`select * from grant where ${where.join(' and ')} order by n desc limit ?`)
    .all(...values, limit);
  return rows.map((row) => ({ ...grantOf(row, now), n: Number(row['n']) }));
}

function grantOf({ n: _n, ...row }: Record<string, unknown>, now: number): Grant {
  const grant = row as unknown as Grant;
  const over = (grant.state === 'requested' || grant.state === 'approved') && grant.until < now;
  return over ? { ...grant, state: 'expired' } : { ...grant };
}
