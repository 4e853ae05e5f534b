/** Codecs of makers' messages, made when they are first met. */
import { codecFor, messageById, messageByName } from '../catalogue/index.ts';
import type { Codec } from '../schema/codec.ts';
import { compile } from '../schema/compile.ts';
import type { Message } from '../schema/message.ts';
import { type Revision, REVISIONS } from '../schema/revision.ts';
import type { VendorProfile } from './profiles.ts';

/** The message of an id: of the catalogue, else of the profile; undefined where neither has it. */
export function messageFor(id: number, vendor?: VendorProfile): Message | undefined {
  return messageById(id) ?? vendor?.messages.find((message) => message.id === id);
}

/** The message of a name, as `messageFor`. */
export function messageNamed(name: string, vendor?: VendorProfile): Message | undefined {
  return messageByName(name) ?? vendor?.messages.find((message) => message.name === name);
}

/** The codec of an id under a revision, as `messageFor`: the same object each time. */
export function messageCodec(id: number, revision: Revision, vendor?: VendorProfile): Codec<unknown> | undefined {
  const own = codecFor(id, revision);
  if (own !== undefined) return own;
  const message = messageFor(id, vendor);
  return message === undefined ? undefined : compiled(message, revision);
}

const codecs = new WeakMap<Message, Codec<unknown>[]>();

function compiled(message: Message, revision: Revision): Codec<unknown> {
  let made = codecs.get(message);
  if (made === undefined) codecs.set(message, (made = []));
  return (made[REVISIONS.indexOf(revision)] ??= compile(message, revision) as Codec<unknown>);
}
