import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMqttOutlet,
  DeliveryError,
  type MqttOutletOptions,
  type Outlet,
  type Publication,
  type Settled,
  topicOf,
} from '../../../bridge/index.ts';
import { type Connection, createConnection } from '../../../bridge/mqtt/connection.ts';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { position, state } from '../support/envelopes.ts';
import { type FakeBroker, fakeBroker } from '../support/fake-broker.ts';
import { published } from '../support/published.ts';

const NEVER = new AbortController().signal;
const batch = [0, 1, 2, 3, 4].map((n) => position(n));
const ids = (broker: FakeBroker): string[] =>
  broker.published
    .filter(({ topic }) => !topic.endsWith('/status'))
    .map(({ payload }) => (JSON.parse(payload.toString()) as { id: string }).id);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let broker: FakeBroker;
let clock: VirtualClock;
let connection: Connection;
let outlet: Outlet;

async function connected(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = connection.onConnected(() => resolve());
    void stop;
  });
}

function make(options: Partial<MqttOutletOptions> = {}): Outlet {
  return createMqttOutlet({ publisher: connection, clock, node: 'edge-1', ...options });
}

beforeEach(async () => {
  broker = await fakeBroker();
  clock = new VirtualClock();
  const where = { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'edge-1', clean: true };
  connection = createConnection(where, clock, seededRandom(1));
  connection.start();
  await connected();
  outlet = make();
});
afterEach(async () => {
  await connection.stop();
  await broker.stop();
});

async function code(delivery: Promise<void>): Promise<string> {
  const error: unknown = await delivery.then(
    () => undefined,
    (rejected: unknown) => rejected,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError');
  return `${error.code} ${error.retry ? 'retry' : 'never'}`;
}

describe('a delivery', () => {
  it('publishes every envelope at QoS 1 on its topic, in order, states retained', async () => {
    const mixed = [...batch, state(5)];
    await outlet.deliver(mixed, NEVER);
    expect(broker.published.map(({ topic, qos, retain }) => ({ topic, qos, retain }))).toEqual(
      mixed.map((envelope) => ({ topic: topicOf(envelope), qos: 1, retain: envelope.kind === 'state' })),
    );
    expect(JSON.parse(broker.published[5]?.payload.toString() ?? '')).toEqual(mixed[5]?.payload);
  });

  it('is done when the last PUBACK has come, not before', async () => {
    broker.answer = (_packet, n) => (n === 3 ? 'withhold' : 'confirm');
    let done = false;
    const delivery = outlet.deliver(batch, NEVER).then(() => {
      done = true;
    });
    await broker.count(5);
    await outlet.deliver([position(9)], NEVER);
    expect(done).toBe(false);
    broker.confirm(broker.published[2] as (typeof broker.published)[number]);
    await delivery;
    expect(done).toBe(true);
  });

  it('has no more on the way than the window', async () => {
    broker.answer = () => 'withhold';
    outlet = make({ window: 2 });
    const delivery = outlet.deliver(batch, NEVER);
    await broker.count(2);
    await turn();
    expect(ids(broker)).toEqual(['13912345678-0', '13912345678-1']);
    broker.answer = () => 'confirm';
    for (const packet of broker.published.slice()) broker.confirm(packet);
    await delivery;
    expect(ids(broker)).toEqual(batch.map(({ payload }) => payload.id));
  });

  it('of nothing is done at once', async () => {
    await expect(outlet.deliver([], NEVER)).resolves.toBeUndefined();
  });

  it('fails for the pump to repeat when the connection breaks, and then carries the same ids', async () => {
    broker.answer = (_packet, n) => (n === 3 ? 'hangUp' : 'withhold');
    expect(await code(outlet.deliver(batch, NEVER))).toBe('MQTT_CONNECTION_LOST retry');
    const before = broker.published.length;
    broker.answer = () => 'confirm';
    clock.advance(1000);
    await connected();
    // Nothing that was on the way is sent by itself in front of the repetition.
    expect(broker.published.length).toBe(before);
    await outlet.deliver(batch, NEVER);
    expect(ids(broker).slice(before)).toEqual(batch.map(({ payload }) => payload.id));
  });

  it('fails while there is no connection', async () => {
    broker.hangUp();
    await new Promise<void>((resolve) => {
      const poll = (): unknown => (connection.connected ? setImmediate(poll) : resolve());
      poll();
    });
    expect(await code(outlet.deliver(batch, NEVER))).toBe('MQTT_NOT_CONNECTED retry');
  });

  it('gives a connection up that confirms nothing, and makes a new one', async () => {
    broker.answer = () => 'withhold';
    outlet = make({ ackTimeoutMs: 5000 });
    const delivery = code(outlet.deliver(batch, NEVER));
    await broker.count(5);
    clock.advance(4999);
    expect(connection.connected).toBe(true);
    clock.advance(1);
    expect(await delivery).toBe('MQTT_ACK_TIMEOUT retry');
    expect(connection.connected).toBe(false);
    clock.advance(1000);
    await connected();
    expect(broker.connects).toBe(2);
  });

  it('waits on as long as confirmations trickle in', async () => {
    broker.answer = () => 'withhold';
    outlet = make({ ackTimeoutMs: 5000 });
    const delivery = outlet.deliver(batch, NEVER);
    await broker.count(5);
    for (const packet of broker.published.slice(0, 5)) {
      clock.advance(3000);
      broker.confirm(packet);
      await outletSees(connection, broker);
    }
    await expect(delivery).resolves.toBeUndefined();
  });

  it('ends when it is called off', async () => {
    broker.answer = () => 'withhold';
    const abort = new AbortController();
    const delivery = code(outlet.deliver(batch, abort.signal));
    await broker.count(5);
    abort.abort();
    expect(await delivery).toBe('DELIVERY_ABORTED retry');
    expect(await code(outlet.deliver(batch, abort.signal))).toBe('DELIVERY_ABORTED retry');
    expect(clock.pending).toBe(0);
  });

  it('refuses a payload over the bound for good, before anything is sent', async () => {
    outlet = make({ maxPayloadBytes: 2000 });
    const large = position(2, { items: { note: '字'.repeat(600) } });
    expect(await code(outlet.deliver([position(1), large], NEVER))).toBe('MQTT_TOO_LARGE never');
    expect(broker.published).toEqual([]);
    await outlet.deliver([position(1)], NEVER);
  });
});

/** Resolves when a confirmation sent before has been seen: another publish, confirmed after it, is through. */
async function outletSees(channel: Connection, fake: FakeBroker): Promise<void> {
  fake.answer = (packet) => (packet.topic === 'marker' ? 'confirm' : 'withhold');
  await published(channel, 'marker', '');
}

describe('a large delivery', () => {
  const many = Array.from({ length: 2400 }, (_, n) => position(n));
  const sent: Publication[] = [];
  const publisher = {
    connected: true,
    publish(publication: Publication, settled: Settled) {
      sent.push(publication);
      settled();
    },
    reset() {},
    onConnected: () => () => {},
  };
  beforeEach(() => {
    sent.length = 0;
    outlet = make({ publisher });
  });

  it('is put into words over several turns, and is then sent in order', async () => {
    const delivery = outlet.deliver(many, NEVER);
    expect(sent.length).toBe(0);
    await clock.run(10, turn);
    await delivery;
    expect(sent.map(({ payload }) => (JSON.parse(payload) as { id: string }).id)).toEqual(
      many.map(({ payload }) => payload.id),
    );
  });

  it.each([
    [1000, 4],
    [2000, 2],
  ])('of %i is put into words in %i turns: the larger ones are of an outlet that falls behind', async (size, turns) => {
    const wake = vi.spyOn(clock, 'wake');
    const delivery = outlet.deliver(
      Array.from({ length: size }, (_, n) => position(n)),
      NEVER,
    );
    await clock.run(10, turn);
    await delivery;
    // One of them watches over confirmations; the first turn needs none.
    expect(wake).toHaveBeenCalledTimes(turns);
    wake.mockRestore();
  });

  it('of which one payload is too large sends nothing', async () => {
    outlet = make({ publisher, maxPayloadBytes: 2000 });
    const refused = code(outlet.deliver([...many, position(0, { items: { note: '字'.repeat(600) } })], NEVER));
    await clock.run(10, turn);
    expect(await refused).toBe('MQTT_TOO_LARGE never');
    expect(sent).toEqual([]);
  });

  it('sends nothing any more when it is called off between two turns', async () => {
    const caller = new AbortController();
    const calledOff = code(outlet.deliver(many, caller.signal));
    caller.abort();
    await clock.run(10, turn);
    expect(await calledOff).toBe('DELIVERY_ABORTED retry');
    expect(sent).toEqual([]);
  });
});

describe('the status of the gateway', () => {
  it('is said, retained, at every connection, and when the outlet stops', async () => {
    await outlet.start();
    await broker.count(1);
    await outlet.stop();
    await broker.count(2);
    const said = broker.published.map(({ topic, retain, payload }) => ({
      topic,
      retain,
      ...(JSON.parse(payload.toString()) as object),
    }));
    const since = new Date(clock.now()).toISOString();
    const status = { topic: 'xingji/v1/gateway/edge-1/status', retain: true, node: 'edge-1', since };
    expect(said).toEqual([
      { ...status, online: true },
      { ...status, online: false },
    ]);
  });

  it('does not keep a stop waiting for a broker that confirms nothing', async () => {
    broker.answer = () => 'withhold';
    const stopped = outlet.stop();
    await broker.count(1);
    clock.advance(1000);
    await expect(stopped).resolves.toBeUndefined();
  });
});

it('wants all kinds, or those that it was told', () => {
  expect([position(1), state(1)].map((envelope) => outlet.wants(envelope))).toEqual([true, true]);
  const few = make({ kinds: ['state'] });
  expect([position(1), state(1)].map((envelope) => few.wants(envelope))).toEqual([false, true]);
});

describe('a publisher that nobody listens to', () => {
  it('is given what is retained, and the rest counts as delivered', async () => {
    const heard: string[] = [];
    const publisher = {
      connected: true,
      deaf: true,
      publish({ topic }: Publication, settled: Settled) {
        heard.push(topic);
        settled();
      },
      reset: () => undefined,
      onConnected: () => () => undefined,
    };
    const deaf = createMqttOutlet({ publisher, clock, node: 'edge-1' });
    await deaf.deliver([...batch, state(0)], NEVER);
    expect(heard).toEqual([topicOf(state(0))]);
    publisher.deaf = false;
    await deaf.deliver(batch, NEVER);
    expect(heard.length).toBe(1 + batch.length);
  });
});
