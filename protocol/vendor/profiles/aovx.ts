/** Items of AOVX asset trackers. Two of them hold only the fields that a mask in front of them names. */
import { fields, percent, uint, type VendorItem, type VendorValue } from '../value.ts';
import { BATTERY_06, CHARGE, ICCID_TEXT, wifiList } from './shared.ts';

const TEMPERATURE = uint(2, { signed: true, per: 10, unit: 'degC' });
const EVENT: VendorValue = {
  as: 'masked',
  size: 1,
  fields: { 0: ['light', uint(2, { unit: 'lx' })], 1: ['temperature', TEMPERATURE] },
};
const STATE: VendorValue = {
  as: 'masked',
  size: 2,
  fields: { 2: ['hdop', uint(2, { per: 10 })], 6: ['temperature', TEMPERATURE] },
};

export const AOVX: readonly VendorItem[] = [
  BATTERY_06,
  ICCID_TEXT,
  { id: 0xf1, name: 'supplyVoltage', size: 4, value: uint(4, { unit: 'mV', means: 'supplyMv' }) },
  { id: 0xf4, name: 'wifi', size: { each: 7 }, value: wifiList('bare') },
  { id: 0xf6, name: 'event', value: fields({ type: uint(1), data: EVENT }) },
  { id: 0xf7, name: 'batteryVoltage', size: 4, value: uint(4, { unit: 'mV', means: 'backupMv' }) },
  {
    id: 0xf7,
    name: 'battery',
    size: 5,
    value: fields({ voltage: uint(4, { unit: 'mV', means: 'backupMv' }), state: CHARGE }),
  },
  {
    id: 0xf7,
    name: 'battery',
    size: 6,
    value: fields({
      voltage: uint(4, { unit: 'mV', means: 'backupMv' }),
      state: CHARGE,
      percent: percent('backupPercent'),
    }),
  },
  { id: 0xf9, name: 'state', value: STATE },
];
