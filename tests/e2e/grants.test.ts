import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccounts, writeAccounts } from '../../gateway/access/account-file.ts';
import { hashToken } from '../../gateway/access/secrets.ts';
import { openTrackFile } from '../../gateway/fold/store/track-file.ts';
import type { Gateway } from '../../gateway/main.ts';
import type { Role } from '../../bridge/index.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const folder = temporaryFolder();
const T = '13900000001';
const FROM = '2026-11-22T02:00:00Z';
const TO = '2026-11-22T03:00:00Z';
const UNTIL = '2100-01-01T00:00:00Z';
let gateway: Gateway;

beforeAll(async () => {
  await (await gatewayHere(folder.path)).stop();
  const path = join(folder.path, 'accounts.json');
  const more = (['discipline', 'supervisor', 'unit', 'finance', 'audit'] as const satisfies readonly Role[]).map(
    (role) => ({ name: role, role, prefix: '', password: null, tokens: [hashToken(`${role}-token`)] }),
  );
  const elsewhere = { ...more[0]!, name: 'elsewhere', prefix: '45', tokens: [hashToken('elsewhere-token')] };
  writeAccounts(path, [...readAccounts(path)!, ...more, elsewhere]);
  gateway = await gatewayHere(folder.path);
  const terminal = await new WireTerminal({ phone: `0${T}` }).connect(gateway.ready.jt808);
  await terminal.registerAndAuthenticate();
  for (let i = 0; i < 5; i++) await terminal.acknowledged(terminal.send('locationReport', report(i * 10)));
  terminal.end();
  // Tracks are kept by a thread of their own, a moment behind.
  const kept = openTrackFile(folder.path, { readOnly: true });
  while (kept.read(T, { from: 0, to: Date.parse(TO), limit: 9 }).length < 5)
    await new Promise((resolve) => setTimeout(resolve, 20));
  kept.close();
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  folder.remove();
});

async function call(as: string, path: string, json?: object) {
  const response = await fetch(`${gateway.ready.http}/api/v1${path}`, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${as}-token`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown> };
}

const asked = { terminal: `0${T}`, from: FROM, to: TO, reason: '案件 17', until: UNTIL };
const track = (as: string, query = '') => call(as, `/tracks/${T}?from=${FROM}&to=${TO}${query}`);

async function granted(): Promise<string> {
  const id = (await call('discipline', '/grants', asked)).body['id'] as string;
  expect((await call('supervisor', `/grants/${id}/approve`, {})).body).toMatchObject({ state: 'approved' });
  return id;
}

const trail = (): string => readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');

describe('a track', () => {
  it('without a grant is 403 for whoever asks, and the attempt is in the trail', async () => {
    for (const as of ['supervisor', 'unit', 'finance']) {
      const { status, body } = await track(as);
      expect([as, status, body['code']]).toEqual([as, 403, 'grant']);
      expect(trail()).toContain(`"who":"${as}","what":"track.refused","subject":"terminal:${T}"`);
    }
    expect((await track('audit')).body).toMatchObject({ status: 403, code: 'right' });
    expect((await track('nobody')).status).toBe(401);
  });

  it('is seen under a grant that another person approved, by whoever asked, page by page', async () => {
    const { status, body: grant } = await call('discipline', '/grants', asked);
    const id = String(grant['id']);
    expect([status, grant]).toMatchObject([201, { state: 'requested', terminal: T, requestedBy: 'discipline' }]);
    expect((await track('discipline')).status).toBe(403);
    expect((await call('discipline', `/grants/${id}/approve`, {})).body).toMatchObject({
      status: 403,
      code: 'own-grant',
    });
    expect((await call('unit', `/grants/${id}/approve`, {})).status).toBe(404);
    expect((await call('elsewhere', `/grants/${id}/approve`, {})).status).toBe(404);
    expect((await call('supervisor', `/grants/${id}/approve`, { note: '同意' })).body).toMatchObject({
      id,
      state: 'approved',
      decidedBy: 'supervisor',
      note: '同意',
    });
    const seen = await track('discipline');
    expect(seen.body).toMatchObject({ terminal: T, grant: id, next: null });
    expect(seen.body['items']).toHaveLength(5);
    expect((seen.body['items'] as object[])[0]).toMatchObject({ latitude: 24.88, longitude: 102.83, fix: 'gnss' });
    const first = (await track('discipline', '&limit=3')).body as { items: object[]; next: string };
    const second = (await track('discipline', `&limit=3&cursor=${first.next}`)).body as { items: object[]; next: null };
    expect([...first.items, ...second.items]).toEqual(seen.body['items']);
    expect(second.next).toBeNull();
    // It is theirs alone, for this terminal and this period.
    expect((await track('supervisor')).status).toBe(403);
    expect((await call('discipline', `/tracks/${T}?from=${FROM}&to=2026-11-22T03:00:01Z`)).status).toBe(403);
    expect((await call('discipline', `/tracks/13900000002?from=${FROM}&to=${TO}`)).status).toBe(403);
    expect((await track('discipline', '&grant=g-other')).status).toBe(403);
    for (const what of ['grant.requested', 'grant.approved', 'track.read']) expect(trail()).toContain(`"${what}"`);
  });

  it('is no longer seen once the grant is revoked', async () => {
    const mine = (await call('discipline', '/grants?state=approved')).body as { items: { id: string }[] };
    for (const { id } of mine.items) await call('supervisor', `/grants/${id}/revoke`, { note: 'over' });
    expect((await track('discipline')).status).toBe(403);
  });

  it.each([
    ['geojson', '"type":"LineString"'],
    ['gpx', '<trkpt lat="24.88" lon="102.83"><ele>1892</ele>'],
    ['csv', 'time,latitude,longitude'],
  ])(
    'is a file as %s, over HTTP and from the command line',
    async (format, piece) => {
      const id = await granted();
      const { status, text } = await track('discipline', `&format=${format}`);
      expect([status, text]).toEqual([200, expect.stringContaining(piece)]);
      const args = ['track', `0${T}`, '--from', FROM, '--to', TO, '--data', folder.path, '--format', format];
      const told = await runXingji([...args, '--grant', id]);
      expect([told.code, told.stdout]).toEqual([0, text]);
    },
    30_000,
  );

  it('from the command line needs a grant too, which covers it; both ways are in the trail', async () => {
    const id = await granted();
    const show = (grant: string, to = TO) =>
      runXingji(['track', T, '--from', FROM, '--to', to, '--data', folder.path, '--grant', grant]);
    expect(await show('g-none')).toMatchObject({ code: 1, stdout: '', stderr: '--grant: no grant g-none is known\n' });
    expect(await show(id, '2026-11-23T00:00:00Z')).toMatchObject({ code: 1, stdout: '' });
    await call('discipline', `/grants/${id}/revoke`, {});
    expect(await show(id)).toMatchObject({ code: 1, stderr: `--grant: ${id} is revoked, expected an approved one\n` });
    const commands = readFileSync(join(folder.path, 'audit-commands.jsonl'), 'utf8');
    expect(commands).toContain('"what":"track.read"');
    expect(commands.match(/"what":"track.refused"/g)).toHaveLength(3);
  }, 60_000);

  it('of a vehicle that stays out is told to nobody, whatever was granted before', async () => {
    const id = await granted();
    const fact = {
      id: 'x',
      terminal: T,
      reason: '侦查',
      approvedBy: '局长',
      from: '2020-01-01T00:00:00Z',
      until: UNTIL,
    };
    const path = join(folder.path, 'exempt.jsonl');
    writeFileSync(path, JSON.stringify(fact));
    await runXingji(['feed', 'exemption', path, '--data', folder.path]);
    const args = ['track', T, '--from', FROM, '--to', TO, '--data', folder.path, '--grant', id];
    expect(await runXingji(args)).toMatchObject({ code: 1, stdout: '' });
    for (let tries = 0; tries < 100 && (await track('discipline')).status !== 404; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await track('discipline')).status).toBe(404);
    expect((await call('discipline', '/grants', asked)).status).toBe(404);
  }, 60_000);
});

it.each([
  [{ reason: ' ' }, 'reason'],
  [{ until: '2020-01-01T00:00:00Z' }, 'until'],
  [{ to: '2020-01-01T00:00:00Z' }, 'to'],
  [{ from: 'yesterday' }, 'from'],
  [{ approved: true }, 'approved'],
])('a request with %j is refused by name', async (change, path) => {
  const { status, body } = await call('discipline', '/grants', { ...asked, ...change });
  expect([status, body['faults']]).toMatchObject([400, [{ path }]]);
});
