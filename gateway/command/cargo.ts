/** From a command to the octets of its body, in the form of a terminal's revision. */
import {
  fromJson,
  jsonSchema,
  type Message,
  messageByName,
  messageCodec,
  ProtocolError,
  type Revision,
  type Ways,
} from '../../protocol/index.ts';
import { type Ending, endingOf } from './ending.ts';
import { CommandRefusal } from './errors.ts';
import { dangerOf } from './policy.ts';

/** What a command is on the wire, and what it does. */
export interface Loaded {
  readonly message: Message;
  readonly body: Uint8Array;
  readonly ending: Ending;
  /** Why it can do harm; undefined where it does none. */
  readonly danger: string | undefined;
}

/** Room for the longest body that is taken: the standard's text limit is 1,024 octets, parameters may be more. */
const BODY_ROOM = 64 * 1024;
const scratch = new Uint8Array(BODY_ROOM);

/** The platform message of a name. Throws CommandRefusal where there is none, or where it only answers. */
export function messageOf(type: string): Message {
  const message = messageByName(type);
  if (message === undefined || message.about.from !== 'platform' || message.about.replies === undefined) {
    throw new CommandRefusal('COMMAND_TYPE', `"${type}"`);
  }
  return message;
}

/** For a terminal of these ways. Throws CommandRefusal, saying what is wrong and where. */
export function load(type: string, revision: Revision, json: unknown, ways: Ways = {}): Loaded {
  const message = messageOf(type);
  try {
    const value = fromJson(message, revision, json ?? {});
    const end = messageCodec(message.id, revision, ways)!.encode(value, scratch, 0);
    if (end > BODY_ROOM) throw new CommandRefusal('COMMAND_BODY', `It is longer than ${BODY_ROOM} octets.`);
    const body = new Uint8Array(scratch.subarray(0, end));
    return { message, body, ending: endingOf(message, revision, value), danger: dangerOf(message, value, body) };
  } catch (error) {
    if (error instanceof ProtocolError) throw new CommandRefusal('COMMAND_BODY', error.message);
    throw error;
  }
}

/** Of one layout, or of several. */
interface BodySchema {
  readonly properties?: object | undefined;
  readonly anyOf?: readonly BodySchema[];
}

/** A body for terminals of several revisions, without the fields that only another one has. */
export function adapted(type: string, revision: Revision, json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const message = messageOf(type);
  const { properties, anyOf } = jsonSchema(message, revision) as BodySchema;
  const layouts = anyOf ?? [{ properties }];
  const other = (name: string): boolean =>
    name in message.body && !layouts.some((layout) => name in (layout.properties ?? {}));
  return Object.fromEntries(Object.entries(json).filter(([name]) => !other(name)));
}
