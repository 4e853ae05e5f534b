import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Awaited } from '../../../simulator/cli/awaited.ts';
import { influxWatch } from '../../../simulator/cli/influx-watch.ts';

const FIRST = 13_800_000_001;
const SECOND = 1_767_571_200;

describe('reports that are awaited', () => {
  it('are matched by terminal and second, whichever is told first', async () => {
    const awaited = new Awaited(FIRST);
    awaited.seen('13800000003', SECOND);
    awaited.stored(2, SECOND);
    awaited.stored(0, SECOND + 5);
    expect([awaited.arrived, awaited.missing]).toEqual([1, 1]);
    expect(awaited.span).toEqual({ from: SECOND + 5, to: SECOND + 5 });
    const all = awaited.all();
    awaited.seen('13800000001', SECOND + 5);
    await all;
    expect([awaited.arrived, awaited.missing]).toEqual([2, 0]);
  });

  it('are one where there are two in a second, in whatever order that is told', () => {
    for (const order of ['ssaa', 'saas', 'aass', 'asas', 'sasa']) {
      const awaited = new Awaited(FIRST);
      for (const step of order)
        if (step === 's') awaited.stored(0, SECOND);
        else awaited.seen(String(FIRST), SECOND);
      expect([order, awaited.arrived, awaited.missing]).toEqual([order, 1, 0]);
    }
  });

  it('do not arrive as those of another terminal, or of another second', () => {
    const awaited = new Awaited(FIRST);
    awaited.stored(0, SECOND);
    awaited.seen('13800000002', SECOND);
    awaited.seen('13800000001', SECOND + 1);
    awaited.seen('not a phone', SECOND);
    expect([awaited.arrived, awaited.missing]).toEqual([0, 1]);
  });
});

describe('a store', () => {
  async function settled(path: string, answer: (url: URL) => string): Promise<{ arrived: number; missing: number }> {
    const server = createServer((request, response) => response.end(answer(new URL(request.url ?? '', 'http://here'))));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const watch = influxWatch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`, new Awaited(FIRST));
    watch.stored(0, SECOND);
    watch.stored(1, SECOND + 10);
    const { arrived, missing } = await watch.settle(0);
    server.close();
    return { arrived, missing };
  }

  it('is asked in InfluxQL for just the time in question', async () => {
    const series = [
      { tags: { terminal: '13800000001' }, values: [[SECOND * 1000 + 250, 25]] },
      { tags: { terminal: '13800000002' }, values: [[(SECOND + 10) * 1000, 25]] },
    ];
    const asked: string[] = [];
    const found = await settled('?db=fleet', (url) => {
      asked.push(url.pathname, url.searchParams.get('db') ?? '', url.searchParams.get('q') ?? '');
      return JSON.stringify({ results: [{ series }] });
    });
    expect(found).toEqual({ arrived: 2, missing: 0 });
    const within = `time >= ${SECOND}s AND time < ${SECOND + 11}s`;
    expect(asked).toEqual(['/query', 'fleet', `SELECT lat FROM "position" WHERE ${within} GROUP BY terminal`]);
  });

  it('that exports as VictoriaMetrics does and lacks one is told so', async () => {
    const found = await settled('', ({ pathname }) =>
      pathname === '/api/v1/export'
        ? `${JSON.stringify({ metric: { __name__: 'position_lat', terminal: '13800000001' }, values: [25], timestamps: [SECOND * 1000] })}\n`
        : '',
    );
    expect(found).toEqual({ arrived: 1, missing: 1 });
  });

  it('that cannot be asked has nothing', async () => {
    expect(await settled('?db=fleet', () => '{"results":[{"error":"no database"}]}')).toEqual({
      arrived: 0,
      missing: 2,
    });
  });
});
