/** What platforms ask of a terminal: the envelope of a command. Its body is checked where the message catalogue is. */
import { type Static, Type } from 'typebox';
import type { Frozen } from './payloads.ts';

/** Form of an inbound command. `body` may be left out where the message has none, `expiresAt` where the default lifetime will do. */
export const COMMAND = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Chosen by the sender; a second command with the same id is the same command.',
    }),
    type: Type.String({
      pattern: '^[a-z][0-9A-Za-z]{0,63}$',
      description: 'Name of a platform message: textMessage, locationQuery, setTerminalParameters, …',
    }),
    body: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Fields of that message by name.' })),
    expiresAt: Type.Optional(Type.String({ format: 'date-time', description: 'Not sent to the terminal after this.' })),
  },
  { title: 'Command', additionalProperties: false },
);
/** A command as it arrives. */
export type CommandPayload = Frozen<Static<typeof COMMAND>>;

/** A command as the gateway takes it: complete, in form, not expired. */
export interface Command {
  readonly id: string;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** ISO 8601 with offset. */
  readonly expiresAt: string;
}
