/**
 * Payloads that leave the gateway. The schemas are the single source: the types are inferred from them,
 * and they are published as JSON Schema and AsyncAPI as they stand.
 */
import { type Static, type TSchema, Type } from 'typebox';

/** Readonly all the way down: payloads are values. */
export type Frozen<T> = T extends (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

const instant = (description: string) => Type.String({ format: 'date-time', description });
const nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const names = (description: string) => Type.Array(Type.String(), { description });
const REVISION = Type.Union([Type.Literal(2011), Type.Literal(2013), Type.Literal(2019)], {
  description: 'Revision of JT/T 808 that the frame proves.',
});

const uplink = {
  id: Type.String({
    description: 'Unique and stable: the same after a crash, a resend, or a return from a blind area.',
  }),
  terminal: Type.String({ description: 'Phone number of the terminal without leading zeros.' }),
  vehicle: nullable(Type.String({ description: 'Plate.' })),
  time: nullable(instant('Time of the terminal, +08:00; null where it is no time.')),
  receivedAt: instant('Time at which the gateway received it.'),
  seq: Type.Integer({ minimum: 0, description: 'Position in the journal; 0 where nothing was journalled.' }),
};
const uplinkSchema = Type.Object(uplink);
/** Parts of every uplink payload. Times are ISO 8601 with offset: `time` the terminal's (+08:00), `receivedAt` ours. */
export type Uplink = Frozen<Static<typeof uplinkSchema>>;

/** Form of a position. */
export const POSITION = Type.Object(
  {
    ...uplink,
    latitude: Type.Number({ description: 'Degrees, WGS 84, south negative.' }),
    longitude: Type.Number({ description: 'Degrees, WGS 84, west negative.' }),
    altitude: Type.Number({ description: 'Metres.' }),
    speed: Type.Number({ description: 'km/h.' }),
    direction: Type.Number({ description: 'Degrees, 0 north, clockwise.' }),
    alarm: names('Alarm bits that are set, by name.'),
    status: names('Status bits that are set, by name.'),
    items: Type.Record(Type.String(), Type.Unknown(), { description: 'Additional items by name.' }),
    fix: Type.Union([Type.Literal('gnss'), Type.Literal('none')], {
      description: '`none`: the terminal said that it was not positioned, or its coordinates are no place on Earth.',
    }),
    backfill: Type.Boolean({ description: 'Stored by the terminal while it had no link and sent later.' }),
    revision: REVISION,
  },
  { title: 'Position', description: 'A position, live or back-filled.' },
);
/** A position, live or back-filled. */
export type Position = Frozen<Static<typeof POSITION>>;

export const MESSAGE = Type.Object(
  {
    ...uplink,
    messageId: Type.String({ pattern: '^0x[0-9A-F]{4}$' }),
    name: nullable(Type.String()),
    revision: REVISION,
    phone: Type.String({ description: 'As on the wire, leading zeros kept.' }),
    serial: Type.Integer({ minimum: 0, maximum: 0xffff }),
    body: Type.Unknown({ description: 'As `xingji decode` shows it.' }),
    quirks: names('Deviations that were tolerated.'),
  },
  { title: 'Message', description: 'Any other message of a terminal.' },
);
/** Any message of a terminal that is not a position. */
export type Message = Frozen<Static<typeof MESSAGE>>;

export const STATE = Type.Object(
  {
    ...uplink,
    online: Type.Boolean(),
    since: nullable(instant('Since when it is online or offline.')),
    position: nullable(POSITION),
    health: Type.Object({
      lastHeardAt: nullable(instant('When anything was last heard.')),
      alarms: names('Standing alarms.'),
    }),
    openEvents: names('Ids of events that are not cleared.'),
  },
  { title: 'State', description: 'Where a terminal stands now. Retained; never moved backwards by back-fill.' },
);
/** Where a terminal stands now. */
export type State = Frozen<Static<typeof STATE>>;

const EVENT_STATUS = Type.Union(
  [
    Type.Literal('raised'),
    Type.Literal('confirmed'),
    Type.Literal('cleared'),
    Type.Literal('authorised'),
    Type.Literal('closed'),
  ],
  { description: 'Where the event stands behind this step.' },
);
const EVENT_STATE = Type.Union(
  [
    Type.Literal('raised'),
    Type.Literal('updated'),
    Type.Literal('confirmed'),
    Type.Literal('reclassified'),
    Type.Literal('cleared'),
    Type.Literal('authorised'),
    Type.Literal('closed'),
    Type.Literal('reopened'),
  ],
  { description: 'What this step is.' },
);
const ORIGIN = Type.Union(
  [Type.Literal('detector'), Type.Literal('terminal'), Type.Literal('person'), Type.Literal('time')],
  { description: 'What led to this step.' },
);
const words = () => Type.Object({ 'zh-CN': Type.String(), en: Type.String() });
const hypothesis = () => Type.String({ description: 'An explanation by its short name: `GJAM`, `DZ`.' });

/** Form of a step of an event. */
export const EVENT = Type.Object(
  {
    ...uplink,
    event: Type.Optional(
      Type.String({ description: 'Id of the event that this is a step of: the same for all of its steps.' }),
    ),
    code: Type.String({ description: 'What it is: `T101`, `A8`, `S6401`.' }),
    was: Type.Optional(Type.String({ description: 'The code before, where this step changed it.' })),
    state: EVENT_STATE,
    status: Type.Optional(EVENT_STATUS),
    severity: Type.Integer({ description: '0 log, 1 notice, 2 warning, 3 serious, 4 critical.' }),
    axis: Type.Optional(Type.String({ description: 'One event at a time is open on each.' })),
    origin: Type.Optional(ORIGIN),
    confidence: Type.Optional(Type.Number({ description: '0 to 1.' })),
    factTime: Type.Optional(instant('When what it is about began.')),
    endTime: Type.Optional(instant('When what it is about ended.')),
    text: words(),
    because: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.String({ description: 'Of the evidence.' }),
          nats: Type.Number({ description: '`prior` and all of them add up to `margin`.' }),
          seq: Type.Integer({ description: 'Record of the journal; 0: the absence of records.' }),
          says: words(),
        }),
        { description: 'Evidence for the leading explanation against its closest innocent rival.' },
      ),
    ),
    margin: Type.Optional(Type.Number({ description: 'Nats between them.' })),
    prior: Type.Optional(Type.Number({ description: 'Nats before any evidence.' })),
    rival: Type.Optional(hypothesis()),
    candidates: Type.Optional(
      Type.Array(Type.Object({ hypothesis: hypothesis(), code: Type.String(), margin: Type.Number() })),
    ),
    rejected: Type.Optional(
      Type.Array(
        Type.Object({ hypothesis: hypothesis(), margin: Type.Number(), by: names('Evidence that spoke against it.') }),
        { description: 'Innocent explanations, and by how much each lost.' },
      ),
    ),
    weightsVersion: Type.Optional(Type.Integer({ description: 'Version of the weights that it was judged with.' })),
    alarm: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What the terminal said of its own alarm.' }),
    ),
    reason: Type.Optional(
      Type.String({ description: "Code of what it was instead, `superseded`, or a person's words." }),
    ),
    by: Type.Optional(Type.String({ description: 'Account of the person whose step this is.' })),
    acknowledged: Type.Optional(
      Type.Object({ by: Type.String(), at: instant('When.'), note: Type.Optional(Type.String()) }),
    ),
    order: Type.Optional(Type.String({ description: 'Id of the order that licenses it.' })),
    supersededBy: Type.Optional(Type.String({ description: 'Id of the event that speaks of the same from now on.' })),
    ladder: Type.Optional(names('Why the severity is not what was judged: `unacknowledged`.')),
    place: Type.Optional(
      Type.Object(
        { latitude: Type.Number(), longitude: Type.Number() },
        { description: 'To about 1 km: the precise track has its own rule of access.' },
      ),
    ),
  },
  { title: 'Event', description: 'A step of an alarm or finding.' },
);
/** A step of an alarm or finding. */
export type Event = Frozen<Static<typeof EVENT>>;

const COMMAND_STATE = Type.Union([
  Type.Literal('accepted'),
  Type.Literal('sent'),
  Type.Literal('acknowledged'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('timedOut'),
  Type.Literal('expired'),
]);
/** Where a command stands. */
export type CommandState = Static<typeof COMMAND_STATE>;

export const REPLY = Type.Object(
  {
    ...uplink,
    state: COMMAND_STATE,
    result: Type.Optional(Type.Unknown({ description: 'What the terminal answered, by the names of its message.' })),
    code: Type.Optional(Type.String({ description: 'Why it did not go through, for programs.' })),
    reason: Type.Optional(Type.String({ description: 'Why it did not go through, for people.' })),
    group: Type.Optional(Type.String({ description: 'Id of the command to many that it is a part of.' })),
    approval: Type.Optional(
      Type.Union([Type.Literal('needed'), Type.Literal('given')], {
        description: 'With `accepted`: it waits for a second person, or was let through by one.',
      }),
    ),
    approvedBy: Type.Optional(Type.String({ description: 'Who let it through.' })),
  },
  {
    title: 'Reply',
    description:
      'A step of a command. `id` is the id of the command (empty where it could not be read): a step is told apart by `id` and `state`.',
  },
);
/** A step of a command. `id` is the id of the command itself: a step is told apart by `id` and `state`. */
export type Reply = Frozen<Static<typeof REPLY>>;

export const GATEWAY_STATUS = Type.Object(
  {
    node: Type.String(),
    online: Type.Boolean(),
    since: instant('When this became so; in a last will, when the connection was made.'),
  },
  { title: 'GatewayStatus', description: 'Whether a gateway is connected. Retained; also its last will.' },
);
/** Whether a gateway is connected. */
export type GatewayStatus = Frozen<Static<typeof GATEWAY_STATUS>>;
