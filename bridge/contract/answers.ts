/** What is answered to commands to many, and to facts that are not taken. */
import { Type } from 'typebox';
import { REPLY } from './payloads.ts';

const { id, time, receivedAt, seq, state, code, reason } = REPLY.properties;

/** Form of an answer to a command to many; what becomes of it at each terminal is told on the `reply` of that. */
export const GROUP_REPLY = Type.Object(
  {
    id,
    time,
    receivedAt,
    seq,
    state,
    code,
    reason,
    terminals: Type.Optional(
      Type.Array(
        Type.Object({
          terminal: Type.String(),
          distance: Type.Optional(Type.Number({ description: 'Metres, where the nearest were asked for.' })),
        }),
        { description: 'Whom it is for.' },
      ),
    ),
    approval: Type.Optional(Type.Literal('needed', { description: 'It waits for a second person.' })),
    refused: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'Why some got none, by terminal.' }),
    ),
  },
  { title: 'GroupReply', description: 'Whether a command to many was taken.' },
);

/** Form of the answer to a fact that is not taken. */
export const FEED_REJECTED = Type.Object(
  {
    id: Type.String({ description: 'Of the fact; empty where it could not be read.' }),
    kind: Type.String(),
    code: Type.String({ description: 'Why, for programs.' }),
    reason: Type.String({ description: 'Why, for people.' }),
  },
  { title: 'FeedRejected', description: 'A fact that changed nothing, and why.' },
);
