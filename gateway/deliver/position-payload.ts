/** A position as platforms are told of it, from its reading and from who the terminal is. */
import { type Position, positionId } from '../../bridge/index.ts';
import { formatTime, messageById, toJson, type VendorProfile } from '../../protocol/index.ts';
import type { HeldPosition } from '../fold/held-position.ts';
import { hasFix, LOCATION, type PositionReading } from '../fold/positions.ts';
import { isoTime } from './times.ts';
import { itemsOf } from './vendor-items.ts';

/** How a terminal's positions are read: by its maker's profile, and with altitudes below the sea. */
export interface PositionWays {
  readonly vendor?: VendorProfile | undefined;
  readonly signedAltitude?: boolean;
}

/** What of a reading makes a payload. */
export type ReadPosition = Pick<PositionReading, 'report' | 'revision' | 'backfill'> & {
  readonly wide?: Uint8Array | undefined;
};

/** The highest bit of an altitude, which the standard has without a sign. */
const SIGN = 0x8000;
const LOCATION_REPORT = messageById(LOCATION)!;

/** Metres above the sea. */
export function altitudeOf(altitude: number, ways: PositionWays): number {
  return ways.signedAltitude === true && altitude >= SIGN ? altitude - 2 * SIGN : altitude;
}

export function positionPayload(
  of: {
    readonly id: string;
    readonly terminal: string;
    readonly vehicle: string | null;
    readonly seq: number;
    readonly receivedAt: number;
  },
  reading: ReadPosition,
  ways: PositionWays = {},
): Position {
  const { report, revision, backfill } = reading;
  const body = toJson(LOCATION_REPORT, revision, report) as unknown as Omit<Position, 'fix' | 'backfill' | 'revision'>;
  return {
    id: of.id,
    terminal: of.terminal,
    vehicle: of.vehicle,
    time: isoTime(report.time),
    receivedAt: formatTime(of.receivedAt),
    seq: of.seq,
    latitude: body.latitude,
    longitude: body.longitude,
    altitude: altitudeOf(body.altitude, ways),
    speed: body.speed,
    direction: body.direction,
    alarm: body.alarm,
    status: body.status,
    items: itemsOf(body.items, reading, ways.vendor),
    fix: hasFix(report) ? 'gnss' : 'none',
    backfill,
    revision,
  };
}

/** Id of a position that is kept. */
export function idOfHeld(terminal: string, { octets, serial }: HeldPosition): string {
  return positionId(terminal, octets, 0, serial);
}

/** The payload of a position that is kept. */
export function heldPayload(
  terminal: string,
  held: HeldPosition,
  vehicle: string | null,
  ways: PositionWays,
): Position {
  const { seq, receivedAt } = held;
  return positionPayload({ id: idOfHeld(terminal, held), terminal, vehicle, seq, receivedAt }, held, ways);
}
