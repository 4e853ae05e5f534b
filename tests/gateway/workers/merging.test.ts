import { describe, expect, it } from 'vitest';
import type { Health } from '../../../gateway/api/sources.ts';
import { cookieFor, joinCookies } from '../../../gateway/workers/http/cookies.ts';
import { mergeHealth } from '../../../gateway/workers/http/merge-health.ts';
import { mergeMetrics } from '../../../gateway/workers/http/merge-metrics.ts';
import {
  cursorsOf,
  joinByTerminal,
  joinByTime,
  joinEvents,
  ownEvents,
  type Page,
} from '../../../gateway/workers/http/pages.ts';

describe('metrics pages as one', () => {
  const page = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

  it('add what is counted, and take the worst of what is a state', () => {
    const about = ['# HELP xingji_packets_total Packets.', '# TYPE xingji_packets_total counter'];
    const one = page([
      ...about,
      'xingji_packets_total 3',
      '# TYPE xingji_journal_writable gauge',
      'xingji_journal_writable 1',
    ]);
    const two = page([
      ...about,
      'xingji_packets_total 4',
      '# TYPE xingji_journal_writable gauge',
      'xingji_journal_writable 0',
    ]);
    expect(mergeMetrics([one, two])).toBe(
      page([...about, 'xingji_packets_total 7', '# TYPE xingji_journal_writable gauge', 'xingji_journal_writable 0']),
    );
  });

  it('keep a family together, though a label is known to one only', () => {
    const head = '# TYPE xingji_refused_messages_total counter';
    const one = page([head, 'xingji_refused_messages_total{reason="body"} 1', '# TYPE up gauge', 'up 1']);
    const two = page([
      head,
      'xingji_refused_messages_total{reason="no room, \\"none\\""} 2',
      '# TYPE up gauge',
      'up 1',
    ]);
    expect(mergeMetrics([one, two]).split('\n')).toEqual([
      head,
      'xingji_refused_messages_total{reason="body"} 1',
      'xingji_refused_messages_total{reason="no room, \\"none\\""} 2',
      '# TYPE up gauge',
      'up 2',
      '',
    ]);
  });

  it('know what is not in sight, and what is not known', () => {
    const of = (drain: string, faults: string): string =>
      page([
        '# TYPE xingji_outlet_drain_seconds gauge',
        `xingji_outlet_drain_seconds{outlet="mqtt"} ${drain}`,
        '# TYPE f gauge',
        `f ${faults}`,
      ]);
    expect(mergeMetrics([of('2.5', 'NaN'), of('+Inf', '0')])).toMatch(/\{outlet="mqtt"\} \+Inf\n[^]*\nf NaN\n$/);
    expect(mergeMetrics([of('2.5', '0'), of('0', '0')])).toMatch(/\{outlet="mqtt"\} 2\.5\n/);
  });
});

describe('pages as one', () => {
  const at = (terminal: string, lastHeardAt: string) => ({ terminal, health: { lastHeardAt } });

  it('by terminal are in order and no longer than asked for', () => {
    const pages: Page[] = [
      { items: [at('1', 'a'), at('4', 'a')], next: null },
      { items: [at('2', 'a'), at('3', 'a')], next: '3' },
    ];
    const joined = joinByTerminal(pages, 3);
    expect([joined.items.map(({ terminal }) => terminal), joined.next]).toEqual([['1', '2', '3'], '3']);
    expect(joinByTerminal([pages[0]!], 2).next).toBeNull();
  });

  it('show a terminal once, as whoever heard it last knows it', () => {
    const [old, young] = [at('7', '2026-01-01T00:00:00Z'), at('7', '2026-02-01T00:00:00Z')];
    for (const order of [
      [old, young],
      [young, old],
    ]) {
      expect(
        joinByTerminal(
          order.map((item) => ({ items: [item], next: null })),
          9,
        ).items,
      ).toEqual([young]);
    }
  });

  it('by time are one, newest first, and go on where each worker was', () => {
    // Two workers, with commands at these times; a page of three, until there are no more.
    const kept = [
      [9, 8, 7, 2],
      [6, 5, 1],
    ];
    const page = (worker: number, cursor: string | null | undefined): Page | undefined => {
      if (cursor === null) return undefined;
      const rest = kept[worker]!.filter((at) => cursor === undefined || at < Number(cursor));
      const items = rest.slice(0, 3).map((at) => ({ acceptedAt: `2026-01-0${at}`, seq: at }));
      return { items, next: rest.length > 3 ? items[2]!.seq : null };
    };
    const told: unknown[][] = [];
    const nexts: unknown[] = [];
    let cursor: string | null = null;
    do {
      const cursors = cursorsOf(cursor, 2);
      const joined: Page = joinByTime([page(0, cursors[0]), page(1, cursors[1])], cursors, 3);
      told.push(joined.items.map(({ seq }) => seq));
      nexts.push(joined.next);
      cursor = joined.next as string | null;
    } while (cursor !== null);
    expect(told).toEqual([[9, 8, 7], [6, 5, 2], [1]]);
    expect(nexts).toEqual(['7~*', '~5', null]);
  });

  it('by time show a command to many once, with what each worker knows of its part', () => {
    const part = (seq: number, terminal: string) => ({
      id: 'g',
      seq,
      acceptedAt: '2026-01-05',
      state: 'accepted',
      counts: { waiting: 1 },
      finished: false,
      terminals: [{ terminal, id: null, state: null }],
    });
    const pages = [
      { items: [part(17, '1')], next: null },
      { items: [part(4, '2'), { id: 'a', seq: 3, acceptedAt: '2026-01-04' }], next: null },
    ];
    const { items, next } = joinByTime(pages, [undefined, undefined], 1);
    expect(items).toMatchObject([
      { id: 'g', counts: { waiting: 2 }, terminals: [{ terminal: '1' }, { terminal: '2' }] },
    ]);
    expect(next).toBe('~4');
  });

  it('by time end where something newer may come of a worker that has more', () => {
    const rows = (...ns: number[]) => ns.map((n) => ({ at: `2026-01-0${n}`, n }));
    const pages = [
      { items: rows(9, 8), next: 8 },
      { items: rows(5), next: null },
    ];
    const joined = joinByTime(pages, [undefined, undefined], 4);
    expect(joined).toEqual({ items: rows(9, 8), next: '8~*' });
    expect(joinByTime([{ items: [], next: null }, undefined], [undefined, null], 4)).toEqual({ items: [], next: null });
  });
});

describe('events of terminals that changed hands', () => {
  it('are open where their owner has them open, and once', () => {
    const item = (id: string, terminal: string, state: string) => ({ id, terminal, state });
    const pages: Page[] = [
      {
        items: [
          item('a', 't1', 'raised'),
          item('b', 't1', 'cleared'),
          item('c', 't1', 'cleared'),
          item('d', 't0', 'raised'),
        ],
        next: null,
      },
      { items: [item('a', 't1', 'cleared'), item('b', 't1', 'closed')], next: null },
    ];
    const own = ownEvents([...pages, undefined], (terminal) => Number(terminal.slice(1)));
    expect(own.map((page) => page?.items.map(({ id, state }) => `${String(id)} ${String(state)}`))).toEqual([
      ['c cleared', 'd raised'],
      ['a cleared', 'b closed'],
      undefined,
    ]);
  });
});

describe('events of several workers', () => {
  const ids = (count: number, worker: number): string[] =>
    Array.from({ length: count }, (_, i) => `e${String(10 * i + (i % 3) * 4 + 3 * worker + 100)}-${worker}`);

  /** As a worker answers: newest first, behind the cursor, no more than the limit. */
  function answer(known: readonly string[], worker: number, limit: number, cursor: string | null): Page {
    const behind = known
      .toSorted()
      .reverse()
      .filter((id) => cursor === null || id < cursor);
    const items = behind.slice(0, limit).map((id) => ({ id, terminal: `t${worker}`, state: 'raised' }));
    return { items, next: behind.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  it.each([1, 2, 3, 7, 50])('are all told, newest first and once, %i at a time', (limit) => {
    const known = [ids(23, 0), ids(4, 1), ids(0, 2), ids(17, 3)];
    const told: string[] = [];
    let cursor: string | null = null;
    do {
      const pages: Page[] = known.map((each, worker) => answer(each, worker, limit, cursor));
      const { items, next } = joinEvents(pages, (terminal) => Number(terminal.slice(1)), limit);
      expect(items.length).toBeLessThanOrEqual(limit);
      told.push(...items.map(({ id }) => String(id)));
      cursor = next as string | null;
    } while (cursor !== null);
    expect(told).toEqual(known.flat().toSorted().reverse());
  });

  it('tell nothing that is older than what a worker has not told yet', () => {
    const page = (items: string[], next: string | null, worker: number): Page => ({
      items: items.map((id) => ({ id, terminal: `t${worker}`, state: 'raised' })),
      next,
    });
    const joined = joinEvents([page(['e9', 'e8'], 'e8', 0), page(['e7', 'e1'], null, 1)], (t) => Number(t.slice(1)), 5);
    expect([joined.items.map(({ id }) => id), joined.next]).toEqual([['e9', 'e8'], 'e8']);
  });
});

describe('a browser’s cookie', () => {
  it('holds the sessions of all workers, and each sees its own', () => {
    const given = ['a1', 'b2', 'c3'].map((value) => [`xingji_session=${value}; Path=/; HttpOnly; SameSite=Strict`]);
    const joined = joinCookies(given)!;
    expect(joined).toBe('xingji_session=a1~b2~c3; Path=/; HttpOnly; SameSite=Strict');
    const header = `theme=dark; ${joined.split(';')[0]}`;
    expect([0, 2, 3].map((worker) => cookieFor(header, worker))).toEqual([
      'theme=dark; xingji_session=a1',
      'theme=dark; xingji_session=c3',
      'theme=dark; xingji_session=',
    ]);
    expect([joinCookies([undefined, undefined]), cookieFor(undefined, 1)]).toEqual([undefined, undefined]);
  });
});

describe('the health of several workers', () => {
  const health = (over: Partial<Health>): Health => ({
    node: 'g',
    version: '1',
    startedAt: '',
    journal: {
      head: 10,
      tail: 3,
      writable: true,
      fault: undefined,
      pendingBytes: 1,
      diskBytes: 2,
      dropped: 0,
      lost: 0,
      chainFaults: 0,
    },
    listeners: [{ name: 'http', address: 'x', up: true }],
    outlets: [
      {
        name: 'mqtt',
        connected: true,
        delivered: 5,
        retries: 0,
        buried: 0,
        backlog: 2,
        secondsToDrain: 1,
        lastError: null,
      },
    ],
    connections: 2,
    sessions: 1,
    terminals: 1,
    online: 1,
    packets: 9,
    faults: 0,
    acknowledged: 4,
    ackLatencyMs: { p50: 1, p99: 5 },
    ...over,
  });

  it('is the sum of what they have, and the worst of how they are', () => {
    const slow = health({
      journal: { ...health({}).journal, writable: false, fault: 'disk full' },
      outlets: [{ ...health({}).outlets[0]!, connected: false, secondsToDrain: null, lastError: 'down' }],
      ackLatencyMs: { p50: 2, p99: 3 },
    });
    expect(mergeHealth([health({}), slow], [{ name: 'jt808/tcp', address: 'y', up: true }])).toEqual({
      ...health({}),
      journal: {
        head: 20,
        tail: 5,
        writable: false,
        fault: 'disk full',
        pendingBytes: 2,
        diskBytes: 4,
        dropped: 0,
        lost: 0,
        chainFaults: 0,
      },
      listeners: [
        { name: 'jt808/tcp', address: 'y', up: true },
        { name: 'worker/0', address: '', up: true },
        { name: 'worker/1', address: '', up: true },
      ],
      outlets: [
        {
          name: 'mqtt',
          connected: false,
          delivered: 10,
          retries: 0,
          buried: 0,
          backlog: 4,
          secondsToDrain: null,
          lastError: 'down',
        },
      ],
      connections: 4,
      sessions: 2,
      terminals: 2,
      online: 2,
      packets: 18,
      acknowledged: 8,
      ackLatencyMs: { p50: 2, p99: 5 },
    });
  });

  it('says which of them is down', () => {
    const { listeners, terminals } = mergeHealth([health({}), { fault: 'it is down' }], []);
    expect(listeners[1]).toEqual({ name: 'worker/1', address: '', up: false, fault: 'it is down' });
    expect(terminals).toBe(1);
  });
});
