/** Answers that tell how the gateway and its terminals stand. */
import { Type } from 'typebox';
import { POSITION, ROLES } from '../../../bridge/index.ts';
import { DIVISION, instant, names, nullable, oneOf, TERMINAL, VEHICLE } from './shapes.ts';

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });

const QUIRK = Type.Object({
  value: Type.String(),
  from: oneOf(['learnt', 'configured', 'registered']),
  evidence: Type.Number({ description: 'Evidence for it, net of that against it; 0 where it was not learnt.' }),
});

export const TERMINAL_VIEW = Type.Object(
  {
    terminal: TERMINAL,
    phone: nullable(Type.String({ description: 'As on the wire, leading zeros kept.' })),
    vehicle: VEHICLE,
    division: DIVISION,
    revision: nullable(oneOf([2011, 2013, 2019], 'Edition of JT/T 808.')),
    online: Type.Boolean(),
    since: nullable(instant('Since when it is online or offline.')),
    position: nullable(POSITION),
    health: Type.Object({
      lastHeardAt: nullable(instant('When anything was last heard.')),
      alarms: names('Standing alarms.'),
    }),
    openEvents: names('Ids of events that are not cleared.'),
    quirks: Type.Optional(Type.Record(Type.String(), QUIRK, { description: 'How it differs from others, by name.' })),
  },
  { title: 'Terminal', description: 'A terminal with its live state.' },
);

const LISTENER = Type.Object(
  {
    name: Type.String({ description: '`jt808/tcp`, `jt808/udp`, `mqtt`, `http`, …' }),
    address: Type.String({ description: '`HOST:PORT`.' }),
    up: Type.Boolean(),
    fault: Type.Optional(Type.String({ description: 'Why it is not up.' })),
  },
  { title: 'Listener' },
);

const OUTLET = Type.Object(
  {
    name: Type.String(),
    connected: Type.Boolean(),
    delivered: count('Envelopes that the other side has, since the start.'),
    retries: count(),
    buried: count('Envelopes that it will never take: dead letters.'),
    backlog: count('Records that wait for it.'),
    secondsToDrain: nullable(Type.Number({ description: 'At the rate of the last seconds.' })),
    lastError: nullable(Type.String()),
  },
  { title: 'Outlet', description: 'Where the journal is delivered to.' },
);

const JOURNAL = Type.Object(
  {
    head: count('Last committed record.'),
    tail: count('First record that is kept.'),
    writable: Type.Boolean(),
    fault: Type.Optional(Type.String({ description: 'Why not.' })),
    pendingBytes: count(),
    diskBytes: count(),
    dropped: count('Records that retention dropped.'),
    lost: count('Those of them that an outlet had not had.'),
    chainFaults: Type.Optional(count('Faults of the hash chain; missing until the check after the start is through.')),
  },
  { title: 'Journal' },
);

export const HEALTH = Type.Object(
  {
    node: Type.String(),
    version: Type.String(),
    startedAt: instant('When the gateway started.'),
    journal: JOURNAL,
    listeners: Type.Array(LISTENER),
    outlets: Type.Array(OUTLET),
    connections: count('Links that are open.'),
    sessions: count('Those of them that have authenticated.'),
    terminals: count('Terminals known.'),
    online: count(),
    packets: count(),
    faults: count(),
    acknowledged: count(),
    ackLatencyMs: nullable(
      Type.Object({ p50: Type.Number(), p99: Type.Number() }, { description: 'Receipt to acknowledgement.' }),
    ),
  },
  { title: 'Health' },
);

export const READY = Type.Object(
  {
    status: Type.Literal('ready'),
    journal: Type.Optional(JOURNAL),
    listeners: Type.Optional(Type.Array(LISTENER)),
    outlets: Type.Optional(Type.Array(OUTLET)),
  },
  { title: 'Ready', description: 'Strangers get the status alone.' },
);

export const ALIVE = Type.Object({ status: Type.Literal('alive') });

export const ACCOUNT = Type.Object(
  {
    name: Type.String(),
    role: oneOf(ROLES),
    prefix: Type.String({ description: 'Leading digits of the divisions that it is confined to; empty for all.' }),
  },
  { title: 'Account' },
);

export const DIVISION_VIEW = Type.Object({ code: DIVISION, name: Type.String() });

export const DIVISION_TREE = Type.Object(
  {
    code: DIVISION,
    name: Type.String(),
    level: oneOf(['province', 'prefecture', 'county']),
    path: names('From the province down.'),
    below: Type.Array(DIVISION_VIEW),
  },
  { title: 'Division' },
);
