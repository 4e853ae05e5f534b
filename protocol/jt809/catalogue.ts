/** Every message of JT/T 809 that we know, by id and by name, with its codecs. */
import type { Codec } from '../schema/codec.ts';
import { compile } from '../schema/compile.ts';
import type { Message } from '../schema/message.ts';
import type { Edition } from './edition.ts';
import type { Jt809BodyOf as BodyOfMessage, Jt809Message } from './message.ts';
import { ALARM_MESSAGES } from './messages/alarm.ts';
import { CONTROL_DOWN_MESSAGES } from './messages/control-down.ts';
import { CONTROL_UP_MESSAGES } from './messages/control-up.ts';
import { DYNAMIC_DOWN_MESSAGES } from './messages/dynamic-down.ts';
import { DYNAMIC_UP_MESSAGES } from './messages/dynamic-up.ts';
import { LINK_MESSAGES } from './messages/link.ts';
import { PLATFORM_MESSAGES } from './messages/platform.ts';
import { STATIC_MESSAGES } from './messages/static.ts';
import { STATISTICS_MESSAGES } from './messages/statistics.ts';
import { VIDEO_EXCHANGES } from './messages/video.ts';

/** Every message. */
export const JT809_CATALOGUE = [
  ...LINK_MESSAGES,
  ...STATISTICS_MESSAGES,
  ...DYNAMIC_UP_MESSAGES,
  ...DYNAMIC_DOWN_MESSAGES,
  ...PLATFORM_MESSAGES,
  ...ALARM_MESSAGES,
  ...CONTROL_UP_MESSAGES,
  ...CONTROL_DOWN_MESSAGES,
  ...STATIC_MESSAGES,
  ...VIDEO_EXCHANGES,
] as const;

type Entry = (typeof JT809_CATALOGUE)[number];
/** Name of a message of JT/T 809. */
export type Jt809Name = Entry['name'];
/** The data of a message of JT/T 809, by its name. */
export type Jt809Body<Name extends Jt809Name, E extends Edition = Edition> = BodyOfMessage<
  Extract<Entry, { name: Name }>,
  E
>;

const MESSAGES: readonly Jt809Message[] = JT809_CATALOGUE;
const BY_ID: ReadonlyMap<number, Jt809Message> = new Map(MESSAGES.map((message) => [message.id, message]));
const BY_NAME: ReadonlyMap<string, Jt809Message> = new Map(MESSAGES.map((message) => [message.name, message]));
const CODECS = new WeakMap<Message, Codec<unknown>>();

/** The message of a sub-type or, where it has none, of a business type. */
export const jt809ById = (id: number): Jt809Message | undefined => BY_ID.get(id);

/** The message of a name. */
export const jt809ByName = (name: string): Jt809Message | undefined => BY_NAME.get(name);

/** The codec of a layout; compiled when first asked for. An edition embeds the bodies of JT/T 808 of its year. */
export function codecOf(body: Message, edition: Edition): Codec<unknown> {
  let codec = CODECS.get(body);
  if (codec === undefined) CODECS.set(body, (codec = compile(body, edition) as Codec<unknown>));
  return codec;
}
