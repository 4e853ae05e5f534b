import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type MqttClient } from 'mqtt';
import { createMqttInlet, createMqttLink, createMqttOutlet, type MqttLink, type Outlet } from '../../bridge/index.ts';
import { seededRandom } from '../../protocol/index.ts';
import { position, state } from '../bridge/support/envelopes.ts';
import { processClock } from '../bridge/support/process-clock.ts';
import { deliverAll } from './support/deliver.ts';
import { missing, mosquitto, type RunningServer } from './support/servers.ts';

const STATUS = 'xingji/v1/gateway/edge-1/status';
const COMMAND = 'xingji/v1/53/01/02/13912345678/command';

let server: RunningServer;
let link: MqttLink;
let outlet: Outlet;
let subscriber: MqttClient;
let heard: { topic: string; payload: Record<string, unknown>; retain: boolean }[];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** A platform with a session that the broker keeps. */
async function subscribe(filter: string): Promise<void> {
  heard = [];
  subscriber = connect(`mqtt://127.0.0.1:${server.port}`, { clientId: 'platform', clean: false, reconnectPeriod: 50 });
  subscriber.on('error', () => undefined);
  subscriber.on('message', (topic, payload, { retain }) =>
    heard.push({ topic, payload: JSON.parse(payload.toString()) as Record<string, unknown>, retain }),
  );
  await subscriber.subscribeAsync(filter, { qos: 1 });
}

describe.skipIf(missing('mosquitto'))('with mosquitto', () => {
  beforeEach(async () => {
    server = await mosquitto();
    link = createMqttLink(
      { url: `mqtt://127.0.0.1:${server.port}`, node: 'edge-1', prefix: 'xingji/v1' },
      processClock,
      seededRandom(1),
    );
    outlet = createMqttOutlet({ publisher: link, clock: processClock, node: 'edge-1' });
    link.start();
  });
  afterEach(async () => {
    await link.stop();
    await subscriber.endAsync(true);
    await server.remove();
  });

  it('everything arrives, each terminal’s in order, although the broker is restarted on the way', async () => {
    await subscribe('xingji/v1/53/#');
    const envelopes = Array.from({ length: 3000 }, (_, n) => position(n));
    let restarted: Promise<void> | undefined;
    const retries = await deliverAll(outlet, envelopes, (batch) => {
      // Mosquitto's memory is on disk only after an end in order: what it had confirmed before a SIGKILL, it may have lost.
      if (batch === 10)
        restarted = server
          .end('SIGTERM')
          .then(() => delay(100))
          .then(() => server.start());
    });
    await restarted;
    await until(() => new Set(heard.map(({ payload }) => payload['id'])).size === envelopes.length);
    const first = [...new Set(heard.map(({ payload }) => payload['id']))];
    expect(first).toEqual(envelopes.map(({ payload }) => payload.id));
    expect(retries).toBeGreaterThan(0);
  });

  it('a state waits for whoever comes later', async () => {
    await deliverAll(outlet, [state(1), state(2)]);
    await subscribe('xingji/v1/+/+/+/+/state');
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ topic: 'xingji/v1/53/01/02/13912345678/state', payload: state(2).payload, retain: true }]);
  });

  it('the broker says that the gateway is gone when its connection breaks', async () => {
    await subscribe(STATUS);
    await outlet.start();
    await until(() => heard.length === 1);
    link.reset('the cable is pulled');
    await until(() => heard.length === 3);
    await outlet.stop();
    await link.stop();
    await until(() => heard.length === 4);
    expect(heard.map(({ payload }) => payload['online'])).toEqual([true, false, true, false]);
  });

  it('a command of an MQTT 5 client is answered where it wants, with its correlation, and never where it may not', async () => {
    await subscribe('never/#');
    const asking = connect(`mqtt://127.0.0.1:${server.port}`, { protocolVersion: 5, clientId: 'dispatch' });
    const answers: { topic: string; state: unknown; correlation: string | undefined }[] = [];
    asking.on('message', (topic, payload, { properties }) => {
      const { state: step } = JSON.parse(payload.toString()) as { state: unknown };
      answers.push({ topic, state: step, correlation: properties?.correlationData?.toString() });
    });
    await asking.subscribeAsync('dispatch/answers', { qos: 1 });
    const responses: ({ readonly topic: string } | undefined)[] = [];
    const onCommand = async (
      _: unknown,
      { response }: { readonly response?: { readonly topic: string } },
    ): Promise<void> => {
      responses.push(response);
    };
    createMqttInlet({ channel: link, inlet: { onCommand }, clock: processClock });
    const properties = { responseTopic: 'dispatch/answers', correlationData: Buffer.from('7') };
    const ask = (body: object, over: object = {}): Promise<unknown> =>
      asking.publishAsync(COMMAND, JSON.stringify(body), { qos: 1, properties: { ...properties, ...over } });
    while (responses.length === 0) {
      await ask({ id: 'c1', type: 'locationQuery' });
      await delay(20);
    }
    const reply = {
      ...state(1),
      kind: 'reply' as const,
      payload: { ...state(1).payload, id: 'c1', state: 'sent' as const },
    };
    await outlet.deliver([{ ...reply, response: responses[0]! }], new AbortController().signal);
    await ask({ id: 'c2' });
    await ask({ id: 'c3', type: 'locationQuery' }, { responseTopic: COMMAND });
    await until(() => answers.length === 2);
    expect(answers).toEqual([
      { topic: 'dispatch/answers', state: 'sent', correlation: '7' },
      { topic: 'dispatch/answers', state: 'failed', correlation: '7' },
    ]);
    await asking.endAsync(true);
  });

  it('a command comes in and is refused with a reason where it is none', async () => {
    const taken: string[] = [];
    const inlet = {
      onCommand: async ({ id }: { readonly id: string }): Promise<void> => {
        taken.push(id);
      },
    };
    createMqttInlet({ channel: link, inlet, clock: processClock });
    await subscribe('xingji/v1/+/+/+/+/reply');
    // Until the gateway's own subscription stands nobody takes it; the id makes it one command all the same.
    while (taken.length === 0) {
      await subscriber.publishAsync(COMMAND, JSON.stringify({ id: 'c1', type: 'locationQuery' }), { qos: 1 });
      await delay(20);
    }
    await subscriber.publishAsync(COMMAND, '{"id":"c2"}', { qos: 1 });
    await until(() => heard.length > 0);
    expect(taken).toEqual(['c1']);
    expect(heard[0]?.payload).toMatchObject({ id: 'c2', state: 'failed', reason: 'type: is missing' });
  });
});
