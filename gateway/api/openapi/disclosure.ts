/** Answers about grants, tracks, files of terminals and the trail. */
import { Type } from 'typebox';
import { GRANT_STATES } from '../../grants/grant.ts';
import { DIVISION, instant, nullable, oneOf, TERMINAL } from './shapes.ts';

export const GRANT_VIEW = Type.Object(
  {
    id: Type.String(),
    terminal: TERMINAL,
    division: DIVISION,
    from: instant('Of the track, included.'),
    to: instant('Of the track, included.'),
    reason: Type.String(),
    until: instant('When the permission ends.'),
    state: oneOf(GRANT_STATES),
    requestedBy: Type.String(),
    requestedAt: instant('When it was asked for.'),
    decidedBy: nullable(Type.String()),
    decidedAt: nullable(instant('When it was last decided on.')),
    note: nullable(Type.String()),
  },
  { title: 'Grant' },
);

const POINT = Type.Object(
  {
    time: instant('Of the terminal.'),
    receivedAt: instant('When the gateway received it.'),
    latitude: Type.Number({ description: 'Degrees, WGS 84.' }),
    longitude: Type.Number(),
    altitude: Type.Number({ description: 'Metres.' }),
    speed: Type.Number({ description: 'km/h.' }),
    direction: Type.Number({ description: 'Degrees.' }),
    mileage: nullable(Type.Number({ description: 'Kilometres.' })),
    fix: oneOf(['gnss', 'none']),
    backfill: Type.Boolean(),
  },
  { title: 'TrackPoint' },
);

export const TRACK_VIEW = Type.Object(
  {
    terminal: TERMINAL,
    from: instant('As asked for.'),
    to: instant('As asked for.'),
    grant: Type.String(),
    items: Type.Array(POINT),
    next: nullable(Type.String({ description: '`cursor` of the next page; null is the end.' })),
  },
  { title: 'Track' },
);

export const FILE_VIEW = Type.Object(
  {
    path: Type.String({ description: 'Its address below `/api/v1/`.' }),
    terminal: TERMINAL,
    date: Type.Optional(Type.String({ format: 'date' })),
    multimediaId: Type.Optional(Type.Integer()),
    type: Type.Optional(oneOf(['image', 'audio', 'video', 'other'])),
    alarm: Type.Optional(Type.String({ description: 'Of evidence: the folder of its alarm.' })),
    size: Type.Integer({ description: 'Octets.' }),
  },
  { title: 'File' },
);

export const TRAIL_ROW = Type.Object(
  {
    n: Type.Integer(),
    at: instant('When.'),
    who: Type.String(),
    what: Type.String(),
    subject: Type.String(),
    before: Type.Optional(Type.Unknown()),
    after: Type.Optional(Type.Unknown()),
  },
  { title: 'TrailRow' },
);
