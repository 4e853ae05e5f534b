/** Facts that platforms tell the gateway: payloads of `feed/<kind>`. Unknown fields are refused by name. */
import { type Static, type TProperties, Type } from 'typebox';
import type { Frozen } from './payloads.ts';

const text = (maxLength = 200) => Type.String({ minLength: 1, maxLength });
const instant = () => Type.String({ format: 'date-time' });
const division = () => Type.String({ pattern: '^\\d{6}$', description: 'GB/T 2260.' });
const terminal = () => Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' });
const latitude = () => Type.Number({ minimum: -90, maximum: 90 });
const longitude = () => Type.Number({ minimum: -180, maximum: 180 });
const point = () => Type.Object({ latitude: latitude(), longitude: longitude() }, { additionalProperties: false });
const circle = () =>
  Type.Object(
    {
      latitude: latitude(),
      longitude: longitude(),
      radius: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'Metres.' }),
    },
    { additionalProperties: false },
  );
/** One of these; the static type of a union that is made of a list would be lost. */
const oneOf = <const T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

/** `id`: a later fact with the same id replaces it; `deleted: true` removes it. */
function fact<P extends TProperties>(title: string, properties: P) {
  return Type.Object(
    { id: text(128), deleted: Type.Optional(Type.Boolean()), ...properties },
    { title, additionalProperties: false },
  );
}

/** Form of every kind of fact. */
export const FEEDS = {
  archive: fact('Archive', {
    vehicle: text(64),
    plate: text(20),
    plateColor: Type.Union([Type.Integer({ minimum: 0, maximum: 255 }), text(20)]),
    vin: Type.Optional(text(32)),
    division: division(),
    unit: text(),
    terminal: terminal(),
    terminalId: Type.Optional(text(64)),
    imei: Type.Optional(text(32)),
    iccid: Type.Optional(text(32)),
  }),
  exemption: fact('Exemption', {
    terminal: Type.Optional(terminal()),
    plate: Type.Optional(text(20)),
    plateColor: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 255 }), text(20)])),
    reason: text(1000),
    approvedBy: text(),
    from: instant(),
    until: instant(),
  }),
  workOrder: fact('WorkOrder', {
    kind: oneOf('install', 'maintenance', 'removal', 'replacement', 'simChange', 'ota', 'tow'),
    terminal: Type.Optional(terminal()),
    plate: Type.Optional(text(20)),
    from: instant(),
    until: instant(),
    place: Type.Optional(circle()),
    newIds: Type.Optional(Type.Record(Type.String({ maxLength: 32 }), text(64))),
  }),
  order: fact('Order', {
    plate: text(20),
    from: instant(),
    until: instant(),
    purpose: text(1000),
    origin: Type.Optional(Type.Union([text(), point()])),
    destination: Type.Optional(Type.Union([text(), point()])),
    corridor: Type.Optional(Type.Array(point(), { minItems: 2, maxItems: 1000 })),
    passengers: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Array(text(), { maxItems: 100 })])),
    approver: text(),
    mileage: Type.Optional(Type.Number({ minimum: 0, description: 'Kilometres.' })),
    filedAt: instant(),
  }),
  calendar: fact('CalendarDay', {
    date: Type.String({ format: 'date' }),
    kind: oneOf('holiday', 'workday', 'sealed'),
    division: Type.Optional(Type.String({ pattern: '^(\\d{2}){1,3}$', description: 'GB/T 2260 code or prefix.' })),
  }),
  place: fact('Place', {
    kind: oneOf('designatedParking', 'depot', 'workshop', 'fuel', 'office', 'residence'),
    latitude: Type.Optional(latitude()),
    longitude: Type.Optional(longitude()),
    radius: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'Metres.' })),
    polygon: Type.Optional(Type.Array(point(), { minItems: 3, maxItems: 1000 })),
    units: Type.Optional(Type.Array(text(), { maxItems: 1000 })),
  }),
} as const;

/** Name of a kind of fact, as in `feed/<kind>`. */
export type FeedKind = keyof typeof FEEDS;
/** Every kind of fact. */
export const FEED_KINDS = Object.keys(FEEDS) as readonly FeedKind[];

/** Facts by kind. */
export type Facts = { readonly [K in FeedKind]: Frozen<Static<(typeof FEEDS)[K]>> };

/** Takes the fact of the same id away; whatever else it says does not matter. */
export interface Removal {
  readonly id: string;
  readonly deleted: true;
}
