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

export const EVENT = Type.Object(
  {
    ...uplink,
    code: Type.String(),
    state: Type.Union([
      Type.Literal('raised'),
      Type.Literal('updated'),
      Type.Literal('confirmed'),
      Type.Literal('cleared'),
    ]),
    severity: Type.Integer(),
    text: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
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
