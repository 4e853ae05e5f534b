/** Orders to terminals: taken when they are on disk, looked up by id afterwards, let through by a second person. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { COMMAND, GROUP_COMMAND } from '../../../bridge/index.ts';
import { may } from '../../access/account.ts';
import type { Asker, CommandQuery, Refused } from '../command-sources.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { COMMAND_STATES } from '../openapi/commands.ts';
import { Problem } from '../problem.ts';
import { TERMINAL, findTerminal, narrow } from './terminals.ts';

/** A command of the contract, for which the gateway makes up an id where the caller gives none. */
export const ORDER = Type.Object(
  { ...COMMAND.properties, id: Type.Optional(COMMAND.properties.id) },
  { additionalProperties: false },
);
export const GROUP_ORDER = Type.Object(
  { ...GROUP_COMMAND.properties, id: Type.Optional(GROUP_COMMAND.properties.id) },
  { additionalProperties: false },
);
const COMMAND_ID = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });
export const QUERY = Type.Object(
  {
    terminal: Type.Optional(TERMINAL.properties.terminal),
    division: Type.Optional(Type.String({ pattern: '^[0-9]{0,6}$' })),
    state: Type.Optional(Type.Union(COMMAND_STATES.map((state) => Type.Literal(state)))),
    type: Type.Optional(COMMAND.properties.type),
    group: Type.Optional(GROUP_COMMAND.properties.id),
    awaiting: Type.Optional(Type.Boolean()),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    cursor: Type.Optional(Type.Integer({ minimum: 0 })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export const REJECTION = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500 }) },
  { additionalProperties: false },
);

const STATUS = { unknown: 404, invalid: 422, conflict: 409, forbidden: 403, busy: 503 } as const;

function askerOf(request: FastifyRequest): Asker {
  const account = accountOf(request);
  return { name: account.name, scope: account.prefix, mayHarm: may(account, 'danger') };
}

function demand<T extends object>(outcome: T | Refused): T {
  if (!('refused' in outcome)) return outcome;
  const { why, detail } = outcome.refused;
  throw new Problem(STATUS[why], `command-${why}`, detail);
}

export function commandRoutes(app: FastifyInstance, context: ApiContext): void {
  const { sources, guard, random } = context;
  const newId = (): string => `c-${Buffer.from(random(12)).toString('base64url')}`;

  app.post<{ Params: Static<typeof TERMINAL>; Body: Static<typeof ORDER> }>(
    '/api/v1/terminals/:terminal/commands',
    { onRequest: guard.requires('command'), schema: { params: TERMINAL, body: ORDER } },
    async (request, reply) => {
      const { terminal } = findTerminal(context, accountOf(request), request.params.terminal);
      const { id = newId(), body = {}, ...order } = request.body;
      const view = demand(await sources.commands.one({ ...order, id, body, terminal }, askerOf(request)));
      return reply
        .code(202)
        .header('location', `/api/v1/commands/${encodeURIComponent(id)}`)
        .send(view);
    },
  );

  app.post<{ Body: Static<typeof GROUP_ORDER> }>(
    '/api/v1/commands',
    { onRequest: guard.requires('command'), schema: { body: GROUP_ORDER } },
    async (request, reply) => {
      const { id = newId(), body = {}, ...order } = request.body;
      const view = demand(await sources.commands.many({ ...order, id, body }, askerOf(request)));
      return reply
        .code(202)
        .header('location', `/api/v1/commands/${encodeURIComponent(id)}`)
        .send(view);
    },
  );

  app.get<{ Querystring: Static<typeof QUERY> }>(
    '/api/v1/commands',
    { onRequest: guard.requires('commands'), schema: { querystring: QUERY } },
    async (request) => {
      const { division: wanted = '', cursor, terminal, token: _token, ...query } = request.query;
      const division = narrow(accountOf(request), wanted);
      if (division === undefined) return { items: [], next: null };
      const page: CommandQuery = {
        ...query,
        division,
        ...(terminal === undefined ? {} : { terminal: terminal.replace(/^0+(?=.)/, '') }),
        ...(cursor === undefined ? {} : { before: cursor }),
      };
      return sources.commands.list(page);
    },
  );

  app.get<{ Params: Static<typeof COMMAND_ID> }>(
    '/api/v1/commands/:id',
    { onRequest: guard.requires('commands'), schema: { params: COMMAND_ID } },
    async (request) => {
      const view = sources.commands.get(request.params.id, accountOf(request).prefix);
      if (view === undefined) throw new Problem(404, 'unknown-command', 'No such command is known.');
      return view;
    },
  );

  app.post<{ Params: Static<typeof COMMAND_ID> }>(
    '/api/v1/commands/:id/approve',
    { onRequest: guard.requires('approve'), schema: { params: COMMAND_ID } },
    async (request) => demand(await sources.commands.decide(request.params.id, askerOf(request))),
  );

  app.post<{ Params: Static<typeof COMMAND_ID>; Body: Static<typeof REJECTION> }>(
    '/api/v1/commands/:id/reject',
    { onRequest: guard.requires('commands'), schema: { params: COMMAND_ID, body: REJECTION } },
    async (request) => {
      const asker = askerOf(request);
      const { id } = request.params;
      // Whoever asked may think better of it.
      if (!may(accountOf(request), 'approve') && sources.commands.get(id, asker.scope)?.by !== asker.name)
        throw new Problem(403, 'right', 'Only who may approve a command, or asked for it, may turn it down.');
      return demand(await sources.commands.decide(id, asker, request.body.reason));
    },
  );
}
