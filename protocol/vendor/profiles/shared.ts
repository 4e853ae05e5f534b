/** Layouts that several makers use alike. */
import { countedList, fields, listOf, uint, type VendorItem, type VendorValue } from '../value.ts';

export { fields };

const ACCESS_POINT = fields({ mac: { as: 'hex', size: 6 }, rssi: uint(1, { signed: true, unit: 'dBm' }) });

/** Access points in sight: six octets of address and a strength each. */
export function wifiList(form: 'counted' | 'bare'): VendorValue {
  return form === 'counted' ? countedList(ACCESS_POINT) : listOf(ACCESS_POINT);
}

/** Country, network, then cells of a network with an area code of two or three octets each. */
export function cells(areaSize: 2 | 3): VendorValue {
  return fields({
    mcc: uint(2),
    mnc: uint(2),
    cells: listOf(fields({ lac: uint(areaSize), cell: uint(4), rssi: uint(1) })),
  });
}

/** ICCID as 20 characters: 0xCC wherever it is met. */
export const ICCID_TEXT: VendorItem = {
  id: 0xcc,
  name: 'iccid',
  size: 20,
  value: { as: 'text', means: 'iccid' },
};

/** The standard's 0x06 is two octets; one octet is no temperature. */
export const BATTERY_06: VendorItem = {
  id: 0x06,
  name: 'batteryPercent',
  size: 1,
  value: { as: 'number', size: 1, unit: '%', means: 'backupPercent' },
};

/** Sensors of −0.1 to −3276.7 °C have the sign in the highest bit. */
export const TEMPERATURES: VendorItem = {
  id: 0x51,
  name: 'temperatures',
  size: { each: 2 },
  value: listOf(uint(2, { signMagnitude: true, per: 10, none: 0xffff, unit: 'degC' })),
};

/** The drum of a concrete mixer. */
export const DRUM: VendorItem = {
  id: 0x52,
  name: 'drumRotation',
  size: [1, 2],
  value: { as: 'choice', size: 1, names: { 0: 'unknown', 1: 'forward', 2: 'reverse', 3: 'stopped' } },
};

/** State of a charger, behind a battery voltage. */
export const CHARGE: VendorValue = {
  as: 'choice',
  size: 1,
  names: { 2: 'charging', 3: 'charged' },
  means: 'charging',
  true: [2, 3],
};
