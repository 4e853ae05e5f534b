/** Programs that come to the embedded broker and the API with a certificate in place of a password or token. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Authority, authority, type Certificate, hasOpenssl } from '../support/certificates.ts';
import { type GatewayProcess, gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';

const KUNMING = 'xingji/v1/53/01/+/+/position';
const DALI = 'xingji/v1/53/29/+/+/position';
const REFUSED = 'Not authorized|Bad username';

describe.skipIf(!hasOpenssl()).each([
  ['one process', 1, 'audit.jsonl'],
  ['two workers', 2, 'audit-primary.jsonl'],
] as const)('a client certificate, shown to %s', (_name, workers, trailFile) => {
  const folder = temporaryFolder();
  const elsewhere = temporaryFolder();
  const data = join(folder.path, 'data');
  let issuer: Authority;
  let own: Certificate;
  let dali: { readonly username: string; readonly password: string };
  let gateway: GatewayProcess;

  const account = (...args: readonly string[]) => runXingji(['account', ...args, '--data', data, '--json']);
  const fingerprint = ({ cert }: Certificate): string =>
    new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
  const trail = (): string => readFileSync(join(data, trailFile), 'utf8');

  /** Rejects where it is not let in. */
  async function come({ cert, key }: Certificate, more: IClientOptions = {}): Promise<MqttClient> {
    const options = { ca: issuer.ca, cert, key, reconnectPeriod: 0, ...more };
    const client = await connectAsync(gateway.ready.mqtt.url, options, false);
    client.on('error', () => undefined);
    return client;
  }
  /** Whether it is let in, and left again. */
  async function opens(shown: Certificate, more: IClientOptions = {}): Promise<boolean> {
    try {
      await (await come(shown, more)).endAsync(true);
      return true;
    } catch (error) {
      expect((error as Error).message).toMatch(new RegExp(REFUSED));
      return false;
    }
  }
  /** Waits for the gateway to take up what a command did, with few tries: who fails often is barred for a minute. */
  const until = (fits: () => boolean | Promise<boolean>): Promise<void> =>
    vi.waitFor(async () => expect(await fits()).toBe(true), { timeout: 15_000, interval: 1500 });
  /** Status of the list of terminals, asked for with a certificate. */
  const ask = (shown: Certificate | undefined, headers: Record<string, string> = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const url = new URL('/api/v1/terminals', gateway.ready.http);
      const pem = shown === undefined ? {} : { cert: shown.cert, key: shown.key };
      request(url, { ca: issuer.ca, agent: false, headers, ...pem }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  const ended = (client: MqttClient): Promise<void> =>
    new Promise((resolve) => (client.connected ? client.once('close', () => resolve()) : resolve()));

  beforeAll(async () => {
    mkdirSync(data);
    issuer = authority(folder.path);
    own = issuer.issue('kunming');
    const { certFile, keyFile } = issuer.issue('localhost');
    const config = join(folder.path, 'xingji.yaml');
    const tls = `certFile: ${certFile}, keyFile: ${keyFile}, caFile: ${issuer.caFile}, clients: optional`;
    writeFileSync(config, `workers: ${workers}\nmqtt: { tls: { ${tls} } }\nhttp: { tls: { ${tls} } }\n`);
    await account('add', 'kunming', '--role', 'unit', '--division', '5301');
    dali = JSON.parse((await account('add', 'dali', '--role', 'unit', '--division', '5329')).stdout) as typeof dali;
    gateway = await gatewayProcess(data, ['-c', config]);
  }, 120_000);
  afterAll(async () => {
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    folder.remove();
    elsewhere.remove();
  });

  it('opens nothing until it was given to an account, and then opens that account without a password', async () => {
    expect([await opens(own), await opens(own, { username: 'kunming' })]).toEqual([false, false]);
    expect(trail()).toContain(`"what":"login.failed","subject":"mqtt","after":{"certificate":"${fingerprint(own)}"}`);
    expect(await account('certify', 'kunming', fingerprint(own))).toMatchObject({ code: 0 });
    await until(() => opens(own));
    expect(await opens(own, { username: 'kunming' })).toBe(true);
    expect(trail()).toContain(
      `"who":"kunming","what":"login.succeeded","subject":"mqtt","after":{"certificate":"${fingerprint(own)}"}`,
    );
  });

  it('hears what its account may hear, and no more', async () => {
    const client = await come(own);
    const granted = new Promise<unknown>((resolve) =>
      client.subscribe({ [KUNMING]: { qos: 1 }, [DALI]: { qos: 1 } }, (_error, _granted, packet) =>
        resolve(packet?.granted),
      ),
    );
    expect(await granted).toEqual([1, 128]);
    await client.endAsync(true);
  });

  it('opens the API too, and nobody is believed who only says that one was shown', async () => {
    await until(async () => (await ask(own)) === 200);
    expect([await ask(undefined), await ask(issuer.issue('nobody'))]).toEqual([401, 401]);
    expect(await ask(own, { origin: 'https://evil.example' })).toBe(401);
    for (const said of [fingerprint(own), ` ${fingerprint(own)}`, `${'0'.repeat(64)} ${fingerprint(own)}`])
      expect(await ask(undefined, { 'x-xingji-certificate': said })).toBe(401);
  });

  it('opens no other account, not with its password either', async () => {
    expect(await opens(own, { username: 'dali' })).toBe(false);
    expect(await opens(own, dali)).toBe(false);
    expect(await opens(own, { username: 'kunming', password: 'guessed' })).toBe(false);
  });

  it('of nobody, or of another authority, opens nothing by itself, and does not stand in the way of a password', async () => {
    const [nobody, foreign] = [issuer.issue('nobody'), authority(elsewhere.path).issue('kunming')];
    expect(await account('certify', 'kunming', fingerprint(foreign))).toMatchObject({ code: 0 });
    expect([await opens(nobody), await opens(foreign), await opens(foreign, { username: 'kunming' })]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await opens(nobody, dali)).toBe(true);
  });

  it('opens nothing while its account is disabled, and what it had opened ends', async () => {
    const client = await come(own);
    const over = ended(client);
    await account('disable', 'kunming');
    await over;
    expect(await opens(own)).toBe(false);
    await account('enable', 'kunming');
    await until(() => opens(own));
  });

  it('that is taken away opens nothing any more, and what it had opened ends', async () => {
    const client = await come(own, { clientId: 'by-certificate' });
    const over = ended(client);
    await account('decertify', 'kunming', fingerprint(own));
    await over;
    expect(await opens(own)).toBe(false);
  });
});
