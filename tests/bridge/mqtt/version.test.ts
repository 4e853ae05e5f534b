import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../bridge/mqtt/connection.ts';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { type FakeBroker, fakeBroker } from '../support/fake-broker.ts';

let broker: FakeBroker;
let clock: VirtualClock;
let connection: Connection;
let faults: string[];

beforeEach(async () => {
  broker = await fakeBroker();
  clock = new VirtualClock();
  faults = [];
});
afterEach(async () => {
  await connection.stop();
  await broker.stop();
});

function begin(): Promise<void> {
  const where = { url: `mqtt://127.0.0.1:${broker.port}`, clientId: 'edge-1', clean: false, newest: true };
  connection = createConnection({ ...where, onFault: (code) => faults.push(code) }, clock, seededRandom(1));
  const up = new Promise<void>((resolve) => connection.onConnected(() => resolve()));
  connection.start();
  return up;
}

async function nextAttempt(): Promise<void> {
  while (clock.next === undefined) await new Promise((resolve) => setImmediate(resolve));
  clock.advance(clock.next - clock.monotonic());
}

it('speaks MQTT 5 with a session that the broker keeps for a week, where the broker does', async () => {
  await begin();
  expect(broker.versions).toEqual([{ version: 5, sessionExpiryInterval: 604_800 }]);
});

it.each(['refuse', 'hangUp'] as const)(
  'speaks 3.1.1 with a broker that knows no other (%s), and says no fault',
  async (how) => {
    broker.newest = how;
    const up = begin();
    await nextAttempt();
    await up;
    expect(broker.versions.map(({ version }) => version)).toEqual([5, 4]);
    expect(faults).toEqual([]);
  },
);

it('stays with MQTT 5 where the account is refused', async () => {
  broker.returnCode = 0x87;
  const up = begin();
  while (faults.length === 0) await new Promise((resolve) => setImmediate(resolve));
  broker.returnCode = 0;
  await nextAttempt();
  await up;
  expect(broker.versions.every(({ version }) => version === 5)).toBe(true);
  expect(faults).toContain('MQTT_REFUSED');
});

it('hands a response topic on, and answers there with the correlation', async () => {
  const received: unknown[] = [];
  await begin();
  connection.subscribe(['a/#'], async ({ response }) => {
    received.push(response);
    connection.respond(response!, '{"ok":true}');
  });
  broker.publish('a/b', 'x', { responseTopic: 'answers/7', correlationData: Buffer.from([1, 2]) });
  await broker.count(1);
  expect(received).toEqual([{ topic: 'answers/7', correlation: 'AQI=' }]);
  expect(broker.published[0]).toMatchObject({
    topic: 'answers/7',
    properties: { correlationData: Buffer.from([1, 2]) },
  });
});
