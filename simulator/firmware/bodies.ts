/** Bodies of the messages that the firmware sends, through the catalogue's codecs. */
import {
  type BodyOf,
  codecFor,
  type EpochMs,
  IO_BITS,
  type LocationReport,
  STATUS_BITS,
  VEHICLE_SIGNAL_BITS,
} from '../../protocol/index.ts';
import { newReading, type Reading, type Vehicle } from '../world/world.ts';
import type { StoredReport } from './blind-area.ts';
import { deviceReport } from './device-report.ts';
import { MESSAGE, type Request } from './effects.ts';
import { encoded } from './encoded.ts';
import type { Identity, Papers } from './identity.ts';
import type { Terminal } from './terminal.ts';

/** Encoding is synchronous: one reading serves all terminals. */
const reading = newReading();

/** 0x0200 of what the sensors say at `at`. */
export function encodeReport(terminal: Terminal, at: EpochMs): Uint8Array {
  const { device, vehicle } = terminal;
  if (device !== undefined) return deviceReport(terminal, device, at);
  return encoded(codecFor(MESSAGE.report, terminal.identity.revision), readingOf(vehicle as Vehicle, at));
}

/** 0x0201: the position now, with the serial of the query. 0x0500 has the same form. */
export function encodePosition(terminal: Terminal, query: Request, now: EpochMs): Uint8Array {
  const report = encodeReport(terminal, now);
  const body = new Uint8Array(2 + report.length);
  body[0] = query.serial >> 8;
  body[1] = query.serial;
  body.set(report, 2);
  return body;
}

/** 0x0704, oldest first: of type 1 where a blind area or a refusal held the reports up, of type 0 where they only waited for company. */
export function encodeBatch(
  terminal: Terminal,
  reports: readonly StoredReport[],
  dataType: 'normalBatchReport' | 'blindZoneSupplement' = 'blindZoneSupplement',
): Uint8Array {
  const codec = codecFor(MESSAGE.batch, terminal.identity.revision);
  const items = reports.map(({ body }) => ({ location: body }));
  return encoded(codec, { dataType, items });
}

/** Octets of a 0x0704 that holds `count` reports of `octets` in all: at most `MAX_BODY` fit one packet. */
export function batchOctets(count: number, octets: number): number {
  return 3 + 2 * count + octets;
}

/** 0x0100. */
export function encodeRegistration(
  { revision }: Identity,
  { provinceId, cityId, terminalId, plate, manufacturerId, model }: Papers,
  plateColor: BodyOf<'terminalRegistration'>['plateColor'] = 'yellow',
): Uint8Array {
  const body = {
    provinceId,
    cityId,
    manufacturerId,
    terminalModel: model,
    terminalId,
    plateColor,
    plate,
  } as const;
  return encoded(codecFor(MESSAGE.registration, revision), body);
}

/** 0x0102. IMEI and software are told since 2019. */
export function encodeAuthentication({ revision }: Identity, { imei, software }: Papers, authCode: string): Uint8Array {
  const body = revision === 2019 ? { authCode, imei, softwareVersion: software } : { authCode };
  return encoded(codecFor(MESSAGE.authentication, revision), body);
}

/** 0x0001: the answer to a request that has none of its own. */
export function encodeAck(terminal: Terminal, { id, serial }: Request, result: number): Uint8Array {
  const codec = codecFor(MESSAGE.terminalAck, terminal.identity.revision);
  return encoded(codec, { replySerial: serial, replyId: id, result });
}

/** The value of a 0x0200. Everywhere these cities lie is north and east. */
function readingOf(vehicle: Vehicle, at: EpochMs): LocationReport {
  vehicle.read(at, reading);
  return {
    alarm: reading.alarm,
    status: statusOf(reading),
    latitude: reading.latitude,
    longitude: reading.longitude,
    altitude: reading.altitude,
    speed: reading.speed,
    direction: reading.direction,
    time: at,
    items: {
      mileage: reading.mileage,
      fuel: reading.fuel,
      recorderSpeed: reading.wheelSpeed,
      vehicleSignals: signalsOf(reading),
      io: reading.acc ? 0 : SLEEPING,
      rssi: reading.rssi,
      satellites: reading.satellites,
    },
  };
}

const bit = (position: number): number => 2 ** position;
const FIXED = bit(STATUS_BITS.positioned) + bit(STATUS_BITS.gpsUsed) + bit(STATUS_BITS.beidouUsed);
const ACC = bit(STATUS_BITS.acc);
const MOVING = bit(STATUS_BITS.moving);
const SLEEPING = bit(IO_BITS.sleep);

function statusOf({ acc, moving, positioned }: Reading): number {
  return (positioned ? FIXED : 0) + (acc ? ACC : 0) + (moving ? MOVING : 0);
}

function signalsOf({ acc, moving, braking, turn, night }: Reading): number {
  let signals = 0;
  if (acc && night) signals += bit(VEHICLE_SIGNAL_BITS.lowBeam) + bit(VEHICLE_SIGNAL_BITS.clearanceLamp);
  if (turn > 0) signals += bit(VEHICLE_SIGNAL_BITS.rightTurn);
  if (turn < 0) signals += bit(VEHICLE_SIGNAL_BITS.leftTurn);
  if (braking) signals += bit(VEHICLE_SIGNAL_BITS.brake);
  if (acc && !moving) signals += bit(VEHICLE_SIGNAL_BITS.neutral);
  return signals;
}
