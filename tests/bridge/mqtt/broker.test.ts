import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { generate } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Account, type Broker, type BrokerLimits, createBroker, createMqttOutlet } from '../../../bridge/index.ts';
import { position } from '../support/envelopes.ts';
import { type Platform, platform } from '../support/mqtt-client.ts';
import { processClock } from '../support/process-clock.ts';
import { published } from '../support/published.ts';

const ACCOUNTS: Record<string, Account> = {
  all: { name: 'all', role: 'platform', prefix: '' },
  kunming: { name: 'kunming', role: 'platform', prefix: '5301' },
  inspector: { name: 'inspector', role: 'discipline', prefix: '53' },
};
const KUNMING = 'xingji/v1/53/01/02/13912345678';
const DALI = 'xingji/v1/53/29/01/13912345679';

let broker: Broker;
let port: number;
const clients: Platform[] = [];

async function open(limits: Partial<BrokerLimits> = {}): Promise<void> {
  broker = createBroker({
    clock: processClock,
    limits,
    authenticate: ({ username, password }) => (password === 'secret' ? ACCOUNTS[username!] : undefined),
  });
  ({ port } = await broker.start({ port: 0 }));
}

async function join(username: string, options: Parameters<typeof platform>[1] = {}): Promise<Platform> {
  const client = await platform(port, { username, password: 'secret', ...options });
  clients.push(client);
  return client;
}

beforeEach(() => open());
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await broker.stop();
});

describe('the gate', () => {
  it('lets nobody in without an account, with a wrong password or an unknown name', async () => {
    for (const options of [{}, { username: 'all', password: 'wrong' }, { username: 'nobody', password: 'secret' }]) {
      await expect(platform(port, options)).rejects.toThrow('Bad username or password');
    }
    expect(broker.counts).toMatchObject({ loginsRefused: 3, clients: 0 });
  });

  it('bars an account at its address that goes on with wrong passwords, even when the right one comes', async () => {
    await broker.stop();
    await open({ offences: 3 });
    for (let i = 0; i < 3; i++)
      await expect(platform(port, { username: 'all', password: `${i}` })).rejects.toThrow('Bad username');
    await expect(join('all')).rejects.toThrow('Server unavailable');
    await expect(join('kunming')).resolves.toBeDefined();
  });

  it('does not let one account take over the client id of another', async () => {
    const owner = await join('all', { clientId: 'dispatch-1' });
    await expect(join('kunming', { clientId: 'dispatch-1' })).rejects.toThrow('Identifier rejected');
    expect(owner.client.connected).toBe(true);
  });

  it('lets the same account take its client id over', async () => {
    const old = await join('all', { clientId: 'dispatch-1' });
    const closed = old.closed();
    const fresh = await join('all', { clientId: 'dispatch-1' });
    await closed;
    await fresh.subscribe(`${KUNMING}/position`);
    await published(broker, `${KUNMING}/position`, 'here');
    await fresh.count(1);
    expect(broker.counts.clients).toBe(1);
  });

  it('closes connections over the limit', async () => {
    await broker.stop();
    await open({ clients: 1 });
    await join('all');
    const socket = connectSocket(port, '127.0.0.1');
    await once(socket, 'close');
    expect(broker.counts.connectionsRefused).toBe(1);
  });

  it('ends the connections of an account that is disabled', async () => {
    const client = await join('kunming');
    const other = await join('all');
    const closed = client.closed();
    expect(broker.disconnect('kunming')).toBe(1);
    await closed;
    expect(other.client.connected).toBe(true);
  });
});

describe('scopes', () => {
  it('refuses subscriptions outside the division, to $SYS and to $share, and grants those within', async () => {
    const client = await join('kunming');
    const filters = [
      'xingji/v1/53/01/#',
      'xingji/v1/#',
      '#',
      '$SYS/#',
      '$share/g/xingji/v1/53/01/#',
      'xingji/v1/53/29/#',
    ];
    expect(await client.subscribe(...filters)).toEqual([1, 128, 128, 128, 128, 128]);
    expect(broker.counts.subscriptionsRefused).toBe(5);
  });

  it('hands over what the division and the role may hear, and nothing else', async () => {
    const kunming = await join('kunming');
    const inspector = await join('inspector');
    await kunming.subscribe('xingji/v1/53/01/#');
    await inspector.subscribe('xingji/v1/53/#');
    for (const topic of [`${DALI}/position`, `${KUNMING}/position`, `${KUNMING}/event`]) {
      await published(broker, topic, topic);
    }
    expect((await kunming.count(2)).map(({ topic }) => topic)).toEqual([`${KUNMING}/position`, `${KUNMING}/event`]);
    expect((await inspector.count(1)).map(({ topic }) => topic)).toEqual([`${KUNMING}/event`]);
  });

  it('drops a publish outside without ending the connection, and bars the client that goes on', async () => {
    await broker.stop();
    await open({ offences: 3 });
    const listener = await join('all');
    await listener.subscribe('#');
    const client = await join('kunming');
    const closed = client.closed();
    await client.publish(`${DALI}/command`, '{}');
    await client.publish('$SYS/anything', '{}');
    expect(client.client.connected).toBe(true);
    client.client.publish(`${KUNMING}/position`, 'forged', { qos: 1 });
    await closed;
    await expect(join('kunming')).rejects.toThrow('Server unavailable');
    await published(broker, `${KUNMING}/position`, 'true');
    expect((await listener.count(1)).map(({ payload }) => payload)).toEqual(['true']);
    expect(broker.counts).toMatchObject({ publishesRefused: 3, barred: 1 });
  });

  it('does not retain what a client publishes', async () => {
    const sender = await join('all');
    await sender.publish(`${KUNMING}/command`, 'once', true);
    const late = await join('all');
    await late.subscribe(`${KUNMING}/command`);
    await sender.publish(`${KUNMING}/command`, 'again');
    expect((await late.count(1)).map(({ payload }) => payload)).toEqual(['again']);
  });
});

describe('messages', () => {
  it('gives the retained state to whoever comes later, by wildcard too', async () => {
    await published(broker, `${KUNMING}/state`, 'old', { retain: true });
    await published(broker, `${KUNMING}/state`, '新', { retain: true });
    const client = await join('all');
    await client.subscribe('xingji/v1/+/+/+/+/state');
    expect(await client.count(1)).toEqual([{ topic: `${KUNMING}/state`, payload: '新', retain: true }]);
  });

  it('keeps what is published while a session is away, in order, up to the bound', async () => {
    await broker.stop();
    await open({ queuedMessages: 3 });
    const session = { clientId: 'archive', clean: false };
    const first = await join('all', session);
    await first.subscribe('xingji/v1/53/#');
    const gone = first.closed();
    await first.end();
    await gone;
    for (let i = 0; i < 5; i++) await published(broker, `${KUNMING}/position`, `${i}`);
    expect(broker.counts).toMatchObject({ queueDropped: 2, clients: 0 });
    const second = await join('all', session);
    expect((await second.count(3)).map(({ payload }) => payload)).toEqual(['2', '3', '4']);
  });

  it('makes room for a new session by forgetting the one longest away', async () => {
    await broker.stop();
    await open({ sessionsPerAccount: 2 });
    for (const clientId of ['a', 'b', 'c']) {
      const client = await join('all', { clientId, clean: false });
      await client.subscribe(`${KUNMING}/position`);
      await client.client.endAsync();
    }
    await published(broker, `${KUNMING}/position`, 'kept');
    const [a, b] = [
      await join('all', { clientId: 'b', clean: false }),
      await join('all', { clientId: 'c', clean: false }),
    ];
    await Promise.all([a.count(1), b.count(1)]);
    await expect(join('all', { clientId: 'a', clean: false })).rejects.toThrow('Server unavailable');
  });

  it('hands commands to its inlet, and confirms them to the sender after that', async () => {
    const steps: string[] = [];
    broker.subscribe(['xingji/v1/+/+/+/+/command'], async ({ topic, payload, account }) => {
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(`${account?.name} ${topic} ${Buffer.from(payload).toString()}`);
    });
    const client = await join('kunming');
    await client.publish(`${KUNMING}/command`, 'go');
    steps.push('confirmed');
    expect(steps).toEqual([`kunming ${KUNMING}/command go`, 'confirmed']);
  });

  it('confirms a command whose inlet throws', async () => {
    broker.subscribe(['xingji/v1/+/+/+/+/command'], () => Promise.reject(new Error('broken')));
    const client = await join('kunming');
    await expect(client.publish(`${KUNMING}/command`, 'go')).resolves.toBeUndefined();
  });
});

it('carries the outlet without a socket, its status of the gateway too', async () => {
  const listener = await join('all');
  await listener.subscribe('#');
  const outlet = createMqttOutlet({ publisher: broker, clock: processClock, node: 'edge-1' });
  await outlet.start();
  await outlet.deliver([position(1), position(2)], new AbortController().signal);
  await outlet.stop();
  const heard = (await listener.count(4)).map(({ topic, payload }) => [topic, JSON.parse(payload) as unknown]);
  expect(heard).toEqual([
    ['xingji/v1/gateway/edge-1/status', expect.objectContaining({ online: true })],
    [`${KUNMING}/position`, position(1).payload],
    [`${KUNMING}/position`, position(2).payload],
    ['xingji/v1/gateway/edge-1/status', expect.objectContaining({ online: false })],
  ]);
});

describe('bounds', () => {
  it('ends a connection that announces a packet over the bound before it has come', async () => {
    await broker.stop();
    await open({ packetBytes: 1000 });
    const client = await join('all');
    const closed = client.closed();
    client.client.publish(`${KUNMING}/command`, 'x'.repeat(2000), { qos: 1 });
    await closed;
    expect(broker.counts.packetsOversize).toBe(1);
  });

  it('does not let a subscriber that reads nothing stall the others for long', async () => {
    await broker.stop();
    await open({ drainMs: 200 });
    const frozen = await freeze();
    const reader = await join('all');
    await reader.subscribe('xingji/v1/53/#');
    const payload = 'x'.repeat(64 * 1024);
    let sent = 0;
    // Until the frozen one's buffers are full, ours and the system's, and it has been given up.
    while (broker.counts.clients > 1) {
      await published(broker, `${KUNMING}/position`, payload);
      sent++;
    }
    await published(broker, `${KUNMING}/position`, 'after');
    expect((await reader.count(sent + 1)).at(-1)?.payload).toBe('after');
    frozen.destroy();
  });

  it('refuses subscriptions over the limit of a connection', async () => {
    await broker.stop();
    await open({ subscriptions: 2 });
    const client = await join('all');
    expect(await client.subscribe(`${KUNMING}/event`)).toEqual([1]);
    expect(await client.subscribe(`${DALI}/event`)).toEqual([1]);
    expect(await client.subscribe(`${DALI}/state`)).toEqual([128]);
  });
});

describe('start and stop', () => {
  it('says which fault it is when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const taken = (other.address() as { port: number }).port;
    const second = createBroker({ clock: processClock, authenticate: () => undefined });
    await expect(second.start({ port: taken })).rejects.toMatchObject({ code: 'BROKER_ADDRESS_IN_USE' });
    other.close();
  });

  it('does not listen beyond loopback without TLS', async () => {
    const open_ = createBroker({ clock: processClock, authenticate: () => undefined });
    await expect(open_.start({ host: '0.0.0.0', port: 0 })).rejects.toMatchObject({ code: 'BROKER_NEEDS_TLS' });
  });

  it('stops although a connection never said who it is, and takes no publish after that', async () => {
    const socket = connectSocket(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await broker.stop();
    await closed;
    await expect(published(broker, 't', 'p')).rejects.toMatchObject({
      code: 'BROKER_STOPPED',
      retry: true,
    });
  });
});

/** A subscriber by hand: it subscribes to everything and then does not read any more. */
async function freeze(): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1');
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: 'frozen',
      keepalive: 0,
      username: 'all',
      password: Buffer.from('secret'),
    }),
  );
  await once(socket, 'data');
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'xingji/v1/53/#', qos: 1 }] }));
  await once(socket, 'data');
  socket.on('error', () => undefined);
  socket.pause();
  return socket;
}
