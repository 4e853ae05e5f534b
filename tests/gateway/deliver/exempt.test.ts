import { expect, it } from 'vitest';
import { withoutExempt } from '../../../gateway/deliver/exempt.ts';

const FROM = Date.parse('2024-03-07T15:00:00+08:00');
const UNTIL = FROM + 3_600_000;
const exempt = (_terminal: string, at: number) =>
  at >= FROM && at < UNTIL ? { id: 'x', from: FROM, until: UNTIL } : undefined;
const registry = { exempt, everExempt: () => exempt('', FROM), exemptions: { size: 1 } };

it.each([
  ['2024-03-07T15:07:23+08:00', 0],
  ['2024-03-07T16:07:23+08:00', 1],
])(
  'evidence that was stored before an exemption reached back is told of by the time of its alarm: %s',
  (time, told) => {
    const body = { name: 'a.jpg', file: { alarm: { alarmNumber: 'A', identification: { time } } } };
    const project = withoutExempt(() => [{ payload: { time: null, body } }] as never, registry as never, {
      readHeader: () => false,
      header: {} as never,
    });
    expect(project({ terminal: '13800138000', receivedAt: UNTIL + 1 } as never)).toHaveLength(told);
  },
);
