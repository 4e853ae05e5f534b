/** A connection over TLS and over plain TCP, to the embedded broker as somebody else's. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, createBroker } from '../../../bridge/index.ts';
import { type Connection, type ConnectionOptions, createConnection } from '../../../bridge/mqtt/connection.ts';
import { seededRandom } from '../../../protocol/index.ts';
import { type Authority, authority, hasOpenssl } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/gateway.ts';
import { processClock } from '../support/process-clock.ts';
import { published } from '../support/published.ts';

const USER = 'plat form';
const PASSWORD = 'p@ss/word';

let broker: Broker;
let connection: Connection;

/** Resolves with what was said first: that it is connected, or a fault. */
async function dialled(
  url: (port: number) => string,
  options: Partial<ConnectionOptions> = {},
  tls?: { readonly cert: string; readonly key: string },
): Promise<string> {
  broker = createBroker({
    clock: processClock,
    authenticate: ({ username, password }) =>
      username === USER && password === PASSWORD ? { name: USER, role: 'platform', prefix: '' } : undefined,
    ...(tls === undefined ? {} : { tls }),
  });
  const { port } = await broker.start({ port: 0 });
  return new Promise((resolve) => {
    connection = createConnection(
      {
        url: url(port),
        clientId: 'edge-1',
        clean: true,
        onFault: (code, detail) => resolve(`${code} ${detail}`),
        ...options,
      },
      processClock,
      seededRandom(1),
    );
    connection.onConnected(() => resolve('connected'));
    connection.start();
  });
}

afterEach(async () => {
  await connection.stop();
  await broker.stop();
});

describe('over plain TCP', () => {
  it('name and password may stand in the URL, where some characters are written otherwise', async () => {
    const account = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}`;
    expect(await dialled((port) => `mqtt://${account}@127.0.0.1:${port}`)).toBe('connected');
  });

  it('those given beside it win', async () => {
    const given = { username: USER, password: PASSWORD };
    expect(await dialled((port) => `mqtt://other:wrong@localhost:${port}`, given)).toBe('connected');
  });
});

describe.skipIf(!hasOpenssl())('over TLS', () => {
  let issuer: Authority;
  let own: { cert: string; key: string };
  let shown: { cert: string; key: string };
  const given = { username: USER, password: PASSWORD };
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  beforeAll(() => {
    issuer = authority(folder.path);
    own = issuer.issue('broker');
    shown = issuer.issue('gateway');
  });

  it('a broker whose certificate the authority has signed is believed, and takes publishes', async () => {
    const trusted = { ...given, tls: { ca: issuer.ca } };
    expect(await dialled((port) => `mqtts://localhost:${port}`, trusted, own)).toBe('connected');
    await published(connection, 'xingji/v1/gateway/edge-1/status', '{"node":"edge-1"}', { retain: true });
  });

  it('one that nobody vouches for is not, and the fault says so', async () => {
    const said = await dialled((port) => `mqtts://localhost:${port}`, given, own);
    expect(said).toMatch(/^MQTT_NOT_CONNECTED .*certificate/);
    expect(connection.connected).toBe(false);
  });

  it('a certificate of our own is shown only over TLS, whatever the URL says', async () => {
    const { cert, key } = shown;
    const showing = { ...given, tls: { ca: issuer.ca, cert, key } };
    expect(await dialled((port) => `mqtt://127.0.0.1:${port}`, showing, own)).toBe('connected');
  });
});
