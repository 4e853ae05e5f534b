import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { DatagramRouter } from '../../../gateway/workers/datagrams.ts';
import type { Datagram } from '../../../gateway/workers/messages.ts';
import { SocketArrival } from '../../../gateway/workers/hand-over.ts';
import { ownerOf } from '../../../gateway/workers/owner.ts';
import { Reception, type ReceptionOptions } from '../../../gateway/workers/reception.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { frameOf, ID, type Speaker } from '../../support/terminal-frames.ts';

const WORKERS = 3;
const car = (n: number): Speaker => ({ phone: `01390000${1000 + n}`, revision: 2013 });
const auth = (n: number): Uint8Array => frameOf(car(n), ID.authentication, 1, Uint8Array.of(0x41));
const ownerOfCar = (n: number): number => ownerOf(`1390000${1000 + n}`, WORKERS);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Led {
  readonly worker: number;
  readonly octets: Uint8Array;
}

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });

/** A reception behind a real port; what it leads away is collected. */
async function open(options: Partial<ReceptionOptions> = {}) {
  const clock = new VirtualClock();
  const led: Led[] = [];
  let told = (): void => undefined;
  const reception = new Reception({
    workers: WORKERS,
    maxWaiting: 100,
    maxPerSource: 100,
    timeoutMs: 30_000,
    clock,
    lead: (worker, arrival, octets) => {
      led.push({ worker, octets });
      closing.push(() => arrival.refuse());
      told();
      return true;
    },
    ...options,
  });
  let accepted = 0;
  const server = createServer((socket) => {
    reception.accept(new SocketArrival(socket, 'terminals'));
    accepted++;
    told();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    reception.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  /** Resolves when `fits` holds, looked at after everything that happens. */
  const until = (fits: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (fits()) resolve();
      };
      told = look;
      look();
    });
  async function link(): Promise<Socket> {
    const before = accepted;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    closing.push(() => socket.destroy());
    await until(() => accepted > before);
    return socket;
  }
  return { clock, led, reception, link, until };
}

describe('the reception of links', () => {
  it('leads each to the owner of its terminal, with all that was read', async () => {
    const { led, link, until, reception } = await open();
    for (let n = 0; n < 6; n++) {
      (await link()).write(Buffer.concat([Buffer.from('noise'), auth(n)]));
      await until(() => led.length === n + 1);
      expect(led[n]!.worker).toBe(ownerOfCar(n));
      expect(Buffer.from(led[n]!.octets)).toEqual(Buffer.concat([Buffer.from('noise'), auth(n)]));
    }
    expect(reception.size).toBe(0);
  });

  it('leads what is nobody’s by its source, always the same way', async () => {
    const { led, link, until } = await open();
    for (const count of [1, 2]) {
      (await link()).write(Buffer.alloc(5000, 'x'));
      await until(() => led.length === count);
    }
    expect(led.map(({ worker }) => worker)).toEqual(Array(2).fill(ownerOf('127.0.0.1', WORKERS)));
  });

  it('closes what says nothing in time, and what exceeds its bounds', async () => {
    const { clock, link, reception } = await open({ maxPerSource: 2 });
    const silent = [await link(), await link()];
    const third = await link();
    await closed(third);
    expect([reception.counts.turnedAway, reception.size]).toEqual([1, 2]);
    const gone = Promise.all(silent.map(closed));
    clock.advance(31_000);
    await gone;
    expect(reception.counts.silent).toBe(2);
  });

  it('resets a link whose worker is down, and forgets it', async () => {
    const { link, reception } = await open({ lead: () => false });
    const socket = await link();
    socket.write(auth(1));
    await closed(socket);
    expect([reception.counts.unled, reception.size]).toEqual([1, 0]);
  });
});

describe('datagrams', () => {
  const from = { address: '10.0.0.9', port: 4711 };

  it('go to the owners of their terminals, those of one moment together', () => {
    const clock = new VirtualClock();
    const led: { worker: number; datagrams: readonly Datagram[] }[] = [];
    const router = new DatagramRouter({
      workers: WORKERS,
      clock,
      lead: (worker, datagrams) => {
        led.push({ worker, datagrams });
        return true;
      },
    });
    for (let n = 0; n < 12; n++) router.receive(auth(n), from);
    router.receive(Uint8Array.of(1, 2, 3), from);
    expect(led).toEqual([]);
    clock.advance(1);
    expect(led.map(({ worker }) => worker)).toEqual([0, 1, 2]);
    const where = new Map(
      led.flatMap(({ worker, datagrams }) => datagrams.map(({ octets }) => [octets.join(), worker] as const)),
    );
    for (let n = 0; n < 12; n++) expect(where.get(auth(n).join())).toBe(ownerOfCar(n));
    expect(where.get('1,2,3')).toBe(ownerOf(from.address, WORKERS));
  });

  it('are dropped and counted beyond the bound, and where the worker is down', () => {
    const clock = new VirtualClock();
    const router = new DatagramRouter({ workers: 1, clock, lead: () => false });
    for (let n = 0; n < 70; n++) router.receive(new Uint8Array(65_000), from);
    expect(router.dropped).toBe(70 - Math.floor((4 << 20) / 65_000));
    clock.advance(1);
    expect(router.dropped).toBe(70);
  });
});
