/** Every route of a running gateway, asked for what it serves and for what it refuses: each answer is as the description says. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../bridge/index.ts';
import { readAccounts, writeAccounts } from '../../gateway/access/account-file.ts';
import { hashToken } from '../../gateway/access/secrets.ts';
import { codeOf } from '../../gateway/access/totp.ts';
import type { Description } from '../../gateway/api/openapi/describe.ts';
import { ROUTES } from '../../gateway/api/openapi/routes.ts';
import type { Gateway } from '../../gateway/main.ts';
import { ApiAnswers } from '../support/api-answers.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const T = '13900000001';
const NOW = Math.floor(Date.now() / 1000) * 1000;
const FROM = new Date(NOW - 600_000).toISOString();
const TO = new Date(NOW + 600_000).toISOString();
const UNTIL = '2100-01-01T00:00:00Z';
const ARCHIVE = {
  id: 'A-1',
  vehicle: 'V-1',
  plate: '云A12345',
  plateColor: 2,
  division: '530102',
  unit: '机关事务局',
  terminal: T,
};

const folder = temporaryFolder();
const faults: string[] = [];
let gateway: Gateway;
let answers: ApiAnswers;
let terminal: WireTerminal;

interface Asked {
  readonly as?: string | undefined;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks, holds the answer to the description, and returns it; the operator asks unless somebody else is named. */
async function ask(method: string, path: string, { as = 'operator', json, headers = {}, body }: Asked = {}) {
  const response = await fetch(gateway.ready.http + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as === '' ? {} : { authorization: `Bearer ${as === 'operator' ? gateway.ready.token! : `${as}-token`}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
  });
  const copy = response.clone();
  faults.push(...(await answers.faults(method, path, response)));
  const said = (copy.headers.get('content-type') ?? '').includes('json') ? ((await copy.json()) as object) : {};
  return { status: copy.status, headers: copy.headers, said: said as Record<string, unknown> };
}

const get = (path: string, asked: Asked = {}) => ask('GET', `/api/v1${path}`, asked);
const post = (path: string, json: unknown, asked: Asked = {}) => ask('POST', `/api/v1${path}`, { json, ...asked });

beforeAll(async () => {
  await (await gatewayHere(folder.path)).stop();
  const accounts = join(folder.path, 'accounts.json');
  const more = (['discipline', 'supervisor', 'unit', 'finance'] as const satisfies readonly Role[]).map((role) => ({
    name: role,
    role,
    prefix: role === 'unit' ? '4501' : '',
    password: null,
    tokens: [hashToken(`${role}-token`)],
  }));
  writeAccounts(accounts, [...readAccounts(accounts)!, ...more]);
  for (const file of [
    `media/${T}/2026-02-27/7-0123456789abcdef.jpg`,
    `attachments/${T}/20240307150723-0-ALARM-0001/00_64_6401_0_A.jpg`,
  ]) {
    mkdirSync(join(folder.path, dirname(file)), { recursive: true });
    writeFileSync(join(folder.path, file), 'picture');
  }
  const env = { XINGJI_COMMANDS_APPROVAL: 'dangerous', XINGJI_MQTT_AUTH_TOKEN: 'broker-token' };
  gateway = await gatewayHere(folder.path, {}, env);
  answers = new ApiAnswers((await (await fetch(`${gateway.ready.http}/api/docs`)).json()) as Description);
  terminal = await new WireTerminal({ phone: `0${T}` }).connect(gateway.ready.jt808);
  await terminal.registerAndAuthenticate();
  const body = report(0, { alarm: 1, time: NOW });
  await terminal.acknowledged(terminal.send('locationReport', body));
}, 60_000);
afterAll(async () => {
  terminal.end();
  await gateway.stop();
  folder.remove();
});

describe('every answer is as it is described', () => {
  it('of the registry, its facts and divisions', async () => {
    await post('/feed/archive', ARCHIVE);
    await post('/feed/archive', { ...ARCHIVE, colour: 1 });
    await post('/feed/place', { id: 'P', kind: 'depot', latitude: 25, longitude: 102, radius: 50 });
    await post('/feed/nothing', {});
    for (const path of ['/feed/archive', '/feed/place', '/feed/archive/A-1', '/feed/archive/none']) await get(path);
    const list = [
      'vehicles',
      'terminals',
      'sims',
      'units',
      'vehicles/V-1/bindings',
      `terminals/${T}`,
      `terminals/${T}/bindings`,
    ];
    for (const path of list) await get(`/registry/${path}`);
    await get('/registry/vehicles?limit=0');
    await get('/registry/history?subject=archive:A-1');
    await post(`/registry/terminals/${T}/life-cycle`, { to: 'recycled' });
    const order = { id: 'WO-1', kind: 'removal', terminal: T, from: FROM, until: UNTIL };
    await post('/feed/workOrder', order);
    await post(`/registry/terminals/${T}/life-cycle`, { to: 'removalApproved', workOrder: 'WO-1' });
    const csv = { headers: { 'content-type': 'text/csv' }, body: 'id,vehicle\n1,2\n' };
    await ask('POST', '/api/v1/registry/import?dryRun=true', csv);
    const lines = { headers: { 'content-type': 'application/x-ndjson' }, body: `${JSON.stringify(ARCHIVE)}\n` };
    expect((await ask('POST', '/api/v1/registry/import', lines)).status).toBe(200);
    for (const format of ['csv', 'json']) await get(`/registry/export?format=${format}`);
    for (const path of ['/divisions', '/divisions?below=530000', '/divisions/530102', '/divisions/999999'])
      await get(path);
    expect((await ask('DELETE', '/api/v1/feed/place/P')).status).toBe(204);
    expect(faults).toEqual([]);
  });

  it('of terminals, positions, health and files', async () => {
    await vi.waitFor(async () => expect((await get('/positions/latest')).said['items']).toHaveLength(1));
    for (const path of ['', '?online=true&division=53', `/0${T}`, '/1', '/!']) await get(`/terminals${path}`);
    await get('/terminals', { as: '' });
    await get('/terminals', { as: 'finance' });
    for (const path of ['/healthz', '/readyz', '/metrics', '/api/docs', '/api/openapi.json', '/api/asyncapi.json'])
      await ask('GET', path);
    await ask('GET', '/api/docs', { headers: { accept: 'text/html' } });
    await get('/health');
    const [media, evidence] = [await get(`/media?terminal=${T}`), await get(`/attachments?terminal=${T}`)];
    for (const { said } of [media, evidence]) {
      const [{ path }] = said['items'] as [{ path: string }];
      const whole = await get(`/${path}`);
      await get(`/${path}`, { headers: { range: 'bytes=0-2' } });
      await get(`/${path}`, { headers: { range: 'bytes=900-' } });
      await get(`/${path}`, { headers: { 'if-none-match': whole.headers.get('etag')! } });
    }
    await get(`/media/${T}/2026-02-27/none.jpg`);
    expect(faults).toEqual([]);
  });

  it('of events, with what people do with them', async () => {
    await vi.waitFor(async () => expect((await get('/events')).said['items']).not.toEqual([]));
    const [{ id }] = (await get(`/events?terminal=${T}&code=A0`)).said['items'] as [{ id: string }];
    await get(`/events/${id}`);
    const evidence = await get(`/events/${id}/evidence`);
    expect(evidence.said['frames']).not.toEqual([]);
    await get('/events/01ARZ3NDEKTSV4RRFFQ69G5FAV');
    await get('/events?limit=5000');
    await post(`/events/${id}/acknowledge`, { note: '已联系驾驶员' });
    await post(`/events/${id}/close`, {});
    expect((await post(`/events/${id}/close`, { reason: '误报' })).status).toBe(200);
    await post(`/events/${id}/close`, { reason: '误报' });
    expect((await post(`/events/${id}/reopen`, { reason: '再查' })).status).toBe(200);
    expect(faults).toEqual([]);
  });

  it('of commands, to one and to many', async () => {
    const { said } = await post(`/terminals/${T}/commands`, { type: 'locationQuery' });
    const id = String(said['id']);
    await terminal.answer(({ name }) => name === 'locationQuery');
    await post(`/terminals/${T}/commands`, { type: 'noSuchThing' });
    await post('/terminals/1/commands', { type: 'locationQuery' });
    await post('/commands', { id: 'many', type: 'locationQuery', target: { terminals: [T] } });
    await post('/commands', { type: 'locationQuery', target: {} });
    for (const path of ['/commands', '/commands?awaiting=true', `/commands/${id}`, '/commands/many', '/commands/none'])
      await get(path);
    await post(`/commands/${id}/approve`, undefined);
    await post(`/commands/${id}/reject`, { reason: 'no' });
    const dangerous = { type: 'terminalControl', body: { command: 'wirelessUpgrade', parameters: '' } };
    for (const decision of ['approve', 'reject']) {
      const waiting = await post(`/terminals/${T}/commands`, dangerous);
      expect(waiting.said).toMatchObject({ approval: 'needed' });
      const json = decision === 'reject' ? { reason: '另行安排' } : undefined;
      const decided = await post(`/commands/${String(waiting.said['id'])}/${decision}`, json, { as: 'supervisor' });
      expect(decided.status).toBe(200);
    }
    expect(faults).toEqual([]);
  });

  it('of grants, tracks and the trail', async () => {
    const asked = { terminal: T, from: FROM, to: TO, reason: '案件 17', until: UNTIL };
    const made = await post('/grants', asked, { as: 'discipline' });
    const id = String(made.said['id']);
    expect(made.headers.get('location')).toBe(`/api/v1/grants/${id}`);
    await post('/grants', { ...asked, to: '2000-01-01T00:00:00Z' }, { as: 'discipline' });
    await post(`/grants/${id}/approve`, {}, { as: 'discipline' });
    await post(`/grants/${id}/approve`, { note: '同意' }, { as: 'supervisor' });
    const track = `/tracks/${T}?from=${FROM}&to=${TO}`;
    await vi.waitFor(async () => expect((await get(track, { as: 'discipline' })).said['items']).toHaveLength(1));
    for (const format of ['geojson', 'gpx', 'csv']) await get(`${track}&format=${format}`, { as: 'discipline' });
    await get(track, { as: 'supervisor' });
    await get('/grants');
    await get(`/grants/${id}`);
    expect((await post(`/grants/${id}/revoke`, {})).status).toBe(200);
    await post(`/grants/${id}/deny`, {});
    const other = await post('/grants', asked, { as: 'discipline' });
    expect((await post(`/grants/${String(other.said['id'])}/deny`, {}, { as: 'discipline' })).status).toBe(200);
    await get('/audit?limit=5');
    await get('/audit', { as: 'unit' });
    expect(faults).toEqual([]);
  });

  it('of brokers elsewhere, that ask who may', async () => {
    const added = `chuxiong --role unit --division 5323 --password open-sesame-17`;
    await runXingji(['account', 'add', ...added.split(' '), '--data', folder.path]);
    const [login, as] = [{ username: 'chuxiong', password: 'open-sesame-17' }, 'broker'];
    // A gateway that runs takes accounts up within a second.
    await vi.waitFor(
      async () => expect((await post('/mqtt/auth', login, { as })).said).toMatchObject({ result: 'allow', Ok: true }),
      { timeout: 5000, interval: 200 },
    );
    expect((await post('/mqtt/auth', { ...login, password: 'x' }, { as })).said).toMatchObject({ result: 'deny' });
    const topic = 'xingji/v1/53/23/+/+/position';
    const asked = { username: 'chuxiong', topic, action: 'subscribe' };
    expect((await post('/mqtt/acl', asked, { as })).said).toMatchObject({ result: 'allow' });
    await post('/mqtt/acl', asked, { as: 'other' });
    expect((await get('/mqtt/acl')).status).toBe(200);
    const { stdout } = await runXingji(['account', 'acl', '--data', folder.path]);
    expect(stdout).toContain(`user chuxiong\ntopic read ${topic}\n`);
    expect(faults).toEqual([]);
  });

  it('of sessions and of codes that are voided', async () => {
    await ask('POST', '/api/v1/session', { as: '', json: { token: gateway.ready.token } });
    await ask('POST', '/api/v1/session', { as: '', json: { token: 'none' } });
    await ask('DELETE', '/api/v1/session', { as: '' });
    expect((await ask('POST', `/api/v1/terminals/${T}/revoke-code`)).status).toBe(204);
    expect(faults).toEqual([]);
  });

  it('of accounts, theirs and one’s own', async () => {
    const made = await post('/accounts', { name: 'kunming', role: 'unit', division: '5301' });
    expect(made.said).toMatchObject({ state: 'applied', credentials: { username: 'kunming' } });
    await post('/accounts', { name: 'kunming', role: 'unit' });
    await post('/accounts', { name: '!', role: 'unit' });
    await post('/accounts', { name: 'x', role: 'thirdParty', expires: FROM });
    await get('/accounts', { as: 'unit' });
    await post('/accounts/kunming', { role: 'finance', expires: UNTIL });
    await post('/accounts/nobody', { role: 'finance' });
    for (const verb of ['disable', 'enable', 'rotate', 'remove-totp', 'end-sessions'])
      expect((await post(`/accounts/kunming/${verb}`, undefined)).status).toBe(200);
    for (const verb of ['certify', 'decertify'])
      await post(`/accounts/kunming/${verb}`, { fingerprint: 'AB:'.repeat(31) + 'CD' });
    await get('/accounts');
    expect((await post('/account-policy', { fourEyes: true })).said).toEqual({ state: 'applied' });
    const ids: unknown[] = [];
    for (const name of ['one', 'two']) ids.push((await post('/accounts', { name, role: 'audit' })).said['change']);
    await post('/accounts/kunming', { role: 'supervisor', division: '53' });
    await get('/account-changes', { as: 'supervisor' });
    await post(`/account-changes/${String(ids[0])}/approve`, undefined);
    await post(`/account-changes/${String(ids[0])}/approve`, undefined, { as: 'supervisor' });
    expect((await post(`/account-changes/${String(ids[1])}/deny`, undefined)).said).toEqual({ state: 'denied' });
    await get('/account');
    const begun = await post('/account/totp', undefined);
    const code = (): string => codeOf(String(begun.said['secret']), Math.floor(Date.now() / 30_000));
    await post('/account/totp/confirm', { code: '000000' });
    const key = await post('/account/keys', { label: 'wall', rights: ['watch'], days: 1 });
    await post('/account/keys', { label: 'no', rights: ['command'] }, { as: 'finance' });
    await get('/account/keys');
    expect((await ask('DELETE', `/api/v1/account/keys/${String(key.said['id'])}`)).status).toBe(204);
    await ask('DELETE', '/api/v1/account/keys/none');
    const { headers } = await ask('POST', '/api/v1/session', { as: '', json: { token: gateway.ready.token } });
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    const own = { as: '', headers: { cookie, 'sec-fetch-site': 'same-origin' } };
    expect((await post('/account/totp/confirm', { code: code() }, own)).said['recoveryCodes']).toHaveLength(10);
    expect((await ask('POST', '/api/v1/account/totp/remove', { ...own, json: { code: code() } })).status).toBe(204);
    const [session] = (await get('/sessions')).said['items'] as [{ id: string }];
    expect((await ask('DELETE', `/api/v1/sessions/${session.id}`)).status).toBe(204);
    await ask('DELETE', '/api/v1/sessions/none');
    expect(faults).toEqual([]);
  });

  it('of every route there is: each has served, and the stream has begun', async () => {
    const stopped = new AbortController();
    const stream = await fetch(`${gateway.ready.http}/api/v1/stream`, {
      headers: { authorization: `Bearer ${gateway.ready.token!}` },
      signal: stopped.signal,
    });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    stopped.abort();
    const served = new Set([...answers.seen].filter((key) => / 20\d$/.test(key)).map((key) => key.slice(0, -4)));
    expect(Object.keys(ROUTES).filter((route) => !served.has(route))).toEqual(['GET /api/v1/stream']);
  });
});
