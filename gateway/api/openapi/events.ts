/** Answers that tell of events. */
import { Type } from 'typebox';
import { EVENT } from '../../../bridge/index.ts';
import { DIVISION, instant, nullable, oneOf, TERMINAL, VEHICLE, words } from './shapes.ts';

const { because, margin, prior, rival, candidates, rejected, weightsVersion } = EVENT.properties;

const EVIDENCE = Type.Required(Type.Object({ because, margin, prior, rival, candidates, rejected, weightsVersion }), {
  title: 'Evidence',
  description: 'What the detector weighed: `prior` and all nats add up to `margin`.',
});

const shown = {
  id: Type.String(),
  terminal: TERMINAL,
  vehicle: VEHICLE,
  division: DIVISION,
  code: Type.String({ description: 'What it is: `T101`, `A8`, `S6401`.' }),
  name: words(),
  axis: Type.String({ description: 'One event at a time is open on each.' }),
  state: oneOf(['raised', 'confirmed', 'cleared', 'authorised', 'closed']),
  severity: Type.Integer({ description: '0 log, 1 notice, 2 warning, 3 serious, 4 critical.' }),
  confidence: Type.Number({ description: '0 to 1.' }),
  factTime: instant('When what it is about began.'),
  raisedAt: instant('When it was raised.'),
  updatedAt: instant('When it changed last.'),
  endedAt: nullable(instant('When what it is about ended.')),
  acknowledgedBy: nullable(Type.String()),
  text: words(),
  evidence: nullable(EVIDENCE),
  alarm: nullable(
    Type.Record(Type.String(), Type.Unknown(), { description: 'What the terminal said of its own alarm.' }),
  ),
  steps: Type.Integer(),
};

export const EVENT_VIEW = Type.Object(shown, { title: 'EventView', description: 'Where an event stands.' });

const timeline = Type.Array(EVENT, { description: 'Oldest first.' });
export const EVENT_STORY = Type.Object({ ...shown, timeline }, { title: 'EventStory' });

const FRAME = Type.Object(
  {
    seq: Type.Integer({ description: 'Record of the journal.' }),
    receivedAt: instant('When the gateway received it.'),
    kind: Type.String({ description: 'Of the record: `frame`, `assembled`, `link`, …' }),
    terminal: TERMINAL,
    worker: Type.Optional(
      Type.Integer({
        description: 'In whose journal it is, where the terminal has another worker now.',
      }),
    ),
    hex: Type.String({ description: 'A frame as `xingji decode` takes it; else the octets of the record.' }),
    message: Type.Optional(Type.Unknown({ description: 'As `xingji decode --json` shows it.' })),
    content: Type.Optional(Type.Unknown({ description: 'What a record says that is no frame.' })),
  },
  { title: 'Frame', description: 'A record that an event rests on.' },
);

export const EVENT_EVIDENCE = Type.Object(
  { ...shown, timeline, frames: Type.Array(FRAME) },
  { title: 'EventEvidence' },
);
