import { beforeEach, describe, expect, it } from 'vitest';
import { SessionStore } from '../../../bridge/mqtt/session-store.ts';

const CLIENT = { id: 'archive' };
const SUBSCRIBED = [{ clientId: CLIENT.id }];
let store: SessionStore;
let counter: number;

function packet(payload: string, topic = 'a/b') {
  return {
    cmd: 'publish',
    topic,
    payload: Buffer.from(payload),
    qos: 1,
    retain: false,
    dup: false,
    brokerId: 'broker',
    brokerCounter: ++counter,
  };
}

async function waiting(client = CLIENT): Promise<string[]> {
  const all: string[] = [];
  for await (const stored of store.outgoingStream(client) as AsyncIterable<{ cmd: string; payload?: Uint8Array }>) {
    all.push(stored.payload === undefined ? stored.cmd : Buffer.from(stored.payload).toString());
  }
  return all;
}

beforeEach(async () => {
  counter = 0;
  store = new SessionStore({ queuedMessages: 3, queuedBytes: 2000 }, (_client, filter) => !filter.startsWith('secret'));
  await store.setup({ id: 'broker' });
});

describe('a queue', () => {
  it('holds what is unconfirmed, in order, until it is confirmed by its packet identifier', async () => {
    const [one, two] = [packet('1'), packet('2')];
    await store.outgoingEnqueueCombi(SUBSCRIBED, one);
    await store.outgoingEnqueueCombi(SUBSCRIBED, two);
    await store.outgoingUpdate(CLIENT, { ...one, messageId: 7 });
    await store.outgoingUpdate(CLIENT, { ...two, messageId: 8 });
    expect(await store.outgoingClearMessageId(CLIENT, { cmd: 'puback', messageId: 7 })).toMatchObject({
      messageId: 7,
      topic: 'a/b',
    });
    expect(await waiting()).toEqual(['2']);
    expect(await store.outgoingClearMessageId(CLIENT, { cmd: 'puback', messageId: 7 })).toBeUndefined();
    await store.outgoingClearMessageId(CLIENT, { cmd: 'puback', messageId: 8 });
    expect([await waiting(), store.queuedBytes]).toEqual([[], 0]);
  });

  it('lets go of the oldest over its bound, and still takes what is sent of them', async () => {
    const all = ['1', '2', '3', '4', '5'].map((payload) => packet(payload));
    for (const one of all) await store.outgoingEnqueueCombi(SUBSCRIBED, one);
    expect([await waiting(), store.dropped]).toEqual([['3', '4', '5'], 2]);
    await expect(store.outgoingUpdate(CLIENT, { ...all[0], cmd: 'publish', messageId: 7 })).resolves.toBeUndefined();
    expect(await store.outgoingClearMessageId(CLIENT, { cmd: 'puback', messageId: 7 })).toBeUndefined();
    expect(await waiting()).toEqual(['3', '4', '5']);
  });

  it('lets go over the octets of all sessions together, of its own first', async () => {
    await store.outgoingEnqueueCombi([{ clientId: 'other' }], packet('x'.repeat(1000)));
    await store.outgoingEnqueueCombi(SUBSCRIBED, packet('1'));
    await store.outgoingEnqueueCombi(SUBSCRIBED, packet('2'));
    await store.outgoingEnqueueCombi(SUBSCRIBED, packet('3'));
    expect([await waiting(), await waiting({ id: 'other' })]).toEqual([['2', '3'], ['x'.repeat(1000)]]);
    await store.outgoingEnqueueCombi(SUBSCRIBED, packet('y'.repeat(1000)));
    expect([await waiting(), store.dropped]).toEqual([[], 4]);
    expect(store.queuedBytes).toBeLessThanOrEqual(2000);
  });

  it('puts the release of a QoS 2 message in its place', async () => {
    const one = packet('1');
    await store.outgoingEnqueueCombi(SUBSCRIBED, one);
    await store.outgoingUpdate(CLIENT, { ...one, messageId: 7 });
    await store.outgoingUpdate(CLIENT, { cmd: 'pubrel', messageId: 7 });
    expect(await waiting()).toEqual(['pubrel']);
    await store.outgoingClearMessageId(CLIENT, { cmd: 'pubcomp', messageId: 7 });
    expect([await waiting(), store.queuedBytes]).toEqual([[], 0]);
  });
});

describe('a session', () => {
  it('is found by topic once, at its best quality of service, and not at QoS 0', async () => {
    const wanted = [
      { topic: 'a/#', qos: 1 },
      { topic: 'a/b', qos: 2 },
      { topic: 'c', qos: 0 },
    ];
    await store.addSubscriptions(CLIENT, wanted);
    expect(await store.subscriptionsByTopic('a/b')).toEqual([{ clientId: 'archive', topic: 'a/b', qos: 2 }]);
    expect(await store.subscriptionsByTopic('c')).toEqual([]);
    expect(await store.subscriptionsByClient(CLIENT)).toEqual(wanted);
    await store.addSubscriptions(CLIENT, [{ topic: 'a/b', qos: 0 }]);
    await store.removeSubscriptions(CLIENT, ['a/#', 'unknown']);
    expect(await store.subscriptionsByTopic('a/b')).toEqual([]);
  });

  it('has nothing of a filter that it may not have', async () => {
    await store.addSubscriptions(CLIENT, [{ topic: 'secret/#', qos: 1 }]);
    expect([await store.subscriptionsByTopic('secret/x'), await store.subscriptionsByClient(CLIENT)]).toEqual([[], []]);
  });

  it('that is forgotten or begun anew leaves nothing', async () => {
    for (const end of [async () => store.forget(CLIENT.id), () => store.cleanSubscriptions(CLIENT)]) {
      await store.addSubscriptions(CLIENT, [{ topic: 'a/b', qos: 1 }]);
      await store.outgoingEnqueueCombi(SUBSCRIBED, packet('1'));
      await end();
      expect([await waiting(), store.queuedBytes, await store.subscriptionsByTopic('a/b')]).toEqual([[], 0, []]);
    }
  });

  it('knows a QoS 2 message that comes again until it is released', async () => {
    const incoming = { cmd: 'publish', messageId: 3 };
    await store.incomingStorePacket(CLIENT, incoming);
    expect(await store.incomingGetPacket(CLIENT, incoming)).toBe(incoming);
    await store.incomingDelPacket(CLIENT, incoming);
    await expect(store.incomingGetPacket(CLIENT, incoming)).rejects.toThrow('no such packet');
    await expect(store.incomingDelPacket(CLIENT, incoming)).rejects.toThrow('no such packet');
  });
});

it('an empty payload ends what is retained', async () => {
  await store.storeRetained(packet('1'));
  await store.storeRetained(packet('2', 'a/c'));
  await store.storeRetained(packet(''));
  const topics: string[] = [];
  for await (const { topic } of store.createRetainedStreamCombi(['a/+', 'a/c']) as AsyncIterable<{ topic: string }>)
    topics.push(topic);
  expect(topics).toEqual(['a/c', 'a/c']);
});
