/** Items of the G10LS, the G20LS and their relatives, and the bits of the alarm word that they use. */
import type { SignalBit } from '../readings.ts';
import { cell, chars, countedList, fields, listOf, uint, type VendorItem, volts } from '../value.ts';
import { DRUM, TEMPERATURES, wifiList } from './shared.ts';

const SIGNED = uint(2, { signed: true });

export const G10: readonly VendorItem[] = [
  TEMPERATURES,
  DRUM,
  {
    id: 0x53,
    name: 'cells',
    size: { each: 8, plus: 1 },
    value: countedList(fields({ mcc: uint(2), mnc: uint(1), lac: uint(2), cell: uint(2), rssi: uint(1) })),
  },
  { id: 0x54, name: 'wifi', size: { each: 7, plus: 1 }, value: wifiList('counted') },
  {
    id: 0x56,
    name: 'battery',
    size: 2,
    value: fields({
      level: uint(1, { times: 10, unit: '%', means: 'backupPercent' }),
      // Left at zero by those that have the level only.
      percent: uint(1, { none: 0, unit: '%', means: 'backupPercent', finer: true }),
    }),
  },
  { id: 0x5d, name: 'cells4g', size: { each: 10, plus: 1 }, value: countedList(cell(2, { rssi: uint(1) })) },
  { id: 0x61, name: 'supplyVoltage', size: 2, value: volts(2, 100, 'supplyMv') },
  { id: 0xf1, name: 'iccid', size: 20, value: chars('iccid') },
  {
    id: 0xf3,
    name: 'arming',
    size: 1,
    value: { as: 'choice', size: 1, names: { 0: 'disarmed', 1: 'armed' } },
  },
  {
    id: 0xf4,
    name: 'alarms',
    size: 2,
    value: {
      as: 'flags',
      size: 2,
      bits: {
        hardAcceleration: 0,
        hardDeceleration: 1,
        hardBraking: 2,
        hardTurn: 3,
        collision: 4,
        rollover: 5,
        input1: 6,
        input2: 7,
      },
    },
  },
  { id: 0xf5, name: 'acceleration', size: 6, value: listOf(SIGNED) },
  {
    id: 0xf6,
    name: 'mode',
    size: 4,
    value: fields({
      work: uint(1),
      positioning: uint(1),
      recording: uint(1),
      charger: { as: 'flags', size: 1, bits: { connected: 0, charged: 1 }, means: { charging: 0 } },
    }),
  },
];

/** The removal alarm is a light sensor behind the unit; the standard reserves these bits in 2013. */
export const G10_BITS: readonly SignalBit[] = [
  { word: 'alarm', bit: 15, signal: 'backupLow' },
  { word: 'alarm', bit: 16, signal: 'vibration' },
  { word: 'alarm', bit: 17, signal: 'removed' },
];

/** Where the case has a switch of its own. */
export const G10_CASE_BITS: readonly SignalBit[] = [
  { word: 'alarm', bit: 16, signal: 'caseOpen' },
  { word: 'alarm', bit: 17, signal: 'removed' },
];
