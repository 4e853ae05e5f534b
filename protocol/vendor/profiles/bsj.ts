/** Items of BSJ and SeeWorld terminals: 0xEB holds a list of its own, each entry its length, an id of two octets, a value. */
import { chars, digits, fields, hex, percent, uint, type VendorItem, volts } from '../value.ts';
import { BATTERY_06, ICCID_TEXT } from './shared.ts';

const ENTRIES: readonly VendorItem[] = [
  { id: 0x002d, name: 'supplyVoltage', size: 2, value: uint(2, { unit: 'mV', means: 'supplyMv' }) },
  // Active low on the devices that were seen; which bit is which differs by model.
  { id: 0x0089, name: 'alarms', size: 4, value: hex(4) },
  { id: 0x00a8, name: 'batteryPercent', size: 1, value: percent('batteryPercent') },
  { id: 0x00b2, name: 'iccid', size: 10, value: digits(10, 'iccid') },
  { id: 0x00b9, name: 'wifi', value: chars() },
  { id: 0x00c5, name: 'states', size: 4, value: hex(4) },
  { id: 0x00ce, name: 'supplyVoltage', size: 2, value: volts(2, 100, 'supplyMv') },
  {
    id: 0x00d8,
    name: 'cell',
    size: 9,
    value: fields({ mcc: uint(2), mnc: uint(1), lac: uint(2), cell: uint(4) }),
  },
  { id: 0x00e1, name: 'batteryPercent', size: 1, value: percent('batteryPercent') },
];

export const BSJ: readonly VendorItem[] = [
  BATTERY_06,
  ICCID_TEXT,
  { id: 0xeb, name: 'extension', value: { as: 'nested', idSize: 2, lengthSize: 2, lengthFirst: true, items: ENTRIES } },
];
