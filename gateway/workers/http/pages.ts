/** Pages of lists that every worker has a part of. Lists by terminal and of events stay one; of others each page has something of every worker. */

/** What a list route answers. */
export interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next: string | number | null;
}

/** Lists in the order of the terminals: a page's cursor is the terminal that it ends with. */
export function joinByTerminal(pages: readonly Page[], limit: number): Page {
  const byTerminal = new Map<string, Readonly<Record<string, unknown>>>();
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

/** Lists by time, newest first. The cursor holds those of all workers, empty where one has no more. */
export function joinByTime(pages: readonly (Page | undefined)[]): Page {
  const items = pages.flatMap((page) => page?.items ?? []).sort((a, b) => (newest(a) < newest(b) ? 1 : -1));
  const nexts = pages.map((page) => page?.next ?? null);
  if (nexts.every((next) => next === null)) return { items, next: null };
  return { items, next: nexts.map((next) => (next === null ? '' : String(next))).join(BETWEEN) };
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
  const owned = (item: Page['items'][number], worker: number): boolean => ownerOf(String(item['terminal'])) === worker;
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
  return Array.from({ length: workers }, (_, worker) => (each[worker] ?? '') || null);
}

const BETWEEN = '~';
const TIMES = ['raisedAt', 'acceptedAt', 'receivedAt', 'at', 'time', 'since'];

/** When something was last said of an item, as ISO 8601. */
function newest(item: Readonly<Record<string, unknown>>): string {
  const health = item['health'] as { readonly lastHeardAt?: unknown } | undefined;
  const times = [health?.lastHeardAt, ...TIMES.map((name) => item[name])];
  return times.find((time) => typeof time === 'string') ?? '';
}
