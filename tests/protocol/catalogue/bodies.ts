/** Bodies of the test vectors whose message is in the catalogue: unescaped and cut out, without the project's own framing. */
import { messageById, type Message, type Revision } from '../../../protocol/index.ts';
import { octetsOf, type Vector, vectors } from '../../support/vectors.ts';

export interface VectorBody {
  readonly vector: Vector;
  readonly message: Message;
  readonly revision: Revision;
  readonly octets: Uint8Array;
}

/** Bodies of which something is kept as octets: what, and why. */
export const KEPT_RAW: Readonly<Record<string, string>> = {
  'sc-gps51-JT808_0x0200_0x61_Test-Deserialize': 'an item of a maker whose length says one octet, where two follow',
  'sc-core-JT808_0x8701Test-Test_Analyze': 'the plate class has ten octets, of the twelve that GB/T 19056 says',
  'sc-core-JT808_0x8105Test-Test1-lit': 'ports are two octets each among the text (D06)',
  'sc-core-Demo10-Test1_2_2-lit': 'items of a maker whose ids have two octets',
  'sc-core-Demo10-Test1_2_1-lit': 'items of a maker whose ids have two octets',
  'sc-core-Demo12-Test1-lit': 'a user’s own numbers are octets among the text',
  'sc-core-Demo13-Test1-lit': 'a user’s own field follows the result',
  'gojt-t_0x0200_addition_extensions-003': 'an item of a maker is cut off',
  'mingkid-0704-1': 'an item of a location is cut off',
};
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

/** Every such body among `all`. Fragments and bodies without an id are left out. */
export function bodiesOf(all: readonly Vector[]): VectorBody[] {
  return all.filter((vector) => vector.msgId !== null && !('part' in vector)).flatMap(bodyOf);
}

/** Every such body of the vectors. */
export function vectorBodies(): VectorBody[] {
  return bodiesOf(vectors({ protocol: 'jt808', kind: ['frame', 'body'] }));
}
