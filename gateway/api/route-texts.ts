/** What each route does, for the description of the API; a route without a line here fails a test. */

export interface RouteText {
  readonly summary: string;
  /** Status of a request that was served; 200 unless given. */
  readonly status?: 201 | 202 | 204 | 303;
  /** Media type of the answer; JSON unless given. */
  readonly type?: string;
}

const TEXT = 'text/plain';

export const ROUTE_TEXTS: Readonly<Record<string, RouteText>> = {
  'GET /healthz': { summary: 'The process is alive' },
  'GET /readyz': { summary: 'The journal takes records and all listeners are up; 503 with the reasons where not' },
  'GET /metrics': { summary: "Metrics in Prometheus' text format", type: TEXT },
  'GET /api/docs': { summary: 'This description, as JSON or as a page' },
  'GET /api/v1/health': { summary: 'Listeners, outlets, journal and figures' },
  'POST /api/v1/session': { summary: 'Sign in with a token; answers with a cookie' },
  'DELETE /api/v1/session': { summary: 'Sign out', status: 204 },
  'GET /api/v1/terminals': { summary: 'Terminals with their live state, by number' },
  'GET /api/v1/terminals/:terminal': { summary: 'One terminal with its live state' },
  'POST /api/v1/terminals/:terminal/commands': { summary: 'A command to one terminal', status: 202 },
  'POST /api/v1/terminals/:terminal/revoke-code': { summary: 'Void its authentication code: it registers anew' },
  'GET /api/v1/positions/latest': { summary: 'Last known positions, by number of the terminal' },
  'GET /api/v1/commands': { summary: 'Commands, newest first' },
  'POST /api/v1/commands': { summary: 'A command to several terminals, a division, or the nearest', status: 202 },
  'GET /api/v1/commands/:id': { summary: 'Where a command stands' },
  'POST /api/v1/commands/:id/approve': { summary: 'Let a command of another person through' },
  'POST /api/v1/commands/:id/reject': { summary: 'Turn a command down that waits for a second person' },
  'GET /api/v1/events': { summary: 'Events, newest first' },
  'GET /api/v1/events/:id': { summary: 'One event with its steps' },
  'GET /api/v1/events/:id/evidence': { summary: 'One event with the frames that it rests on' },
  'POST /api/v1/events/:id/acknowledge': { summary: 'Take notice of an event' },
  'POST /api/v1/events/:id/close': { summary: 'Close an event, with a reason' },
  'POST /api/v1/events/:id/reopen': { summary: 'Open a closed event again, with a reason' },
  'GET /api/v1/tracks/:terminal': { summary: 'A track, under an approved grant of the account that covers it' },
  'GET /api/v1/grants': { summary: 'Grants, newest first: own ones, or all for who may decide or audit' },
  'POST /api/v1/grants': { summary: 'Ask to see where a terminal was', status: 201 },
  'GET /api/v1/grants/:id': { summary: 'One grant' },
  'POST /api/v1/grants/:id/approve': { summary: 'Let a grant of another person through' },
  'POST /api/v1/grants/:id/deny': { summary: 'Turn a grant down, or withdraw an own one' },
  'POST /api/v1/grants/:id/revoke': { summary: 'Take an approved grant back' },
  'GET /api/v1/audit': { summary: 'Rows of the audit trail, newest first' },
  'GET /api/v1/stream': { summary: 'What happens, as server-sent events', type: 'text/event-stream' },
  'GET /api/v1/media': { summary: 'Pictures, sound and video of a terminal' },
  'GET /api/v1/media/:terminal/:folder/:file': { summary: 'One file, whole or a range', type: '*/*' },
  'GET /api/v1/attachments': { summary: 'Evidence of active-safety alarms of a terminal' },
  'GET /api/v1/attachments/:terminal/:folder/:file': { summary: 'One file of it, whole or a range', type: '*/*' },
  'GET /api/v1/feed/:kind': { summary: 'Facts of one kind, by id' },
  'POST /api/v1/feed/:kind': { summary: 'State facts: all of them are taken, or none' },
  'GET /api/v1/feed/:kind/:id': { summary: 'One fact' },
  'DELETE /api/v1/feed/:kind/:id': { summary: 'Take a fact away', status: 204 },
  'GET /api/v1/registry/vehicles': { summary: 'Vehicles, by id' },
  'GET /api/v1/registry/vehicles/:vehicle/bindings': { summary: 'Terminals that were in a vehicle, newest first' },
  'GET /api/v1/registry/terminals': { summary: 'Terminals of the registry, by number' },
  'GET /api/v1/registry/terminals/:terminal/bindings': { summary: 'Vehicles that a terminal was in, newest first' },
  'POST /api/v1/registry/terminals/:terminal/life-cycle': { summary: 'Take a terminal a step further in its life' },
  'GET /api/v1/registry/sims': { summary: 'Cards, by number' },
  'GET /api/v1/registry/units': { summary: 'Units with how many vehicles they have' },
  'GET /api/v1/registry/history': { summary: 'Changes of one subject, newest first' },
  'POST /api/v1/registry/import': { summary: 'Take vehicles from a file, all of them or none' },
  'GET /api/v1/registry/export': { summary: 'All vehicles as a file', type: 'text/csv' },
  'GET /api/v1/divisions': { summary: 'Administrative divisions as a tree' },
  'GET /api/v1/divisions/:code': { summary: 'One administrative division' },
};
