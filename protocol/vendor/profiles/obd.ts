/** What units on a vehicle's diagnostic connector say: groups 0x80 and 0xF3, block 0x91. */
import { chars, fields, percent, uint, type VendorItem, type VendorValue, volts } from '../value.ts';

const TEMPERATURE = uint(1, { plus: -40, unit: 'degC' });
const KM_PER_10 = uint(4, { per: 10, unit: 'km' });

const GROUP_80: VendorValue = {
  as: 'nested',
  skip: 1,
  idSize: 1,
  lengthSize: 1,
  items: [
    { id: 0x80, name: 'speed', size: 1, value: uint(1, { unit: 'km/h' }) },
    { id: 0x81, name: 'rpm', size: 2, value: uint(2) },
    { id: 0x82, name: 'supplyVoltage', size: 2, value: volts(2, 10, 'supplyMv') },
    { id: 0x83, name: 'load', size: 1, value: percent() },
    { id: 0x84, name: 'coolant', size: 1, value: TEMPERATURE },
    { id: 0x86, name: 'intake', size: 1, value: TEMPERATURE },
    { id: 0x89, name: 'throttle', size: 1, value: percent() },
    { id: 0x8b, name: 'vin', size: 17, value: chars() },
    { id: 0x8c, name: 'odometer', size: 4, value: KM_PER_10 },
    { id: 0xa0, name: 'faults', value: chars() },
    { id: 0xcc, name: 'iccid', size: 20, value: chars('iccid') },
  ],
};

const GROUP_F3: VendorValue = {
  as: 'nested',
  idSize: 2,
  lengthSize: 1,
  items: [
    { id: 0x0002, name: 'speed', size: 2, value: uint(2, { per: 10, unit: 'km/h' }) },
    { id: 0x0003, name: 'rpm', size: 2, value: uint(2) },
    { id: 0x0004, name: 'supplyVoltage', size: 2, value: uint(2, { unit: 'mV', means: 'supplyMv' }) },
    { id: 0x0005, name: 'odometer', size: 4, value: KM_PER_10 },
    { id: 0x0008, name: 'load', size: 2, value: uint(2, { per: 10, unit: '%' }) },
    { id: 0x0009, name: 'coolant', size: 2, value: uint(2, { plus: -40, unit: 'degC' }) },
    { id: 0x0050, name: 'vin', size: 17, value: chars() },
  ],
};

export const OBD: readonly VendorItem[] = [
  { id: 0x80, name: 'obd', value: GROUP_80 },
  {
    id: 0x91,
    name: 'obd',
    value: fields({
      supplyVoltage: volts(2, 10, 'supplyMv'),
      rpm: uint(2),
      speed: uint(1, { unit: 'km/h' }),
      throttle: percent(),
      load: percent(),
      coolant: TEMPERATURE,
    }),
  },
  { id: 0x94, name: 'vin', value: chars() },
  { id: 0xf3, name: 'obd', value: GROUP_F3 },
];
