import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Account,
  type Broker,
  createBroker,
  createMqttInlet,
  createMqttLink,
  createMqttOutlet,
  type MqttLink,
} from '../../../bridge/index.ts';
import { seededRandom } from '../../../protocol/index.ts';
import { position } from '../support/envelopes.ts';
import { type Platform, platform } from '../support/mqtt-client.ts';
import { processClock } from '../support/process-clock.ts';

const COMMAND = 'xingji/v1/53/01/02/13912345678/command';
const later = (): string => new Date(Date.now() + 60_000).toISOString();

/** A broker elsewhere: like ours, but gateways may say everything there. */
let broker: Broker;
let port: number;
let link: MqttLink;
let dispatcher: Platform;

beforeEach(async () => {
  const account: Account = { name: 'dispatcher', role: 'operator', prefix: '' };
  broker = createBroker({ clock: processClock, authenticate: ({ username }) => ({ ...account, name: username! }) });
  ({ port } = await broker.start({ port: 0 }));
  dispatcher = await platform(port, { username: 'dispatcher', password: '-' });
  link = createMqttLink(
    { url: `mqtt://edge:-@127.0.0.1:${port}`, node: 'edge-1', prefix: 'xingji/v1' },
    processClock,
    seededRandom(1),
  );
});
afterEach(async () => {
  await link.stop();
  await dispatcher.end();
  await broker.stop();
});

/** Resolves when a condition holds; events of sockets make it hold. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

it('has commands wait at the broker while the gateway is away', async () => {
  const taken: string[] = [];
  const inlet = {
    onCommand: async ({ id }: { readonly id: string }): Promise<void> => {
      taken.push(id);
    },
  };
  createMqttInlet({ channel: link, inlet, clock: processClock });
  link.start();
  await until(() => broker.counts.clients === 3);
  await dispatcher.publish(COMMAND, JSON.stringify({ id: 'c1', type: 'locationQuery', expiresAt: later() }));
  await until(() => taken.length === 1);
  await link.stop();
  await until(() => broker.counts.clients === 1);
  await dispatcher.publish(COMMAND, JSON.stringify({ id: 'c2', type: 'locationQuery', expiresAt: later() }));
  link.start();
  await until(() => taken.length === 2);
  expect(taken).toEqual(['c1', 'c2']);
});

it('confirms what goes up while a command is still being taken in', async () => {
  let release: () => void = () => undefined;
  let entered = false;
  const onCommand = (): Promise<void> =>
    new Promise((resolve) => {
      entered = true;
      release = resolve;
    });
  createMqttInlet({ channel: link, inlet: { onCommand }, clock: processClock });
  const outlet = createMqttOutlet({ publisher: link, clock: processClock, node: 'edge-1' });
  link.start();
  await until(() => broker.counts.clients === 3);
  await dispatcher.publish(COMMAND, JSON.stringify({ id: 'c1', type: 'locationQuery', expiresAt: later() }));
  await until(() => entered);
  await expect(outlet.deliver([position(1)], new AbortController().signal)).resolves.toBeUndefined();
  release();
});
