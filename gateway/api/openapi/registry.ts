/** Answers of the registry, and facts. */
import { type TSchema, Type } from 'typebox';
import { CONTRACT_SCHEMAS, FEED_KINDS, FEEDS } from '../../../bridge/index.ts';
import { LIFE_STATES } from '../../registry/life-cycle.ts';
import { DIVISION, instant, nullable, oneOf, TERMINAL } from './shapes.ts';

const text = () => nullable(Type.String());

export const VEHICLE_ROW = Type.Object(
  {
    id: Type.String({ description: 'Of the archive fact.' }),
    vehicle: Type.String(),
    plate: Type.String(),
    color: Type.Integer({ description: 'JT/T 415; -1: of no colour that is known.' }),
    vin: text(),
    division: DIVISION,
    unit: Type.String(),
    terminal: TERMINAL,
  },
  { title: 'Vehicle' },
);

export const TERMINAL_ROW = Type.Object(
  {
    terminal: TERMINAL,
    state: oneOf(LIFE_STATES),
    since: instant('Since when.'),
    workOrder: text(),
    vehicle: text(),
    plate: text(),
    division: nullable(DIVISION),
    terminalId: text(),
    imei: text(),
    iccid: text(),
  },
  { title: 'RegisteredTerminal' },
);

export const SIM_ROW = Type.Object(
  { iccid: Type.String(), terminal: TERMINAL, plate: Type.String(), division: DIVISION },
  { title: 'Card' },
);

export const UNIT_ROW = Type.Object(
  { division: DIVISION, unit: Type.String(), vehicles: Type.Integer() },
  { title: 'Unit' },
);

export const BINDING_ROW = Type.Object(
  {
    n: Type.Integer(),
    terminal: TERMINAL,
    vehicle: Type.String(),
    plate: Type.String(),
    iccid: text(),
    since: instant('From when on.'),
    until: nullable(instant('Null: it is there now.')),
    who: Type.String({ description: 'Who stated it.' }),
  },
  { title: 'Binding', description: 'A terminal in a vehicle.' },
);

export const CHANGE_ROW = Type.Object(
  {
    n: Type.Integer(),
    at: instant('When.'),
    who: Type.String(),
    what: Type.String(),
    subject: Type.String(),
    before: Type.Unknown(),
    after: Type.Unknown(),
  },
  { title: 'Change' },
);

export const LIFE_STEP = Type.Object({ terminal: TERMINAL, state: oneOf(LIFE_STATES) });
export const STATED = Type.Object({ changed: Type.Integer({ description: 'Facts that differ from before.' }) });
export const IMPORTED = Type.Object({ read: Type.Integer(), changed: Type.Integer() });

/** A fact as it is kept. */
export const FACT = Type.Union(FEED_KINDS.map((kind): TSchema => FEEDS[kind])) as TSchema;

/** What may be stated: facts and removals of every kind. The kind in the address says which. */
export const STATEMENT = Type.Union(FEED_KINDS.map((kind): TSchema => CONTRACT_SCHEMAS[`feed/${kind}`]!)) as TSchema;
