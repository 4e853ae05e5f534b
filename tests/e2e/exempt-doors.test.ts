/** A vehicle that was open to everybody stays out from now on: every door that told of it tells nothing any more. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readAccounts, writeAccounts } from '../../gateway/access/account-file.ts';
import { hashToken } from '../../gateway/access/secrets.ts';
import { openTrackFile } from '../../gateway/fold/store/track-file.ts';
import type { Gateway } from '../../gateway/main.ts';
import { type FakeStore, fakeStore } from '../bridge/support/fake-store.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const T = '13900000042';
const PLATE = '云A00042';
/** Where it was before, and where nobody hears that it is now. */
const BEFORE = { latitude: 24.345678, longitude: 102.765432 };
const AFTER = { latitude: 25.456789, longitude: 103.654321 };
const TOLD = /13900000042|云A00042|24\.345678|102\.765432|014345678|25\.456789/;
const NOW = Math.floor(Date.now() / 1000) * 1000;
const iso = (ms: number): string => new Date(ms).toISOString();
const FROM = iso(NOW - 3_600_000);
const TO = iso(NOW + 3_600_000);

const folder = temporaryFolder();
let gateway: Gateway;
let influx: FakeStore;
let client: MqttClient;
let streamed = '';
let published: { readonly topic: string; readonly text: string }[] = [];
let event = '';
let grant = '';
let terminal: WireTerminal;
const streaming = new AbortController();

async function call(path: string, json?: object, token = gateway.ready.token!): Promise<string> {
  const response = await fetch(`${gateway.ready.http}/api/v1${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  // A refusal says again what was asked for.
  return response.ok ? text : '';
}

async function until(fits: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await fits()).toBe(true), { timeout: 15_000, interval: 50 });
}

async function listen(): Promise<void> {
  const headers = { authorization: `Bearer ${gateway.ready.token!}` };
  const path = '/api/v1/stream?kinds=position,state,event,reply,message';
  const response = await fetch(`${gateway.ready.http}${path}`, { headers, signal: streaming.signal });
  const decoder = new TextDecoder();
  void (async () => {
    for await (const chunk of response.body!) streamed += decoder.decode(chunk as Uint8Array, { stream: true });
  })().catch(() => undefined);
}

beforeAll(async () => {
  await (await gatewayHere(folder.path)).stop();
  const accounts = join(folder.path, 'accounts.json');
  const reader = { name: 'reader', role: 'discipline', prefix: '', password: null, tokens: [hashToken('r')] } as const;
  writeAccounts(accounts, [...readAccounts(accounts)!, reader]);
  influx = await fakeStore();
  gateway = await gatewayHere(folder.path, { influxUrl: influx.url });
  const { url, username, password } = gateway.ready.mqtt;
  client = await connectAsync(url, { username: username!, password: password! });
  client.on('message', (topic, payload) => published.push({ topic, text: payload.toString() }));
  await client.subscribeAsync('xingji/v1/#', { qos: 1 });
  await listen();
  terminal = await new WireTerminal({ phone: `0${T}` }).connect(gateway.ready.jt808);
  await terminal.registerAndAuthenticate(PLATE);
  await terminal.acknowledged(terminal.send('locationReport', report(0, { ...BEFORE, alarm: 1, time: NOW })));
  await call(`/terminals/${T}/commands`, { id: 'c-1', type: 'locationQuery' });
  await until(() => published.some(({ topic }) => topic.endsWith('/event')));
  event = (JSON.parse(published.find(({ topic }) => topic.endsWith('/event'))!.text) as { event: string }).event;
  const asked = { terminal: T, from: FROM, to: TO, reason: '案件', until: iso(NOW + 86_400_000) };
  grant = (JSON.parse(await call('/grants', asked, 'r')) as { id: string }).id;
  await call(`/grants/${grant}/approve`, {});
  const tracks = openTrackFile(folder.path, { readOnly: true });
  await until(() => tracks.read(T, { from: 0, to: NOW + 1, limit: 1 }).length === 1);
  tracks.close();
  await until(() => influx.writes.some(({ body }) => body.toString().includes(T)));
}, 60_000);
afterAll(async () => {
  streaming.abort();
  await client.endAsync();
  await gateway.stop();
  await influx.stop();
  folder.remove();
});

const command = async (...args: readonly string[]): Promise<string> =>
  (await runXingji([...args, '--data', folder.path])).stdout;

/** What is to be had at each door, as text. */
const DOORS: Readonly<Record<string, () => string | Promise<string>>> = {
  'the list of terminals': () => call('/terminals?limit=1000'),
  'the terminal': () => call(`/terminals/${T}`),
  'the last positions': () => call('/positions/latest?limit=1000'),
  'the list of events': () => call('/events'),
  'the event': () => call(`/events/${event}`),
  'the evidence of the event': () => call(`/events/${event}/evidence`),
  'the list of commands': () => call('/commands'),
  'the command': () => call('/commands/c-1'),
  'its pictures': () => call(`/media?terminal=${T}`).then((text) => (text === '' ? '' : T)),
  'its track': () => call(`/tracks/${T}?from=${FROM}&to=${TO}`, undefined, 'r'),
  'its track as a file': () => call(`/tracks/${T}?from=${FROM}&to=${TO}&format=csv`, undefined, 'r'),
  'the live stream': () => streamed,
  'MQTT as it happens': () => published.map(({ text }) => text).join('\n'),
  'time series': () => influx.writes.map(({ body }) => body.toString()).join('\n'),
  'xingji track': () => command('track', T, '--from', FROM, '--to', TO, '--grant', grant),
  'xingji journal export': () => command('journal', 'export'),
  async 'xingji journal tail'() {
    const lines = (await command('journal', 'tail', '--no-follow', '--lines', '1000', '--json')).split('\n');
    // That it is exempt stands there: it is what keeps it out.
    return lines.filter((line) => !line.includes('"kind":"feed"')).join('\n');
  },
  'xingji explain-event': () => command('explain-event', event),
  async 'xingji evidence export'() {
    const file = join(folder.path, `${Math.random()}.json`);
    await command('evidence', 'export', '--event', event, '-o', file);
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  },
};

describe('a vehicle is told of', () => {
  it.each(Object.entries(DOORS))('by %s', async (_name, look) => {
    expect(await look()).toMatch(TOLD);
  });
});

describe('once it stays out it is told of no more', () => {
  beforeAll(async () => {
    const fact = {
      id: 'x',
      terminal: T,
      reason: '侦查',
      approvedBy: '局长',
      from: FROM,
      until: '2100-01-01T00:00:00Z',
    };
    const path = join(folder.path, 'x.jsonl');
    writeFileSync(path, JSON.stringify(fact));
    await runXingji(['feed', 'exemption', path, '--data', folder.path]);
    await until(async () => (await call(`/terminals/${T}`)) === '');
    await until(() => published.some(({ topic, text }) => topic.endsWith(`${T}/state`) && /-exempt"/.test(text)));
    streamed = '';
    published = [];
    influx.writes.length = 0;
    terminal.send('locationReport', report(0, { ...AFTER, time: NOW + 1000 }));
    await terminal.until(() => terminal.closed, 'the end of its link');
    // Whatever is under way behind it has come by when another one's is here.
    const other = await new WireTerminal({ phone: '013900000043' }).connect(gateway.ready.jt808);
    await other.registerAndAuthenticate('云A00043');
    await other.acknowledged(other.send('locationReport', report(2, { time: NOW + 2000 })));
    await until(() => published.some(({ topic }) => topic.endsWith('13900000043/position')));
    await until(() => streamed.includes('13900000043'));
    await until(() => influx.writes.some(({ body }) => body.toString().includes('13900000043')));
    other.end();
  }, 60_000);

  it.each(Object.entries(DOORS).filter(([name]) => !name.startsWith('MQTT')))('by %s', async (_name, look) => {
    expect(await look()).not.toMatch(TOLD);
  });

  it('by MQTT, where but the link of its terminal is told', () => {
    const of = published.filter(({ topic }) => topic.includes(T));
    expect(of.filter(({ topic }) => !topic.endsWith('/state'))).toEqual([]);
    for (const { text } of of)
      expect(JSON.parse(text)).toMatchObject({ vehicle: null, position: null, openEvents: [] });
  });

  it('by what the broker retained', async () => {
    const { url, username, password } = gateway.ready.mqtt;
    const late = await connectAsync(url, { username: username!, password: password! });
    const retained: Record<string, unknown>[] = [];
    late.on('message', (_topic, payload) => retained.push(JSON.parse(payload.toString()) as Record<string, unknown>));
    await late.subscribeAsync(`xingji/v1/+/+/+/${T}/state`, { qos: 1 });
    await until(() => retained.length > 0);
    expect(retained).toEqual([expect.objectContaining({ vehicle: null, position: null, time: null })]);
    await late.endAsync();
  });

  it('nor may anybody command it, ask for its track, or settle its events', async () => {
    const wanted = { type: 'locationQuery' };
    expect(await call(`/terminals/${T}/commands`, wanted)).toBe('');
    expect(await call('/commands', { ...wanted, target: { terminals: [T] } })).not.toMatch(TOLD);
    expect(await call('/grants', { terminal: T, from: FROM, to: TO, reason: 'x', until: TO }, 'r')).toBe('');
    expect(await call(`/events/${event}/acknowledge`, {})).toBe('');
  });
});
