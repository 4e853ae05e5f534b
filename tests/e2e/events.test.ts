/** An alarm from the socket to the platforms, to a person's hands, and to evidence that stands by itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const folder = temporaryFolder();
let gateway: Gateway;
let client: MqttClient;
const heard: { topic: string; payload: Record<string, unknown> }[] = [];

async function start(): Promise<void> {
  gateway = await gatewayHere(folder.path);
  const { url, username, password } = gateway.ready.mqtt;
  client = await connectAsync(url, { username: username!, password: password! });
  client.on('message', (topic, payload) =>
    heard.push({ topic, payload: JSON.parse(payload.toString()) as Record<string, unknown> }),
  );
  await client.subscribeAsync('xingji/v1/#', { qos: 1 });
}

async function stop(): Promise<void> {
  await client.endAsync();
  await gateway.stop();
}

async function api(path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${gateway.ready.http}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${gateway.ready.token!}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

async function until(fits: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(fits()).toBe(true), { timeout: 15_000, interval: 20 });
}

const events = (leaf = 'event') =>
  heard.filter(({ topic }) => topic.endsWith(`/${leaf}`)).map(({ payload }) => payload);

beforeAll(start);
afterAll(async () => {
  await stop();
  folder.remove();
});

describe('an emergency', () => {
  let id = '';

  it('is an event on MQTT, in the state, in the API, and confirmed to the terminal when somebody takes notice', async () => {
    const terminal = new WireTerminal({ phone: '013900000777' });
    await terminal.connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    terminal.send('locationReport', report(0, { alarm: 1, time: Math.floor(Date.now() / 1000) * 1000 }));
    await until(() => events().length > 0);
    const [raised] = events();
    expect(raised).toMatchObject({
      code: 'A0',
      state: 'raised',
      severity: 4,
      terminal: '13900000777',
      origin: 'terminal',
    });
    id = raised!['event'] as string;
    await until(() => events('state').some(({ openEvents }) => (openEvents as string[]).includes(id)));
    expect(((await api('/events?terminal=13900000777&code=A0&state=open'))['items'] as { id: string }[])[0]!.id).toBe(
      id,
    );
    expect(await api(`/events/${id}/acknowledge`, { note: 'the driver is called' })).toMatchObject({ status: 200 });
    await until(() => terminal.answers.some(({ name }) => name === 'manualAlarmConfirmation'));
    const confirmation = terminal.answers.find(({ name }) => name === 'manualAlarmConfirmation')!;
    expect(confirmation.body).toMatchObject({ alarmTypes: 1 });
    terminal.end();
  });

  it('is there under the same id after a restart, and can be closed', async () => {
    await stop();
    await start();
    const closed = await api(`/events/${id}/close`, { reason: 'a false alarm' });
    expect(closed).toMatchObject({ status: 200, state: 'closed', acknowledgedBy: expect.any(String) });
    await until(() => events().some(({ state }) => state === 'closed'));
    const { frames } = (await api(`/events/${id}/evidence`)) as { frames?: { message: { name: string } }[] };
    expect(frames!.map(({ message }) => message.name)).toEqual(['locationReport']);
  });

  it('can be exported beside the gateway, verified anywhere, and explained in words', async () => {
    const file = join(folder.path, 'case.json');
    const exported = await runXingji(['evidence', 'export', '--data', folder.path, '--event', id, '-o', file]);
    expect([exported.code, exported.stderr]).toEqual([0, '']);
    expect((await runXingji(['evidence', 'verify', file])).code).toBe(0);
    const pub = join(folder.path, 'keys', 'journal.pub');
    expect((await runXingji(['evidence', 'verify', file, '--public-key', pub])).code).toBe(0);
    const whole = join(folder.path, 'whole.json');
    const proved = ['evidence', 'export', '--data', folder.path, '--event', id, '-o', whole, '--with-journal'];
    expect((await runXingji(proved)).code).toBe(0);
    const verified = await runXingji(['evidence', 'verify', whole, '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ genuine: true, faults: [], inJournal: expect.any(Number) });
    expect((JSON.parse(verified.stdout) as { inJournal: number }).inJournal).toBeGreaterThan(1);
    const { journalRuns } = JSON.parse(readFileSync(whole, 'utf8')) as { journalRuns: { batches: { at: number }[] }[] };
    const at = journalRuns[0]!.batches[0]!.at;
    writeFileSync(whole, readFileSync(whole, 'utf8').replaceAll(`"at": ${at}`, `"at": ${at + 1}`));
    expect((await runXingji(['evidence', 'verify', whole])).stdout).toContain('does not lead to its signed head');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"octets": "0200', '"octets": "0201'));
    const altered = await runXingji(['evidence', 'verify', file]);
    expect([altered.code, altered.stdout]).toEqual([1, expect.stringContaining('does not fit its hash')]);
    expect((await runXingji(['evidence', 'check', '--data', folder.path])).stdout).toContain('whole');
    const explained = await runXingji(['explain-event', id, '--data', folder.path, '--lang', 'zh']);
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('紧急报警：人工关闭')]);
    expect((await runXingji(['explain-event', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '--data', folder.path])).code).toBe(1);
    expect((await runXingji(['explain-event', 'x', '--data', folder.path])).code).toBe(2);
    expect((await runXingji(['journal', 'verify', '--data', folder.path])).code).toBe(0);
  }, 120_000);
});
