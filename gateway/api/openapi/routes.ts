/**
 * What each route takes and answers: the one source of the description, of the typed client, and of the tests that hold answers
 * to it. A route without a line here fails a test, as does a line that names other schemas than its route is checked with.
 */
import { POSITION } from '../../../bridge/index.ts';
import * as audit from '../routes/audit.ts';
import * as commands from '../routes/commands.ts';
import * as events from '../routes/events.ts';
import * as grants from '../routes/grants.ts';
import * as media from '../routes/media.ts';
import * as mqtt from '../routes/mqtt.ts';
import * as page from '../routes/page.ts';
import * as stream from '../routes/stream.ts';
import * as terminals from '../routes/terminals.ts';
import { ACCOUNT_ROUTES } from './account-routes.ts';
import { ANY_COMMAND, COMMAND_VIEW, GROUP_VIEW } from './commands.ts';
import { FILE_VIEW, GRANT_VIEW, TRACK_VIEW, TRAIL_ROW } from './disclosure.ts';
import { EVENT_EVIDENCE, EVENT_STORY, EVENT_VIEW } from './events.ts';
import { ACCOUNT, ALIVE, HEALTH, READY, TERMINAL_VIEW } from './live.ts';
import { REGISTRY_ROUTES } from './registry-routes.ts';
import type { RouteText } from './route-text.ts';
import { numberedPageOf, pageOf } from './shapes.ts';

const COMMAND_REFUSALS = [409, 422, 503] as const;

export const ROUTES = {
  'GET /healthz': { summary: 'The process is alive', answer: ALIVE },
  'GET /readyz': {
    summary: 'The journal takes records and all listeners are up; 503 with the reasons where not',
    answer: READY,
    refuses: [503],
  },
  'GET /metrics': { summary: "Metrics in Prometheus' text format", types: ['text/plain'], refuses: [401] },
  'GET /api/docs': { summary: 'This description, as JSON or as a page', types: ['application/json', 'text/html'] },
  'GET /api/openapi.json': { summary: 'This description as JSON', types: ['application/json'] },
  'GET /api/asyncapi.json': { summary: 'What is told over MQTT, as AsyncAPI 3', types: ['application/json'] },
  'GET /api/v1/health': { summary: 'Listeners, outlets, journal and figures', answer: HEALTH },
  'POST /api/v1/session': {
    summary: 'Sign in with a token; answers with a cookie',
    body: page.TOKEN,
    answer: ACCOUNT,
    refuses: [401],
  },
  ...ACCOUNT_ROUTES,
  'DELETE /api/v1/session': { summary: 'Sign out', status: 204 },
  'GET /api/v1/terminals': {
    summary: 'Terminals with their live state, by number',
    query: terminals.PAGE,
    answer: pageOf(TERMINAL_VIEW),
    etag: true,
  },
  'GET /api/v1/terminals/:terminal': {
    summary: 'One terminal with its live state',
    answer: TERMINAL_VIEW,
    etag: true,
  },
  'POST /api/v1/terminals/:terminal/commands': {
    summary: 'A command to one terminal',
    status: 202,
    body: commands.ORDER,
    answer: COMMAND_VIEW,
    refuses: COMMAND_REFUSALS,
  },
  'POST /api/v1/terminals/:terminal/revoke-code': {
    summary: 'Void its authentication code: it registers anew',
    status: 204,
    refuses: [503],
  },
  'GET /api/v1/positions/latest': {
    summary: 'Last known positions, by number of the terminal',
    query: terminals.PAGE,
    answer: pageOf(POSITION),
    etag: true,
  },
  'GET /api/v1/commands': {
    summary: 'Commands, newest first',
    query: commands.QUERY,
    answer: numberedPageOf(ANY_COMMAND),
    etag: true,
  },
  'POST /api/v1/commands': {
    summary: 'A command to several terminals, a division, or the nearest',
    status: 202,
    body: commands.GROUP_ORDER,
    answer: GROUP_VIEW,
    refuses: COMMAND_REFUSALS,
  },
  'GET /api/v1/commands/:id': { summary: 'Where a command stands', answer: ANY_COMMAND, etag: true },
  'POST /api/v1/commands/:id/approve': {
    summary: 'Let a command of another person through',
    answer: ANY_COMMAND,
    refuses: COMMAND_REFUSALS,
  },
  'POST /api/v1/commands/:id/reject': {
    summary: 'Turn a command down that waits for a second person',
    body: commands.REJECTION,
    answer: ANY_COMMAND,
    refuses: COMMAND_REFUSALS,
  },
  'GET /api/v1/events': { summary: 'Events, newest first', query: events.LIST, answer: pageOf(EVENT_VIEW), etag: true },
  'GET /api/v1/events/:id': { summary: 'One event with its steps', answer: EVENT_STORY, etag: true },
  'GET /api/v1/events/:id/evidence': {
    summary: 'One event with the frames that it rests on',
    answer: EVENT_EVIDENCE,
    etag: true,
  },
  'POST /api/v1/events/:id/acknowledge': {
    summary: 'Take notice of an event',
    body: events.NOTE,
    answer: EVENT_STORY,
    refuses: [409, 503],
  },
  'POST /api/v1/events/:id/close': {
    summary: 'Close an event, with a reason',
    body: events.REASON,
    answer: EVENT_STORY,
    refuses: [409, 503],
  },
  'POST /api/v1/events/:id/reopen': {
    summary: 'Open a closed event again, with a reason',
    body: events.REASON,
    answer: EVENT_STORY,
    refuses: [409, 503],
  },
  'GET /api/v1/tracks/:terminal': {
    summary: 'A track, under an approved grant of the account that covers it',
    query: grants.TRACK,
    answer: TRACK_VIEW,
    types: ['application/geo+json', 'application/gpx+xml', 'text/csv'],
    refuses: [422],
  },
  'GET /api/v1/grants': {
    summary: 'Grants, newest first: own ones, or all for who may decide or audit',
    query: grants.LIST,
    answer: numberedPageOf(GRANT_VIEW),
    etag: true,
  },
  'POST /api/v1/grants': {
    summary: 'Ask to see where a terminal was',
    status: 201,
    body: grants.REQUEST,
    answer: GRANT_VIEW,
    refuses: [404],
  },
  'GET /api/v1/grants/:id': { summary: 'One grant', answer: GRANT_VIEW, etag: true },
  'POST /api/v1/grants/:id/approve': {
    summary: 'Let a grant of another person through',
    body: grants.NOTE,
    answer: GRANT_VIEW,
    refuses: [409],
  },
  'POST /api/v1/grants/:id/deny': {
    summary: 'Turn a grant down, or withdraw an own one',
    body: grants.NOTE,
    answer: GRANT_VIEW,
    refuses: [409],
  },
  'POST /api/v1/grants/:id/revoke': {
    summary: 'Take an approved grant back',
    body: grants.NOTE,
    answer: GRANT_VIEW,
    refuses: [409],
  },
  'GET /api/v1/audit': {
    summary: 'Rows of the audit trail, newest first',
    query: audit.QUERY,
    answer: numberedPageOf(TRAIL_ROW),
  },
  'GET /api/v1/stream': {
    summary: 'What happens, as server-sent events; `Last-Event-ID` goes on where a stream broke off',
    query: stream.QUERY,
    types: ['text/event-stream'],
    refuses: [503],
  },
  'GET /api/v1/media': {
    summary: 'Pictures, sound and video of a terminal',
    query: media.LIST,
    answer: pageOf(FILE_VIEW),
    refuses: [404],
    etag: true,
  },
  'GET /api/v1/media/:terminal/:folder/:file': {
    summary: 'One file, whole or a range',
    types: ['*/*'],
    refuses: [416],
    etag: true,
  },
  'GET /api/v1/attachments': {
    summary: 'Evidence of active-safety alarms of a terminal',
    query: media.LIST,
    answer: pageOf(FILE_VIEW),
    refuses: [404],
    etag: true,
  },
  'GET /api/v1/attachments/:terminal/:folder/:file': {
    summary: 'One file of it, whole or a range',
    types: ['*/*'],
    refuses: [416],
    etag: true,
  },
  'GET /api/v1/mqtt/acl': {
    summary: 'What accounts may say and hear, as a file for a broker elsewhere',
    query: mqtt.FILE,
    types: ['text/plain', 'application/json'],
  },
  'POST /api/v1/mqtt/auth': {
    summary: 'Whether a login is one, for a broker elsewhere: EMQX 5, mosquitto-go-auth',
    query: mqtt.ASKED,
    body: mqtt.LOGIN,
    answer: mqtt.VERDICT,
    refuses: [401],
  },
  'POST /api/v1/mqtt/acl': {
    summary: 'Whether an account may publish or subscribe to a topic, for a broker elsewhere',
    query: mqtt.ASKED,
    body: mqtt.TOPIC,
    answer: mqtt.VERDICT,
    refuses: [401],
  },
  ...REGISTRY_ROUTES,
} as const satisfies Readonly<Record<string, RouteText>>;

/** What each route of the HTTP API takes and answers, by `METHOD /address`: JSON schemas, for a client's types. */
export type ApiRoutes = typeof ROUTES;
