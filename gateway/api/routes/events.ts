/** Events: lists, one with its steps, the evidence with its frames, and what a person does with one. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { covers, may } from '../../access/account.ts';
import type { EventSources } from '../../events/event-sources.ts';
import type { EventAction } from '../../events/step.ts';
import type { EventQuery } from '../../events/store/event-query.ts';
import type { EventView } from '../../events/views.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { narrow } from './terminals.ts';

const MAX_PAGE = 1000;
const STATES = ['open', 'raised', 'confirmed', 'cleared', 'authorised', 'closed'] as const;
const EVENT_ID = '^[0-9A-HJKMNP-TV-Z]{26}(-[0-9]{1,9})?$';

export const LIST = Type.Object(
  {
    terminal: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' })),
    code: Type.Optional(Type.String({ pattern: '^[A-Z][0-9A-Z]{1,7}$' })),
    state: Type.Optional(Type.String({ pattern: `^(${STATES.join('|')})$` })),
    severity: Type.Optional(Type.Integer({ minimum: 0, maximum: 4, description: 'Least severe that is wanted.' })),
    from: Type.Optional(Type.String({ format: 'date-time' })),
    to: Type.Optional(Type.String({ format: 'date-time' })),
    division: Type.Optional(Type.String({ pattern: '^[0-9]{0,6}$' })),
    limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100 }),
    cursor: Type.Optional(Type.String({ pattern: EVENT_ID })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const ID = Type.Object({ id: Type.String({ pattern: EVENT_ID }) });
export const NOTE = Type.Object(
  { note: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })) },
  { additionalProperties: false },
);
export const REASON = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' }) },
  { additionalProperties: false },
);

/** From here on a unit does not close what is held against it. */
const SERIOUS = 3;

function queryOf(asked: Static<typeof LIST>, division: string): EventQuery {
  const { terminal, code, state, severity, from, to, cursor, limit } = asked;
  return {
    division,
    limit: limit + 1,
    ...(terminal === undefined ? {} : { terminal: terminal.replace(/^0+(?=.)/, '') }),
    ...(code === undefined ? {} : { code }),
    ...(state === undefined ? {} : { status: state as (typeof STATES)[number] }),
    ...(severity === undefined ? {} : { severity }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
    ...(cursor === undefined ? {} : { before: cursor }),
  };
}

const DONE = { acknowledge: 'acknowledged', close: 'closed', reopen: 'reopened' } as const;

function whyRefused(action: EventAction['action'], { state, acknowledgedBy }: EventView): string {
  if (action === 'acknowledge' && acknowledgedBy !== null && (state === 'raised' || state === 'confirmed'))
    return `The event was acknowledged by ${acknowledgedBy} already.`;
  return `The event is ${state}: it cannot be ${DONE[action]}.`;
}

export function eventRoutes(app: FastifyInstance, { guard, events }: ApiContext): void {
  /** What lies outside an account's divisions does not exist. */
  async function seen<T extends { readonly division: string }>(
    request: FastifyRequest,
    look: () => Promise<T | undefined>,
  ): Promise<T> {
    const found = await look();
    if (found === undefined || !covers(accountOf(request), found.division))
      throw new Problem(404, 'unknown-event', 'No such event is known.');
    return found;
  }

  app.get<{ Querystring: Static<typeof LIST> }>(
    '/api/v1/events',
    { onRequest: guard.requires('events'), schema: { querystring: LIST } },
    async (request) => {
      const division = narrow(accountOf(request), request.query.division ?? '');
      if (division === undefined) return { items: [], next: null };
      const { limit } = request.query;
      const found = await events.list(queryOf(request.query, division));
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );

  app.get<{ Params: Static<typeof ID> }>(
    '/api/v1/events/:id',
    { onRequest: guard.requires('events'), schema: { params: ID } },
    async (request) => seen(request, () => events.story(request.params.id)),
  );

  // Frames tell where a vehicle was to the metre: whoever handles an event may see them, nobody who only looks on.
  app.get<{ Params: Static<typeof ID> }>(
    '/api/v1/events/:id/evidence',
    { onRequest: guard.requires('handle'), schema: { params: ID } },
    async (request) => seen(request, () => events.evidence(request.params.id)),
  );

  async function act(
    request: FastifyRequest<{ Params: Static<typeof ID> }>,
    action: EventAction['action'],
    reason: string | undefined,
  ): ReturnType<EventSources['story']> {
    const account = accountOf(request);
    const event = await seen(request, () => events.story(request.params.id));
    if (action === 'close' && event.severity >= SERIOUS && !may(account, 'settle'))
      throw new Problem(403, 'right', `The role ${account.role} has not the right to close what is this serious.`);
    const said = reason === undefined ? {} : { reason };
    const outcome = await events.act({ action, event: event.id, by: account.name, ...said });
    if (outcome === 'refused') throw new Problem(409, 'event-state', whyRefused(action, event));
    if (outcome === 'busy') throw new Problem(503, 'busy', 'The journal takes nothing now; nothing was changed.');
    return events.story(event.id);
  }

  app.post<{ Params: Static<typeof ID>; Body: Static<typeof NOTE> | null }>(
    '/api/v1/events/:id/acknowledge',
    { onRequest: guard.requires('handle'), schema: { params: ID, body: Type.Union([NOTE, Type.Null()]) } },
    async (request) => act(request, 'acknowledge', request.body?.note),
  );
  for (const action of ['close', 'reopen'] as const) {
    app.post<{ Params: Static<typeof ID>; Body: Static<typeof REASON> }>(
      `/api/v1/events/:id/${action}`,
      { onRequest: guard.requires('handle'), schema: { params: ID, body: REASON } },
      async (request) => act(request, action, request.body.reason),
    );
  }
}
