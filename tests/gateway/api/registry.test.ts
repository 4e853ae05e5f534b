import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archive, workOrder } from '../support/archives.ts';
import { type Running, serve, terminal } from './fake-gateway.ts';

let running: Running;
beforeEach(async () => {
  running = await serve({ bodyLimit: 65_536 });
});
afterEach(() => running.api.close());

async function post(path: string, json: unknown, as = 'root'): Promise<{ status: number; body: unknown }> {
  const response = await running.ask(path, { as, method: 'POST', json });
  return { status: response.status, body: await response.json() };
}

async function get(path: string, as = 'root'): Promise<{ status: number; body: unknown }> {
  const response = await running.ask(path, { as });
  return { status: response.status, body: await response.json() };
}

describe('facts over HTTP', () => {
  it('are stated alone or together, and read back', async () => {
    expect(await post('/api/v1/feed/archive', archive('1', '100'))).toEqual({ status: 200, body: { changed: 1 } });
    expect(await post('/api/v1/feed/archive', [archive('2', '200'), archive('3', '300')])).toMatchObject({
      status: 200,
    });
    expect(await get('/api/v1/feed/archive?limit=2')).toEqual({
      status: 200,
      body: { items: [archive('1', '100'), archive('2', '200')], next: '2' },
    });
    expect((await get('/api/v1/feed/archive?cursor=2')).body).toEqual({ items: [archive('3', '300')], next: null });
    expect((await get('/api/v1/feed/archive/2')).body).toEqual(archive('2', '200'));
  });

  it('are taken away by id', async () => {
    await post('/api/v1/feed/archive', archive('1', '100'));
    const taken = await running.ask('/api/v1/feed/archive/1', { as: 'root', method: 'DELETE' });
    expect(taken.status).toBe(204);
    expect(await get('/api/v1/feed/archive/1')).toMatchObject({ status: 404, body: { code: 'unknown-fact' } });
    expect((await running.ask('/api/v1/feed/archive/1', { as: 'root', method: 'DELETE' })).status).toBe(404);
  });

  it('with fields that nobody knows are refused by name, and nothing is changed', async () => {
    expect(await post('/api/v1/feed/archive', { ...archive('1', '100'), colour: 'red' })).toMatchObject({
      status: 400,
      body: { code: 'fact', faults: [{ path: 'colour', detail: 'is not a known field' }] },
    });
    expect(await post('/api/v1/feed/archive', [archive('1', '100'), { id: '2' }])).toMatchObject({
      status: 400,
      body: { faults: expect.arrayContaining([{ path: '1.vehicle', detail: 'is missing' }]) as unknown },
    });
    expect((await get('/api/v1/feed/archive')).body).toEqual({ items: [], next: null });
  });

  it('of a kind that is none are not taken', async () => {
    expect(await post('/api/v1/feed/gossip', { id: '1' })).toMatchObject({ status: 400 });
    expect(await post('/api/v1/feed/lifeCycle', { id: '1' })).toMatchObject({ status: 400 });
  });

  it.each(['kunming', 'watcher', 'money'])('are no business of %s', async (as) => {
    expect(await post('/api/v1/feed/archive', archive('1', '100'), as)).toMatchObject({ status: 403 });
    expect(await get('/api/v1/feed/order', as)).toMatchObject({ status: 403 });
  });
});

describe('the registry over HTTP', () => {
  beforeEach(async () => {
    await post('/api/v1/feed/archive', [
      archive('1', '0100', { iccid: '8986' }),
      archive('2', '200', { division: '530302' }),
    ]);
  });

  it('tells vehicles, terminals and units, each account those of its divisions', async () => {
    expect((await get('/api/v1/registry/vehicles')).body).toMatchObject({ items: [{ id: '1' }, { id: '2' }] });
    expect((await get('/api/v1/registry/vehicles', 'kunming')).body).toMatchObject({
      items: [{ plate: '云A1', terminal: '100' }],
      next: null,
    });
    expect((await get('/api/v1/registry/terminals?limit=1')).body).toMatchObject({
      items: [{ terminal: '100', state: 'inService', iccid: '8986' }],
      next: '100',
    });
    expect((await get('/api/v1/registry/units', 'kunming')).body).toEqual({
      items: [{ division: '530102', unit: '机关事务局', vehicles: 1 }],
    });
    expect((await get('/api/v1/registry/sims', 'kunming')).body).toEqual({
      items: [{ iccid: '8986', terminal: '100', plate: '云A1', division: '530102' }],
      next: null,
    });
    expect((await get('/api/v1/registry/vehicles', 'money')).status).toBe(403);
  });

  it('tells bindings, and nothing of terminals elsewhere', async () => {
    expect((await get('/api/v1/registry/terminals/0100/bindings', 'kunming')).body).toMatchObject({
      items: [{ terminal: '100', vehicle: 'vehicle 1', iccid: '8986', until: null }],
    });
    expect(await get('/api/v1/registry/terminals/200/bindings', 'kunming')).toMatchObject({ status: 404 });
    expect((await get('/api/v1/registry/vehicles/vehicle%201/bindings')).body).toMatchObject({ items: [{ n: 1 }] });
  });

  it('takes a terminal through its life and refuses steps with the reason', async () => {
    const path = '/api/v1/registry/terminals/100/life-cycle';
    expect(await post(path, { to: 'removed' })).toMatchObject({
      status: 409,
      body: {
        code: 'registry-refused',
        faults: [{ path: 'to', detail: expect.stringContaining('100 is inService') as unknown }],
      },
    });
    await post('/api/v1/feed/workOrder', workOrder('w'));
    expect(await post(path, { to: 'removalApproved', workOrder: 'w' })).toEqual({
      status: 200,
      body: { terminal: '100', state: 'removalApproved' },
    });
    expect(await post(path, { to: 'nowhere' })).toMatchObject({ status: 400 });
    expect(await post(path, { to: 'inService' }, 'watcher')).toMatchObject({ status: 403 });
    expect((await get('/api/v1/registry/history?subject=terminal:100')).body).toMatchObject({
      items: [{ who: 'root', before: { state: 'inService' }, after: { state: 'removalApproved', workOrder: 'w' } }],
    });
  });

  it('shows where a terminal stands, and takes what was measured when it was commissioned', async () => {
    const path = '/api/v1/registry/terminals/100';
    expect((await get(path.replace('100', '0100'), 'kunming')).body).toMatchObject({
      terminal: '100',
      state: 'inService',
    });
    expect(await get('/api/v1/registry/terminals/999')).toMatchObject({
      status: 404,
      body: { code: 'unknown-terminal' },
    });
    const measured = { to: 'commissioned', baseline: { restMv: 12_600, csq: 24, satellites: 18 }, record: 'C-1' };
    expect(await post(`${path}/life-cycle`, { ...measured, baseline: { volts: 12 } })).toMatchObject({ status: 400 });
    expect(await post(`${path}/life-cycle`, measured)).toMatchObject({ status: 200 });
    expect((await get('/api/v1/registry/history?subject=terminal:100')).body).toMatchObject({
      items: [{ after: { state: 'commissioned', baseline: { csq: 24 }, record: 'C-1' } }],
    });
  });

  it('voids a code for whoever may command the terminal', async () => {
    running.gateway.views.set('100', terminal('100', '530102'));
    const revoke = (as: string, terminal = '0100') =>
      running.ask(`/api/v1/terminals/${terminal}/revoke-code`, { as, method: 'POST' }).then(({ status }) => status);
    expect(await Promise.all([revoke('root'), revoke('kunming'), revoke('watcher'), revoke('root', '999')])).toEqual([
      204, 204, 403, 404,
    ]);
  });

  it('tells divisions by code and as a tree', async () => {
    expect((await get('/api/v1/divisions/530102', 'kunming')).body).toMatchObject({
      path: ['云南省', '昆明市', '五华区'],
    });
    expect((await get('/api/v1/divisions?below=530000')).body).toMatchObject({
      items: expect.arrayContaining([{ code: '530100', name: '昆明市' }]) as unknown,
    });
    expect(await get('/api/v1/divisions/990000')).toMatchObject({ status: 404 });
    expect(await get('/api/v1/divisions/53')).toMatchObject({ status: 400 });
  });
});

describe('files of vehicles over HTTP', () => {
  const head = 'vehicle,plate,plateColor,division,unit,terminal';
  const send = async (lines: readonly string[], query = '', as = 'root', type = 'text/csv') => {
    const response = await running.ask(`/api/v1/registry/import${query}`, {
      as,
      method: 'POST',
      headers: { 'content-type': type },
      body: lines.join('\n'),
    });
    return { status: response.status, body: await response.json() };
  };

  it('are taken whole, or refused with every fault by its line', async () => {
    const good = 'V1,云A1,blue,530102,u,100';
    expect(await send([head, good, 'V2,云A1,blue,x,u,200'])).toMatchObject({
      status: 400,
      body: { code: 'import', faults: [{ path: 'line 3', detail: expect.stringContaining('division') as unknown }] },
    });
    expect(await send([head, good], '?dryRun=true')).toEqual({ status: 200, body: { read: 1, changed: 0 } });
    expect((await get('/api/v1/feed/archive')).body).toMatchObject({ items: [] });
    expect(await send([head, good])).toEqual({ status: 200, body: { read: 1, changed: 1 } });
    const line = JSON.stringify(archive('V2', '200'));
    expect(await send([line], '', 'root', 'application/x-ndjson')).toMatchObject({ body: { changed: 1 } });
    expect(await send([head, good], '', 'kunming')).toMatchObject({ status: 403 });
    expect(await send(['[]'], '', 'root', 'application/json')).toMatchObject({ status: 415 });
  });

  it('come out as they go in', async () => {
    await send([head, 'V1,云A1,1,530102,u,100']);
    const text = async (format: string): Promise<string> =>
      (await running.ask(`/api/v1/registry/export?format=${format}`, { as: 'root' })).text();
    expect((await text('csv')).split('\n')[1]).toBe('V1,V1,云A1,1,,530102,u,100,,,');
    expect(JSON.parse(await text('json'))).toMatchObject({ id: 'V1', terminal: '100' });
  });
});
