/** Bodies of the messages that the firmware sends, through the catalogue's codecs. */
import {
  type Codec,
  codecFor,
  type EpochMs,
  IO_BITS,
  type LocationReport,
  MAX_BODY,
  STATUS_BITS,
  VEHICLE_SIGNAL_BITS,
} from '../../protocol/index.ts';
import { newReading, type Reading } from '../world/world.ts';
import type { StoredReport } from './blind-area.ts';
import { MESSAGE, type Request } from './effects.ts';
import type { Identity, Papers } from './identity.ts';
import type { Terminal } from './terminal.ts';

/** Encoding is synchronous and what comes out is copied: one reading and one buffer serve all terminals. */
const reading = newReading();
const scratch = new Uint8Array(2 * MAX_BODY);

const MANUFACTURER = 'XJSIM';
const MODEL = 'XJ-808S';
const SOFTWARE = 'XJ-808S 1.0';

/** 0x0200 of what the vehicle's sensors say at `at`. */
export function encodeReport(terminal: Terminal, at: EpochMs): Uint8Array {
  return encoded(codecFor(MESSAGE.report, terminal.identity.revision), locationOf(terminal, at));
}

/** 0x0201: the position now, with the serial of the query. */
export function encodePosition(terminal: Terminal, query: Request, now: EpochMs): Uint8Array {
  const codec = codecFor(MESSAGE.position, terminal.identity.revision);
  return encoded(codec, { replySerial: query.serial, location: locationOf(terminal, now) });
}

/** 0x0704 of type 1: reports that a blind area or a refusal held up, oldest first. */
export function encodeBatch(terminal: Terminal, reports: readonly StoredReport[]): Uint8Array {
  const codec = codecFor(MESSAGE.batch, terminal.identity.revision);
  const items = reports.map(({ body }) => ({ location: body }));
  return encoded(codec, { dataType: 'blindZoneSupplement', items });
}

/** Octets of a 0x0704 that holds `count` reports of `octets` in all: at most `MAX_BODY` fit one packet. */
export function batchOctets(count: number, octets: number): number {
  return 3 + 2 * count + octets;
}

/** 0x0100. */
export function encodeRegistration(
  { revision }: Identity,
  { provinceId, cityId, terminalId, plate }: Papers,
): Uint8Array {
  const body = {
    provinceId,
    cityId,
    manufacturerId: MANUFACTURER,
    terminalModel: MODEL,
    terminalId,
    plateColor: 'yellow',
    plate,
  } as const;
  return encoded(codecFor(MESSAGE.registration, revision), body);
}

/** 0x0102. IMEI and software are told since 2019. */
export function encodeAuthentication({ revision }: Identity, { imei }: Papers, authCode: string): Uint8Array {
  const body = revision === 2019 ? { authCode, imei, softwareVersion: SOFTWARE } : { authCode };
  return encoded(codecFor(MESSAGE.authentication, revision), body);
}

/** 0x0001: the answer to a request that has none of its own. */
export function encodeAck(terminal: Terminal, { id, serial }: Request, result: number): Uint8Array {
  const codec = codecFor(MESSAGE.terminalAck, terminal.identity.revision);
  return encoded(codec, { replySerial: serial, replyId: id, result });
}

/** 0x0104: the parameters that have an effect here. */
export function encodeParameters(terminal: Terminal, { serial }: Request): Uint8Array {
  const { settings, heartbeatMs, reportMs } = terminal;
  const params = {
    heartbeatInterval: Math.round(heartbeatMs / 1000),
    tcpReplyTimeout: Math.round(settings.replyTimeoutMs / 1000),
    tcpRetransmissionCount: settings.retries,
    locationReportStrategy: 'byTime',
    defaultReportInterval: Math.round(reportMs / 1000),
  } as const;
  const codec = codecFor(MESSAGE.parameters, terminal.identity.revision);
  return encoded(codec, { replySerial: serial, params });
}

/** The octets that a codec makes of a value, copied out of the buffer that all share. */
function encoded<T>(codec: Codec<T>, value: T): Uint8Array {
  return new Uint8Array(scratch.subarray(0, codec.encode(value, scratch, 0)));
}

/** The value of a 0x0200. Everywhere these cities lie is north and east. */
function locationOf({ vehicle }: Terminal, at: EpochMs): LocationReport {
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
