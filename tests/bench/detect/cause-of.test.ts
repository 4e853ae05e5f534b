import { expect, test } from 'vitest';
import { causeAt, type Change } from '../../../bench/detect/cause-of.ts';

const change = (at: number, set: Change['set']): Change => ({ at, set, ramp: {} });
const CHANGES = [
  change(100, { place: 'urban', csq_clear: 24 }),
  change(1000, { net: 'nat_rebind' }),
  change(1002, { net: 'ok' }),
  change(2000, { place: 'tunnel', csq_clear: 0 }),
  change(2100, { place: 'urban', csq_clear: 24 }),
  change(5000, { net: 'outage' }),
  change(5600, { net: 'ok' }),
  change(9000, { place: 'garage', csq_clear: 0 }),
  change(20_000, { clock_offset_s: 28_800 }),
];

test.each([
  [500, 'nothing special'],
  [1100, 'change of address'],
  [2050, 'tunnel'],
  [5300, 'outage'],
  [12_000, 'garage without a network'],
  [20_100, 'time zone of a make'],
])('at %s s it is %s', (second, cause) => {
  expect(causeAt(CHANGES, second)).toBe(cause);
});
