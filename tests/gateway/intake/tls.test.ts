/** Handshakes that do not come to an end, over real sockets. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Listener } from '../../../gateway/intake/tcp.ts';
import { listenTls } from '../../../gateway/intake/tls.ts';
import type { Link } from '../../../protocol/index.ts';
import { authority, hasOpenssl } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/gateway.ts';

const AT = { host: '127.0.0.1', port: 0 };

describe.skipIf(!hasOpenssl())('a TLS handshake', () => {
  const folder = temporaryFolder();
  const issuer = authority(folder.path);
  const { cert, key } = issuer.issue('localhost');
  const sockets: Socket[] = [];
  let listener: Listener;
  let turnedAway = 0;

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await listener.close();
  });
  afterAll(() => folder.remove());

  async function listening(maxUnproved: number, handshakeTimeout: number): Promise<Link[]> {
    const links: Link[] = [];
    turnedAway = 0;
    const options = { cert, key, maxConnections: 100, maxUnproved, handshakeTimeout, turnedAway: () => turnedAway++ };
    listener = await listenTls(AT, options, (link) => links.push(link));
    return links;
  }

  async function dial(localAddress = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ host: AT.host, port: listener.port, localAddress });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket.resume();
  }

  async function refused(localAddress: string): Promise<void> {
    const socket = connect({ host: AT.host, port: listener.port, localAddress });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await closed;
  }

  async function shake(localAddress = '127.0.0.1'): Promise<void> {
    const below = connect({ host: AT.host, port: listener.port, localAddress });
    const socket = connectTls({ socket: below, ca: issuer.ca });
    sockets.push(socket);
    await once(socket, 'secureConnect');
    socket.on('error', () => undefined);
  }

  it('that takes too long, or is none, ends the connection', async () => {
    const links = await listening(10, 200);
    const [silent, other] = [await dial(), await dial()];
    other.write('GET / HTTP/1.0\r\n\r\n');
    await Promise.all([once(silent, 'close'), once(other, 'close')]);
    expect(links).toEqual([]);
  });

  it('is one of so many of its source: others come as ever, and it may have more when some are over', async () => {
    const links = await listening(2, 60_000);
    const first = await dial('127.0.0.2');
    await dial('127.0.0.2');
    await refused('127.0.0.2');
    expect(turnedAway).toBe(1);
    await shake();
    first.destroy();
    // There is room when the gateway has seen that one is gone, or done; those that are done are no longer counted.
    for (let n = 0; n < 4; n++) await vi.waitFor(() => shake('127.0.0.2'));
    await vi.waitFor(() => expect(links).toHaveLength(5));
  });
});
