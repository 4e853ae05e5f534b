import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { createEventDesk } from '../../../gateway/events/event-desk.ts';
import type { EventStore } from '../../../gateway/events/store/event-store.ts';
import type { EventView } from '../../../gateway/events/views.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { type Running, serve } from '../api/fake-gateway.ts';
import { Rig } from '../support/rig.ts';
import { memoryEvents } from './memory-events.ts';
import { bits, findingOf, report, reports, SPEAKER, stepsOf, T, UNJUDGED } from './support.ts';

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ api }) => api.close()));
});

async function rigged() {
  let store!: EventStore;
  const rig = await new Rig({ ...UNJUDGED, events: (disk) => (store = memoryEvents(disk)) }).start();
  const terminal = await rig.login(SPEAKER);
  const trail: AuditEntry[] = [];
  const exempt = new Set<string>();
  const desk = createEventDesk({
    judging: {
      events: rig.core.judging.events,
      async act(...args) {
        const acting = rig.core.judging.act(...args);
        await rig.run(20);
        return acting;
      },
    },
    store,
    clock: rig.clock,
    audit: { append: async (entries) => void trail.push(...entries) },
    async confirm(command) {
      const submitted = rig.core.mailbox.submit(command);
      await rig.run(20);
      await submitted;
    },
    hidden: (terminal) => exempt.has(terminal),
    unconfirmed: (error) => {
      throw error;
    },
  });
  const http = await serve({ events: desk });
  running.push(http);
  const get = async (path: string, as = 'root') => {
    const response = await http.ask(`/api/v1/events${path}`, { as });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const post = async (path: string, json: unknown, as = 'root') => {
    const response = await http.ask(`/api/v1/events${path}`, { as, method: 'POST', json });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { rig, terminal, trail, exempt, get, post };
}

describe('GET /api/v1/events', () => {
  it('lists by terminal, code, state and time, page by page, newest first', async () => {
    const { rig, terminal, get } = await rigged();
    for (let i = 0; i < 3; i++) {
      await report(rig, terminal, { alarm: bits(1) });
      await reports(rig, terminal, 600_000);
    }
    await report(rig, terminal, { alarm: bits(25) });
    const idsOf = async (query: string): Promise<string[]> =>
      (((await get(query)).body as unknown as { items: EventView[] }).items ?? []).map(
        ({ code, state }) => `${code} ${state}`,
      );
    expect(await idsOf('')).toEqual(['A25 raised', 'A1 cleared', 'A1 cleared', 'A1 cleared']);
    expect(await idsOf('?state=open')).toEqual(['A25 raised']);
    expect(await idsOf(`?terminal=0${T}&code=A1&state=cleared&limit=2`)).toHaveLength(2);
    const first = (await get('?limit=2')).body as unknown as { items: EventView[]; next: string };
    const second = (await get(`?limit=2&cursor=${first.next}`)).body as unknown as { items: EventView[]; next: null };
    expect([...first.items, ...second.items].map(({ factTime }) => factTime)).toHaveLength(4);
    expect(second.next).toBeNull();
    const from = encodeURIComponent(new Date(NOON + 300_000).toISOString());
    expect(await idsOf(`?from=${from}`)).toEqual(['A25 raised', 'A1 cleared', 'A1 cleared']);
    expect(await idsOf(`?to=${from}`)).toEqual(['A1 cleared']);
    expect((await get('?state=gone')).body['detail']).toBe(
      'state: must be one of open, raised, confirmed, cleared, authorised, closed',
    );
    expect((await get('?colour=red')).status).toBe(400);
    expect((await get('?terminal=1')).body).toEqual({ items: [], next: null });
  });

  it('shows an account only what lies in its divisions', async () => {
    const { rig, terminal, get } = await rigged();
    await report(rig, terminal, { alarm: bits(1) });
    const { event } = stepsOf(rig)[0]!;
    expect((await get('', 'kunming')).body['items']).toHaveLength(1);
    expect((await get('', 'nanning')).body['items']).toHaveLength(0);
    expect((await get(`/${event}`, 'nanning')).status).toBe(404);
    expect((await get(`/${event}`, 'kunming')).status).toBe(200);
  });
});

describe('events of a vehicle that stays out', () => {
  it('are not told of', async () => {
    const { rig, terminal, exempt, get, post } = await rigged();
    await report(rig, terminal, { alarm: bits(1) });
    const { event } = stepsOf(rig)[0]!;
    exempt.add(T);
    expect((await get('')).body['items']).toEqual([]);
    expect((await get(`/${event}`)).status).toBe(404);
    expect((await get(`/${event}/evidence`)).status).toBe(404);
    expect((await post(`/${event}/acknowledge`, {})).status).toBe(404);
  });

  it('make no page shorter: those of others follow', async () => {
    const { rig, terminal, exempt, get } = await rigged();
    const other = await rig.login({ ...SPEAKER, phone: '013700000009' });
    await report(rig, other, { alarm: bits(1) });
    await reports(rig, terminal, 60_000);
    for (let i = 0; i < 3; i++) {
      await report(rig, terminal, { alarm: bits(1) });
      await reports(rig, terminal, 600_000);
    }
    exempt.add(T);
    const { items, next } = (await get('?limit=1')).body as unknown as { items: EventView[]; next: string | null };
    expect([items.map(({ terminal: whose }) => whose), next]).toEqual([['13700000009'], null]);
  });
});

describe('an event', () => {
  it('has its timeline, the evidence that adds up, and the frames as they came', async () => {
    const { rig, terminal, get } = await rigged();
    await report(rig, terminal, { alarm: bits(1) });
    const frame = rig.records.find(({ kind, ackable }) => kind === 'frame' && ackable)!;
    const judging = rig.core.judging.events;
    judging.finding(findingOf({ frames: [frame.seq, 999_999], at: rig.clock.now() }));
    judging.finding(findingOf({ frames: [frame.seq], at: rig.clock.now(), step: 1, stage: 'confirmed', margin: 9 }));
    await rig.run(20);
    const { event } = stepsOf(rig).at(-1)!;
    const { body } = await get(`/${event}/evidence`);
    const view = body as unknown as EventView & { timeline: { state: string }[]; frames: never[] };
    expect(view.timeline.map(({ state }) => state)).toEqual(['raised', 'confirmed']);
    expect(view).toMatchObject({ code: 'T205', state: 'confirmed', severity: 2, name: { en: expect.any(String) } });
    expect(view.evidence!.because.map(({ id }) => id)).toEqual(['B9', 'B4']);
    expect(view.frames).toHaveLength(1);
    expect(view.frames[0]).toMatchObject({ seq: frame.seq, kind: 'frame', message: { name: 'locationReport' } });
    expect((await get(`/${event}-1/evidence`)).status).toBe(200);
    expect((await get('/01ARZ3NDEKTSV4RRFFQ69G5FAV')).status).toBe(404);
    expect((await get('/nonsense')).status).toBe(400);
  });
});

describe('POST /api/v1/events/:id', () => {
  it('takes notice and closes with a reason, once; the trail has both, the terminal is told', async () => {
    const { rig, terminal, trail, get, post } = await rigged();
    await report(rig, terminal, { alarm: bits(0) });
    const { event, alarm } = stepsOf(rig)[0]!;
    terminal.forget();
    const acknowledged = await post(`/${event}/acknowledge`, { note: 'calling the driver' });
    expect(acknowledged).toMatchObject({ status: 200, body: { acknowledgedBy: 'root', state: 'raised' } });
    await rig.run(20);
    expect(terminal.answers.map(({ body }) => body)).toEqual([{ alarmSerial: alarm!.serial, alarmTypes: 1 }]);
    const detailOf = async (action: string, body: object): Promise<unknown> =>
      (await post(`/${event}/${action}`, body)).body['detail'];
    expect(await detailOf('acknowledge', {})).toBe('The event was acknowledged by root already.');
    expect(await detailOf('reopen', { reason: 'why not' })).toBe('The event is raised: it cannot be reopened.');
    expect((await post(`/${event}/close`, {})).status).toBe(400);
    expect(await detailOf('close', { reason: ' ' })).toBe('reason: must not be blank');
    expect(await detailOf('close', [])).toBe('body: must be object');
    expect((await post(`/${event}/close`, { reason: 'pressed by mistake' })).body['state']).toBe('closed');
    expect(await post(`/${event}/close`, { reason: 'again' })).toMatchObject({
      status: 409,
      body: { detail: 'The event is closed: it cannot be closed.' },
    });
    expect(await detailOf('acknowledge', {})).toBe('The event is closed: it cannot be acknowledged.');
    expect((await post(`/${event}/reopen`, { reason: 'it was not' })).body['state']).toBe('raised');
    expect(trail.map(({ who, what, subject }) => [who, what, subject])).toEqual([
      ['root', 'event.acknowledge', `event:${event}`],
      ['root', 'event.close', `event:${event}`],
      ['root', 'event.reopen', `event:${event}`],
    ]);
    const timeline = (await get(`/${event}`)).body['timeline'] as { by?: string; reason?: string }[];
    expect(timeline.map(({ by, reason }) => [by, reason])).toEqual([
      [undefined, undefined],
      ['root', 'calling the driver'],
      ['root', 'pressed by mistake'],
      ['root', 'it was not'],
    ]);
  });

  it('is for whoever has the right: a unit does not close what is serious', async () => {
    const { rig, terminal, post, get } = await rigged();
    await report(rig, terminal, { alarm: bits(27, 1) });
    const [serious, other] = stepsOf(rig).toSorted((a, b) => b.severity - a.severity);
    expect((await post(`/${serious!.event}/close`, { reason: 'x' }, 'kunming')).status).toBe(403);
    expect((await post(`/${serious!.event}/acknowledge`, {}, 'kunming')).status).toBe(200);
    expect((await post(`/${other!.event}/close`, { reason: 'x' }, 'kunming')).status).toBe(200);
    expect((await get(`/${other!.event}/evidence`, 'money')).status).toBe(403);
    expect((await post(`/${serious!.event}/close`, { reason: 'x' }, 'nobody')).status).toBe(401);
  });

  it('reaches an event that the gateway has long put away', async () => {
    const { rig, terminal, post } = await rigged();
    await report(rig, terminal, { alarm: bits(1) });
    const { event } = stepsOf(rig)[0]!;
    await reports(rig, terminal, 60_000);
    for (let bit = 9; bit < 20; bit++) {
      await report(rig, terminal, { alarm: bits(bit) });
      await reports(rig, terminal, 60_000);
    }
    expect(rig.core.judging.events.find(T, event)).toBeUndefined();
    expect((await post(`/${event}/reopen`, { reason: 'a witness' })).body['state']).toBe('raised');
    expect(rig.core.judging.events.open(T).map((one) => one.event)).toEqual([event]);
  });
});
