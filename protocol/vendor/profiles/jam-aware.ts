/**
 * Items of units that watch for jamming: what their GNSS receiver and their modem see of it, and the supply, battery and
 * case that tell a cut from a flat battery. The ids are this project's own.
 */
import { percent, uint, type VendorItem } from '../value.ts';

export const JAM_AWARE: readonly VendorItem[] = [
  {
    id: 0xe5,
    name: 'agcDrop',
    size: 2,
    value: uint(2, { signed: true, per: 10, unit: 'dB', means: 'agcDropDb' }),
  },
  { id: 0xe5, name: 'agcDrop', size: 1, value: uint(1, { signed: true, unit: 'dB', means: 'agcDropDb' }) },
  {
    id: 0xe6,
    name: 'jamState',
    size: 1,
    value: { as: 'choice', size: 1, names: { 0: 'none', 1: 'warning', 2: 'critical' }, means: 'jamState' },
  },
  {
    id: 0xe7,
    name: 'cellJam',
    size: 1,
    value: { as: 'choice', size: 1, names: { 0: 'no', 1: 'yes' }, means: 'cellJam', true: [1] },
  },
  { id: 0xe8, name: 'supplyVoltage', size: 2, value: uint(2, { unit: 'mV', means: 'supplyMv' }) },
  { id: 0xe9, name: 'batteryPercent', size: 1, value: percent('backupPercent') },
  {
    id: 0xea,
    name: 'case',
    size: 1,
    value: { as: 'flags', size: 1, bits: { open: 0, removed: 1 }, means: { caseOpen: 0, removed: 1 } },
  },
];
