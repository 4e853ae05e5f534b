import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Connection, type ConnectionOptions, createConnection } from '../../../bridge/mqtt/connection.ts';
import { seededRandom, VirtualClock } from '../../../protocol/index.ts';
import { type FakeBroker, fakeBroker } from '../support/fake-broker.ts';
import { published } from '../support/published.ts';

let broker: FakeBroker;
let clock: VirtualClock;
let connection: Connection | undefined;
let faults: string[];

function begin(options: Partial<ConnectionOptions> = {}): Connection {
  const where = { url: `mqtt://user:hidden@127.0.0.1:${broker.port}`, clientId: 'edge-1', clean: true };
  connection = createConnection(
    { ...where, onFault: (code, detail) => note(`${code} ${detail}`), ...options },
    clock,
    seededRandom(1),
  );
  connection.start();
  return connection;
}

let noted: () => void = () => undefined;
function note(fault: string): void {
  faults.push(fault);
  noted();
}
/** Resolves at the next fault. */
const fault = (): Promise<void> => new Promise((resolve) => (noted = resolve));
/** Resolves when the next attempt is planned, with the time until then. */
async function planned(): Promise<number> {
  while (clock.next === undefined) await new Promise((resolve) => setImmediate(resolve));
  return clock.next - clock.monotonic();
}
const up = (): Promise<void> => new Promise((resolve) => connection?.onConnected(() => resolve()));

beforeEach(async () => {
  broker = await fakeBroker();
  clock = new VirtualClock();
  faults = [];
});
afterEach(async () => {
  await connection?.stop();
  await broker.stop();
});

it('starts although the broker is down, waits longer each time, and connects when it is there', async () => {
  const { port } = broker;
  await broker.stop();
  let refused = fault();
  begin();
  await refused;
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    const wait = await planned();
    waits.push(wait);
    refused = fault();
    clock.advance(wait);
    await refused;
  }
  const longest = waits.map((_, i) => Math.min(30_000, 500 * 2 ** i));
  expect(waits.every((ms, i) => ms >= (longest[i] ?? 0) / 2 && ms <= (longest[i] ?? 0))).toBe(true);
  expect(faults.every((line) => line.startsWith('MQTT_NOT_CONNECTED') && !line.includes('hidden'))).toBe(true);
  broker = await fakeBroker(port);
  const connected = up();
  clock.advance(await planned());
  await connected;
  expect(connection?.connected).toBe(true);
});

it('says when the broker refuses the login, and tries again', async () => {
  broker.returnCode = 5;
  const refused = fault();
  begin();
  await refused;
  expect(faults[0]).toMatch(/^MQTT_REFUSED .*Not authorized/);
  broker.returnCode = 0;
  const connected = up();
  clock.advance(await planned());
  await connected;
});

it('says when the broker refuses the subscription, and goes on publishing', async () => {
  const refused = fault();
  const made = begin();
  made.subscribe(['forbidden/+/command'], async () => undefined);
  await refused;
  expect(faults[0]).toMatch(/^MQTT_SUBSCRIBE_REFUSED/);
  await expect(published(made, 't', 'p')).resolves.toBeUndefined();
});

it('rejects what is on the way when it is stopped, and does not come back', async () => {
  broker.answer = () => 'withhold';
  const made = begin();
  await up();
  const outcome = published(made, 't', 'p').then(
    () => 'confirmed',
    (error: unknown) => error,
  );
  await broker.count(1);
  await made.stop();
  expect(await outcome).toMatchObject({ code: 'MQTT_CONNECTION_LOST', retry: true });
  clock.advance(60_000);
  expect(broker.connects).toBe(1);
  expect(made.connected).toBe(false);
});

it('stops while it is still connecting', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const accepted = once(silent, 'connection') as Promise<[Socket]>;
  const made = begin({ url: `mqtt://127.0.0.1:${(silent.address() as { port: number }).port}` });
  const [socket] = await accepted;
  const closed = once(socket.resume(), 'close');
  await made.stop();
  await closed;
  expect(clock.pending).toBe(0);
  silent.close();
});
