/**
 * Changes to the registry: each call is one transaction, taken whole or refused whole with every reason. Facts were checked for
 * their form before; here it is checked whether they fit what is known, and whether who states them may.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Facts, FeedKind, Removal } from '../../../bridge/index.ts';
import { type LifeCycleFact, type LifeState, lifeStepFault, type MeasuredBaseline } from '../life-cycle.ts';
import { RegistryError } from '../errors.ts';
import { type ArchiveFormat, decodeText, type LineFault, readArchives } from '../exchange/read-archives.ts';
import { holdingsOf } from './holdings.ts';
import { terminalKey } from '../terminal-key.ts';
import { openRegistryDatabase, transaction } from './registry-schema.ts';
import { type RegistryQueries, registryQueries } from './registry-queries.ts';

/** What a platform states. */
export interface Statement {
  readonly kind: FeedKind;
  readonly fact: Facts[FeedKind] | Removal;
  /** The JSON that it takes the place of, null for none: where another fact stands there by now it is refused. Any does unless given. */
  readonly basis?: string | null | undefined;
}

/** Why a statement is refused that takes the place of another fact than it says. */
export const BASIS_FAULT = 'id: the fact is not the one that was read any more';

/** Who states it, when, and for which divisions he may: leading digits, empty for all. */
export interface Author {
  readonly who: string;
  readonly prefix: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A statement that was not taken, by its place among those given. */
export interface RefusedStatement {
  readonly index: number;
  readonly fault: string;
}

export type Applied = { readonly changed: number } | { readonly refused: readonly RefusedStatement[] };

export interface LifeStepOrder {
  readonly terminal: string;
  readonly to: LifeState;
  /** Id of the work order it is done on. */
  readonly workOrder?: string | undefined;
  /** What was measured, and the record of it. */
  readonly baseline?: MeasuredBaseline | undefined;
  readonly record?: string | undefined;
}

export interface ImportOptions {
  readonly format: ArchiveFormat;
  readonly dryRun: boolean;
}

/** Lines that were read and facts that changed, or what is wrong, by line: the first so many, and in how many lines. */
export type Imported =
  | { readonly read: number; readonly changed: number }
  | { readonly faults: readonly LineFault[]; readonly faulty: number };

export interface RegistryFile extends RegistryQueries {
  /** All of them or none. `progress` hears now and then how many were looked at. */
  apply(statements: readonly Statement[], author: Author, progress?: (done: number) => void): Applied;
  /** Vehicles of a file, all of them or none; `dryRun`: only what is wrong with it. */
  importArchives(octets: Uint8Array, how: ImportOptions, author: Author): Imported;
  /** Throws RegistryError `REGISTRY_REFUSED`. */
  advance(step: LifeStepOrder, author: Author): void;
  /** The reader has been told of everything up to change `n`. */
  told(reader: string, n: number): void;
  close(): void;
}

/** Reasons collected before the rest is not looked at any more. */
const MAX_REFUSED = 1000;
const PROGRESS_EVERY = 1000;
/** A fact that is of no single division: only who has all of them states and reads it. */
const EVERYWHERE = '';

export function openRegistryFile(path: string): RegistryFile {
  return registryFile(openRegistryDatabase(path));
}

/** The same over a database that somebody else opened; `close` closes it. */
export function registryFile(db: DatabaseSync): RegistryFile {
  const queries = registryQueries(db);
  const holdings = holdingsOf(db);
  const known = db.prepare('select json, division from fact where kind = ? and id = ?');
  const change = db.prepare('insert into change (at, who, what, subject, before, after) values (?,?,?,?,?,?)');
  const put = db.prepare('insert or replace into fact values (?,?,?,?,?)');
  const told = db.prepare('insert or replace into reader values (?,?)');
  const byPlate = db.prepare('select division from archive where plate = ? order by n desc limit 1');
  const byTerminal = db.prepare('select division, plate from archive where terminal = ? order by n desc limit 1');
  const unitIn = db.prepare('select 1 from archive where unit = ? and division >= ? and division < ? limit 1');
  const lifeOf = db.prepare('select state from terminal where id = ?');
  const setLife = db.prepare('insert or replace into terminal values (?,?,?,?)');

  /** Where a fact belongs, by what is known of the vehicle that it is about. */
  function divisionOf({ kind, fact }: Statement): string {
    if (fact.deleted === true) return EVERYWHERE;
    if (kind === 'archive') return (fact as Facts['archive']).division;
    if (kind === 'calendar') return (fact as Facts['calendar']).division ?? EVERYWHERE;
    const { terminal, plate } = fact as { readonly terminal?: string; readonly plate?: string };
    const row = terminal === undefined ? undefined : byTerminal.get(terminalKey(terminal));
    const found = row ?? (plate === undefined ? undefined : byPlate.get(plate));
    return (found?.['division'] as string | undefined) ?? EVERYWHERE;
  }

  function scopeFault(
    statement: Statement,
    division: string,
    before: string | undefined,
    prefix: string,
  ): string | undefined {
    if (prefix === '') return undefined;
    const { kind, fact } = statement;
    if (before !== undefined && !before.startsWith(prefix))
      return `id: ${fact.id} is of another division than ${prefix}`;
    if (fact.deleted === true || division.startsWith(prefix)) return undefined;
    const units = kind === 'place' ? ((fact as Facts['place']).units ?? []) : [];
    const end = `${prefix}~`;
    if (units.length > 0 && units.every((unit) => unitIn.get(unit, prefix, end) !== undefined)) return undefined;
    return `division: is ${division === EVERYWHERE ? 'not known' : division}, expected one within ${prefix}`;
  }

  function ruleFault({ kind, fact }: Statement): string | undefined {
    if (kind !== 'archive' || fact.deleted === true) return undefined;
    const terminal = terminalKey((fact as Facts['archive']).terminal);
    return lifeOf.get(terminal)?.['state'] === 'recycled' ? `terminal: ${terminal} is recycled` : undefined;
  }

  /** What is wrong with it, or whether it changed anything. */
  function take(statement: Statement, { who, prefix, at }: Author): string | boolean {
    const { kind, fact } = statement;
    const row = known.get(kind, fact.id);
    const before = (row?.['json'] as string | null | undefined) ?? null;
    if (statement.basis !== undefined && statement.basis !== before) return BASIS_FAULT;
    const division = divisionOf(statement);
    const fault =
      scopeFault(statement, division, before === null ? undefined : (row?.['division'] as string), prefix) ??
      ruleFault(statement);
    if (fault !== undefined) return fault;
    const after = fact.deleted === true ? null : JSON.stringify(fact);
    if (before === after) return false;
    const n = Number(
      change.run(at, who, `${kind}.${wordFor(before, after)}`, `${kind}:${fact.id}`, before, after).lastInsertRowid,
    );
    put.run(
      kind,
      fact.id,
      n,
      after,
      after === null ? (row?.['division'] as string) : division || ofUnits(statement, prefix),
    );
    if (kind === 'archive') holdings.replace({ n, at, who, before: parsed(before), after: parsed(after) });
    return true;
  }

  /** A place of units within a bounded account's divisions is read by that account again. */
  function ofUnits({ kind }: Statement, prefix: string): string {
    return kind === 'place' ? prefix : EVERYWHERE;
  }

  const file: RegistryFile = {
    ...queries,
    apply(statements, author, progress) {
      const refused: RefusedStatement[] = [];
      let changed = 0;
      try {
        transaction(db, () => {
          for (const [index, statement] of statements.entries()) {
            const taken = take(statement, author);
            if (typeof taken === 'string') refused.push({ index, fault: taken });
            else if (taken) changed++;
            if (refused.length >= MAX_REFUSED) break;
            if (index % PROGRESS_EVERY === 0) progress?.(index);
          }
          if (refused.length > 0) throw new RegistryError('REGISTRY_REFUSED', []);
        });
      } catch (error) {
        if (refused.length === 0 || !(error instanceof RegistryError) || error.code !== 'REGISTRY_REFUSED') throw error;
        return { refused };
      }
      return { changed };
    },
    importArchives(octets, { format, dryRun }, author) {
      const { facts, lines, faults, faulty } = readArchives(decodeText(octets), format);
      if (faulty > 0) return { faults, faulty };
      if (dryRun) return { read: facts.length, changed: 0 };
      const applied = file.apply(
        facts.map((fact) => ({ kind: 'archive', fact })),
        author,
      );
      if ('changed' in applied) return { read: facts.length, ...applied };
      const refused = applied.refused.map(({ index, fault }) => ({ line: lines[index]!, fault }));
      return { faults: refused, faulty: refused.length };
    },
    advance({ terminal: said, to, workOrder, baseline, record }, { who, prefix, at }) {
      const terminal = terminalKey(said);
      transaction(db, () => {
        const from = lifeOf.get(terminal)?.['state'] as LifeState | undefined;
        const row = workOrder === undefined ? undefined : known.get('workOrder', workOrder);
        const order = parsed<Facts['workOrder']>((row?.['json'] as string | null | undefined) ?? null);
        const holder = byTerminal.get(terminal);
        const division = (holder?.['division'] as string | undefined) ?? EVERYWHERE;
        const plate = holder?.['plate'] as string | undefined;
        const unknownOrder = workOrder !== undefined && order === undefined;
        const fault = !division.startsWith(prefix)
          ? `terminal: ${terminal} is of another division than ${prefix}`
          : unknownOrder
            ? `workOrder: ${workOrder} is not known`
            : lifeStepFault({ terminal, from, to, order, plate, at });
        if (fault !== undefined) throw new RegistryError('REGISTRY_REFUSED', [fault]);
        setLife.run(terminal, to, at, workOrder ?? null);
        const before = from === undefined ? null : JSON.stringify({ state: from });
        const fact: LifeCycleFact = {
          id: terminal,
          terminal,
          state: to,
          at: new Date(at).toISOString(),
          ...(workOrder === undefined ? {} : { workOrder }),
          ...(baseline === undefined ? {} : { baseline }),
          ...(record === undefined ? {} : { record }),
        };
        const after = JSON.stringify(fact);
        const { lastInsertRowid } = change.run(at, who, 'lifeCycle.advanced', `terminal:${terminal}`, before, after);
        put.run('lifeCycle', terminal, Number(lastInsertRowid), after, division);
      });
    },
    told: (reader, n) => void told.run(reader, n),
    close: () => db.close(),
  };
  return file;
}

function parsed<T = Facts['archive']>(json: string | null): T | undefined {
  return json === null ? undefined : (JSON.parse(json) as T);
}

function wordFor(before: string | null, after: string | null): string {
  if (after === null) return 'removed';
  return before === null ? 'added' : 'changed';
}
