/** Alarms of active safety: the item that a report carries, and the evidence behind it. T/JSATL 12-2017 4.5, 4.6. */
import { type BodyOf, codecFor, type EpochMs } from '../../protocol/index.ts';
import type { AttachmentFile, AttachmentOrder } from './attachments.ts';
import { clockOf, type Device } from './device.ts';
import type { LocalEvent } from './effects.ts';
import { encoded } from './encoded.ts';
import { keptBy } from './kept.ts';
import { papersFor } from './identity.ts';
import { fileOf } from './media.ts';
import type { Terminal } from './terminal.ts';

/** Alarms whose evidence is kept; the oldest goes. */
const MAX_EVIDENCE = 32;
const BASIC_LOCATION = 28;
/** Cameras: 64 looks ahead, 65 at the driver. */
const CAMERA = { adas: 64, dsm: 65 } as const;
const ITEM = { adas: 0x64, dsm: 0x65 } as const;
const ID_SIZE = 7;

/** By what evidence is found again: the identification says which alarm it was. */
export function evidenceKey({ time, sequence }: AttachmentOrder['identification']): string {
  return `${time}/${sequence}`;
}

/** Keeps the evidence of an alarm that is seen now, and returns its item as octets. */
export function seeDanger(
  terminal: Terminal,
  device: Device,
  event: Extract<LocalEvent, { what: 'safety' }>,
  now: EpochMs,
): Uint8Array {
  const { evidence } = keptBy(terminal);
  const { receiver, driving } = device;
  const time = Math.floor(clockOf(device, now) / 1000) * 1000;
  let sequence = 0;
  while (evidence.has(`${time}/${sequence}`)) sequence++;
  const identification = {
    terminalId: papersFor(terminal).terminalId.substring(0, ID_SIZE),
    time,
    sequence,
    attachmentCount: event.pictures,
    reserved: new Uint8Array(1),
  };
  evidence.set(evidenceKey(identification), filesOf(event));
  for (const key of evidence.keys()) {
    if (evidence.size <= MAX_EVIDENCE) break;
    evidence.delete(key);
  }
  const place = {
    speed: Math.min(255, Math.round(receiver.speed)),
    altitude: Math.max(0, Math.round(receiver.altitude)),
    latitude: Math.abs(receiver.latitude),
    longitude: Math.abs(receiver.longitude),
    time,
    // ACC, and located.
    vehicleStatus: (device.acc ? 1 : 0) + (receiver.fix ? 1 << 10 : 0),
    identification,
  };
  const head = {
    alarmId: device.alarmsSeen++,
    flag: 'instant',
    type: event.type,
    level: driving.driving ? 2 : 1,
  } as const;
  const items =
    event.item === 'adas'
      ? { adas: { ...head, frontSpeed: 0, frontDistance: 0, departure: 0, signType: 0, signValue: 0, ...place } }
      : { dsm: { ...head, fatigue: 0, reserved: new Uint8Array(4), ...place } };
  const empty = { alarm: 0, status: 0, latitude: 0, longitude: 0, altitude: 0, speed: 0, direction: 0, time };
  const report = { ...empty, items } as BodyOf<'locationReport'>;
  return encoded(codecFor(0x0200, terminal.identity.revision), report).subarray(BASIC_LOCATION);
}

/** Named as the standard names them, but for the number of the alarm, which the platform gives. */
function filesOf({ item, type, pictures }: Extract<LocalEvent, { what: 'safety' }>): AttachmentFile[] {
  const code = `${ITEM[item].toString(16)}${type.toString(16).padStart(2, '0')}`;
  return Array.from({ length: pictures }, (_, i) => ({
    name: `00_${CAMERA[item]}_${code}_${i}`,
    type: 'image' as const,
    octets: fileOf({ type: 'image', width: 640, height: 480 }),
  }));
}
