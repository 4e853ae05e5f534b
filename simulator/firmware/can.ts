/** What the vehicle's bus says, as J1939 has it: engine speed, road speed, coolant. */
import type { BodyOf, EpochMs } from '../../protocol/index.ts';
import { clockOf, type Device } from './device.ts';

/** Extended frames of channel 1: bit 30 of the word. */
const EXTENDED = 0x4000_0000;
const EEC1 = 0x0cf0_0400;
const CCVS = 0x18fe_f100;
const ET1 = 0x18fe_ee00;
const ZONE_MS = 28_800_000;
const IDLE_RPM = 700;
const RPM_PER_KMH = 18;
const COOLANT = 88;

/** Body of a 0x0705 of what is on the bus now. */
export function canItems(device: Device, now: EpochMs): BodyOf<0x0705> {
  const { causes } = device;
  const rpm = causes.engine ? IDLE_RPM + RPM_PER_KMH * causes.speed : 0;
  const digits = new Date(clockOf(device, now) + ZONE_MS).toISOString().replace(/\D/g, '');
  return {
    time: `${digits.substring(8, 14)}0${digits.substring(14, 17)}`,
    items: [
      // 0.125 turns a minute, 1/256 km/h, one degree from -40.
      frame(EEC1, 3, Math.round(rpm * 8)),
      frame(CCVS, 1, Math.round(causes.speed * 256)),
      frame(ET1, 0, causes.engine ? COOLANT + 40 : Math.round(causes.temperature) + 40, 1),
    ],
  };
}

/** Eight octets of "not available" with one value in them, low octet first. */
function frame(id: number, at: number, value: number, size = 2): { canId: number; canData: Uint8Array } {
  const canData = new Uint8Array(8).fill(0xff);
  for (let i = 0; i < size; i++) canData[at + i] = (value >> (8 * i)) & 0xff;
  return { canId: (EXTENDED | id) >>> 0, canData };
}
