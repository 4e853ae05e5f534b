/** What the registry knows: divisions, units, vehicles, terminals, who was bound to whom, who changed what. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { formatTime } from '../../../protocol/index.ts';
import { divisionByCode, divisionsBelow } from '../../registry/divisions.ts';
import { LIFE_STATES, type LifeState } from '../../registry/life-cycle.ts';
import type { BindingRow, ChangeRow, TerminalRow } from '../../registry/store/registry-queries.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { asked, LIST, pageOf } from './feeds.ts';
import { findTerminal, TERMINAL } from './terminals.ts';

/** Of a binding's or a subject's past. */
const MAX_HISTORY = 500;

const CODE = Type.Object({ code: Type.String({ pattern: '^\\d{6}$' }) });
export const BELOW = Type.Object(
  {
    below: Type.Optional(Type.String({ pattern: '^(\\d{6})?$' })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
const VEHICLE = Type.Object({ vehicle: Type.String({ minLength: 1, maxLength: 64 }) });
export const SUBJECT = Type.Object(
  {
    subject: Type.String({ pattern: '^[A-Za-z]{1,32}:.{1,128}$' }),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export const STEP = Type.Object(
  {
    to: Type.Unsafe<LifeState>({ enum: [...LIFE_STATES] }),
    workOrder: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    baseline: Type.Optional(
      Type.Object(
        {
          restMv: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000, description: 'Millivolts, engine off.' })),
          csq: Type.Optional(Type.Number({ minimum: 0, maximum: 31 })),
          satellites: Type.Optional(Type.Number({ minimum: 0, maximum: 255 })),
          cn0: Type.Optional(Type.Number({ minimum: 0, maximum: 99, description: 'dB-Hz.' })),
        },
        { additionalProperties: false, description: 'What was measured when it was commissioned.' },
      ),
    ),
    record: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Id of the acceptance record.' })),
  },
  { additionalProperties: false },
);

export function registryRoutes(app: FastifyInstance, context: ApiContext): void {
  divisionRoutes(app, context);
  codeRoutes(app, context);
  const { feeds, guard } = context;
  const { store } = feeds;
  const onRequest = guard.requires('watch');

  app.get<{ Querystring: Static<typeof LIST> }>(
    '/api/v1/registry/vehicles',
    { onRequest, schema: { querystring: LIST } },
    async (request) => {
      const { limit, cursor: after } = request.query;
      const { prefix } = accountOf(request);
      const found = await asked(store.ask('vehicles', { prefix, after, limit: limit + 1 }));
      return pageOf(found, limit, ({ id }) => id);
    },
  );

  app.get<{ Querystring: Static<typeof LIST> }>(
    '/api/v1/registry/terminals',
    { onRequest, schema: { querystring: LIST } },
    async (request) => {
      const { limit, cursor: after } = request.query;
      const { prefix } = accountOf(request);
      const found = await asked(store.ask('terminals', { prefix, after, limit: limit + 1 }));
      return pageOf(found.map(terminalView), limit, ({ terminal }) => terminal);
    },
  );

  app.get<{ Params: Static<typeof TERMINAL> }>(
    '/api/v1/registry/terminals/:terminal',
    { onRequest, schema: { params: TERMINAL } },
    async (request) => {
      const terminal = request.params.terminal.replace(/^0+(?=.)/, '');
      const row = await asked(store.ask('terminal', terminal, accountOf(request).prefix));
      if (row === undefined) throw new Problem(404, 'unknown-terminal', 'No such terminal is known.');
      return terminalView(row);
    },
  );

  app.get<{ Querystring: Static<typeof LIST> }>(
    '/api/v1/registry/sims',
    { onRequest, schema: { querystring: LIST } },
    async (request) => {
      const { limit, cursor: after } = request.query;
      const { prefix } = accountOf(request);
      const found = await asked(store.ask('sims', { prefix, after, limit: limit + 1 }));
      return pageOf(found, limit, ({ iccid }) => iccid);
    },
  );

  app.get('/api/v1/registry/units', { onRequest }, async (request) => ({
    items: await asked(store.ask('units', accountOf(request).prefix)),
  }));

  app.get<{ Params: Static<typeof TERMINAL> }>(
    '/api/v1/registry/terminals/:terminal/bindings',
    { onRequest, schema: { params: TERMINAL } },
    async (request) => {
      const terminal = request.params.terminal.replace(/^0+(?=.)/, '');
      // What lies outside an account's divisions does not exist for it.
      if ((await asked(store.ask('terminal', terminal, accountOf(request).prefix))) === undefined)
        throw new Problem(404, 'unknown-terminal', 'No such terminal is known.');
      return { items: (await asked(store.ask('bindings', { terminal }, MAX_HISTORY))).map(bindingView) };
    },
  );

  app.get<{ Params: Static<typeof VEHICLE> }>(
    '/api/v1/registry/vehicles/:vehicle/bindings',
    { onRequest: guard.requires('feed'), schema: { params: VEHICLE } },
    async (request) => {
      demandEverywhere(accountOf(request).prefix);
      const found = await asked(store.ask('bindings', { vehicle: request.params.vehicle }, MAX_HISTORY));
      return { items: found.map(bindingView) };
    },
  );

  app.get<{ Querystring: Static<typeof SUBJECT> }>(
    '/api/v1/registry/history',
    { onRequest: guard.requires('feed'), schema: { querystring: SUBJECT } },
    async (request) => {
      demandEverywhere(accountOf(request).prefix);
      return { items: (await asked(store.ask('history', request.query.subject, MAX_HISTORY))).map(changeView) };
    },
  );

  app.post<{ Params: Static<typeof TERMINAL>; Body: Static<typeof STEP> }>(
    '/api/v1/registry/terminals/:terminal/life-cycle',
    { onRequest: guard.requires('feed'), schema: { params: TERMINAL, body: STEP } },
    async (request) => {
      const terminal = request.params.terminal.replace(/^0+(?=.)/, '');
      const { to, ...more } = request.body;
      await asked(feeds.advance({ terminal, to, ...more }, accountOf(request)));
      return { terminal, state: to };
    },
  );
}

/** Authentication codes are nobody's to see; they can be voided. */
function codeRoutes(app: FastifyInstance, context: ApiContext): void {
  const { sources, guard } = context;

  app.post<{ Params: Static<typeof TERMINAL> }>(
    '/api/v1/terminals/:terminal/revoke-code',
    { onRequest: guard.requires('command'), schema: { params: TERMINAL } },
    async (request, reply) => {
      const account = accountOf(request);
      const { terminal } = findTerminal(context, account, request.params.terminal);
      await context.looked?.({ who: account.name, what: 'terminal.code.revoked', subject: `terminal:${terminal}` });
      const outcome = await sources.revokeCode(terminal);
      if (outcome === 'unknown') throw new Problem(404, 'unregistered', 'This terminal has no registration.');
      if (outcome === 'busy') throw new Problem(503, 'busy', 'The gateway cannot write to its disk at the moment.');
      return reply.code(204).send();
    },
  );
}

function divisionRoutes(app: FastifyInstance, { guard }: ApiContext): void {
  const onRequest = guard.requires('watch');

  app.get<{ Querystring: Static<typeof BELOW> }>(
    '/api/v1/divisions',
    { onRequest, schema: { querystring: BELOW } },
    async ({ query }) => ({ items: divisionsBelow(query.below ?? '') }),
  );

  app.get<{ Params: Static<typeof CODE> }>(
    '/api/v1/divisions/:code',
    { onRequest, schema: { params: CODE } },
    async ({ params }) => {
      const division = divisionByCode(params.code);
      if (division === undefined) throw new Problem(404, 'unknown-division', 'GB/T 2260 has no such division.');
      return { ...division, below: divisionsBelow(params.code) };
    },
  );
}

/** The past of a vehicle or a fact may lie in divisions that it has left. */
function demandEverywhere(prefix: string): void {
  if (prefix !== '') throw new Problem(403, 'division', 'This is for accounts of all divisions.');
}

function terminalView({ since, ...row }: TerminalRow): Omit<TerminalRow, 'since'> & { readonly since: string } {
  return { ...row, since: formatTime(since) };
}

function bindingView({ since, until, ...row }: BindingRow): object {
  return { ...row, since: formatTime(since), until: until === null ? null : formatTime(until) };
}

function changeView({ at, before, after, ...row }: ChangeRow): object {
  const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));
  return { ...row, at: formatTime(at), before: parsed(before), after: parsed(after) };
}
