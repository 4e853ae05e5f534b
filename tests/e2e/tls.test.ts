import { request } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectMqtt } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatFault, loadConfig } from '../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createLogger } from '../../gateway/observe/log.ts';
import { processClock } from '../../gateway/process-clock.ts';
import type { DecodedMessage } from '../../protocol/index.ts';
import { type Authority, authority, hasOpenssl } from '../support/certificates.ts';
import { temporaryFolder } from '../support/gateway.ts';
import { frameOf, heard, ID, registrationBody } from '../support/terminal-frames.ts';

const CAR = { phone: '013912345678', revision: 2013 } as const;
const OTHER = { phone: '013700000001', revision: 2013 } as const;

/** Loads settings from a file, as an operator gives them. */
function load(folder: string, yaml: string) {
  const file = join(folder, 'xingji.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ env: {}, flags: {}, file });
}

describe.skipIf(!hasOpenssl())('over TLS', () => {
  const folder = temporaryFolder();
  let issuer: Authority;
  let gateway: Gateway;
  let terminals = { host: '', port: 0 };

  beforeAll(async () => {
    issuer = authority(folder.path);
    const { certFile, keyFile } = issuer.issue('localhost');
    const port = 20_000 + (process.pid % 20_000);
    const tls = `certFile: ${certFile}, keyFile: ${keyFile}, caFile: ${issuer.caFile}`;
    const loaded = load(
      folder.path,
      `
data: ${join(folder.path, 'data')}
jt808: { listen: 127.0.0.1:0, tls: { listen: 127.0.0.1:${port}, ${tls}, clients: required } }
mqtt: { listen: 127.0.0.1:0, tls: { ${tls}, clients: none } }
http: { listen: 127.0.0.1:0, tls: { ${tls}, clients: optional } }
log: { level: silent }
`,
    );
    if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
    const log = createLogger({ level: 'silent', node: 'n', clock: processClock });
    gateway = await startGateway(loaded.config, log);
    terminals = { host: '127.0.0.1', port };
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    folder.remove();
  });

  function dial(name: string | undefined): TLSSocket {
    const own = name === undefined ? {} : issuer.issue(name);
    const socket = connectTls({ ...terminals, ca: issuer.ca, ...own });
    socket.on('error', () => {});
    return socket;
  }

  function answer(socket: TLSSocket, frame: Uint8Array): Promise<DecodedMessage | undefined> {
    return new Promise((resolve) => {
      socket.once('data', (chunk: Buffer) => resolve(heard(chunk)[0]));
      socket.once('close', () => resolve(undefined));
      socket.write(frame);
    });
  }

  it('a terminal registers with its certificate, and can speak for no other with it', async () => {
    const socket = dial('13912345678');
    const registered = await answer(socket, frameOf(CAR, ID.registration, 0, registrationBody(2013)));
    expect(registered?.body).toMatchObject({ result: 'success' });
    const stranger = await answer(socket, frameOf(OTHER, ID.registration, 1, registrationBody(2013)));
    expect(stranger?.body).toMatchObject({ replyId: ID.registration, result: 'failure' });
    socket.destroy();
  });

  it('a certificate that names no terminal lets in whoever may enrol', async () => {
    const socket = dial('workshop');
    const registered = await answer(socket, frameOf(OTHER, ID.registration, 0, registrationBody(2013)));
    expect(registered?.body).toMatchObject({ result: 'success' });
    socket.destroy();
  });

  it('nobody gets in without a certificate where one is required', async () => {
    const socket = dial(undefined);
    expect(await answer(socket, frameOf(CAR, ID.registration, 0, registrationBody(2013)))).toBeUndefined();
  });

  it('platforms and operators are served, and the addresses say so', async () => {
    const { mqtt, http } = gateway.ready;
    expect([mqtt.url, http].map((url) => url.split(':')[0])).toEqual(['mqtts', 'https']);
    const client = connectMqtt(mqtt.url, {
      username: mqtt.username!,
      password: mqtt.password!,
      ca: issuer.ca,
      reconnectPeriod: 0,
    });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
    });
    await client.endAsync();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${http}/healthz`, { ca: issuer.ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });
});

describe('certificates in the settings', () => {
  it.each([
    ['mqtt: { tls: { cert: x } }', 'mqtt.tls.key: nothing (mqtt.tls), expected the private key of the certificate'],
    ['mqtt: { tls: { key: x } }', 'mqtt.tls.cert: nothing, though mqtt.tls.key is given'],
    ['http: { tls: { cert: x, key: y } }', 'expected a certificate chain and its private key in PEM'],
    ['http: { tls: { cert: x, key: y, clients: required } }', 'http.tls.ca: nothing'],
    ['jt808: { tls: { listen: 127.0.0.1:1 } }', 'jt808.tls.cert: nothing'],
    ['jt808: { tls: { lisen: 127.0.0.1:1 } }', 'perhaps jt808.tls.listen'],
  ])('%s is refused in words', (yaml, line) => {
    const folder = temporaryFolder();
    const loaded = load(folder.path, yaml);
    folder.remove();
    const faults = 'faults' in loaded ? loaded.faults.map(formatFault) : [];
    expect(
      faults.some((fault) => fault.includes(line)),
      faults.join('\n'),
    ).toBe(true);
  });
});
