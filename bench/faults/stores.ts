/** Reports that a time series store holds, asked for as its users would. */
import { keyOf } from './deliveries.ts';

export type StoreName = 'victoria-metrics' | 'influxd';

/** Options of `xingji serve` that write to the store on this port. */
export function storeOptions(store: StoreName, port: number): string[] {
  const url = ['--influx-url', `http://127.0.0.1:${port}`];
  return store === 'influxd' ? [...url, '--influx-api', 'v1', '--influx-bucket', 'fleet'] : url;
}

/** What has to be there before the first write. */
export async function prepareStore(store: StoreName, port: number): Promise<void> {
  if (store !== 'influxd') return;
  const body = new URLSearchParams({ q: 'create database fleet' });
  await fetch(`http://127.0.0.1:${port}/query`, { method: 'POST', body });
}

/** Every position, by `keyOf`. */
export async function storedPositions(store: StoreName, port: number): Promise<Set<string>> {
  const found = new Set<string>();
  const add = (terminal: string, time: number): unknown => found.add(keyOf(terminal, new Date(time).toISOString()));
  const url = `http://127.0.0.1:${port}`;
  if (store === 'victoria-metrics') {
    await fetch(`${url}/internal/force_flush`);
    const text = await (await fetch(`${url}/api/v1/export?start=0&match[]=position_lat`)).text();
    for (const line of text.split('\n').filter((each) => each !== '')) {
      const { metric, timestamps } = JSON.parse(line) as { metric: { terminal: string }; timestamps: number[] };
      for (const time of timestamps) add(metric.terminal, time);
    }
    return found;
  }
  const query = new URLSearchParams({ db: 'fleet', q: 'select lat from position group by terminal', epoch: 'ms' });
  const { results } = (await (await fetch(`${url}/query?${query.toString()}`)).json()) as {
    results: { series?: { tags: { terminal: string }; values: [number, number][] }[] }[];
  };
  for (const { tags, values } of results[0]?.series ?? []) for (const [time] of values) add(tags.terminal, time);
  return found;
}
