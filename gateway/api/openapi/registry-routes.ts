/** What routes of the registry and of facts take and answer. */
import * as feeds from '../routes/feeds.ts';
import * as registry from '../routes/registry.ts';
import * as files from '../routes/registry-files.ts';
import { DIVISION_TREE, DIVISION_VIEW } from './live.ts';
import {
  BINDING_ROW,
  CHANGE_ROW,
  FACT,
  IMPORTED,
  LIFE_STEP,
  SIM_ROW,
  STATED,
  STATEMENT,
  TERMINAL_ROW,
  UNIT_ROW,
  VEHICLE_ROW,
} from './registry.ts';
import type { RouteText } from './route-text.ts';
import { allOf, pageOf } from './shapes.ts';

export const REGISTRY_ROUTES = {
  'GET /api/v1/feed/:kind': {
    summary: 'Facts of one kind, by id',
    query: feeds.LIST,
    answer: pageOf(FACT),
    refuses: [503],
    etag: true,
  },
  'POST /api/v1/feed/:kind': {
    summary:
      'State facts, all of them or none; one with `If-Match` only as it was read, with `If-None-Match: *` only anew',
    body: feeds.STATED,
    said: STATEMENT,
    answer: STATED,
    refuses: [409, 412, 503],
  },
  'GET /api/v1/feed/:kind/:id': { summary: 'One fact', answer: FACT, refuses: [503], etag: true },
  'DELETE /api/v1/feed/:kind/:id': {
    summary: 'Take a fact away; with `If-Match` only as it was read',
    status: 204,
    refuses: [409, 412, 503],
  },
  'GET /api/v1/registry/vehicles': {
    summary: 'Vehicles, by id',
    query: feeds.LIST,
    answer: pageOf(VEHICLE_ROW),
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/vehicles/:vehicle/bindings': {
    summary: 'Terminals that were in a vehicle, newest first',
    answer: allOf(BINDING_ROW),
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/terminals': {
    summary: 'Terminals of the registry, by number',
    query: feeds.LIST,
    answer: pageOf(TERMINAL_ROW),
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/terminals/:terminal': {
    summary: 'A terminal of the registry: where it stands in its life, and in which vehicle',
    answer: TERMINAL_ROW,
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/terminals/:terminal/bindings': {
    summary: 'Vehicles that a terminal was in, newest first',
    answer: allOf(BINDING_ROW),
    refuses: [503],
    etag: true,
  },
  'POST /api/v1/registry/terminals/:terminal/life-cycle': {
    summary: 'Take a terminal a step further in its life',
    body: registry.STEP,
    answer: LIFE_STEP,
    refuses: [409, 503],
  },
  'GET /api/v1/registry/sims': {
    summary: 'Cards, by number',
    query: feeds.LIST,
    answer: pageOf(SIM_ROW),
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/units': {
    summary: 'Units with how many vehicles they have',
    answer: allOf(UNIT_ROW),
    refuses: [503],
    etag: true,
  },
  'GET /api/v1/registry/history': {
    summary: 'Changes of one subject, newest first',
    query: registry.SUBJECT,
    answer: allOf(CHANGE_ROW),
    refuses: [503],
    etag: true,
  },
  'POST /api/v1/registry/import': {
    summary: 'Take vehicles from a file, all of them or none',
    query: files.IMPORT,
    takes: ['text/csv', 'application/x-ndjson'],
    answer: IMPORTED,
    refuses: [503],
  },
  'GET /api/v1/registry/export': {
    summary: 'All vehicles as a file',
    query: files.EXPORT,
    types: ['text/csv', 'application/x-ndjson'],
  },
  'GET /api/v1/divisions': {
    summary: 'Administrative divisions as a tree',
    query: registry.BELOW,
    answer: allOf(DIVISION_VIEW),
    etag: true,
  },
  'GET /api/v1/divisions/:code': { summary: 'One administrative division', answer: DIVISION_TREE, etag: true },
} as const satisfies Readonly<Record<string, RouteText>>;
