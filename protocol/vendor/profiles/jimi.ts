/** Items of Jimi JC cameras: 0xE8 is a list of ids of two octets. What the ids mean is shown by nobody: they stay hex. */
import type { VendorItem } from '../value.ts';
import { BATTERY_06, ICCID_TEXT } from './shared.ts';

export const JIMI: readonly VendorItem[] = [
  BATTERY_06,
  ICCID_TEXT,
  { id: 0xe8, name: 'lock', size: 3, value: { as: 'hex' } },
  { id: 0xe8, name: 'extension', value: { as: 'nested', idSize: 2, lengthSize: 1, items: [] } },
];
