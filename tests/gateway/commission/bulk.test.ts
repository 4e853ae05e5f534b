import { describe, expect, it } from 'vitest';
import { type BulkJob, readBulkList, readProgress, remaining } from '../../../gateway/commission/bulk.ts';

describe('a list of jobs', () => {
  it('has an order in each line, and whatever else helps to find the vehicle', () => {
    expect(readBulkList('车牌,工单,地点\n云A1,WO-1,"东院, 3 号"\n云A2,WO-2,\n')).toEqual([
      { line: 2, order: 'WO-1', about: '云A1 东院, 3 号' },
      { line: 3, order: 'WO-2', about: '云A2' },
    ]);
  });

  it.each([
    ['plate\n云A1', 'line 1: expected a column named order'],
    ['order,plate\n,云A1', 'line 2: has no order'],
    ['order\nWO-1\nWO-1', 'line 3: WO-1 stands in line 2 already'],
  ])('%j is refused by its line', (text, line) => {
    const list = readBulkList(text);
    expect('wrong' in list && list.wrong[0]).toContain(line);
  });

  it('goes on where it was broken off, and does again what failed', () => {
    const jobs = readBulkList('order\nA\nB\nC\n') as readonly BulkJob[];
    const outcome = (order: string, what: string): string =>
      JSON.stringify({ order, outcome: what, record: '', at: '' });
    const progress = [outcome('A', 'failed'), outcome('A', 'passed'), outcome('B', 'failed'), '{"order":"C","out'];
    expect(remaining(jobs, readProgress(progress.join('\n'))).map(({ order }) => order)).toEqual(['B', 'C']);
    expect(remaining(jobs, readProgress(''))).toHaveLength(3);
  });
});
