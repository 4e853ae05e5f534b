/** Connections to the embedded broker over TLS that never come so far as to say who they are. */
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKER_LIMITS, type Broker, createBroker } from '../../../bridge/index.ts';
import { type Authority, authority, hasOpenssl } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/gateway.ts';
import { processClock } from '../support/process-clock.ts';

describe.skipIf(!hasOpenssl())('a connection over TLS', () => {
  let issuer: Authority;
  let own: { cert: string; key: string };
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  beforeAll(() => {
    issuer = authority(folder.path);
    own = issuer.issue('broker');
  });

  async function opened(limits = {}): Promise<{ broker: Broker; port: number }> {
    const { cert, key } = own;
    const broker = createBroker({ clock: processClock, limits, authenticate: () => undefined, tls: { cert, key } });
    const { port } = await broker.start({ port: 0 });
    return { broker, port };
  }

  function closing(socket: Socket): Promise<boolean> {
    return new Promise((resolve) => socket.once('close', () => resolve(true)));
  }

  async function silent(port: number): Promise<Socket> {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  it('that says nothing is closed when the time for a handshake is over, and has its place no more', async () => {
    expect(BROKER_LIMITS.handshakeMs).toBe(20_000);
    const { broker, port } = await opened({ handshakeMs: 500, clients: 1 });
    await once(await silent(port), 'close');
    const next = connectTls({ host: 'localhost', port, ca: issuer.ca });
    await once(next, 'secureConnect');
    next.destroy();
    await broker.stop();
  });

  it('that says nothing keeps nobody from stopping the broker', async () => {
    const { broker, port } = await opened();
    const closed = closing(await silent(port));
    await broker.stop();
    expect(await closed).toBe(true);
  });

  it('that has shaken hands and says no more is closed by a stop too', async () => {
    const { broker, port } = await opened();
    const socket = connectTls({ host: 'localhost', port, ca: issuer.ca });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    const closed = closing(socket);
    await broker.stop();
    expect(await closed).toBe(true);
  });
});
