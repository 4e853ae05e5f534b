/** Handshakes that do not come to an end, over real sockets. */
import { once } from 'node:events';
import { get } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { HttpsServer } from '../../../gateway/api/https-server.ts';
import { authority, hasOpenssl } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/gateway.ts';

describe.skipIf(!hasOpenssl())('an HTTPS server', () => {
  const folder = temporaryFolder();
  const issuer = authority(folder.path);
  const { cert, key } = issuer.issue('localhost');
  const sockets: Socket[] = [];
  let server: HttpsServer;

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  afterAll(() => folder.remove());

  async function listening(handshakeTimeout?: number): Promise<number> {
    const deadline = handshakeTimeout === undefined ? {} : { handshakeTimeout };
    server = new HttpsServer({ cert, key, ...deadline }, (_request, response) => response.end('here'));
    // As a framework does it: whoever asks badly is answered.
    server.on('clientError', (_error, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function dial(port: number): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket.resume();
  }

  function ask(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, ca: issuer.ca, servername: 'localhost' }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
  }

  it('closes a connection whose handshake takes too long, or is none, and serves the others', async () => {
    const port = await listening(200);
    const [silent, half, other] = [await dial(port), await dial(port), await dial(port)];
    half.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00));
    other.write('GET / HTTP/1.0\r\n\r\n');
    const closed = Promise.all([silent, half, other].map((socket) => once(socket, 'close')));
    expect(await ask(port)).toBe('here');
    await closed;
    expect(await ask(port)).toBe('here');
  });

  it('waits for no handshake when it is closed', async () => {
    const port = await listening();
    const silent = await dial(port);
    // What came before it was accepted before it.
    await ask(port);
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, once(silent, 'close')]);
    expect(await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0);
  });
});
