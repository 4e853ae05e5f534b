/** Evidence of an alarm, sent to a whole gateway by a terminal that it knows, and by one that it does not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createLogger } from '../../gateway/observe/log.ts';
import { processClock } from '../../gateway/process-clock.ts';
import { ALARM, EvidenceTerminal, fileOf } from '../gateway/attachments/terminal.ts';
import { temporaryFolder } from '../support/gateway.ts';
import { WireTerminal } from '../support/wire-terminal.ts';

const FREE = '127.0.0.1:0';
const folder = temporaryFolder();
let gateway: Gateway;

beforeAll(async () => {
  const flags = { jt808: FREE, mqtt: FREE, http: FREE, data: folder.path, logLevel: 'silent' };
  const loaded = loadConfig({ env: { XINGJI_ATTACHMENTS_LISTEN: FREE }, flags });
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  gateway = await startGateway(loaded.config, createLogger({ level: 'silent', node: 'e2e', clock: processClock }));
});
afterAll(async () => {
  await gateway.stop();
  folder.remove();
});

it('is taken from a terminal that has registered, and from no other', async () => {
  const { listeners } = (await (await fetch(`${gateway.ready.http}/readyz`)).json()) as {
    listeners: readonly { name: string; address: string }[];
  };
  const { address } = listeners.find(({ name }) => name === 'attachments')!;
  const port = Number(address.split(':').at(-1));
  const photo = fileOf('00_64_6401_0_ALARM-0001.jpg', 100_000);

  const { url, username, password } = gateway.ready.mqtt;
  const platform = await connectAsync(url, { username: username!, password: password! });
  const announced = new Promise<Record<string, unknown>>((resolve) =>
    platform.on('message', (_topic, payload) => {
      const said = JSON.parse(payload.toString()) as Record<string, unknown>;
      if (said['messageId'] === '0x1212') resolve(said);
    }),
  );
  await platform.subscribeAsync('xingji/v1/+/+/+/+/message', { qos: 1 });

  const stranger = await EvidenceTerminal.connect(port);
  expect(await stranger.announce([photo])).toBe(false);
  await stranger.end();

  const known = await new WireTerminal({ phone: ALARM.phone }).connect(gateway.ready.jt808);
  await known.registerAndAuthenticate();
  const terminal = await EvidenceTerminal.connect(port);
  expect(await terminal.announce([photo])).toBe(true);
  expect(await terminal.begin(photo)).toBe(true);
  terminal.send(photo);
  expect(await terminal.finish(photo)).toEqual([]);
  const home = join(folder.path, 'attachments', '13800138000', '20240307150723-0-ALARM-0001');
  expect(readFileSync(join(home, photo.name)).equals(photo.data)).toBe(true);
  await terminal.end();
  known.end();

  // Platforms hear of the file, and can have it.
  const path = `attachments/13800138000/20240307150723-0-ALARM-0001/${photo.name}`;
  expect(await announced).toMatchObject({
    terminal: '13800138000',
    name: 'attachmentFinished',
    body: {
      name: photo.name,
      size: 100_000,
      file: { path, size: 100_000, alarm: { alarmNumber: 'ALARM-0001', identification: { sequence: 0 } } },
    },
  });
  await platform.endAsync();
  const headers = { authorization: `Bearer ${gateway.ready.token!}`, range: 'bytes=0-9' };
  const part = await fetch(`${gateway.ready.http}/api/v1/${path}`, { headers });
  expect(Buffer.from(await part.arrayBuffer()).equals(photo.data.subarray(0, 10))).toBe(true);
  const trail = readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
  expect(trail).toContain(`"what":"media.read","subject":"${path}"`);
});
