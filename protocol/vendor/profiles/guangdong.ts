/** Items of Guangdong active safety (粤标) beside 0x64–0x67: what is wrong with the unit, a bit a fault. */
import { hex, type VendorItem } from '../value.ts';

export const GUANGDONG: readonly VendorItem[] = [
  { id: 0xf1, name: 'installFaults', size: 4, value: hex(4) },
  { id: 0xf2, name: 'algorithmFaults', size: 4, value: hex(4) },
];
