/** What is asked of the registry: pages in the order of ids, bounded to the divisions of who asks. */
import type { DatabaseSync } from 'node:sqlite';
import type { LifeState } from '../life-cycle.ts';

/** Part of a list: what begins with `prefix`, after `after`, at most `limit`. */
export interface RegistryPage {
  /** Leading digits of divisions that may be seen. */
  readonly prefix: string;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface VehicleRow {
  /** Of the archive fact. */
  readonly id: string;
  readonly vehicle: string;
  readonly plate: string;
  /** JT/T 415; -1: of no colour that is known. */
  readonly color: number;
  readonly vin: string | null;
  readonly division: string;
  readonly unit: string;
  readonly terminal: string;
}

export interface TerminalRow {
  readonly terminal: string;
  readonly state: LifeState;
  readonly since: number;
  readonly workOrder: string | null;
  readonly vehicle: string | null;
  readonly plate: string | null;
  readonly division: string | null;
  readonly terminalId: string | null;
  readonly imei: string | null;
  readonly iccid: string | null;
}

export interface UnitRow {
  readonly division: string;
  readonly unit: string;
  readonly vehicles: number;
}

/** A card, in the terminal that has it now. */
export interface SimRow {
  readonly iccid: string;
  readonly terminal: string;
  readonly plate: string;
  readonly division: string;
}

/** A terminal in a vehicle, with the SIM it had. */
export interface BindingRow {
  readonly n: number;
  readonly terminal: string;
  readonly vehicle: string;
  readonly plate: string;
  readonly iccid: string | null;
  readonly since: number;
  /** Null: it is there now. */
  readonly until: number | null;
  readonly who: string;
}

export interface ChangeRow {
  readonly n: number;
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
  /** JSON. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A fact that a journal has not been told. */
export interface PendingFact {
  readonly n: number;
  readonly kind: string;
  readonly id: string;
  /** Null: it was taken away. */
  readonly json: string | null;
}

export interface FactRow {
  readonly id: string;
  /** Of the change that it came with. */
  readonly n: number;
  readonly json: string;
}

export interface RegistryQueries {
  facts(kind: string, page: RegistryPage): readonly FactRow[];
  fact(kind: string, id: string, prefix: string): string | undefined;
  vehicles(page: RegistryPage): readonly VehicleRow[];
  terminals(page: RegistryPage): readonly TerminalRow[];
  terminal(terminal: string, prefix: string): TerminalRow | undefined;
  /** Cards in the order of their numbers. */
  sims(page: RegistryPage): readonly SimRow[];
  units(prefix: string): readonly UnitRow[];
  /** Of a terminal or a vehicle, newest first. */
  bindings(of: { readonly terminal?: string; readonly vehicle?: string }, limit: number): readonly BindingRow[];
  /** Changes of one subject (`archive:A1`), newest first. */
  history(subject: string, limit: number): readonly ChangeRow[];
  /** All changes after `n`, in order. */
  changes(after: number, limit: number): readonly ChangeRow[];
  /** Facts that the reader has not been told, in the order of their last change. */
  pending(reader: string, limit: number): readonly PendingFact[];
  /** Up to where a reader has been told. */
  reader(name: string): number;
  counts(): { readonly facts: number; readonly vehicles: number; readonly terminals: number };
}

const TERMINAL = `
  select t.id as terminal, t.state, t.since, t.work_order as workOrder, a.vehicle, a.plate, a.division,
    a.terminal_id as terminalId, a.imei, a.iccid
  from terminal t left join archive a on a.id =
    (select id from archive where terminal = t.id order by n desc limit 1)`;

export function registryQueries(db: DatabaseSync): RegistryQueries {
  // A bound without wildcards: an index serves it, and no input is a pattern.
  const facts = db.prepare(
    'select id, n, json from fact where kind = ? and id > ? and json is not null and substr(division, 1, length(?)) = ? order by id limit ?',
  );
  const fact = db.prepare('select json, division from fact where kind = ? and id = ?');
  const vehicles = db.prepare(
    'select id, vehicle, plate, color, vin, division, unit, terminal from archive where id > ? and substr(division, 1, length(?)) = ? order by id limit ?',
  );
  const terminals = db.prepare(
    `${TERMINAL} where t.id > ? and (? = '' or substr(coalesce(a.division, ''), 1, length(?)) = ?) order by t.id limit ?`,
  );
  const terminal = db.prepare(`${TERMINAL} where t.id = ?`);
  const sims = db.prepare(
    'select iccid, terminal, plate, division from archive where iccid > ? and substr(division, 1, length(?)) = ? order by iccid limit ?',
  );
  const units = db.prepare(
    'select division, unit, count(*) as vehicles from archive where substr(division, 1, length(?)) = ? group by division, unit order by division, unit',
  );
  const ofTerminal = db.prepare('select * from binding where terminal = ? order by n desc limit ?');
  const ofVehicle = db.prepare('select * from binding where vehicle = ? order by n desc limit ?');
  const history = db.prepare('select * from change where subject = ? order by n desc limit ?');
  const changes = db.prepare('select * from change where n > ? order by n limit ?');
  const pending = db.prepare('select n, kind, id, json from fact where n > ? order by n limit ?');
  const reader = db.prepare('select n from reader where name = ?');
  const counts = db.prepare(
    'select (select count(*) from fact where json is not null) as facts, (select count(*) from archive) as vehicles, (select count(*) from terminal) as terminals',
  );
  const readerAt = (name: string): number => Number(reader.get(name)?.['n'] ?? 0);

  return {
    facts: (kind, { prefix, after = '', limit }) =>
      facts.all(kind, after, prefix, prefix, limit) as unknown as readonly FactRow[],
    fact(kind, id, prefix) {
      const row = fact.get(kind, id);
      const json = row?.['json'];
      return typeof json === 'string' && String(row?.['division']).startsWith(prefix) ? json : undefined;
    },
    vehicles: ({ prefix, after = '', limit }) =>
      vehicles.all(after, prefix, prefix, limit) as unknown as readonly VehicleRow[],
    terminals: ({ prefix, after = '', limit }) =>
      terminals.all(after, prefix, prefix, prefix, limit) as unknown as readonly TerminalRow[],
    terminal(id, prefix) {
      const row = terminal.get(id) as unknown as TerminalRow | undefined;
      return row === undefined || !(row.division ?? '').startsWith(prefix) ? undefined : row;
    },
    sims: ({ prefix, after = '', limit }) => sims.all(after, prefix, prefix, limit) as unknown as readonly SimRow[],
    units: (prefix) => units.all(prefix, prefix) as unknown as readonly UnitRow[],
    bindings: ({ terminal, vehicle }, limit) =>
      (vehicle === undefined
        ? ofTerminal.all(terminal ?? '', limit)
        : ofVehicle.all(vehicle, limit)) as unknown as readonly BindingRow[],
    history: (subject, limit) => history.all(subject, limit) as unknown as readonly ChangeRow[],
    changes: (after, limit) => changes.all(after, limit) as unknown as readonly ChangeRow[],
    pending: (name, limit) => pending.all(readerAt(name), limit) as unknown as readonly PendingFact[],
    reader: readerAt,
    counts: () => counts.get() as unknown as ReturnType<RegistryQueries['counts']>,
  };
}
