/** Pages of lists that every worker has a part of, as one list. */
import { joinViews } from '../group-orders.ts';

type Item = Readonly<Record<string, unknown>>;

/** What a list route answers. */
export interface Page {
  readonly items: readonly Item[];
  readonly next: string | number | null;
}

/** Lists in the order of the terminals: a page's cursor is the terminal that it ends with. */
export function joinByTerminal(pages: readonly Page[], limit: number): Page {
  const byTerminal = new Map<string, Item>();
  for (const item of pages.flatMap(({ items }) => items)) {
    const key = String(item['terminal']);
    const before = byTerminal.get(key);
    // A terminal that changed hands is known to both: who has heard of it last knows it best.
    if (before === undefined || newest(item) > newest(before)) byTerminal.set(key, item);
  }
  const keys = [...byTerminal.keys()].sort();
  const items = keys.slice(0, limit).map((key) => byTerminal.get(key)!);
  const more = keys.length > limit || pages.some(({ next }) => next !== null);
  return { items, next: more ? (keys[Math.min(limit, keys.length) - 1] ?? null) : null };
}

/**
 * Lists by time, newest first: of every worker what comes next, while it is known. Parts of a command to many that follow one another are one
 * item. The cursor holds where each goes on: behind the last of its items that is shown, at the beginning (`*`) where none is, empty where
 * it has no more. `cursors` as `cursorsOf` gives them; a page for each worker that has more.
 */
export function joinByTime(
  pages: readonly (Page | undefined)[],
  cursors: readonly (string | null | undefined)[],
  limit: number,
): Page {
  /** By id, where items have one: a command to many has a part at each worker. */
  const items = new Map<unknown, Item>();
  const taken = pages.map(() => 0);
  for (let head = newestHead(pages, taken); head !== undefined; head = newestHead(pages, taken)) {
    const { worker, item } = head;
    const key = item['id'] ?? item;
    const before = items.get(key);
    if (before === undefined && items.size >= limit) break;
    items.set(key, before === undefined ? item : joinViews([before, item]));
    taken[worker]!++;
  }
  const next = pages.map((page, worker) => {
    const count = taken[worker]!;
    if (page === undefined || (count === page.items.length && page.next === null)) return '';
    return count === 0 ? (cursors[worker] ?? BEGINNING) : String(placeOf(page.items[count - 1]!));
  });
  return { items: [...items.values()], next: next.every((cursor) => cursor === '') ? null : next.join(BETWEEN) };
}

/** The newest of what comes next in each page; undefined where nothing does, or where that of a worker is not known. */
function newestHead(
  pages: readonly (Page | undefined)[],
  taken: readonly number[],
): { readonly worker: number; readonly item: Item } | undefined {
  let head: { readonly worker: number; readonly item: Item } | undefined;
  for (const [worker, page] of pages.entries()) {
    const item = page?.items[taken[worker]!];
    if (item !== undefined && (head === undefined || newest(item) > newest(head.item))) head = { worker, item };
    // It has more than it was asked for, which may be newer than all others.
    if (item === undefined && page !== undefined && page.next !== null) return undefined;
  }
  return head;
}

const OPEN: ReadonlySet<unknown> = new Set(['raised', 'confirmed']);

/**
 * Pages of events, one a worker, without what others know better: where a terminal changed hands, its event stands in the stores of both, and
 * what is open of it is its owner's to say.
 */
export function ownEvents(
  pages: readonly (Page | undefined)[],
  ownerOf: (terminal: string) => number,
): readonly (Page | undefined)[] {
  const owned = (item: Item, worker: number): boolean => ownerOf(String(item['terminal'])) === worker;
  const known = new Set(
    pages.flatMap((page, worker) => (page?.items ?? []).filter((item) => owned(item, worker)).map(({ id }) => id)),
  );
  return pages.map(
    (page, worker) =>
      page && {
        ...page,
        items: page.items.filter((item) => owned(item, worker) || !(OPEN.has(item['state']) || known.has(item['id']))),
      },
  );
}

/**
 * Pages of events, one a worker, as one, newest first: their ids are in order of time, so a page's cursor is the event that it ends with,
 * for all workers. Older than where the page of one ends that has more nothing is told yet: something of its may stand before it.
 */
export function joinEvents(pages: readonly Page[], ownerOf: (terminal: string) => number, limit: number): Page {
  const floor = pages.reduce((last, { next }) => (next !== null && String(next) > last ? String(next) : last), '');
  const ready = pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => String(id) >= floor) }));
  const items = ownEvents(ready, ownerOf)
    .flatMap((page) => page?.items ?? [])
    .sort((a, b) => (String(a['id']) < String(b['id']) ? 1 : -1));
  const shown = items.slice(0, limit);
  if (items.length > limit) return { items: shown, next: String(shown.at(-1)?.['id']) };
  return { items: shown, next: floor === '' ? null : floor };
}

/** The cursor of each worker: undefined at the beginning, null where that worker has no more. */
export function cursorsOf(cursor: string | null, workers: number): readonly (string | null | undefined)[] {
  if (cursor === null) return Array<undefined>(workers).fill(undefined);
  const each = cursor.split(BETWEEN);
  return Array.from({ length: workers }, (_, worker) => {
    const one = each[worker] ?? '';
    return one === BEGINNING ? undefined : one || null;
  });
}

const BETWEEN = '~';
const BEGINNING = '*';
const TIMES = ['raisedAt', 'acceptedAt', 'receivedAt', 'at', 'time', 'since'];

/** Where a list goes on behind an item, to the worker that has it: rows of the trail are numbered, commands known by their record. */
function placeOf(item: Item): unknown {
  return item['n'] ?? item['seq'];
}

/** When something was last said of an item, as ISO 8601. */
function newest(item: Item): string {
  const health = item['health'] as { readonly lastHeardAt?: unknown } | undefined;
  const times = [health?.lastHeardAt, ...TIMES.map((name) => item[name])];
  return times.find((time) => typeof time === 'string') ?? '';
}
