/** What the receiver says on its own line, once a second. */
import type { EpochMs } from '../../protocol/index.ts';
import type { Device } from './device.ts';

/** The sentences of one second. */
export function nmeaOf(_device: Device, _now: EpochMs): readonly string[] {
  return [];
}
