/** Pictures: taken on command, by the clock, by the way driven, and on alarms (parameters 0x0052, 0x0053, 0x0065). */
import type { EpochMs } from '../../protocol/index.ts';
import { alarmBit } from './alarm-bit.ts';
import { encodeReport } from './bodies.ts';
import { keptBy } from './kept.ts';
import { keepMedium, type Medium } from './media.ts';
import { photoDistance } from './periodic.ts';
import type { Terminal } from './terminal.ts';

/** Pixels by the names of 0x8801; the default is what most cameras are set to. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  '320x240': [320, 240],
  '640x480': [640, 480],
  '800x600': [800, 600],
  '1024x768': [1024, 768],
  '176x144': [176, 144],
  '352x288': [352, 288],
  '704x288': [704, 288],
  '704x576': [704, 576],
  lowest: [176, 144],
  highest: [1024, 768],
};
/** Octets of a 0x0200 before its items. */
export const BASIC_LOCATION = 28;
/** Takes a picture now and keeps it. */
export function takePicture(
  terminal: Terminal,
  { channel, event, resolution = '320x240' }: { channel: number; event: Medium['event']; resolution?: string | number },
  now: EpochMs,
): Medium {
  const [width, height] = SIZES[resolution] ?? [320, 240];
  const location = encodeReport(terminal, now).subarray(0, BASIC_LOCATION);
  const taken = { type: 'image', format: 'jpeg', event, channel, at: now, location, width, height } as const;
  return keepMedium(keptBy(terminal), taken);
}

const CRASH = alarmBit('collision') | alarmBit('rollover');

/** Alarms of parameter 0x0052 take a picture; those of 0x0053 keep it, others send it. */
export function photographAlarm(terminal: Terminal, risen: number, now: EpochMs): void {
  const { kept } = terminal;
  const wanted = risen & Number(kept?.params.alarmPhotoSwitch ?? 0);
  if (kept === undefined || wanted === 0) return;
  const event = (wanted & CRASH) === 0 ? 'robberyAlarm' : 'collisionRolloverAlarm';
  const { id } = takePicture(terminal, { channel: 1, event }, now);
  if ((wanted & ~Number(kept.params.alarmPhotoStoreFlag ?? 0)) !== 0) kept.outbox.push({ id, remove: true, tries: 0 });
}

/** Parameter 0x0065: a picture every so many metres. */
export function photographWay(terminal: Terminal, now: EpochMs): void {
  const { device, kept } = terminal;
  const by = photoDistance(terminal);
  if (device === undefined || kept === undefined || by === undefined) return;
  if ((device.mileage - kept.picturedAt) * 1000 < by.metres) return;
  kept.picturedAt = device.mileage;
  for (const { channel, upload } of by.channels) {
    const { id } = takePicture(terminal, { channel, event: 'fixedDistance' }, now);
    if (upload) kept.outbox.push({ id, remove: true, tries: 0 });
  }
}
