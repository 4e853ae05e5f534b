/** The exported `acl_file` in a real mosquitto: each account hears and says what it may on the embedded broker, and nothing else. */
import { connectAsync, type MqttClient } from 'mqtt';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, createAcl, formatAcl } from '../../bridge/index.ts';
import { brokerUsers } from '../../gateway/access/broker-access.ts';
import { missing, mosquitto, type RunningServer } from './support/servers.ts';

const ACCOUNTS: readonly Account[] = [
  { name: 'kunming', role: 'unit', prefix: '5301' },
  { name: 'yunnan', role: 'platform', prefix: '53' },
  { name: 'money', role: 'finance', prefix: '' },
  { name: 'root', role: 'operator', prefix: '' },
];
const TOPICS = [
  ...['53/01/02', '53/02/01', '45/01/01'].flatMap((division) =>
    ['position', 'message', 'event', 'state', 'command', 'reply'].map((leaf) => `${division}/13912345678/${leaf}`),
  ),
  'command',
  '53/command',
  '53/01/command',
  '45/command',
  'reply',
  '53/01/reply',
  '45/01/reply',
  'gateway/edge-1/status',
  'feed/place',
  'feed/place/rejected',
].map((topic) => `xingji/v1/${topic}`);
const END = 'xingji/v1/53/01/02/13912345678/event';

let server: RunningServer;

const login = (name: string): Promise<MqttClient> =>
  connectAsync(`mqtt://127.0.0.1:${server.port}`, {
    username: name,
    password: `${name}-password`,
    reconnectPeriod: 0,
  });

describe.skipIf(missing('mosquitto'))('mosquitto with the exported acl_file', () => {
  beforeAll(async () => {
    const acl = formatAcl('mosquitto', brokerUsers(ACCOUNTS, { prefix: 'xingji/v1', own: 'gateway' }));
    const names = [...ACCOUNTS.map(({ name }) => name), 'gateway'];
    server = await mosquitto({ passwords: Object.fromEntries(names.map((name) => [name, `${name}-password`])), acl });
  });
  afterAll(() => server.remove());

  it.each(ACCOUNTS)('lets $name hear what the embedded broker would', async (account) => {
    const [listener, gateway] = [await login(account.name), await login('gateway')];
    const heard = new Set<string>();
    listener.on('message', (topic) => heard.add(topic));
    await listener.subscribeAsync(['xingji/v1/#', '$SYS/#', '$share/g/xingji/v1/#'], { qos: 1 }).catch(() => undefined);
    for (const topic of TOPICS) await gateway.publishAsync(topic, '1', { qos: 1 });
    await gateway.publishAsync(END, '1', { qos: 1 });
    while (!heard.has(END)) await delay(5);
    const acl = createAcl('xingji/v1');
    expect([...heard].toSorted()).toEqual(TOPICS.filter((topic) => acl.mayReceive(account, topic)).toSorted());
    await Promise.all([listener.endAsync(), gateway.endAsync()]);
  });

  it.each(ACCOUNTS)('lets the gateway hear what $name may say, and nothing else', async (account) => {
    const [gateway, closing] = [await login('gateway'), await login('root')];
    const heard = new Set<string>();
    gateway.on('message', (topic) => heard.add(topic));
    await gateway.subscribeAsync('xingji/v1/#', { qos: 1 });
    for (const topic of TOPICS) {
      // For what it may not say mosquitto ends its connection.
      const speaker = await login(account.name);
      await speaker.publishAsync(topic, '1', { qos: 0 });
      await speaker.endAsync();
    }
    const last = 'xingji/v1/feed/closing';
    await closing.publishAsync(last, '1', { qos: 1 });
    while (!heard.delete(last)) await delay(5);
    const acl = createAcl('xingji/v1');
    expect([...heard].toSorted()).toEqual(TOPICS.filter((topic) => acl.mayPublish(account, topic)).toSorted());
    await Promise.all([gateway.endAsync(), closing.endAsync()]);
  });

  it('lets in nobody who is not named', async () => {
    await expect(
      connectAsync(`mqtt://127.0.0.1:${server.port}`, { username: 'stranger', password: 'x', reconnectPeriod: 0 }),
    ).rejects.toThrow(/Not authorized/i);
  });
});
