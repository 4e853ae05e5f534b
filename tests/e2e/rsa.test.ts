/** RSA over a socket: keys are exchanged, and then both sides encrypt, short and long. JT/T 808-2019 8.57, 8.58. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeRsa } from '../../gateway/crypto/node-rsa.ts';
import type { Gateway } from '../../gateway/main.ts';
import { type BodyCipher, newHeader, rsaBodyCipher, type RsaPublicKey } from '../../protocol/index.ts';
import { gatewayHere, temporaryFolder } from '../support/gateway.ts';
import { bodyOf, report, WireTerminal } from '../support/wire-terminal.ts';

const RSA = 1;
const UPLINK_TRANSPARENT = 0x0900;
const newKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** As 0x8A00 and 0x0A00 have it. */
function publicOf(pem: string): RsaPublicKey {
  const { e, n } = createPrivateKey(pem).export({ format: 'jwk' });
  return { e: Buffer.from(e!, 'base64url').readUIntBE(0, 3), n: new Uint8Array(Buffer.from(n!, 'base64url')) };
}

const folder = temporaryFolder();
const ours = newKey();
const theirs = newKey();
/** What the terminal has: its own private key, and the gateway's public one. */
const cipher: BodyCipher = rsaBodyCipher(nodeRsa(theirs, publicOf(ours)));
const encrypted = (body: Uint8Array): Uint8Array => cipher.encrypt(body, newHeader());
let gateway: Gateway;
let terminal: WireTerminal;
let platform: MqttClient;
const heard: Record<string, unknown>[] = [];

async function hears(fits: (said: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  for (let tries = 0; tries < 500; tries++) {
    const found = heard.find(fits);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('never heard of it');
}

async function command(json: object): Promise<void> {
  const response = await fetch(`${gateway.ready.http}/api/v1/terminals/13900000066/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.ready.token!}`, 'content-type': 'application/json' },
    body: JSON.stringify(json),
  });
  expect(response.status).toBe(202);
}

beforeAll(async () => {
  gateway = await gatewayHere(folder.path, {}, { XINGJI_JT808_RSA_KEY: ours });
  const { url, username, password } = gateway.ready.mqtt;
  platform = await connectAsync(url, { username: username!, password: password! });
  platform.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString()) as Record<string, unknown>));
  await platform.subscribeAsync(
    ['xingji/v1/+/+/+/+/position', 'xingji/v1/+/+/+/+/message', 'xingji/v1/+/+/+/+/reply'],
    {
      qos: 1,
    },
  );
  terminal = await new WireTerminal({ phone: '013900000066', ciphers: { [RSA]: cipher } }).connect(gateway.ready.jt808);
  await terminal.registerAndAuthenticate();
});
afterAll(async () => {
  terminal.end();
  await platform.endAsync();
  await gateway.stop();
  folder.remove();
});

it('keys go both ways by command', async () => {
  const { e, n } = publicOf(ours);
  await command({ id: 'key', type: 'platformRsaPublicKey', body: { e, n: Buffer.from(n).toString('hex') } });
  const asked = await terminal.answer(({ name }) => name === 'platformRsaPublicKey');
  expect(Buffer.from(asked.body['n'] as Uint8Array).equals(Buffer.from(n))).toBe(true);
  terminal.send('terminalRsaPublicKey', publicOf(theirs));
  await hears(({ id, state }) => id === 'key' && state === 'done');
});

it('a report that is encrypted is acknowledged, and told in the clear', async () => {
  const serial = terminal.sendBody(0x0200, encrypted(bodyOf('locationReport', 2013, report(5))), RSA);
  expect(await terminal.acknowledged(serial)).toBe('success');
  expect(await hears(({ latitude }) => latitude !== undefined)).toMatchObject({ latitude: 24.8805, speed: 42.5 });
});

it('a message that was encrypted and then split is joined, and told in the clear once', async () => {
  const data = Uint8Array.from({ length: 3000 }, (_, i) => i & 0xff);
  const body = bodyOf('uplinkTransparentData', 2013, { type: 0xf0, data });
  const sealed = encrypted(body);
  expect(sealed.length).toBeGreaterThan(3 * 1023);
  terminal.sendBody(UPLINK_TRANSPARENT, sealed, RSA);
  const { body: told } = await hears(({ messageId }) => messageId === '0x0900');
  expect(told).toMatchObject({ data: Buffer.from(data).toString('hex') });
});

it('a command to a terminal that encrypts is encrypted with its key, in parts where it is long, and settled', async () => {
  await command({ id: 'short', type: 'textMessage', body: { flag: ['display'], text: '加密' } });
  const short = await terminal.answer(({ name }) => name === 'textMessage');
  expect(short).toMatchObject({ encryption: RSA, body: { text: '加密' } });
  terminal.send('terminalAck', { replySerial: short.serial, replyId: 0x8300, result: 'success' });
  await hears(({ id, state }) => id === 'short' && state === 'done');
});
