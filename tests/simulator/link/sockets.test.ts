import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CloseKind, Link } from '../../../protocol/index.ts';
import type { Dialer } from '../../../simulator/link/dialer.ts';
import { tcpDialer } from '../../../simulator/link/tcp.ts';
import { udpDialer } from '../../../simulator/link/udp.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

async function listenTcp(): Promise<{ port: number; accepted: Promise<Socket> }> {
  const server = createServer({ allowHalfOpen: true });
  // A reset is an error of the socket whether or not the test is about it.
  server.on('connection', (socket) => socket.on('error', () => undefined));
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, accepted };
}

function dialled(dialer: Dialer): Promise<Link> {
  return new Promise((connected, failed) => {
    dialer.dial(0, { connected, failed: (reason) => failed(new Error(reason)) });
  });
}

interface Opened {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly closed: Promise<CloseKind>;
}

/** Opens a link; what it receives can be waited for, and so can its end. */
function opened(link: Link): Opened {
  const waiting: ((chunk: Uint8Array) => void)[] = [];
  const received: Uint8Array[] = [];
  const closed = new Promise<CloseKind>((resolve) => {
    link.open({
      receive: (chunk) => {
        const own = new Uint8Array(chunk);
        const taker = waiting.shift();
        if (taker === undefined) received.push(own);
        else taker(own);
      },
      closed: resolve,
    });
  });
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = received.shift() ?? (await new Promise<Uint8Array>((resolve) => waiting.push(resolve)));
    return { done: false, value };
  };
  return { chunks: { next }, closed };
}

const octets = (...of: number[]): Uint8Array => Uint8Array.from(of);

describe('a TCP link', () => {
  it('carries octets both ways, and the writer may use its buffer again at once', async () => {
    const { port, accepted } = await listenTcp();
    const link = await dialled(tcpDialer('127.0.0.1', port));
    const { chunks } = opened(link);
    const far = await accepted;
    cleanup.push(() => far.destroy());
    const buffer = octets(1, 2, 3);
    link.write(buffer);
    buffer.fill(9);
    const [heard] = (await once(far, 'data')) as [Uint8Array];
    expect([...heard]).toEqual([1, 2, 3]);
    far.write(octets(4, 5));
    expect((await chunks.next()).value).toEqual(octets(4, 5));
  });

  it.each([
    ['an orderly end by the platform', 'ended', (far: Socket) => far.end()],
    ['a reset by the platform', 'reset', (far: Socket) => far.resetAndDestroy()],
  ] as const)('tells %s', async (_what, kind, act) => {
    const { port, accepted } = await listenTcp();
    const { closed } = opened(await dialled(tcpDialer('127.0.0.1', port)));
    act(await accepted);
    expect(await closed).toBe(kind);
  });

  it.each(['local', 'timeout', 'reset'] as const)('closes as it is told (%s)', async (kind) => {
    const { port, accepted } = await listenTcp();
    const link = await dialled(tcpDialer('127.0.0.1', port));
    const { closed } = opened(link);
    const far = await accepted;
    const gone = new Promise((resolve) => {
      far.on('error', resolve);
      far.on('end', resolve);
    });
    far.resume();
    link.close(kind);
    expect(await closed).toBe(kind);
    await gone;
    far.destroy();
  });

  it('says in one word why there is none', async () => {
    const { port } = await listenTcp();
    await cleanup.pop()?.();
    await expect(dialled(tcpDialer('127.0.0.1', port))).rejects.toThrow('ECONNREFUSED');
  });

  it('can be called off before it stands', async () => {
    const { port } = await listenTcp();
    let told = false;
    const tell = (): void => {
      told = true;
    };
    tcpDialer('127.0.0.1', port).dial(0, { connected: tell, failed: tell })();
    const other = await dialled(tcpDialer('127.0.0.1', port));
    expect(told).toBe(false);
    other.close('reset');
  });
});

describe('a UDP link', () => {
  it('carries datagrams both ways, each terminal from an address of its own', async () => {
    const platform = createSocket('udp4');
    platform.bind(0, '127.0.0.1');
    await once(platform, 'listening');
    cleanup.push(() => platform.close());
    const { port } = platform.address();
    const one = await dialled(udpDialer('127.0.0.1', port));
    const two = await dialled(udpDialer('127.0.0.1', port));
    expect([one.datagram, two.datagram]).toEqual([true, true]);
    const [first, second] = [opened(one), opened(two)];
    const ports = new Set<number>();
    platform.on('message', (message, from) => {
      ports.add(from.port);
      platform.send(Buffer.from(message).reverse(), from.port, from.address);
    });
    one.write(octets(1, 2));
    two.write(octets(3, 4));
    expect([...((await first.chunks.next()).value as Uint8Array)]).toEqual([2, 1]);
    expect([...((await second.chunks.next()).value as Uint8Array)]).toEqual([4, 3]);
    expect(ports.size).toBe(2);
    one.close('local');
    two.close('timeout');
    expect([await first.closed, await second.closed]).toEqual(['local', 'timeout']);
  });
});
