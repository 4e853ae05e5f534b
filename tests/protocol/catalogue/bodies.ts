/** Bodies of the test vectors whose message is in the catalogue: unescaped and cut out, without the project's own framing. */
import { messageById, type Message, type Revision } from '../../../protocol/index.ts';
import { octetsOf, type Vector, vectors } from '../../support/vectors.ts';

export interface VectorBody {
  readonly vector: Vector;
  readonly message: Message;
  readonly revision: Revision;
  readonly octets: Uint8Array;
}

function unescape(frame: Uint8Array): Uint8Array {
  const plain: number[] = [];
  for (let i = 1; i < frame.length - 1; i++)
    plain.push(frame[i] === 0x7d ? (frame[++i] === 1 ? 0x7d : 0x7e) : frame[i]!);
  return Uint8Array.from(plain);
}

/** The body of a whole frame by its header, or undefined where it is a part, encrypted, or of another length than said. */
function cut(frame: Uint8Array): { id: number; flagged: boolean; body: Uint8Array } | undefined {
  const packet = unescape(frame);
  const properties = (packet[2]! << 8) | packet[3]!;
  const flagged = (properties & 0x4000) !== 0;
  const body = packet.slice(flagged ? 17 : 12, -1);
  if ((properties & 0x3c00) !== 0 || body.length !== (properties & 0x3ff)) return undefined;
  return { id: (packet[0]! << 8) | packet[1]!, flagged, body };
}

function bodyOf(vector: Vector): VectorBody[] {
  const octets = octetsOf(vector);
  const whole =
    vector.kind === 'body'
      ? { id: Number(vector.msgId), flagged: vector.version === '2019', body: octets }
      : cut(octets);
  const message = whole === undefined ? undefined : messageById(whole.id);
  if (whole === undefined || message === undefined) return [];
  const shown = message.about.revisionOf?.(whole.body, 0, whole.body.length) ?? 2013;
  return [{ vector, message, revision: whole.flagged ? 2019 : shown, octets: whole.body }];
}

/** Every such body. Fragments and bodies without an id are left out. */
export function vectorBodies(): VectorBody[] {
  return vectors({ protocol: 'jt808', kind: ['frame', 'body'] })
    .filter((vector) => vector.msgId !== null && !('part' in vector))
    .flatMap(bodyOf);
}
