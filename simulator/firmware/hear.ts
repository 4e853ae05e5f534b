/** What a packet of the platform means to the firmware. */
import { codecFor, type Header, IGNORE_QUIRKS, isWhole, ProtocolError, type Revision } from '../../protocol/index.ts';
import { type Input, MESSAGE } from './effects.ts';

/**
 * Reads a packet that stands in `b` where `header` says; undefined: it is an answer whose body cannot be read.
 * A request that cannot be read is one too, and is answered so.
 */
export function inputOf(b: Uint8Array, header: Header, revision: Revision): Input | undefined {
  const { id, serial, bodyAt, bodyEnd } = header;
  // Parts are not joined and nothing is deciphered: the platform is told that this is not supported.
  if (!isWhole(header) || header.encryption !== 0) return { kind: 'request', id, serial, fault: 'unsupported' };
  if (id === MESSAGE.platformAck) {
    // Read where it stands: one comes for every report.
    if (bodyEnd - bodyAt < 5) return undefined;
    const replySerial = word(b, bodyAt);
    return { kind: 'acknowledged', replySerial, replyId: word(b, bodyAt + 2), result: b[bodyAt + 4] as number };
  }
  try {
    if (id === MESSAGE.registrationResponse) {
      const { replySerial, authCode = '' } = codecFor(id, revision).decode(b, bodyAt, bodyEnd, IGNORE_QUIRKS);
      return { kind: 'registered', replySerial, result: b[bodyAt + 2] as number, authCode };
    }
    if (id === MESSAGE.setParameters) {
      const { params } = codecFor(id, revision).decode(b, bodyAt, bodyEnd, IGNORE_QUIRKS);
      return { kind: 'request', id, serial, parameters: params };
    }
    return { kind: 'request', id, serial };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return id === MESSAGE.registrationResponse ? undefined : { kind: 'request', id, serial, fault: 'malformed' };
  }
}

function word(b: Uint8Array, at: number): number {
  return ((b[at] as number) << 8) | (b[at + 1] as number);
}
