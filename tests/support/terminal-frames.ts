/** What terminals say, as octets, without a terminal: bodies through the catalogue's codecs, frames through the enframer. */
import {
  type BodyOf,
  decodeFrames,
  type DecodedMessage,
  encodeBody,
  encodeFrame,
  encodeFrames,
  type LocationReport,
  messageByName,
  type MessageName,
  type Revision,
} from '../../protocol/index.ts';

/** How a terminal speaks. */
export interface Speaker {
  /** As on the wire: 12 digits, or 20 under 2019. */
  readonly phone: string;
  readonly revision: Revision;
  /** 协议版本号 under 2019. */
  readonly version?: number;
}

export const ID = {
  terminalAck: 0x0001,
  heartbeat: 0x0002,
  deregistration: 0x0003,
  resendRequest: 0x0005,
  registration: 0x0100,
  authentication: 0x0102,
  parameters: 0x0104,
  location: 0x0200,
  locationResponse: 0x0201,
  batch: 0x0704,
  unknown: 0x0f0f,
  platformAck: 0x8001,
  registrationResponse: 0x8100,
  setParameters: 0x8103,
  queryParameters: 0x8104,
  locationQuery: 0x8201,
  text: 0x8300,
} as const;

/** A moment in March, when nothing in particular happens. */
export const NOON = Date.parse('2026-03-01T12:00:00+08:00');

export const NOTHING = new Uint8Array(0);

/** Body octets of a message by name. */
export function bodyOf<Name extends MessageName>(name: Name, revision: Revision, value: BodyOf<Name>): Uint8Array {
  return encodeBody(messageByName(name)!.id, revision, value);
}

export function registrationBody(revision: Revision, over: Partial<BodyOf<'terminalRegistration'>> = {}): Uint8Array {
  return bodyOf('terminalRegistration', revision, {
    provinceId: 53,
    cityId: 102,
    manufacturerId: 'XJING',
    terminalModel: 'XJ-1',
    terminalId: 'T000001',
    plateColor: 'blue',
    plate: '云A12345',
    ...over,
  });
}

export function authenticationBody(revision: Revision, authCode: string): Uint8Array {
  const more = revision === 2019 ? { imei: '860000000000017', softwareVersion: 'XJ-1 1.0' } : {};
  return bodyOf('terminalAuthentication', revision, { authCode, ...more });
}

/** A report that is true to life: positioned, moving, at noon. */
export function location(over: Partial<LocationReport> = {}): LocationReport {
  return {
    alarm: 0,
    status: 0b11,
    latitude: 24.88,
    longitude: 102.83,
    altitude: 1892,
    speed: 42.5,
    direction: 87,
    time: NOON,
    items: { mileage: 1234.5, rssi: 26, satellites: 12 },
    ...over,
  };
}

export function locationBody(over: Partial<LocationReport> = {}, revision: Revision = 2013): Uint8Array {
  return bodyOf('locationReport', revision, location(over));
}

/** Body of a 0x0704 from bodies of 0x0200. */
export function batchBody(bodies: readonly Uint8Array[], blindZone = true): Uint8Array {
  return bodyOf('batchLocationUpload', 2013, {
    dataType: blindZone ? 'blindZoneSupplement' : 'normalBatchReport',
    items: bodies.map((body) => ({ location: body })),
  });
}

export function terminalAckBody(
  replySerial: number,
  replyId: number,
  result: BodyOf<'terminalAck'>['result'],
): Uint8Array {
  return bodyOf('terminalAck', 2013, { replySerial, replyId, result });
}

/** One frame, flags and escapes included. */
export function frameOf(
  { phone, revision, version }: Speaker,
  id: number,
  serial: number,
  body: Uint8Array = NOTHING,
  more: { readonly encryption?: number; readonly part?: { readonly total: number; readonly number: number } } = {},
): Uint8Array {
  return encodeFrame({ id, revision, phone, serial, body, ...(version === undefined ? {} : { version }), ...more });
}

/** The parts of a message that is sent in pieces of `partSize`. */
export function partsOf(
  { phone, revision }: Speaker,
  message: { readonly id: number; readonly serial: number; readonly body: Uint8Array; readonly partSize: number },
): Uint8Array[] {
  const { id, serial, body, partSize } = message;
  return encodeFrames({ id, revision, phone, serial, body }, partSize);
}

/** The packet inside a frame: escapes undone, flags and check octet taken off. */
export function packetOf(frame: Uint8Array): Uint8Array {
  const packet: number[] = [];
  for (let i = 1; i < frame.length - 1; i++) {
    if (frame[i] === 0x7d) packet.push(frame[++i] === 1 ? 0x7d : 0x7e);
    else packet.push(frame[i]!);
  }
  return Uint8Array.from(packet.slice(0, -1));
}

export function joined(...chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** What a platform wrote, decoded; a frame that cannot be read fails the test. */
export function heard(octets: Uint8Array): DecodedMessage[] {
  return decodeFrames(octets).map((decoded) => {
    if ('fault' in decoded) throw new Error(`the platform sent a bad frame: ${decoded.fault} ${decoded.hex}`);
    return decoded;
  });
}
