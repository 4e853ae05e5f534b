/** `--mqtt`: listens to a broker for the positions of a fleet's reports, `{"terminal","time"}` and whatever else. */
import { connectAsync } from 'mqtt';
import { setTimeout as pause } from 'node:timers/promises';
import type { Awaited, Watch } from './awaited.ts';

/** What is subscribed to unless the URL has a path. */
const TOPICS = 'xingji/v1/#';
const CONNECT_MS = 10_000;

/** Subscribes; rejects where the broker does not let it. `url`: `mqtt://user:password@host:port/topic/filter`. */
export async function mqttWatch(url: string, awaited: Awaited): Promise<Watch> {
  const { protocol, host, pathname, username, password } = new URL(url);
  const at = `${protocol}//${host}`;
  const client = await connectAsync(at, {
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    connectTimeout: CONNECT_MS,
    clean: true,
  });
  await client.subscribeAsync(decodeURIComponent(pathname.substring(1)) || TOPICS, { qos: 1 });
  client.on('message', (_topic, payload) => {
    const position = positionIn(payload);
    if (position !== undefined) awaited.seen(position.terminal, Math.floor(Date.parse(position.time) / 1000));
  });
  return {
    stored: (index, second) => awaited.stored(index, second),
    async settle(ms) {
      await Promise.race([awaited.all(), pause(ms)]);
      await client.endAsync(true);
      return { at, arrived: awaited.arrived, missing: awaited.missing };
    },
  };
}

/** What has a terminal, a time and a place is a position; whatever else is published there is left alone. */
function positionIn(payload: Buffer): { terminal: string; time: string } | undefined {
  try {
    const said = JSON.parse(payload.toString('utf8')) as Record<string, unknown> | null;
    const { terminal, time, latitude } = said ?? {};
    if (typeof terminal !== 'string' || typeof time !== 'string' || latitude === undefined) return undefined;
    return { terminal, time };
  } catch {
    return undefined;
  }
}
