/**
 * What it costs to hand positions on: line protocol by our writer and by the client library's `Point`, JSON and ids for MQTT, and
 * deliveries at QoS 1 to the embedded broker and, where it is installed, to mosquitto over a socket.
 *
 * Rows of a table are measured in turn, round after round: trust the ratios. Run with `node bench/outlets.ts`.
 */
import { Point } from '@influxdata/influxdb-client';
import { connect } from 'mqtt';
import {
  createBroker,
  createMqttLink,
  createMqttOutlet,
  type Envelope,
  type Outlet,
  positionId,
  topicOf,
} from '../bridge/index.ts';
import { Lines } from '../bridge/influx/points.ts';
import { seededRandom } from '../protocol/index.ts';
import { position } from '../tests/bridge/support/envelopes.ts';
import { processClock } from '../tests/bridge/support/process-clock.ts';
import { findServer, mosquitto } from '../tests/real/support/servers.ts';
import { readFlags } from './flags/read-flags.ts';

readFlags(import.meta.filename, {});

const BATCH = 500;
const ROUNDS = 15;
const PASSES = 20;
const DELIVERIES = 40;
const NEVER = new AbortController().signal;

const random = seededRandom('bench/outlets');
const envelopes = Array.from({ length: BATCH }, (_, n) =>
  position(n, {
    terminal: `139${String(random.int(0, 99_999_999)).padStart(8, '0')}`,
    latitude: random.int(18e6, 48e6) / 1e6,
  }),
);
const basic = new Uint8Array([...random.bytes(22), 0x26, 0x11, 0x21, 0x10, 0x30, 0x06]);
const lines = new Lines();

interface Row {
  readonly name: string;
  /** Does the batch once; what it returns is added up, so that it cannot be left out. */
  readonly once: () => number;
}

/** The point that `Lines` writes, by the library. */
function pointOf({ division, payload, raw }: (typeof envelopes)[number]): string {
  const { items } = payload;
  const point = new Point('position')
    .tag('division', division)
    .tag('terminal', payload.terminal)
    .intField('received', raw?.receivedMs)
    .floatField('lat', payload.latitude)
    .floatField('lon', payload.longitude)
    .floatField('alt', payload.altitude)
    .floatField('speed', payload.speed)
    .floatField('course', payload.direction)
    .intField('alarm', raw?.alarm)
    .intField('status', raw?.status)
    .floatField('mileage', items['mileage'])
    .floatField('fuel', items['fuel'])
    .intField('rssi', items['rssi'])
    .intField('sats', items['satellites'])
    .booleanField('fix', payload.fix === 'gnss')
    .booleanField('backfill', payload.backfill)
    .timestamp(raw?.timeMs);
  return point.toLineProtocol({ convertTime: String }) ?? '';
}

const rows: readonly Row[] = [
  {
    name: 'line protocol into octets, a point',
    once: () => {
      lines.clear();
      for (const envelope of envelopes) lines.add(envelope);
      return lines.octets.length;
    },
  },
  {
    name: "line protocol by the client library's Point",
    once: () => envelopes.reduce((sum, envelope) => sum + pointOf(envelope).length, 0),
  },
  {
    name: 'topic and JSON for MQTT, a position',
    once: () => envelopes.reduce((sum, one) => sum + topicOf(one).length + JSON.stringify(one.payload).length, 0),
  },
  {
    name: 'id of a position',
    once: () => envelopes.reduce((sum, { payload }, n) => sum + positionId(payload.terminal, basic, 0, n).length, 0),
  },
];

interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

let sink = 0;

function measure(): void {
  const times = rows.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { once }] of rows.entries()) {
      const began = performance.now();
      for (let pass = 0; pass < PASSES; pass++) sink += once();
      times[i]?.push(((performance.now() - began) * 1e6) / (PASSES * BATCH));
    }
  }
  const reference = spread(times[1] ?? []).median;
  console.log('| one position | ns, median | 10–90 % | Point ÷ this |\n|---|---:|---:|---:|');
  for (const [i, { name }] of rows.entries()) {
    const { median, low, high } = spread(times[i] ?? []);
    const ratio = i < 2 ? (reference / median).toFixed(1) : '';
    console.log(`| ${name} | ${median.toFixed(0)} | ${low.toFixed(0)}–${high.toFixed(0)} | ${ratio} |`);
  }
}

/** Positions confirmed per second, in batches one after the other as the pump hands them over. */
async function rate(outlet: Outlet, batch: readonly Envelope[]): Promise<Spread> {
  const rates: number[] = [];
  for (let i = 0; i < DELIVERIES; i++) {
    const began = performance.now();
    await outlet.deliver(batch, NEVER);
    rates.push((batch.length * 1000) / (performance.now() - began));
  }
  return spread(rates.slice(DELIVERIES / 4));
}

function show(name: string, { median, low, high }: Spread): void {
  const thousands = (n: number): string => `${(n / 1000).toFixed(1)}k`;
  console.log(`| ${name} | ${thousands(median)} | ${thousands(low)}–${thousands(high)} |`);
}

async function embedded(subscribers: number): Promise<void> {
  const broker = createBroker({
    clock: processClock,
    authenticate: ({ username }) => ({ name: username!, role: 'operator', prefix: '' }),
  });
  const { port } = await broker.start({ port: 0 });
  const clients = Array.from({ length: subscribers }, () => connect(`mqtt://bench:-@127.0.0.1:${port}`));
  await Promise.all(clients.map((client) => client.subscribeAsync('xingji/v1/#', { qos: 1 })));
  const outlet = createMqttOutlet({ publisher: broker, clock: processClock, node: 'bench' });
  show(`embedded broker, in process, ${subscribers} subscribers`, await rate(outlet, envelopes));
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await broker.stop();
}

async function external(): Promise<void> {
  if (findServer('mosquitto') === undefined) {
    console.log('| mosquitto | not installed | |');
    return;
  }
  const server = await mosquitto();
  const link = createMqttLink(
    { url: `mqtt://127.0.0.1:${server.port}`, node: 'bench', prefix: 'xingji/v1' },
    processClock,
    random,
  );
  const up = new Promise<void>((resolve) => {
    link.onConnected(resolve);
  });
  link.start();
  await up;
  const outlet = createMqttOutlet({ publisher: link, clock: processClock, node: 'bench' });
  show('mosquitto, over a socket', await rate(outlet, envelopes));
  await link.stop();
  await server.remove();
}

measure();
console.log(`\n| QoS 1, batches of ${BATCH} | positions/s, median | 10–90 % |\n|---|---:|---:|`);
await embedded(0);
await embedded(1);
await external();
if (sink === 0) throw new Error('nothing was written');
