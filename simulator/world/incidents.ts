/**
 * What befalls a vehicle now and then: its terminal loses power or its antenna, it drives through a tunnel, its
 * driver presses the switch or the pedal. Like everything in the world a function of (seed, terminal, time).
 */
import { ALARM_BITS, type EpochMs } from '../../protocol/index.ts';
import { unit } from './noise.ts';
import type { Reading } from './world.ts';

/** What it is: alarms by their names in 0x0200, and `tunnel`, which no bit tells of. */
export type IncidentKind = 'mainPowerOff' | 'antennaCut' | 'tunnel' | 'emergency' | 'overspeed';

/** One incident: from and until in simulated time. */
export interface Incident {
  readonly kind: IncidentKind;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

/** Every vehicle's time is cut into slots of this length, and a slot holds one incident or none. */
const SLOT_MS = 60_000;
const SHORTEST_MS = 15_000;
const KINDS: readonly IncidentKind[] = ['mainPowerOff', 'antennaCut', 'tunnel', 'tunnel', 'emergency', 'overspeed'];

/** The incident of terminal `index` at `at`. `share`: slots with one, 0 to 1. */
export function incidentAt(seed: number, index: number, at: EpochMs, share: number): Incident | undefined {
  const slot = Math.floor(at / SLOT_MS);
  const draw = (what: number): number => unit(seed + what, index, slot);
  if (draw(11) >= share) return undefined;
  const from = slot * SLOT_MS + Math.floor(draw(12) * (SLOT_MS - SHORTEST_MS));
  const longest = (slot + 1) * SLOT_MS - from - SHORTEST_MS;
  const until = from + SHORTEST_MS + Math.floor(draw(13) * longest);
  if (at < from || at >= until) return undefined;
  const kind = KINDS[Math.floor(draw(14) * KINDS.length)] as IncidentKind;
  return { kind, from, until };
}

const bit = (position: number): number => 2 ** position;

/** What the sensors say while it lasts. Without a fix the place is that of its beginning: the caller read it there. */
export function befall(incident: Incident, reading: Reading): void {
  switch (incident.kind) {
    case 'mainPowerOff':
      reading.alarm = bit(ALARM_BITS.mainPowerOff);
      return;
    case 'antennaCut':
      reading.alarm = bit(ALARM_BITS.gnssAntennaCut);
      reading.positioned = false;
      reading.satellites = 0;
      return;
    case 'tunnel':
      reading.positioned = false;
      reading.satellites = 0;
      reading.rssi = Math.min(reading.rssi, 7);
      return;
    case 'emergency':
      reading.alarm = bit(ALARM_BITS.emergency);
      return;
    case 'overspeed':
      reading.alarm = bit(ALARM_BITS.overspeed);
      return;
    default:
      incident.kind satisfies never;
  }
}

/** Whether the receiver has no sky while it lasts. */
export function blinds(incident: Incident): boolean {
  return incident.kind === 'antennaCut' || incident.kind === 'tunnel';
}
