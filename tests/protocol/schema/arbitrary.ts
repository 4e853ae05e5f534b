/** Bodies for properties: the sampler, drawing from fast-check, so that a counterexample shrinks. */
import fc from 'fast-check';
import {
  type BodyOfMessage,
  CATALOGUE,
  type Codec,
  type Message,
  messageCodec,
  type Random,
  type Revision,
  REVISIONS,
  sample,
  VENDOR_PROFILES,
  type VendorProfile,
} from '../../../protocol/index.ts';

function randomOf(draw: fc.GeneratorValue): Random {
  const random: Random = {
    next: () => draw(fc.double, { min: 0, max: 1, maxExcluded: true, noNaN: true }),
    int: (from, to) => draw(fc.integer, { min: from, max: to }),
    bytes: (n) => draw(fc.uint8Array, { minLength: n, maxLength: n }),
    fork: () => random,
  };
  return random;
}

/** Any body of a message that can be encoded. */
export const anyBody = (message: Message, revision: Revision): fc.Arbitrary<BodyOfMessage<Message>> =>
  fc.gen().map((draw) => sample(message, revision, randomOf(draw)));

export interface Case {
  readonly name: string;
  readonly message: Message;
  readonly revision: Revision;
  readonly codec: Codec<unknown>;
}

/** The messages of makers, each once. */
export const VENDOR_MESSAGES: readonly (readonly [Message, VendorProfile])[] = [
  ...new Map(
    Object.values(VENDOR_PROFILES).flatMap((profile) => profile.messages.map((message) => [message, profile] as const)),
  ),
];

/** Every message of the catalogue and of every maker under every revision. */
export const CASES: readonly Case[] = [
  ...(CATALOGUE as readonly Message[]).map((message) => [message, undefined] as const),
  // Locations are drawn longer than the octet says that stands in front of them there.
  ...VENDOR_MESSAGES.filter(([{ name }]) => name !== 'compactBatch'),
].flatMap(([message, vendor]) =>
  REVISIONS.map((revision) => ({
    name: `${message.name} ${revision}`,
    message,
    revision,
    codec: messageCodec(message.id, revision, { vendor })!,
  })),
);

/** The octets of a body, in memory of their own. */
export function encode(codec: Codec<unknown>, body: unknown): Uint8Array {
  const room = new Uint8Array(16_384);
  return room.slice(0, codec.encode(body, room, 0));
}
