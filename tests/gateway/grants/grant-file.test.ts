import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openGrants } from '../../../gateway/grants/grant-file.ts';
import { tempDir } from '../journal/support.ts';

const request = { terminal: '1', division: '530102', from: 100, to: 200, reason: 'case', until: 1000 };
const look = { terminal: '1', from: 120, to: 180, now: 500 };

it('a grant covers its terminal and period while it lasts, for whoever asked, across restarts', () => {
  const path = join(tempDir(), 'grants.db');
  const first = openGrants(path);
  first.request('a', request, { name: 'ann', at: 1 });
  expect(first.covering(look, 'ann')).toBeUndefined();
  expect(first.decide('a', { decision: 'approved', by: 'ann', at: 2 })).toBe('own');
  expect(first.decide('a', { decision: 'approved', by: 'bob', at: 2 })).toMatchObject({
    state: 'approved',
    decidedBy: 'bob',
  });
  first.close();
  const grants = openGrants(path);
  expect(grants.covering(look, 'ann')?.id).toBe('a');
  expect(grants.covering(look)?.id).toBe('a');
  expect(grants.covering({ ...look, from: 100, to: 200, now: 1000 }, 'ann')?.id).toBe('a');
  for (const change of [{ from: 99 }, { to: 201 }, { terminal: '2' }, { now: 1001 }])
    expect(grants.covering({ ...look, ...change }, 'ann')).toBeUndefined();
  expect(grants.covering(look, 'bob')).toBeUndefined();
  expect(grants.get('a', 1001)?.state).toBe('expired');
  expect(grants.decide('a', { decision: 'revoked', by: 'ann', note: 'done', at: 3 })).toMatchObject({
    state: 'revoked',
  });
  expect(grants.covering(look, 'ann')).toBeUndefined();
  grants.close();
});

it('decisions are taken once, and never after the end', () => {
  const grants = openGrants(':memory:');
  grants.request('a', request, { name: 'ann', at: 1 });
  grants.request('b', request, { name: 'ann', at: 1 });
  expect(grants.decide('a', { decision: 'denied', by: 'bob', at: 2 })).toMatchObject({ state: 'denied' });
  for (const decision of ['approved', 'denied', 'revoked'] as const)
    expect(grants.decide('a', { decision, by: 'bob', at: 3 })).toBe('state');
  expect(grants.decide('b', { decision: 'approved', by: 'bob', at: 1001 })).toBe('state');
  expect(grants.decide('c', { decision: 'approved', by: 'bob', at: 3 })).toBe('unknown');
  grants.close();
});

it('lists them newest first, by division, asker, terminal and state', () => {
  const grants = openGrants(':memory:');
  grants.request('a', request, { name: 'ann', at: 1 });
  grants.request('b', { ...request, division: '450100', until: 10 }, { name: 'bob', at: 2 });
  grants.request('c', { ...request, terminal: '2' }, { name: 'ann', at: 3 });
  grants.decide('c', { decision: 'approved', by: 'bob', at: 4 });
  const ids = (query: object): string[] => grants.list({ division: '', limit: 9, ...query }, 500).map(({ id }) => id);
  expect(ids({})).toEqual(['c', 'b', 'a']);
  expect(ids({ division: '53' })).toEqual(['c', 'a']);
  expect(ids({ requestedBy: 'bob' })).toEqual(['b']);
  expect(ids({ terminal: '2' })).toEqual(['c']);
  expect([ids({ state: 'requested' }), ids({ state: 'expired' }), ids({ state: 'approved' })]).toEqual([
    ['a'],
    ['b'],
    ['c'],
  ]);
  expect(ids({ before: 3, limit: 1 })).toEqual(['b']);
  grants.close();
});
