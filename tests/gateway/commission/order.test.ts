import { describe, expect, it } from 'vitest';
import { expectedBy, jobOf, readOrderBook } from '../../../gateway/commission/order.ts';

const ARCHIVE = {
  id: 'V1',
  vehicle: 'V1',
  plate: '云A12345',
  plateColor: 'blue',
  vin: 'LXJTEST0000000001',
  division: '530102',
  unit: '机关事务局',
  terminal: '013912345678',
  iccid: '8986A',
};
const ORDER = {
  id: 'WO-1',
  kind: 'install' as const,
  plate: '云A12345',
  from: '2026-03-01T08:00:00+08:00',
  until: '2026-03-02T08:00:00+08:00',
};
const line = (kind: string, fact: object): string => JSON.stringify({ kind, fact });

describe('an order', () => {
  it('leads to the vehicle by its plate, and to what is to be found there', () => {
    expect(expectedBy(ORDER, [ARCHIVE])).toEqual({
      workOrder: 'WO-1',
      vehicle: 'V1',
      plate: '云A12345',
      plateColor: 'blue',
      vin: 'LXJTEST0000000001',
      division: '530102',
      unit: '机关事务局',
      terminal: '13912345678',
      iccid: '8986A',
    });
  });

  it('of a replacement expects the new terminal and card, and names the old one', () => {
    const order = { ...ORDER, kind: 'replacement' as const, newIds: { terminal: '013800000002', iccid: '8986B' } };
    expect(expectedBy(order, [ARCHIVE])).toMatchObject({
      plate: '云A12345',
      terminal: '13800000002',
      iccid: '8986B',
      replaces: '13912345678',
    });
  });

  it('without an archive knows what it says itself', () => {
    expect(expectedBy({ ...ORDER, terminal: '1' }, [])).toEqual({
      workOrder: 'WO-1',
      plate: '云A12345',
      terminal: '1',
    });
  });

  it.each([
    ['install', 'install'],
    ['removal', 'removal'],
    ['replacement', 'replacement'],
    ['simChange', 'install'],
  ] as const)('of kind %s is a job of %s', (kind, job) => expect(jobOf(kind)).toBe(job));
});

describe('orders to take along', () => {
  it('are the facts that platforms state, others passed over, the later one of an id holding', () => {
    const text = [
      line('archive', ARCHIVE),
      line('calendar', { id: 'd' }),
      '',
      line('workOrder', ORDER),
      line('workOrder', { ...ORDER, plate: '云B1' }),
    ].join('\n');
    expect(readOrderBook(text)).toMatchObject({ archives: [{ id: 'V1' }], workOrders: [{ plate: '云B1' }] });
  });

  it('that cannot be meant are named by their line', () => {
    const book = readOrderBook(['nonsense', line('workOrder', { id: 'x' }), line('archive', ARCHIVE)].join('\n'));
    const wrong = 'wrong' in book ? book.wrong : [];
    expect(wrong[0]).toMatch(/^line 1: /);
    expect(wrong.slice(1).every((each) => each.startsWith('line 2: '))).toBe(true);
  });
});
