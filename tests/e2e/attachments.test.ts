/** Evidence of an alarm, sent to a whole gateway by a terminal that it knows, and by one that it does not. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadConfig } from '../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createLogger } from '../../gateway/observe/log.ts';
import { processClock } from '../../gateway/process-clock.ts';
import { type Alarm, ALARM, ALARM_TIME, EvidenceTerminal, fileOf } from '../gateway/attachments/terminal.ts';
import { runXingji, temporaryFolder } from '../support/gateway.ts';
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

it('of an alarm in a period in which its vehicle stayed out is neither kept nor told of when it comes later', async () => {
  const phone = '013800138009';
  const hour = 3_600_000;
  const fact = { id: 'x', terminal: phone, reason: '侦查', approvedBy: '局长' };
  const period = { from: new Date(ALARM_TIME - hour).toISOString(), until: new Date(ALARM_TIME + hour).toISOString() };
  const path = join(folder.path, 'exemption.jsonl');
  writeFileSync(path, `${JSON.stringify({ ...fact, ...period })}\n`);
  expect(await runXingji(['feed', 'exemption', path, '--data', folder.path])).toMatchObject({ code: 0 });
  const trail = (): string => readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
  await vi.waitFor(() => expect(trail()).toContain('"subject":"exemption:x"'), 15_000);

  const { url, username, password } = gateway.ready.mqtt;
  const platform = await connectAsync(url, { username: username!, password: password! });
  const told: string[] = [];
  platform.on('message', (_topic, payload) => told.push(payload.toString()));
  await platform.subscribeAsync('xingji/v1/+/+/+/+/message', { qos: 1 });

  const known = await new WireTerminal({ phone }).connect(gateway.ready.jt808);
  await known.registerAndAuthenticate();
  const { listeners } = (await (await fetch(`${gateway.ready.http}/readyz`)).json()) as {
    listeners: readonly { name: string; address: string }[];
  };
  const port = Number(
    listeners
      .find(({ name }) => name === 'attachments')!
      .address.split(':')
      .at(-1),
  );
  const send = async (alarm: Alarm, name: string): Promise<void> => {
    const file = fileOf(name, 10_000);
    const terminal = await EvidenceTerminal.connect(port, alarm);
    expect(await terminal.announce([file])).toBe(true);
    expect(await terminal.begin(file)).toBe(true);
    terminal.send(file);
    // It has what it needs to forget the file.
    expect(await terminal.finish(file)).toEqual([]);
    await terminal.end();
  };
  await send({ phone, number: 'KEPT-OUT', sequence: 1 }, '00_64_6401_0_KEPT-OUT.jpg');
  await send({ phone, number: 'AFTER', sequence: 2, time: ALARM_TIME + 2 * hour }, '00_64_6401_0_AFTER.jpg');
  await vi.waitFor(() => expect(told.some((text) => text.includes('_AFTER.jpg'))).toBe(true), 15_000);
  await platform.endAsync();
  known.end();

  expect(told.join('')).not.toContain('KEPT-OUT');
  expect(readdirSync(join(folder.path, 'attachments', '13800138009'))).toEqual(['20240307170723-2-AFTER']);
  for (const entry of readdirSync(folder.path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) expect(readFileSync(join(entry.parentPath, entry.name)).includes('KEPT-OUT')).toBe(false);
  }
  const refused =
    '"who":"terminal:13800138009","what":"exemption.refused","subject":"exemption:x","after":{"messageId":"0x1210"}';
  expect(trail()).toContain(refused);
  expect(await (await fetch(`${gateway.ready.http}/metrics`)).text()).toMatch(/refused_messages\S*exempt\S* 1\n/);
}, 60_000);
