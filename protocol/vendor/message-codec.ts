/** Codecs for terminals that have ways of their own, made when they are first met. */
import { codecFor, messageById, messageByName } from '../catalogue/index.ts';
import type { Codec } from '../schema/codec.ts';
import { compile, type Variant } from '../schema/compile.ts';
import type { Message } from '../schema/message.ts';
import type { Revision } from '../schema/revision.ts';
import type { Charset } from '../text/charset.ts';
import type { VendorProfile } from './profiles.ts';

/** How the bodies of a terminal differ from what the standard has. */
export interface Ways {
  /** By which messages are read that the catalogue does not have. */
  readonly vendor?: VendorProfile | undefined;
  /** Of its texts; GBK unless told. */
  readonly charset?: Charset | undefined;
  /** Octets of a manufacturer id where the standard has five: tried first, for bodies that fit either way. */
  readonly manufacturer?: 5 | 11 | undefined;
}

/** The message of an id: of the catalogue, else of the profile; undefined where neither has it. */
export function messageFor(id: number, vendor?: VendorProfile): Message | undefined {
  return messageById(id) ?? vendor?.messages.find((message) => message.id === id);
}

/** The message of a name, as `messageFor`. */
export function messageNamed(name: string, vendor?: VendorProfile): Message | undefined {
  return messageByName(name) ?? vendor?.messages.find((message) => message.name === name);
}

/** The codec of an id under a revision, for a terminal of these ways: the same object each time. As `messageFor`. */
export function messageCodec(id: number, revision: Revision, ways: Ways = {}): Codec<unknown> | undefined {
  const { vendor, charset = 'gbk', manufacturer = 5 } = ways;
  const usual = charset === 'gbk' && manufacturer === 5;
  if (usual) {
    const own = codecFor(id, revision);
    if (own !== undefined) return own;
  }
  const message = messageFor(id, vendor);
  if (message === undefined) return undefined;
  return variantOf(message, revision, manufacturer === 11 ? { charset, prefer: 'manufacturer-11' } : { charset });
}

/** By revision and variant. */
const codecs = new WeakMap<Message, Map<string, Codec<unknown>>>();

function variantOf(message: Message, revision: Revision, variant: Variant): Codec<unknown> {
  let made = codecs.get(message);
  if (made === undefined) codecs.set(message, (made = new Map()));
  const key = `${revision} ${variant.charset} ${variant.prefer}`;
  let codec = made.get(key);
  if (codec === undefined) made.set(key, (codec = compile(message, revision, variant) as Codec<unknown>));
  return codec;
}
