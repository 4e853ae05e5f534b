/**
 * Items of BSJ and SeeWorld terminals: 0xEB holds a list of its own, each entry its length, an id of two octets, a
 * value. Its two words are active low: all ones is a terminal that has nothing to say.
 */
import { cell, chars, countedText, digits, fields, listOf, percent, uint, type VendorItem, volts } from '../value.ts';
import { BATTERY_06, ICCID_TEXT } from './shared.ts';

const ENTRIES: readonly VendorItem[] = [
  { id: 0x0001, name: 'fuel', size: 3, value: fields({ litres: uint(2, { per: 10, unit: 'L' }), unused: uint(1) }) },
  { id: 0x0023, name: 'fuelText', size: 6, value: chars() },
  { id: 0x002d, name: 'supplyVoltage', size: 2, value: uint(2, { unit: 'mV', means: 'supplyMv' }) },
  { id: 0x002d, name: 'supplyVoltage', size: 4, value: uint(4, { unit: 'mV', means: 'supplyMv' }) },
  {
    id: 0x0089,
    name: 'alarms',
    size: 4,
    value: {
      as: 'flags',
      size: 4,
      activeLow: true,
      bits: {
        batterySwitch: 0,
        sleep: 1,
        collision: 4,
        hardAcceleration: 8,
        hardBraking: 9,
        removal: 12,
        hardTurn: 25,
        pseudoBaseStation: 30,
        pseudoBaseStationAlarm: 31,
      },
      means: { sleeping: 1, removed: 12, fakeCell: 30 },
    },
  },
  { id: 0x00a8, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  { id: 0x00b2, name: 'iccid', size: 10, value: digits(10, 'iccid') },
  { id: 0x00b9, name: 'wifi', value: countedText() },
  {
    id: 0x00c5,
    name: 'states',
    size: 4,
    value: {
      as: 'flags',
      size: 4,
      activeLow: true,
      bits: { vibration: 6, light: 14 },
      means: { vibration: 6, caseOpen: 14 },
    },
  },
  { id: 0x00ce, name: 'supplyVoltage', size: 2, value: volts(2, 100, 'supplyMv') },
  { id: 0x00d5, name: 'imei', size: 15, value: chars('imei') },
  { id: 0x00d5, name: 'imei', size: 8, value: digits(8, 'imei', 1) },
  { id: 0x00d8, name: 'cell', size: 9, value: cell(2) },
  { id: 0x00e1, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
];

const CELLS = listOf(fields({ lac: uint(2), cell: uint(2), rssi: uint(1) }));

export const BSJ: readonly VendorItem[] = [
  BATTERY_06,
  ICCID_TEXT,
  { id: 0xeb, name: 'extension', value: { as: 'nested', idSize: 2, lengthSize: 2, lengthFirst: true, items: ENTRIES } },
  // Some firmware has cells there instead: a country code is longer than any entry.
  { id: 0xeb, name: 'cells', size: { each: 5, plus: 3 }, value: fields({ mcc: uint(2), mnc: uint(1), cells: CELLS }) },
];
