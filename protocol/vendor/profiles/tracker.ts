/** What asset trackers of many makers add, where several agree on a meaning: each id with the lengths it is met in. */
import { chars, fields, hex, listOf, percent, uint, type VendorItem, volts } from '../value.ts';
import { BSJ } from './bsj.ts';
import { OBD } from './obd.ts';
import { CHARGE, cells, wifiList } from './shared.ts';

const FULL_CELL = fields({ mcc: uint(2), mnc: uint(2), cell: uint(4), lac: uint(4), rssi: uint(1) });
const LOCK = fields({
  id: { as: 'hex', size: 6 },
  voltage: volts(2, 1000),
  seal: { as: 'text', size: 1 },
  state: uint(1),
  rssi: uint(1),
});

const POWER: readonly VendorItem[] = [
  {
    id: 0x56,
    name: 'battery',
    size: 2,
    value: fields({ level: uint(1, { times: 10, unit: '%', means: 'backupPercent' }), reserved: uint(1) }),
  },
  { id: 0x61, name: 'supplyVoltage', size: 2, value: volts(2, 100, 'supplyMv') },
  {
    id: 0x68,
    name: 'batteryPercent',
    size: 2,
    value: uint(2, { per: 100, unit: '%', means: 'backupPercent' }),
  },
  { id: 0x69, name: 'batteryVoltage', size: 2, value: volts(2, 100, 'backupMv') },
  { id: 0x82, name: 'supplyVoltage', size: 2, value: volts(2, 10, 'supplyMv') },
  { id: 0xd3, name: 'supplyVoltage', size: 2, value: volts(2, 10, 'supplyMv') },
  { id: 0xd4, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  { id: 0xd5, name: 'batteryVoltage', size: 2, value: volts(2, 100, 'backupMv') },
  { id: 0xe1, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  { id: 0xe1, name: 'supplyVoltage', size: 2, value: volts(2, 10, 'supplyMv') },
  {
    id: 0xe3,
    name: 'battery',
    size: 4,
    value: fields({ reserved: uint(1), percent: percent('backupPercent'), voltage: volts(2, 100, 'backupMv') }),
  },
  {
    id: 0xe4,
    name: 'battery',
    size: 2,
    value: fields({
      charging: { as: 'choice', size: 1, names: { 0: 'yes', 1: 'no' }, means: 'charging', true: [0] },
      percent: percent('backupPercent'),
    }),
  },
  { id: 0xe9, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  {
    id: 0xee,
    name: 'power',
    size: 6,
    value: fields({
      rssi: uint(1, { means: 'csq' }),
      supplyVoltage: uint(2, { unit: 'mV', means: 'supplyMv' }),
      batteryVoltage: uint(2, { unit: 'mV', means: 'backupMv' }),
      satellites: uint(1, { means: 'satellites' }),
    }),
  },
  { id: 0xf1, name: 'supplyVoltage', size: 4, value: uint(4, { unit: 'mV', means: 'supplyMv' }) },
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
  { id: 0xfe, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  { id: 0xfe, name: 'supplyVoltage', size: 2, value: volts(2, 10, 'supplyMv') },
];

const PLACE_AND_SENSORS: readonly VendorItem[] = [
  { id: 0x63, name: 'locks', size: { each: 11 }, value: listOf(LOCK) },
  {
    id: 0x77,
    name: 'tyres',
    size: { each: 8 },
    value: listOf(
      fields({
        index: uint(1),
        sensor: { as: 'hex', size: 3 },
        pressure: hex(2),
        temperature: uint(1, { plus: -50, unit: 'degC' }),
        status: uint(1),
      }),
    ),
  },
  { id: 0xa7, name: 'analogInputs', size: 4, value: listOf(volts(2, 100)) },
  { id: 0xac, name: 'odometer', size: 4, value: uint(4, { unit: 'm' }) },
  { id: 0xbc, name: 'driverName', value: chars() },
  { id: 0xbd, name: 'driverId', value: chars() },
  {
    id: 0xd0,
    name: 'userStatus',
    size: 4,
    value: { as: 'flags', size: 4, bits: { vibration: 3 }, means: { vibration: 3 } },
  },
  {
    id: 0xd5,
    name: 'locks',
    size: { each: 13, plus: 1 },
    value: {
      as: 'list',
      count: 1,
      of: fields({
        id: { as: 'digits', size: 5 },
        card: { as: 'digits', size: 5 },
        percent: percent(),
        status: hex(2),
      }),
    },
  },
  {
    id: 0xda,
    name: 'padlock',
    size: 3,
    value: fields({
      stringCuts: uint(2),
      state: { as: 'flags', size: 1, bits: { string: 0, motion: 1, cover: 2 }, means: { caseOpen: 2 } },
    }),
  },
  { id: 0xe1, name: 'cells', size: { each: 8, plus: 4 }, value: cells(3) },
  { id: 0xe1, name: 'cells', size: { each: 7, plus: 4 }, value: cells(2) },
  { id: 0xe2, name: 'fuel', size: 4, value: uint(4, { per: 10, unit: 'L' }) },
  { id: 0xe5, name: 'motion', size: 1, value: { as: 'choice', size: 1, names: { 0: 'still', 1: 'moving' } } },
  { id: 0xe9, name: 'driverId', size: 4, value: uint(4) },
  { id: 0xec, name: 'wifi', size: { each: 7 }, value: wifiList('bare') },
  { id: 0xed, name: 'card', value: chars() },
  { id: 0xf0, name: 'cells', size: { each: 13 }, value: listOf(FULL_CELL) },
  { id: 0xf2, name: 'firmware', value: chars() },
  { id: 0xf4, name: 'wifi', size: { each: 7 }, value: wifiList('bare') },
  { id: 0xf5, name: 'illuminance', size: 2, value: uint(2, { unit: 'lx' }) },
  { id: 0xf6, name: 'airPressure', size: 2, value: uint(2) },
  { id: 0xf7, name: 'humidity', size: 2, value: uint(2, { per: 10, unit: '%' }) },
  { id: 0xf8, name: 'temperature', size: 2, value: uint(2, { per: 10, plus: -50, unit: 'degC' }) },
  { id: 0xfc, name: 'geofence', size: 1, value: uint(1) },
  { id: 0xfe, name: 'odometer', size: 4, value: uint(4) },
];

export const TRACKER: readonly VendorItem[] = [...BSJ, ...POWER, ...PLACE_AND_SENSORS, ...OBD];
