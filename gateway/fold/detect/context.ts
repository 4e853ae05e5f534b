/**
 * What platforms said: archive, work orders, dispatch orders, calendar, places, registered habits, sightings, known dead zones.
 * A fold over `feed` records; the detector asks it what licenses, aggravates or explains something.
 *
 * Bound: facts are removed by their owners; work orders, orders and sightings also a month after they ended.
 */
import type { Facts } from '../../../bridge/index.ts';
import { decodeFact } from '../../intake/facts.ts';
import type { RecordView } from '../../journal/record-view.ts';
import type { Code } from './finding.ts';
import { metresBetween, secondsOf } from './terminal.ts';

type WorkOrder = Facts['workOrder'];
type Order = Facts['order'];
type Place = Facts['place'];
type Archive = Facts['archive'];

/** Facts beyond the contract, for hosts that know them: see README. */
export interface DeadZoneFact {
  readonly id: string;
  readonly kind: 'tunnel' | 'garage';
  readonly latitude: number;
  readonly longitude: number;
  /** Metres. */
  readonly radius: number;
  /** Distinct vehicles, and losses of so many passes. */
  readonly vehicles: number;
  readonly losses: number;
  readonly passes: number;
  /** Seconds. */
  readonly q50: number;
  readonly q99: number;
}

export interface SightingFact {
  readonly id: string;
  readonly terminal?: string;
  readonly plate?: string;
  readonly at: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly source: string;
}

export interface HabitFact {
  readonly id: string;
  readonly terminal?: string;
  readonly plate?: string;
  readonly kind: 'masterSwitch' | 'repeater' | 'ferry' | 'noCrank';
  readonly from?: string;
  readonly until?: string;
}

interface Kinds {
  readonly archive: Archive;
  readonly workOrder: WorkOrder;
  readonly order: Order;
  readonly calendar: Facts['calendar'];
  readonly place: Place;
  readonly deadZone: DeadZoneFact;
  readonly sighting: SightingFact;
  readonly habit: HabitFact;
}
type Kind = keyof Kinds;
const KINDS: readonly Kind[] = ['archive', 'workOrder', 'order', 'calendar', 'place', 'deadZone', 'sighting', 'habit'];

/** A fact that changed, and the terminals that it concerns; none where it concerns all. */
export type ContextChange = {
  readonly [K in Kind]: { readonly kind: K; readonly fact: Kinds[K]; readonly terminals: readonly string[] };
}[Kind];

const GRACE_S = 15 * 60;
const KEEP_S = 30 * 86_400;
const DAY_S = 86_400;
const CHINA_S = 8 * 3600;

/** What an order of each kind licenses, DESIGN of the rules: never a clone, a spoof, a full-band jam, or a move beyond its fence. */
const LICENSED: Readonly<Record<WorkOrder['kind'], readonly Code[]>> = {
  install: ['T101', 'T102', 'T104', 'T304', 'T305', 'T401', 'T402', 'T404', 'T405', 'T406', 'T201', 'T205'],
  maintenance: ['T101', 'T102', 'T104', 'T106', 'T304', 'T201', 'T205', 'T203', 'T302', 'T407', 'T406'],
  removal: ['T101', 'T102', 'T103', 'T104', 'T106', 'T304', 'T201', 'T203', 'T205', 'T302', 'T409', 'T305', 'R705'],
  replacement: [
    'T101',
    'T102',
    'T103',
    'T104',
    'T304',
    'T201',
    'T205',
    'T302',
    'T401',
    'T402',
    'T404',
    'T405',
    'T408',
    'T406',
  ],
  simChange: ['T302', 'T304', 'T401'],
  ota: ['T405', 'T406', 'T304', 'T102'],
  tow: ['T305', 'T106', 'R701', 'R702', 'T103'],
};

const plain = (terminal: string): string => terminal.replace(/^0+(?=.)/, '');
const seconds = (iso: string): number => secondsOf(Date.parse(iso));

export class Context {
  readonly #facts: { readonly [K in Kind]: Map<string, Kinds[K]> } = {
    archive: new Map(),
    workOrder: new Map(),
    order: new Map(),
    calendar: new Map(),
    place: new Map(),
    deadZone: new Map(),
    sighting: new Map(),
    habit: new Map(),
  };
  readonly #terminalOf = new Map<string, string>();
  readonly #archiveOf = new Map<string, Archive>();
  /** By what the fact names: `t` and the terminal, or `p` and the plate. */
  readonly #workOrdersOf = new Map<string, WorkOrder[]>();
  readonly #ordersOf = new Map<string, Order[]>();
  readonly #habitsOf = new Map<string, HabitFact[]>();
  /** `date/division prefix`, division '' for all. */
  readonly #sealed = new Set<string>();
  #pruned = 0;

  apply(view: RecordView): ContextChange | undefined {
    const record = decodeFact<{ feed: string; fact: { id?: unknown; deleted?: boolean } }>(
      view.b,
      view.payloadStart,
      view.payloadEnd,
    );
    const kind = KINDS.find((one) => one === record?.feed);
    if (kind === undefined || typeof record?.fact?.id !== 'string') return undefined;
    this.#prune(secondsOf(view.receivedAt));
    return this.put(kind, record.fact as Kinds[Kind] & { deleted?: boolean });
  }

  put(kind: Kind, fact: Kinds[Kind] & { readonly deleted?: boolean }): ContextChange | undefined {
    const all = this.#facts[kind] as Map<string, Kinds[Kind]>;
    const before = all.get(fact.id);
    all.delete(fact.id);
    if (before !== undefined) this.#withdraw(kind, before);
    if (fact.deleted !== true) {
      all.set(fact.id, fact);
      this.#enter(kind, fact);
    }
    const touched = fact.deleted === true ? before : fact;
    if (touched === undefined) return undefined;
    return { kind, fact: touched, terminals: this.#concerned(kind, touched) } as unknown as ContextChange;
  }

  #enter(kind: Kind, fact: Kinds[Kind]): void {
    if (kind === 'archive') {
      const { plate, terminal } = fact as Archive;
      this.#terminalOf.set(plate, plain(terminal));
      this.#archiveOf.set(plain(terminal), fact as Archive);
    } else if (kind === 'calendar') {
      const { date, kind: day, division } = fact as Kinds['calendar'];
      if (day === 'sealed') this.#sealed.add(`${date}/${division ?? ''}`);
    } else {
      const lists = this.#listsOf(kind);
      const key = keyOf(fact);
      const list = lists?.get(key);
      if (list === undefined) lists?.set(key, [fact]);
      else list.push(fact);
    }
  }

  #withdraw(kind: Kind, fact: Kinds[Kind]): void {
    if (kind === 'archive') {
      const { plate, terminal } = fact as Archive;
      if (this.#terminalOf.get(plate) === plain(terminal)) this.#terminalOf.delete(plate);
      if (this.#archiveOf.get(plain(terminal)) === fact) this.#archiveOf.delete(plain(terminal));
    } else if (kind === 'calendar') {
      const { date, division } = fact as Kinds['calendar'];
      this.#sealed.delete(`${date}/${division ?? ''}`);
    } else {
      const lists = this.#listsOf(kind);
      const rest = lists?.get(keyOf(fact))?.filter((one) => one !== fact) ?? [];
      if (rest.length === 0) lists?.delete(keyOf(fact));
      else lists?.set(keyOf(fact), rest);
    }
  }

  #listsOf(kind: Kind): Map<string, Kinds[Kind][]> | undefined {
    const lists: { readonly [K in Kind]?: unknown } = {
      workOrder: this.#workOrdersOf,
      order: this.#ordersOf,
      habit: this.#habitsOf,
    };
    return lists[kind] as Map<string, Kinds[Kind][]> | undefined;
  }

  /** Facts about a terminal, whether they name it or the plate of its vehicle. */
  #about<T>(lists: ReadonlyMap<string, readonly T[]>, terminal: string): readonly T[] {
    if (lists.size === 0) return NOTHING;
    const named = lists.get(`t${terminal}`);
    const plate = this.#archiveOf.get(terminal)?.plate;
    const plated = plate === undefined ? undefined : lists.get(`p${plate}`);
    if (named === undefined) return plated ?? [];
    return plated === undefined ? named : [...named, ...plated];
  }

  #concerned(kind: Kind, fact: Kinds[Kind]): readonly string[] {
    if (kind === 'calendar' || kind === 'place' || kind === 'deadZone') return [];
    const { terminal, plate } = fact as { terminal?: string; plate?: string };
    const found = terminal === undefined ? this.#terminalOf.get(plate ?? '') : plain(terminal);
    return found === undefined ? [] : [found];
  }

  #prune(now: number): void {
    if (now - this.#pruned < DAY_S) return;
    this.#pruned = now;
    const { workOrder, order, sighting } = this.#facts;
    // A removal has no end: what was taken out on application stays out.
    for (const fact of workOrder.values())
      if (fact.kind !== 'removal') this.#expire('workOrder', fact, fact.until, now);
    for (const fact of order.values()) this.#expire('order', fact, fact.until, now);
    for (const fact of sighting.values()) this.#expire('sighting', fact, fact.at, now);
  }

  #expire(kind: Kind, fact: Kinds[Kind], end: string, now: number): void {
    if (seconds(end) >= now - KEEP_S) return;
    this.#facts[kind].delete(fact.id);
    this.#withdraw(kind, fact);
  }

  // --- asked ---------------------------------------------------------------------------------------

  archive(terminal: string): Archive | undefined {
    return this.#archiveOf.get(terminal);
  }

  terminalOf(plate: string): string | undefined {
    return this.#terminalOf.get(plate);
  }

  /** The work order that licenses a finding of this code that began at `since`, at this place. */
  licence(of: {
    readonly terminal: string;
    readonly code: Code;
    readonly since: number;
    readonly latitude: number;
    readonly longitude: number;
    /** What is there now, where something was exchanged: the order must name it, if it names anything. */
    readonly newId?: string;
  }): WorkOrder | undefined {
    return this.#about(this.#workOrdersOf, of.terminal).find((order) => {
      if (!LICENSED[order.kind].includes(of.code)) return false;
      if (of.since < seconds(order.from) - GRACE_S || of.since > seconds(order.until) + GRACE_S) return false;
      const { place, newIds } = order;
      if (of.newId !== undefined && newIds !== undefined) {
        const named = Object.values(newIds);
        if (named.length > 0 && !named.includes(of.newId)) return false;
      }
      if (place === undefined || of.latitude === 0) return true;
      const away = metresBetween(
        Math.round(place.latitude * 1e6),
        Math.round(place.longitude * 1e6),
        of.latitude,
        of.longitude,
      );
      return away <= place.radius + FENCE_M;
    });
  }

  /** Work orders of a terminal that have ended by `now` without having been withdrawn. */
  workOrders(terminal: string): readonly WorkOrder[] {
    return this.#about(this.#workOrdersOf, terminal);
  }

  hasHabit(terminal: string, kind: HabitFact['kind']): boolean {
    return this.#about(this.#habitsOf, terminal).some((habit) => habit.kind === kind);
  }

  /** Whether use of this vehicle is sealed on the day, in China, of `now`. */
  sealed(terminal: string, now: number): boolean {
    if (this.#sealed.size === 0) return false;
    const date = new Date((now + CHINA_S) * 1000 + EPOCH_MS).toISOString().slice(0, 10);
    if (this.#sealed.has(`${date}/`)) return true;
    const division = this.#archiveOf.get(terminal)?.division ?? '';
    return [2, 4, 6].some((n) => this.#sealed.has(`${date}/${division.slice(0, n)}`));
  }

  /** Whether a dispatch order covers the moment; undefined where the vehicle is not driven by orders. */
  dispatched(terminal: string, now: number): boolean | undefined {
    const orders = this.#about(this.#ordersOf, terminal);
    if (orders.length === 0) return undefined;
    return orders.some(({ from, until }) => now >= seconds(from) - GRACE_S && now <= seconds(until) + GRACE_S);
  }

  /** Whether a place of this kind is here. */
  at(kind: Place['kind'], latitude: number, longitude: number): boolean {
    for (const place of this.#facts.place.values()) {
      if (place.kind !== kind || place.latitude === undefined || place.longitude === undefined) continue;
      const away = metresBetween(
        Math.round(place.latitude * 1e6),
        Math.round(place.longitude * 1e6),
        latitude,
        longitude,
      );
      if (away <= (place.radius ?? 0) + FENCE_M) return true;
    }
    return false;
  }

  has(kind: Place['kind']): boolean {
    for (const place of this.#facts.place.values()) if (place.kind === kind) return true;
    return false;
  }

  // --- snapshots -----------------------------------------------------------------------------------

  snapshot(): string {
    return JSON.stringify(Object.fromEntries(KINDS.map((kind) => [kind, [...this.#facts[kind].values()]])));
  }

  /** Gives back what it held; the caller hears of each fact, as others keep some of them too. */
  restore(value: string, each: (change: ContextChange) => void): void {
    const kept = JSON.parse(value) as { readonly [K in Kind]?: readonly Kinds[K][] };
    for (const kind of KINDS) {
      for (const fact of kept[kind] ?? []) {
        const change = this.put(kind, fact);
        if (change !== undefined) each(change);
      }
    }
  }
}

function keyOf(fact: Kinds[Kind]): string {
  const { terminal, plate } = fact as { terminal?: string; plate?: string };
  return terminal === undefined ? `p${plate ?? ''}` : `t${plain(terminal)}`;
}

const NOTHING: readonly never[] = [];
/** What a fix may be off. */
const FENCE_M = 60;
const EPOCH_MS = 1_577_836_800_000;
