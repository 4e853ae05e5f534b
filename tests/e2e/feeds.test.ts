import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { type FakeStore, fakeStore } from '../bridge/support/fake-store.ts';
import { archive, workOrder } from '../gateway/support/archives.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

interface Heard {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const folder = temporaryFolder();
let gateway: Gateway;
let client: MqttClient;
let influx: FakeStore;
const heard: Heard[] = [];

beforeAll(async () => {
  influx = await fakeStore();
  gateway = await gatewayHere(folder.path, { influxUrl: influx.url, logLevel: 'silent' });
  const { url, username, password } = gateway.ready.mqtt;
  client = await connectAsync(url, { username: username!, password: password! });
  client.on('message', (topic, payload) => {
    heard.push({ topic, payload: JSON.parse(payload.toString()) as Heard['payload'] });
  });
  await client.subscribeAsync('xingji/v1/#', { qos: 1 });
}, 30_000);
afterAll(async () => {
  await client.endAsync();
  await gateway.stop();
  await influx.stop();
  folder.remove();
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${gateway.ready.token!}` };
  const response = await fetch(`${gateway.ready.http}${path}`, { headers });
  return { status: response.status, body: await response.json() };
}

/** Over MQTT; resolves when the gateway has it, or has answered that it will not take it. */
const tell = (kind: string, fact: object): Promise<unknown> =>
  client.publishAsync(`xingji/v1/feed/${kind}`, JSON.stringify(fact), { qos: 1 });

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('never came');
}

const facts = {
  archive: archive('a', '13900000001'),
  workOrder: workOrder('w', { terminal: '13900000001' }),
  order: {
    id: 'o',
    plate: '云Aa',
    from: '2026-01-01T08:00:00+08:00',
    until: '2026-01-01T18:00:00+08:00',
    purpose: '会议',
    destination: { latitude: 25, longitude: 102 },
    approver: '张',
    filedAt: '2026-01-01T07:00:00+08:00',
  },
  calendar: { id: 'c', date: '2026-10-01', kind: 'sealed', division: '53' },
  place: { id: 'p', kind: 'residence', latitude: 25, longitude: 102, radius: 80 },
} as const;

describe('facts of a platform', () => {
  it.each(Object.entries(facts))('of kind %s come over MQTT and are read back', async (kind, fact) => {
    await tell(kind, fact);
    expect((await get(`/api/v1/feed/${kind}/${fact.id}`)).body).toEqual(fact);
  });

  it('that are bad are answered by kind, with their faults, and change nothing', async () => {
    await tell('order', { ...facts.order, purpose: '', colour: 1 });
    const { payload } = await until(() => heard.find(({ topic }) => topic === 'xingji/v1/feed/order/rejected'));
    expect(payload).toMatchObject({ id: 'o', kind: 'order', code: 'FACT_INVALID' });
    expect(payload['reason']).toContain('colour: is not a known field');
    expect((await get('/api/v1/feed/order/o')).body).toEqual(facts.order);
  });

  it('are replaced by id, and taken away', async () => {
    await tell('calendar', { ...facts.calendar, kind: 'workday' });
    expect((await get('/api/v1/feed/calendar/c')).body).toMatchObject({ kind: 'workday' });
    await tell('calendar', { id: 'c', deleted: true });
    expect((await get('/api/v1/feed/calendar/c')).status).toBe(404);
  });

  it('from the command line are taken up by the gateway beside it', async () => {
    const path = join(folder.path, 'more.jsonl');
    writeFileSync(path, JSON.stringify(archive('b', '13900000002', { plate: '云B12345' })));
    expect(await runXingji(['feed', 'archive', path, '--data', folder.path])).toMatchObject({ code: 0 });
    const terminal = await new WireTerminal({ phone: '013900000002', revision: 2013 }).connect(gateway.ready.jt808);
    await terminal.registerAndAuthenticate();
    await until(async () => {
      const { body } = await get('/api/v1/terminals/13900000002');
      return (body as { vehicle?: string }).vehicle === '云B12345' ? true : undefined;
    });
    terminal.end();
  }, 60_000);

  it('leave a trail', async () => {
    const trail = await until(() => {
      const lines = readFileSync(join(folder.path, 'audit.jsonl'), 'utf8').trim().split('\n');
      const entries = lines.map((line) => JSON.parse(line) as { what: string; subject: string; who: string });
      return entries.some(({ subject }) => subject === 'archive:b') ? entries : undefined;
    });
    expect(trail).toContainEqual(
      expect.objectContaining({ who: 'platform', what: 'registry.calendar.removed', subject: 'calendar:c' }),
    );
  });
});

describe('a vehicle that stays out', () => {
  const phone = '013955555555';
  /** Coordinates as every door would write them. */
  const place = { latitude: 24.345678, longitude: 102.765432 };
  const inPlain = /24\.345678|102\.765432/;

  it('leaves its place in no file, on no topic, in no series and behind no route', async () => {
    await tell('exemption', {
      id: 'x',
      terminal: phone,
      reason: '侦查',
      approvedBy: '局长',
      from: '2020-01-01T00:00:00Z',
      until: '2100-01-01T00:00:00Z',
    });
    const exempt = await new WireTerminal({ phone, revision: 2013 }).connect(gateway.ready.jt808);
    exempt.send('locationReport', report(0, place));
    exempt.send('batchLocationUpload', { dataType: 'blindZoneSupplement', items: [] });
    const other = await new WireTerminal({ phone: '013966666666', revision: 2013 }).connect(gateway.ready.jt808);
    await other.registerAndAuthenticate();
    await other.acknowledged(other.send('locationReport', report(1)));
    await until(() => heard.find(({ topic }) => topic.endsWith('13966666666/position')));
    await until(() => influx.writes.find(({ body }) => body.toString().includes('13966666666')));
    exempt.end();
    other.end();

    expect((await get('/api/v1/terminals/13955555555')).status).toBe(404);
    const { body: latest } = await get('/api/v1/positions/latest?limit=1000');
    expect(JSON.stringify(latest)).not.toContain('13955555555');
    expect(JSON.stringify(heard)).not.toMatch(inPlain);
    expect(heard.some(({ topic }) => topic.includes('13955555555'))).toBe(false);
    expect(influx.writes.map(({ body }) => body.toString()).join('\n')).not.toMatch(/13955555555/);
    const onWire = Buffer.alloc(8);
    onWire.writeUInt32BE(24_345_678, 0);
    onWire.writeUInt32BE(102_765_432, 4);
    for (const name of readdirSync(folder.path, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const octets = readFileSync(join(name.parentPath, name.name));
      expect(octets.includes(onWire), name.name).toBe(false);
      expect(octets.toString('latin1'), name.name).not.toMatch(inPlain);
    }
    const refusal = '"who":"terminal:13955555555","what":"exemption.refused","subject":"exemption:x"';
    await until(() => readFileSync(join(folder.path, 'audit.jsonl'), 'utf8').includes(refusal) || undefined);
  }, 60_000);
});
