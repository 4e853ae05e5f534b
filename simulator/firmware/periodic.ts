/** Parameters that make a terminal do something every so often: pictures (0x0064), positions as they come (0x0093–0x0095), the bus (0x0100, 0x0101). */
import type { EpochMs } from '../../protocol/index.ts';
import type { Device } from './device.ts';
import type { Kept } from './kept.ts';
import { nmeaOf } from './nmea.ts';
import type { Terminal } from './terminal.ts';

const NEVER = Number.POSITIVE_INFINITY;
const CHANNELS = 5;
const SHORTEST_S = 5;
const SHORTEST_M = 100;

interface Cameras {
  /** Which take pictures, and whether those are sent. */
  readonly channels: readonly { readonly channel: number; readonly upload: boolean }[];
}

/** Parameter 0x0064; less than 5 s is 5 s. */
export function photoTimer(terminal: Terminal): (Cameras & { readonly intervalMs: number }) | undefined {
  const word = (terminal.kept?.params.timedPhotoControl ?? 0) >>> 0;
  const every = photoControl(terminal, word);
  if (every === undefined) return undefined;
  const seconds = every.larger ? every.interval * 60 : Math.max(SHORTEST_S, every.interval);
  return { intervalMs: seconds * 1000, channels: every.channels };
}

/** Parameter 0x0065; less than 100 m is 100 m. */
export function photoDistance(terminal: Terminal): (Cameras & { readonly metres: number }) | undefined {
  const word = (terminal.kept?.params.fixedDistancePhotoControl ?? 0) >>> 0;
  const every = photoControl(terminal, word);
  if (every === undefined) return undefined;
  const metres = every.larger ? every.interval * 1000 : Math.max(SHORTEST_M, every.interval);
  return { metres, channels: every.channels };
}

/** Bits 0–4 enable, 8–12 send, 16 the larger unit, 17–31 the interval. */
function photoControl(
  { device }: Terminal,
  word: number,
): (Cameras & { readonly interval: number; readonly larger: boolean }) | undefined {
  const cameras = Math.min(CHANNELS, device?.profile.cameras ?? 1);
  const channels = Array.from({ length: cameras }, (_, i) => ({ channel: i + 1, bit: i }))
    .filter(({ bit }) => ((word >> bit) & 1) === 1)
    .map(({ channel, bit }) => ({ channel, upload: ((word >> (8 + bit)) & 1) === 1 }));
  const interval = word >>> 17;
  if (channels.length === 0 || interval === 0) return undefined;
  return { interval, larger: ((word >> 16) & 1) === 1, channels };
}

/** Parameters 0x0094 and 0x0095: by time is what is done here. */
export function rawInterval({ kept }: Terminal): number | undefined {
  const { gnssDetailedDataUploadMode: mode, gnssDetailedDataUploadSetting: seconds = 0 } = kept?.params ?? {};
  return mode === 'byTimeInterval' && seconds > 0 ? seconds * 1000 : undefined;
}

const SENTENCES_MS: Readonly<Record<string, number>> = {
  every500Ms: 500,
  every1000Ms: 1000,
  every2000Ms: 2000,
  every3000Ms: 3000,
  every4000Ms: 4000,
};

/** Parameter 0x0092: between the receiver's sentences, ms; a second where it says nothing known. */
export function sentenceInterval({ kept }: Terminal): number {
  return SENTENCES_MS[String(kept?.params.gnssDetailedDataOutputRate)] ?? 1000;
}

/** Sets the clocks of all three anew, as parameters say now. */
export function setTimers(terminal: Terminal, kept: Kept, now: EpochMs): void {
  const can = (kept.params.canChannel1UploadInterval ?? 0) * 1000;
  kept.nextCanAt = can > 0 ? now + can : NEVER;
  kept.nextPictureAt = now + (photoTimer(terminal)?.intervalMs ?? NEVER);
  kept.picturedAt = terminal.device?.mileage ?? 0;
  kept.nextRawAt = now + (rawInterval(terminal) ?? NEVER);
}

/** What the receiver says, one sentence a line. */
export function sentencesOf(device: Device, now: EpochMs): Uint8Array {
  return new TextEncoder().encode(nmeaOf(device, now).join(''));
}
