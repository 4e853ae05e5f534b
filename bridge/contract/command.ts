/** What platforms ask of a terminal: the envelope of a command. Its body is checked where the message catalogue is. */
import { type Static, Type } from 'typebox';
import type { Frozen } from './payloads.ts';

const PRIORITY = Type.Union([Type.Literal('urgent'), Type.Literal('normal'), Type.Literal('low')], {
  description: 'What goes before and behind the others of the same terminal; normal unless given.',
});
const DIVISION = Type.String({ pattern: '^[0-9]{0,6}$', description: 'Leading digits of a GB/T 2260 code.' });

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
    priority: Type.Optional(PRIORITY),
  },
  { title: 'Command', additionalProperties: false },
);

/** Whom a command to many is for. */
export const TARGET = Type.Union(
  [
    Type.Object(
      { terminals: Type.Array(Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' }), { minItems: 1, maxItems: 5000 }) },
      { additionalProperties: false },
    ),
    Type.Object(
      { division: DIVISION, online: Type.Optional(Type.Boolean({ description: 'Only those that are, or are not.' })) },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        nearest: Type.Object(
          {
            latitude: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees, WGS 84.' }),
            longitude: Type.Number({ minimum: -180, maximum: 180 }),
            count: Type.Integer({ minimum: 1, maximum: 1000 }),
            radius: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Metres.' })),
            maxAge: Type.Optional(
              Type.Integer({ minimum: 1, description: 'Seconds that a position may be old; 600 unless given.' }),
            ),
            division: Type.Optional(DIVISION),
          },
          { additionalProperties: false, description: 'Those that are online, by the distance from a point.' },
        ),
      },
      { additionalProperties: false },
    ),
  ],
  { title: 'Target' },
);
/** Whom a command to many is for. */
export type TargetPayload = Frozen<Static<typeof TARGET>>;

/** Form of a command to many. Each terminal's own has the id `<id>:<terminal>`. */
export const GROUP_COMMAND = Type.Object(
  {
    ...COMMAND.properties,
    id: Type.String({ minLength: 1, maxLength: 100, description: 'As that of a command to one.' }),
    target: TARGET,
  },
  { title: 'GroupCommand', additionalProperties: false },
);
/** A command to many as it arrives. */
export type GroupCommandPayload = Frozen<Static<typeof GROUP_COMMAND>>;
/** A command as it arrives. */
export type CommandPayload = Frozen<Static<typeof COMMAND>>;

/** A command as the gateway takes it: complete, in form, not expired. */
export interface Command {
  readonly id: string;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** ISO 8601 with offset. */
  readonly expiresAt: string;
  readonly priority?: 'urgent' | 'normal' | 'low';
}

/** The same for many. */
export interface GroupCommand extends Command {
  readonly target: TargetPayload;
}
