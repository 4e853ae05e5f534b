/**
 * `--influx`: asks a store for the positions of a fleet's reports, measurement `position` with tag `terminal`.
 *
 * With `?db=NAME` in InfluxQL, as InfluxDB 1, 2 and 3 take it; without, as VictoriaMetrics exports.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Awaited, Watch } from './awaited.ts';

const AGAIN_MS = 500;
const ASK_MS = 30_000;

/** Nothing is asked before the end: what a store has then is what counts. */
export function influxWatch(url: string, awaited: Awaited): Watch {
  const store = new URL(url);
  const at = `${store.protocol}//${store.host}`;
  return {
    stored: (index, second) => awaited.stored(index, second),
    async settle(ms) {
      const until = performance.now() + ms;
      let fault: unknown;
      for (let span = awaited.span; span !== undefined; span = awaited.span) {
        try {
          await ask(store, span, awaited);
        } catch (error) {
          fault = error;
        }
        if (awaited.missing === 0 || performance.now() >= until) break;
        await pause(AGAIN_MS);
      }
      if (awaited.missing > 0 && fault instanceof Error) process.stderr.write(`${at}: ${fault.message}\n`);
      return { at, arrived: awaited.arrived, missing: awaited.missing };
    },
  };
}

async function ask(store: URL, { from, to }: { from: number; to: number }, awaited: Awaited): Promise<void> {
  const db = store.searchParams.get('db');
  const headers: Record<string, string> = {};
  const token = store.searchParams.get('token');
  if (token !== null) headers['authorization'] = `Token ${token}`;
  else if (store.username !== '') headers['authorization'] = `Basic ${btoa(`${store.username}:${store.password}`)}`;
  const query = new URL(db === null ? 'api/v1/export' : 'query', `${store.protocol}//${store.host}/`);
  if (db === null) {
    query.searchParams.set('match[]', 'position_lat');
    query.searchParams.set('start', String(from));
    query.searchParams.set('end', String(to + 1));
  } else {
    query.searchParams.set('db', db);
    query.searchParams.set('epoch', 'ms');
    const within = `time >= ${from}s AND time < ${to + 1}s`;
    query.searchParams.set('q', `SELECT lat FROM "position" WHERE ${within} GROUP BY terminal`);
  }
  const answer = await fetch(query, { headers, signal: AbortSignal.timeout(ASK_MS) });
  if (!answer.ok) throw new Error(`answered with ${answer.status}`);
  const text = await answer.text();
  for (const [terminal, time] of db === null ? exported(text) : selected(text)) {
    awaited.seen(terminal, Math.floor(time / 1000));
  }
}

function* exported(text: string): Generator<[string, number]> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { metric, timestamps } = JSON.parse(line) as { metric: { terminal?: string }; timestamps: number[] };
    for (const time of timestamps) yield [metric.terminal ?? '', time];
  }
}

function* selected(text: string): Generator<[string, number]> {
  const { results } = JSON.parse(text) as {
    results: { error?: string; series?: { tags: { terminal: string }; values: [number, unknown][] }[] }[];
  };
  for (const { error, series = [] } of results) {
    if (error !== undefined) throw new Error(error);
    for (const { tags, values } of series) for (const [time] of values) yield [tags.terminal, time];
  }
}
