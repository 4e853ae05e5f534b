/** What is done to a gateway under load. Each is played in a short form for a test, and in a long one for a proof. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { generate } from 'mqtt-packet';
import type { Random } from '../../protocol/index.ts';
import type { Stage, StagePlan } from './stage.ts';

/** How much of it. */
export interface Extent {
  /** SIGKILLs of the gateway. */
  readonly kills: number;
  /** Other faults are repeated so often. */
  readonly times: number;
  /** How long each lasts. */
  readonly outageMs: number;
}

export const SHORT: Extent = { kills: 10, times: 1, outageMs: 4000 };
export const LONG: Extent = { kills: 200, times: 5, outageMs: 60_000 };

export interface Scenario {
  readonly name: string;
  readonly plan: StagePlan;
  /** Not among those that `npm run test:real` plays: it is another each time that its dice are others. */
  readonly byHand?: boolean;
  readonly play: (stage: Stage, extent: Extent, random: Random) => Promise<void>;
}

/** Load goes on for so long after the last fault, so that what a fault broke shows. */
const AFTER_MS = 2000;
const TERMINALS = 100;
/** So many leave a backlog, ahead of which urgent records and new ones go, when an outlet was away for so long. */
const CROWD = 400;
const OLD_MS = 9000;
const HOUR_MS = 3_600_000;
const FLOOD_SOCKETS = 500;
const NOISE_OCTETS = 16 << 10;
/** Stores keep their word over SIGKILL only if they sync what they accept: InfluxDB 1 does, VictoriaMetrics within seconds. */
const PLAN = { broker: 'mosquitto', store: 'victoria-metrics', terminals: TERMINALS } as const;
const SYNCED = { ...PLAN, store: 'influxd' } as const;

async function repeat(times: number, fault: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time++) {
    await fault();
    await delay(AFTER_MS);
  }
}

/** Subscribes to everything and reads nothing of it. */
async function frozenSubscriber(stage: Stage): Promise<() => void> {
  const { url, username, password } = stage.gateway.ready.mqtt;
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    generate({
      cmd: 'connect',
      clientId: 'frozen',
      clean: true,
      keepalive: 0,
      protocolId: 'MQTT',
      protocolVersion: 4,
      username: username!,
      password: Buffer.from(password!),
    }),
  );
  socket.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'xingji/v1/#', qos: 0 }] }));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return () => socket.destroy();
}

/** Peers that send what is no frame, as fast as they are read. */
function garbageFlood(stage: Stage, random: Random): () => void {
  const at = stage.gateway.ready.jt808;
  const colon = at.lastIndexOf(':');
  const noise = random.bytes(NOISE_OCTETS);
  const sockets = Array.from({ length: FLOOD_SOCKETS }, () => {
    const socket = connect(Number(at.slice(colon + 1)), at.slice(0, colon));
    const pour = (): void => {
      if (socket.write(noise)) setImmediate(pour);
    };
    socket
      .on('error', () => {})
      .on('drain', pour)
      .on('connect', pour);
    return socket;
  });
  return () => sockets.forEach((socket) => socket.destroy());
}

/** As a disk with platters, a shared volume, and one that is about to fail: each commit takes so much longer. */
function slowDisk(name: string, commitMs: number): Scenario {
  return {
    name,
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.hostFaults({ clockStepMs: 0, commitMs });
        await delay(outageMs);
        stage.hostFaults({ clockStepMs: 0, commitMs: 0 });
      }),
  };
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'no fault',
    plan: PLAN,
    play: (_stage, { outageMs }) => delay(outageMs),
  },
  {
    name: 'gateway killed',
    plan: SYNCED,
    play: async (stage, { kills }, random) => {
      for (let kill = 0; kill < kills; kill++) {
        // Every other time commits are slow, so that an answer which went ahead of its commit is found out.
        stage.hostFaults({ clockStepMs: 0, commitMs: kill % 2 === 0 ? 200 : 0 });
        await delay(random.int(200, 1500));
        await stage.killGateway();
      }
      stage.hostFaults({ clockStepMs: 0, commitMs: 0 });
      await delay(AFTER_MS);
    },
  },
  {
    name: 'one of two workers killed',
    plan: { ...SYNCED, workers: 2 },
    play: async (stage, { kills }, random) => {
      // A tenth: a worker that dies again and again is started more and more slowly.
      for (let kill = 0; kill < kills / 10; kill++) {
        await delay(random.int(200, 1500));
        await stage.killWorker(random);
      }
      await delay(AFTER_MS);
    },
  },
  {
    name: 'broker and store killed',
    plan: SYNCED,
    play: (stage, { times }, random) =>
      repeat(times + 1, async () => {
        for (const server of [stage.broker!, stage.store]) {
          await delay(random.int(200, 1500));
          await server.end('SIGKILL');
          await server.start();
        }
      }),
  },
  {
    name: 'broker and store down',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        await Promise.all([stage.broker!.end('SIGTERM'), stage.store.end('SIGTERM')]);
        await delay(2 * outageMs);
        await Promise.all([stage.broker!.start(), stage.store.start()]);
      }),
  },
  {
    name: 'both down, gateway killed',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        await Promise.all([stage.broker!.end('SIGTERM'), stage.store.end('SIGTERM')]);
        await delay(outageMs);
        await stage.killGateway();
        await Promise.all([stage.broker!.start(), stage.store.start()]);
      }),
  },
  {
    name: 'both down, disk full meanwhile',
    plan: { ...PLAN, terminals: CROWD, smallDisk: true },
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        await Promise.all([stage.broker!.end('SIGTERM'), stage.store.end('SIGTERM')]);
        await delay(outageMs / 2);
        stage.disk!.fill();
        await delay(outageMs / 2);
        stage.disk!.free();
        await delay(OLD_MS);
        await Promise.all([stage.broker!.start(), stage.store.start()]);
      }),
  },
  {
    name: 'several at once',
    plan: { ...SYNCED, terminals: CROWD, smallDisk: true },
    byHand: true,
    play: (stage, { times, outageMs }, random) =>
      repeat(times + 1, async () => {
        const coin = (): boolean => random.int(0, 1) === 1;
        const down = [stage.broker!, stage.store].filter(coin);
        const [full, dies] = [coin(), coin()];
        stage.hostFaults({ clockStepMs: 0, commitMs: coin() ? 50 : 0 });
        for (const server of down) await server.end(coin() ? 'SIGKILL' : 'SIGTERM');
        await delay(random.int(0, outageMs));
        if (full) stage.disk!.fill();
        await delay(random.int(0, outageMs));
        if (full && dies) await stage.gateway.end('SIGKILL');
        if (full) stage.disk!.free();
        if (dies) await stage.killGateway();
        await delay(random.int(0, OLD_MS));
        for (const server of down) await server.start();
        stage.hostFaults({ clockStepMs: 0, commitMs: 0 });
      }),
  },
  {
    name: 'disk full',
    plan: { ...PLAN, smallDisk: true },
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.disk!.fill();
        await delay(outageMs);
        stage.disk!.free();
      }),
  },
  {
    name: 'disk full, gateway killed',
    plan: { ...PLAN, smallDisk: true },
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.disk!.fill();
        await delay(outageMs);
        await stage.gateway.end('SIGKILL');
        stage.disk!.free();
        await stage.killGateway();
      }),
  },
  slowDisk('disk slow, 5 ms', 5),
  slowDisk('disk slow, 20 ms', 20),
  slowDisk('disk slow, 400 ms', 400),
  {
    name: 'clock steps',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        for (const clockStepMs of [HOUR_MS, -HOUR_MS, 0]) {
          stage.hostFaults({ clockStepMs, commitMs: 0 });
          await delay(outageMs / 2);
        }
      }),
  },
  {
    name: 'subscriber frozen',
    plan: { ...PLAN, broker: 'embedded', terminals: 4 * TERMINALS },
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        const end = await frozenSubscriber(stage);
        await delay(2 * outageMs);
        end();
      }),
  },
  {
    name: 'garbage flood',
    plan: PLAN,
    play: (stage, { times, outageMs }, random) =>
      repeat(times, async () => {
        const end = garbageFlood(stage, random);
        await delay(outageMs);
        end();
      }),
  },
  {
    name: 'broker frozen',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.broker!.freeze();
        await delay(outageMs);
        stage.broker!.thaw();
      }),
  },
  {
    name: 'store frozen',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.store.freeze();
        await delay(outageMs);
        stage.store.thaw();
      }),
  },
  {
    name: 'way to the broker cut',
    plan: PLAN,
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.tap!.cut();
        await delay(outageMs);
        stage.tap!.mend();
      }),
  },
  {
    name: 'way to the fleet cut',
    plan: { ...PLAN, namespace: true },
    play: (stage, { times, outageMs }) =>
      repeat(times, async () => {
        stage.namespace!.cut();
        await delay(2 * outageMs);
        stage.namespace!.mend();
      }),
  },
];
