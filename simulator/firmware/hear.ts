/** What a packet of the platform means to the firmware. */
import {
  type BodyOf,
  codecFor,
  type Header,
  IGNORE_QUIRKS,
  isWhole,
  ProtocolError,
  type Revision,
} from '../../protocol/index.ts';
import { type Input, MESSAGE } from './effects.ts';

/**
 * Reads a packet that stands in `b` where `header` says; undefined: it is an answer whose body cannot be read.
 * A request that cannot be read is one too, and is answered so.
 */
export function inputOf(b: Uint8Array, header: Header, revision: Revision): Input | undefined {
  const { id, serial, bodyAt, bodyEnd, encryption } = header;
  if (encryption !== 0) return { kind: 'request', id, serial, fault: 'unsupported' };
  if (!isWhole(header)) {
    const body = new Uint8Array(b.subarray(bodyAt, bodyEnd));
    return { kind: 'part', id, serial, total: header.total, number: header.number, body };
  }
  if (id === MESSAGE.platformAck) {
    // Read where it stands: one comes for every report.
    if (bodyEnd - bodyAt < 5) return undefined;
    const replySerial = word(b, bodyAt);
    return { kind: 'acknowledged', replySerial, replyId: word(b, bodyAt + 2), result: b[bodyAt + 4] as number };
  }
  return requestOf({ id, serial, revision }, b, bodyAt, bodyEnd);
}

/** What the body of a message in octets [start, end) asks for. */
export function requestOf(
  { id, serial, revision }: { readonly id: number; readonly serial: number; readonly revision: Revision },
  b: Uint8Array,
  start: number,
  end: number,
): Input | undefined {
  const codec = codecFor(id, revision);
  if (codec === undefined) return { kind: 'request', id, serial };
  try {
    const body = codec.decode(b, start, end, IGNORE_QUIRKS);
    if (id !== MESSAGE.registrationResponse) return { kind: 'request', id, serial, body };
    const { replySerial, authCode = '' } = body as BodyOf<'registrationResponse'>;
    return { kind: 'registered', replySerial, result: b[start + 2] as number, authCode };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return id === MESSAGE.registrationResponse ? undefined : { kind: 'request', id, serial, fault: 'malformed' };
  }
}

function word(b: Uint8Array, at: number): number {
  return ((b[at] as number) << 8) | (b[at + 1] as number);
}
