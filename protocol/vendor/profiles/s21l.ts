/** Items of the S21L and its relatives. */
import { fields, listOf, uint, type VendorItem } from '../value.ts';
import { BATTERY_06, cells, ICCID_TEXT, wifiList } from './shared.ts';

export const S21L: readonly VendorItem[] = [
  BATTERY_06,
  ICCID_TEXT,
  { id: 0x32, name: 'gpsSatellites', size: 1, value: uint(1) },
  { id: 0x33, name: 'beidouSatellites', size: 1, value: uint(1) },
  { id: 0x54, name: 'wifi', size: { each: 7, plus: 1 }, value: wifiList('counted') },
  {
    id: 0x58,
    name: 'humidities',
    size: { each: 2 },
    value: listOf(uint(2, { per: 10, none: 0x0fff, unit: '%' })),
  },
  {
    id: 0x9f,
    name: 'cells',
    size: { each: 10 },
    value: listOf(fields({ mcc: uint(2), mnc: uint(1), lac: uint(2), cell: uint(4), rssi: uint(1) })),
  },
  { id: 0xcd, name: 'altitude', size: 2, value: uint(2, { signed: true, unit: 'm' }) },
  { id: 0xe1, name: 'cells', size: { each: 7, plus: 4 }, value: cells(2) },
];
