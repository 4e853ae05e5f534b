/** Items of the terminals that report to GPS51, as its protocol supplement and SmallChi/JT808's extension have them. */
import { cells, DRUM, fields, TEMPERATURES, wifiList } from './shared.ts';
import { chars, countedList, digits, listOf, percent, uint, type VendorItem, volts } from '../value.ts';

export const GPS51: readonly VendorItem[] = [
  TEMPERATURES,
  DRUM,
  {
    id: 0x53,
    name: 'cells',
    size: { each: 7, plus: 1 },
    value: countedList(fields({ mcc: uint(2), mnc: uint(1), lac: uint(2), cell: uint(2) })),
  },
  { id: 0x54, name: 'wifi', size: { each: 7, plus: 1 }, value: wifiList('counted') },
  {
    id: 0x57,
    name: 'alarms',
    size: 8,
    value: fields({
      driving: {
        as: 'flags',
        size: 2,
        bits: { hardAcceleration: 8, hardBraking: 9, hardCornering: 10 },
      },
      switches: uint(2),
      extra: uint(4),
    }),
  },
  {
    id: 0x58,
    name: 'humidities',
    size: { each: 2 },
    value: listOf(uint(2, { per: 10, none: 0x0fff, unit: '%' })),
  },
  { id: 0x61, name: 'supplyVoltage', size: 2, value: volts(2, 100, 'supplyMv') },
  { id: 0xe1, name: 'cells', size: { each: 8, plus: 4 }, value: cells(3) },
  { id: 0xe2, name: 'firmware', value: chars() },
  {
    id: 0xe6,
    name: 'sensors',
    size: { each: 11 },
    value: listOf(
      fields({
        index: uint(1),
        mac: { as: 'hex', size: 6 },
        temperature: uint(2, { signed: true, per: 10, unit: 'degC' }),
        humidity: uint(2, { per: 10, unit: '%' }),
      }),
    ),
  },
  { id: 0xf1, name: 'iccid', size: 20, value: chars('iccid') },
  { id: 0xf6, name: 'imei', size: 8, value: digits(8, 'imei', 1) },
  {
    id: 0xfa,
    name: 'events',
    size: 4,
    value: {
      as: 'flags',
      size: 4,
      bits: {
        vibration: 0,
        removal: 1,
        deepSleep: 2,
        hardAcceleration: 3,
        hardBraking: 4,
        hardTurn: 5,
        accOn: 6,
        accOff: 7,
        batteryLow: 8,
        switchedOff: 9,
        lowPowerOff: 10,
        armed: 11,
      },
      means: { vibration: 0, removed: 1, sleeping: 2, backupLow: 8 },
    },
  },
  {
    id: 0xfb,
    name: 'battery',
    size: 4,
    value: fields({
      percent: percent('backupPercent'),
      voltage: volts(2, 100, 'backupMv'),
      charging: { as: 'choice', size: 1, names: { 0: 'no', 1: 'yes' }, means: 'charging', true: [1] },
    }),
  },
];
