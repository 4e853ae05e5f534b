/** Answers that tell where commands stand. */
import { Type } from 'typebox';
import { TARGET } from '../../../bridge/index.ts';
import { DIVISION, instant, nullable, oneOf, TERMINAL } from './shapes.ts';

export const COMMAND_STATES = ['accepted', 'sent', 'acknowledged', 'done', 'failed', 'timedOut', 'expired'] as const;

const result = Type.Optional(Type.Unknown({ description: 'What the terminal answered, and files that it sent.' }));
const code = Type.Optional(Type.String({ description: 'Why it did not go through, for programs.' }));
const reason = Type.Optional(Type.String({ description: 'The same for people.' }));

const ordered = {
  id: Type.String(),
  type: Type.String({ description: 'A platform message by name.' }),
  body: Type.Unknown({ description: 'Its fields by name.' }),
  by: Type.String({ description: 'Who ordered it.' }),
  priority: oneOf(['urgent', 'normal', 'low']),
  seq: Type.Integer({ description: "The journal's record that ordered it, at the worker that has it." }),
  acceptedAt: instant('When it was on disk.'),
  updatedAt: instant('When anything last became of it.'),
  expiresAt: instant('Not sent to the terminal after this.'),
  approval: Type.Optional(Type.Literal('needed', { description: 'It waits for a second person.' })),
  approvedBy: Type.Optional(Type.String()),
  code,
  reason,
};

export const COMMAND_VIEW = Type.Object(
  {
    ...ordered,
    terminal: TERMINAL,
    division: DIVISION,
    state: oneOf(COMMAND_STATES),
    group: Type.Optional(Type.String({ description: 'The command to many that it is a part of.' })),
    result,
  },
  { title: 'CommandView', description: 'A command to one terminal.' },
);

const MEMBER = Type.Object(
  {
    terminal: TERMINAL,
    division: DIVISION,
    distance: Type.Optional(Type.Number({ description: 'Metres, where the nearest were asked for.' })),
    id: nullable(Type.String({ description: 'Its own command; null while it has none.' })),
    state: nullable(oneOf(COMMAND_STATES)),
    result,
    code,
    reason,
  },
  { title: 'Member' },
);

export const GROUP_VIEW = Type.Object(
  {
    ...ordered,
    target: TARGET,
    state: oneOf(['accepted', 'launched', 'failed', 'expired']),
    counts: Type.Record(Type.String(), Type.Integer(), { description: 'How many are in which state.' }),
    finished: Type.Boolean({ description: 'Nothing more will come of it.' }),
    terminals: Type.Array(MEMBER),
  },
  { title: 'GroupView', description: 'A command to many.' },
);

export const ANY_COMMAND = Type.Union([COMMAND_VIEW, GROUP_VIEW]);
