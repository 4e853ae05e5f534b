import { describe, expect, it } from 'vitest';
import { choosesByDistance, joinViews, narrowed, narrowedPayload } from '../../../gateway/workers/group-orders.ts';
import { ownerOf } from '../../../gateway/workers/owner.ts';

const LISTED = ['013900001000', '013900001001', '013900001002', '013900001003', '013900001004'];
const order = { id: 'g', type: 'textMessage', target: { terminals: LISTED } };

describe('an order to many', () => {
  it('reaches every terminal that it names once, at its owner', () => {
    const parts = [0, 1, 2].map((worker) => narrowed(order, worker, 3) as typeof order | undefined);
    expect(parts.flatMap((part) => part?.target.terminals ?? []).sort()).toEqual(LISTED);
    for (const [worker, part] of parts.entries()) {
      for (const terminal of part?.target.terminals ?? []) expect(ownerOf(terminal.slice(1), 3)).toBe(worker);
    }
    expect(
      narrowed({ ...order, target: { terminals: [LISTED[0]] } }, 1 - Math.min(1, ownerOf('13900001000', 2)), 2),
    ).toBeUndefined();
  });

  it('by division is every worker’s; by distance, or broken, one’s', () => {
    const byDivision = { id: 'g', target: { division: '53' } };
    expect(narrowed(byDivision, 2, 3)).toBe(byDivision);
    const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
    for (const text of ['{"target":{"nearest":{}}}', 'no json']) {
      expect([0, 1].map((worker) => narrowedPayload(octets(text), worker, 2))).toEqual([octets(text), undefined]);
    }
    expect(choosesByDistance({ target: { nearest: {} } })).toBe(true);
    expect(narrowedPayload(octets(JSON.stringify(byDivision)), 1, 2)).toEqual(octets(JSON.stringify(byDivision)));
  });

  it('is looked up as one', () => {
    const part = (terminal: string, over: object) => ({
      id: 'g',
      state: 'launched',
      finished: true,
      counts: { done: 1 },
      terminals: [{ terminal, id: `g:${terminal}`, state: 'done' }],
      ...over,
    });
    expect(joinViews([part('2', {}), part('1', { finished: false, state: 'accepted' })])).toMatchObject({
      id: 'g',
      state: 'accepted',
      finished: false,
      counts: { done: 2 },
      terminals: [{ terminal: '1' }, { terminal: '2' }],
    });
    const chooser = part('1', {
      terminals: [
        { terminal: '1', id: 'g:1', state: 'done' },
        { terminal: '2', id: null, state: null },
        { terminal: '3', id: null, state: null },
      ],
    });
    const other = part('2', { terminals: [{ terminal: '2', id: 'g:2', state: 'sent' }] });
    expect(joinViews([chooser, other])).toMatchObject({ finished: false, counts: { done: 1, sent: 1, waiting: 1 } });
    expect(joinViews([{ id: 'c', state: 'sent' }])).toEqual({ id: 'c', state: 'sent' });
  });
});
