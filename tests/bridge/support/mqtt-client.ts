/** A platform's MQTT client, and what a test asks of it. */
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export interface Platform {
  readonly client: MqttClient;
  readonly heard: Heard[];
  /** Return code of each filter: the granted QoS, or 128. */
  subscribe(...filters: string[]): Promise<number[]>;
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
  /** Resolves when so many messages have been heard. */
  count(n: number): Promise<readonly Heard[]>;
  /** Resolves when the connection ends. */
  closed(): Promise<void>;
  end(): Promise<void>;
}

/** Connects, and never again by itself. Rejects when refused. */
export async function platform(port: number, options: IClientOptions = {}): Promise<Platform> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options }, false);
  const heard: Heard[] = [];
  const waiting = new Set<() => void>();
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { retain }) => {
    heard.push({ topic, payload: payload.toString(), retain });
    for (const check of waiting) check();
  });
  return {
    client,
    heard,
    async subscribe(...filters) {
      return new Promise((resolve) => {
        const wish = Object.fromEntries(filters.map((filter) => [filter, { qos: 1 as const }]));
        client.subscribe(wish, (_error, _granted, packet) => resolve((packet?.granted ?? []) as number[]));
      });
    },
    async publish(topic, payload, retain = false) {
      await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    count: (n) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (heard.length < n) return;
          waiting.delete(check);
          resolve(heard);
        };
        waiting.add(check);
        check();
      }),
    closed: () => new Promise((resolve) => client.once('close', () => resolve())),
    end: () => client.endAsync(true),
  };
}
