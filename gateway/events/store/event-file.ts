/**
 * Events in their file: written as the journal has them, chained and signed; read by whoever asks.
 *
 * Written again, a step changes nothing: after a crash the journal is heard from where the folds stood.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { formatHex, parseHex } from '../../../protocol/index.ts';
import type { Signer } from '../../journal/signed-head.ts';
import { idFloor } from '../event-id.ts';
import type { EventStep } from '../step.ts';
import {
  entryDigest,
  entryHash,
  type EventAnchor,
  eventGenesis,
  frameDigest,
  type KeptFrame,
  signHead,
} from './chain.ts';
import type { EventEvidence, EventQuery, EventRow, EventStory, ListedEvent, StoredStep } from './event-query.ts';

/** A step as it came: parsed, and the text of its record, which is what is hashed. */
export interface StepInput {
  readonly step: EventStep;
  readonly body: string;
  readonly seq: number;
}

/** How an event stands by the worker that goes on with it; times are epoch ms. */
export type Stand = Pick<
  EventRow,
  'id' | 'code' | 'status' | 'severity' | 'confidence' | 'updated' | 'ended' | 'acknowledged'
>;

/** An event that is not over, and the last step of it that is here. */
export interface OpenEvent {
  readonly id: string;
  readonly step: number;
}

export interface EventWriter {
  /** All of it or nothing; what is written ends in a signed head. Throws what SQLite throws. */
  write(steps: readonly StepInput[], at: number): void;
  /**
   * Lets go of what is over since before `before`, with the frames that only it rested on: from the beginning of the chain
   * up to the first step of an event that is not. Returns how many steps went.
   */
  trim(before: number): number;
  /** What holds up `trim`. */
  open(): readonly OpenEvent[];
  /** Events whose later steps another worker has: they are over here when they are there, and not held for ever. */
  follow(stands: readonly Stand[]): void;
}

const ROW =
  'id, terminal, vehicle, division, code, axis, status, severity, confidence, fact, raised, updated, ended, acknowledged';

/** `frameOf` reads a record of the journal; undefined where it is gone. Without a signer nothing is signed. */
export function eventWriter(
  db: DatabaseSync,
  parts: {
    readonly journalId: string;
    readonly signer: Signer | undefined;
    readonly frameOf: (seq: number) => KeptFrame | undefined;
  },
): EventWriter {
  const { journalId, signer, frameOf } = parts;
  db.prepare("insert or ignore into meta values ('journal', ?)").run(journalId);
  const known = db.prepare('select 1 from step where event = ? and step = ?');
  const last = db.prepare('select number, hash from step order by number desc limit 1');
  const insert = db.prepare('insert into step values (?,?,?,?,?,?,?,?)');
  const frame = db.prepare('select digest from frame where seq = ?');
  const keep = db.prepare('insert or ignore into frame values (?,?,?,?,?,?,?)');
  const used = db.prepare('update frame set last = ? where seq = ?');
  const head = db.prepare('insert or replace into head values (?,?,?,?,?)');
  const open = db.prepare("select id, step from event where status in ('raised', 'confirmed') and severity > 0");
  const stand = db.prepare(
    `update event set code = ?, status = ?, severity = ?, confidence = ?, updated = ?, ended = ?, acknowledged = ?
     where id = ?`,
  );
  const put = db.prepare(
    `insert into event values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) on conflict (id) do update set
       code = excluded.code, status = excluded.status, severity = excluded.severity, confidence = excluded.confidence,
       updated = excluded.updated, ended = excluded.ended, acknowledged = coalesce(excluded.acknowledged, acknowledged),
       step = excluded.step where excluded.step > step`,
  );

  function digestOf(seq: number): Uint8Array | undefined {
    const stored = frame.get(seq)?.['digest'] as Uint8Array | undefined;
    if (stored !== undefined) return stored;
    const found = frameOf(seq);
    if (found === undefined) return undefined;
    const digest = frameDigest(found);
    keep.run(seq, found.kind, found.receivedAt, found.terminal, found.octets, digest, 0);
    return digest;
  }

  function one({ step, body, seq }: StepInput, previous: { number: number; hash: Uint8Array }): boolean {
    if (known.get(step.event, step.step) !== undefined) return false;
    const kept: number[] = [];
    const digests: Uint8Array[] = [];
    for (const at of step.frames) {
      const digest = digestOf(at);
      if (digest === undefined) continue;
      kept.push(at);
      digests.push(digest);
    }
    const number = previous.number + 1;
    for (const at of kept) used.run(number, at);
    const digest = entryDigest(body, digests);
    const hash = entryHash(previous.hash, number, digest);
    insert.run(number, step.event, step.step, seq, body, kept.join(' '), digest, hash);
    put.run(...columns(step));
    previous.number = number;
    previous.hash = hash;
    return true;
  }

  /** Where the chain ends, to go on from there. */
  function end(): { number: number; hash: Uint8Array } {
    return { ...((last.get() as unknown as EventAnchor | undefined) ?? readAnchor(db, journalId)) };
  }

  function all(steps: readonly StepInput[], at: number): void {
    const chain = end();
    let news = false;
    for (const step of steps) news = one(step, chain) || news;
    if (!news || signer === undefined) return;
    const signed = signHead(journalId, { ...chain, at }, signer);
    head.run(signed.number, at, signed.hash, signed.key, signed.signature);
  }

  function transaction<T>(work: () => T): T {
    db.exec('begin immediate');
    try {
      const result = work();
      db.exec('commit');
      return result;
    } catch (error) {
      // A full disk has undone it already, and is what is to be told.
      if (db.isTransaction) db.exec('rollback');
      throw error;
    }
  }

  return {
    write: (steps, at) => transaction(() => all(steps, at)),
    trim: (before) => transaction(() => trim(db, before, end().number)),
    open: () => open.all() as unknown as readonly OpenEvent[],
    follow: (stands) =>
      transaction(() => {
        for (const { id, code, status, severity, confidence, updated, ended, acknowledged } of stands)
          stand.run(code, status, severity, confidence, updated, ended, acknowledged, id);
      }),
  };
}

function trim(db: DatabaseSync, before: number, last: number): number {
  const first = db
    .prepare(
      `select min(number) n from step join event on event.id = step.event
       where (status in ('raised', 'confirmed') and severity > 0) or updated >= ?`,
    )
    .get(before)?.['n'] as number | null;
  const upTo = first === null ? last : first - 1;
  const hash = db.prepare('select hash from step where number = ?').get(upTo)?.['hash'] as Uint8Array | undefined;
  if (hash === undefined) return 0;
  const anchor = `${upTo} ${formatHex(hash)}`;
  db.prepare("insert or replace into meta values ('anchor', ?)").run(anchor);
  db.prepare('delete from event where id in (select event from step where number <= ?)').run(upTo);
  db.prepare('delete from head where number <= ?').run(upTo);
  db.prepare('delete from frame where last <= ?').run(upTo);
  return Number(db.prepare('delete from step where number <= ?').run(upTo).changes);
}

/** What the first entry that is kept follows: the last one that was let go of, or the beginning. */
export function readAnchor(db: DatabaseSync, journalId: string): EventAnchor {
  const value = db.prepare("select value from meta where name = 'anchor'").get()?.['value'];
  if (value === undefined) return { number: 0, hash: eventGenesis(journalId) };
  const [number = '0', hash = ''] = String(value).split(' ');
  return { number: Number(number), hash: parseHex(hash) ?? new Uint8Array(0) };
}

function columns(step: EventStep): SQLInputValue[] {
  const { event, terminal, vehicle, division, code, axis, status, severity, confidence, factTime, at } = step;
  const ended = status === 'raised' || status === 'confirmed' ? null : (step.endTime ?? at);
  const by = step.state === 'reopened' ? '' : (step.acknowledged?.by ?? null);
  return [
    event,
    terminal,
    vehicle,
    division,
    code,
    axis,
    status,
    severity,
    confidence,
    factTime,
    at,
    at,
    ended,
    by,
    step.step,
  ];
}

export interface EventReader {
  list(query: EventQuery): readonly ListedEvent[];
  story(id: string): EventStory | undefined;
  evidence(id: string): EventEvidence | undefined;
}

export function eventReader(db: DatabaseSync): EventReader {
  const row = db.prepare(`select ${ROW} from event where id = ?`);
  const steps = db.prepare('select number, seq, body, frames from step where event = ? order by step');
  const backwards = db.prepare('select body from step where event = ? order by step desc');
  const frame = db.prepare('select * from frame where seq = ?');

  function listed(of: EventRow): ListedEvent {
    let last: EventStep | undefined;
    for (const { body } of backwards.iterate(of.id)) {
      const step = JSON.parse(String(body)) as EventStep;
      last ??= step;
      if (step.judgement !== undefined || step.origin === 'terminal')
        return { row: of, last, judgement: step.judgement };
    }
    return { row: of, last: last!, judgement: undefined };
  }

  function story(id: string): (EventStory & { readonly frames: readonly number[] }) | undefined {
    const found = row.get(id);
    if (found === undefined) return undefined;
    const rows = steps.all(id);
    const frames = new Set(rows.flatMap(({ frames: kept }) => String(kept).split(' ').filter(Boolean).map(Number)));
    return {
      row: rowOf(found),
      steps: rows.map(storedStep),
      frames: [...frames].sort((a, b) => a - b),
    };
  }

  return {
    list(query) {
      const { where, values } = conditions(query);
      const sql = `select ${ROW} from event ${where} order by id desc limit ?`;
      const rows = db.prepare(sql).all(...values, query.limit);
      return rows.map((found) => listed(rowOf(found)));
    },
    story: (id) => {
      const found = story(id);
      return found && { row: found.row, steps: found.steps };
    },
    evidence(id) {
      const found = story(id);
      return found && { ...found, frames: found.frames.map((seq) => frameRow(frame.get(seq)!)) };
    },
  };
}

function conditions(query: EventQuery): { where: string; values: SQLInputValue[] } {
  const { terminal, code, status, severity, from, to, division, before } = query;
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, value?: SQLInputValue): void => {
    parts.push(sql);
    if (value !== undefined) values.push(value);
  };
  if (terminal !== undefined) add('terminal = ?', terminal);
  if (code !== undefined) add('code = ?', code);
  if (status === 'open') add("status in ('raised', 'confirmed')");
  else if (status !== undefined) add('status = ?', status);
  if (severity !== undefined) add('severity >= ?', severity);
  // Ids begin with the time of the fact: both bounds are a range of the key.
  if (from !== undefined) add('id >= ?', idFloor(from));
  if (to !== undefined) add('id < ?', idFloor(to + 1));
  if (division !== undefined && division !== '') add('division glob ?', `${division}*`);
  if (before !== undefined) add('id < ?', before);
  return { where: parts.length === 0 ? '' : `where ${parts.join(' and ')}`, values };
}

type Row = Record<string, unknown>;

function rowOf(row: Row): EventRow {
  const acknowledged = row['acknowledged'] as string | null;
  return { ...(row as unknown as EventRow), acknowledged: acknowledged === '' ? null : acknowledged };
}

function storedStep(row: Row): StoredStep {
  return {
    number: row['number'] as number,
    seq: row['seq'] as number,
    step: JSON.parse(row['body'] as string) as EventStep,
  };
}

/** A stored frame. */
export function frameRow(row: Row): KeptFrame {
  return {
    seq: row['seq'] as number,
    kind: row['kind'] as number,
    receivedAt: row['received'] as number,
    terminal: row['terminal'] as string,
    octets: row['octets'] as Uint8Array,
  };
}
