/** Disclosure of tracks: asked for by one account, let through by another, seen under a grant that covers what is seen. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Account } from '../../../bridge/index.ts';
import { formatTime } from '../../../protocol/index.ts';
import { covers, may } from '../../access/account.ts';
import type { GrantFile } from '../../grants/grant-file.ts';
import { type Decision, type Grant, GRANT_STATES } from '../../grants/grant.ts';
import { formatTrack, TRACK_FORMATS, TRACK_TYPES, trackView } from '../../grants/track-format.ts';
import { type ReadTrack, TRACK_CURSOR, trackPage } from '../../grants/track-page.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { findTerminal, narrow, TERMINAL } from './terminals.ts';

/** Grants of the gateway, and the tracks that they open. */
export interface Disclosure {
  readonly grants: GrantFile;
  readonly read: ReadTrack;
  /** Epoch ms. */
  readonly now: () => number;
  readonly newId: () => string;
}

const MAX_PERIOD_MS = 400 * 86_400_000;
const PAGE_POINTS = 10_000;
/** Points of a track that is asked for as a file, which has no pages. */
const FILE_POINTS = 100_000;

const WORDS = Type.String({ minLength: 1, maxLength: 1000, pattern: '\\S' });
const TIME = Type.String({ format: 'date-time' });
export const REQUEST = Type.Object(
  { terminal: TERMINAL.properties.terminal, from: TIME, to: TIME, reason: WORDS, until: TIME },
  { additionalProperties: false },
);
const GRANT = Type.Object({ id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }) });
export const NOTE = Type.Union([
  Type.Object({ note: Type.Optional(WORDS) }, { additionalProperties: false }),
  Type.Null(),
]);
export const LIST = Type.Object(
  {
    division: Type.Optional(Type.String({ pattern: '^[0-9]{0,6}$' })),
    terminal: Type.Optional(TERMINAL.properties.terminal),
    state: Type.Optional(Type.Unsafe<(typeof GRANT_STATES)[number]>({ enum: [...GRANT_STATES] })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    cursor: Type.Optional(Type.Integer({ minimum: 1 })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export const TRACK = Type.Object(
  {
    from: TIME,
    to: TIME,
    grant: Type.Optional(GRANT.properties.id),
    format: Type.Unsafe<(typeof TRACK_FORMATS)[number]>({ enum: [...TRACK_FORMATS], default: 'json' }),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_POINTS, default: PAGE_POINTS }),
    cursor: Type.Optional(Type.String({ pattern: TRACK_CURSOR })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const withoutZeros = (terminal: string): string => terminal.replace(/^0+(?=.)/, '');

export function grantView(grant: Grant): object {
  const { from, to, until, requestedAt, decidedAt } = grant;
  return {
    ...grant,
    from: formatTime(from),
    to: formatTime(to),
    until: formatTime(until),
    requestedAt: formatTime(requestedAt),
    decidedAt: decidedAt === null ? null : formatTime(decidedAt),
  };
}

export function grantRoutes(app: FastifyInstance, context: ApiContext, disclosure: Disclosure): void {
  const { guard } = context;
  const { grants, now, newId } = disclosure;

  const told = async (account: Account, what: string, grant: Grant): Promise<void> => {
    const { id, terminal, from, to, reason, until, requestedBy, note } = grant;
    const after = { terminal, from, to, reason, until, requestedBy, ...(note === null ? {} : { note }) };
    await context.looked?.({ who: account.name, what, subject: `grant:${id}`, after });
  };

  app.post<{ Body: Static<typeof REQUEST> }>(
    '/api/v1/grants',
    { onRequest: guard.requires('disclose'), schema: { body: REQUEST } },
    async (request, reply) => {
      const account = accountOf(request);
      const at = now();
      const [from, to, until] = [request.body.from, request.body.to, request.body.until].map((text) =>
        Date.parse(text),
      );
      demandPeriod(from!, to!);
      if (until! <= at) throw fault('until', 'is over already');
      const { terminal, division } = findTerminal(context, account, request.body.terminal);
      const asked = { terminal, division, from: from!, to: to!, reason: request.body.reason, until: until! };
      const grant = grants.request(newId(), asked, { name: account.name, at });
      await told(account, 'grant.requested', grant);
      return reply.code(201).header('location', `/api/v1/grants/${grant.id}`).send(grantView(grant));
    },
  );

  /** Whoever asked sees it, and whoever may decide or audit, within their divisions. */
  function find(account: Account, id: string): Grant {
    const grant = grants.get(id, now());
    const seen = grant !== undefined && (grant.requestedBy === account.name || seesAll(account));
    if (!seen || !covers(account, grant.division)) throw new Problem(404, 'unknown-grant', 'No such grant is known.');
    return grant;
  }

  app.get<{ Querystring: Static<typeof LIST> }>(
    '/api/v1/grants',
    { onRequest: guard.requires('grants'), schema: { querystring: LIST } },
    async (request) => {
      const account = accountOf(request);
      const { limit, cursor, state, terminal } = request.query;
      const division = narrow(account, request.query.division ?? '');
      if (division === undefined) return { items: [], next: null };
      const found = grants.list(
        {
          division,
          limit: limit + 1,
          ...(seesAll(account) ? {} : { requestedBy: account.name }),
          ...(terminal === undefined ? {} : { terminal: withoutZeros(terminal) }),
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { before: cursor }),
        },
        now(),
      );
      const page = found.slice(0, limit);
      const items = page.map(({ n: _n, ...grant }) => grantView(grant));
      return { items, next: found.length > limit ? page.at(-1)!.n : null };
    },
  );

  app.get<{ Params: Static<typeof GRANT> }>(
    '/api/v1/grants/:id',
    { onRequest: guard.requires('grants'), schema: { params: GRANT } },
    async (request) => grantView(find(accountOf(request), request.params.id)),
  );

  const decisions = { approve: 'approved', deny: 'denied', revoke: 'revoked' } as const satisfies Record<
    string,
    Decision
  >;
  for (const [action, decision] of Object.entries(decisions)) {
    app.post<{ Params: Static<typeof GRANT>; Body: Static<typeof NOTE> }>(
      `/api/v1/grants/:id/${action}`,
      { onRequest: guard.requires('grants'), schema: { params: GRANT, body: NOTE } },
      async (request) => decide(request, decision),
    );
  }

  async function decide(
    request: FastifyRequest<{ Params: Static<typeof GRANT>; Body: Static<typeof NOTE> }>,
    decision: Decision,
  ): Promise<object> {
    const account = accountOf(request);
    const { id, requestedBy, state } = find(account, request.params.id);
    const withdraws = decision !== 'approved' && requestedBy === account.name;
    if (!withdraws && !may(account, 'grant'))
      throw new Problem(403, 'right', `The role ${account.role} has not the right to grant.`);
    const outcome = grants.decide(id, { decision, by: account.name, note: request.body?.note, at: now() });
    if (outcome === 'own')
      throw new Problem(403, 'own-grant', 'Whoever asked for a grant cannot approve it: it takes a second person.');
    if (outcome === 'state') throw new Problem(409, 'grant-state', `The grant is ${state}: it cannot be ${decision}.`);
    if (outcome === 'unknown') throw new Problem(404, 'unknown-grant', 'No such grant is known.');
    await told(account, `grant.${decision}`, outcome);
    return grantView(outcome);
  }

  app.get<{ Params: Static<typeof TERMINAL>; Querystring: Static<typeof TRACK> }>(
    '/api/v1/tracks/:terminal',
    { onRequest: guard.requires('disclose'), schema: { params: TERMINAL, querystring: TRACK } },
    (request, reply) => show(request, reply),
  );

  async function show(
    request: FastifyRequest<{ Params: Static<typeof TERMINAL>; Querystring: Static<typeof TRACK> }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const account = accountOf(request);
    const { query } = request;
    const terminal = withoutZeros(request.params.terminal);
    const [from, to] = [Date.parse(query.from), Date.parse(query.to)];
    demandPeriod(from, to);
    const grant = grants.covering({ terminal, from, to, now: now() }, account.name);
    const period = { from, to };
    if (grant === undefined || (query.grant !== undefined && query.grant !== grant.id)) {
      await context.looked?.({
        who: account.name,
        what: 'track.refused',
        subject: `terminal:${terminal}`,
        after: period,
      });
      throw new Problem(
        403,
        'grant',
        'A track needs an approved grant of this account that covers terminal and period.',
      );
    }
    // What lies outside the account's divisions by now, or stays out, does not exist.
    findTerminal(context, account, terminal);
    await context.looked?.({
      who: account.name,
      what: 'track.read',
      subject: `terminal:${terminal}`,
      after: { ...period, grant: grant.id },
    });
    const { format } = query;
    void reply.type(TRACK_TYPES[format]);
    const asked = { terminal, from, to };
    if (format === 'json') {
      const { points, next } = await trackPage(disclosure.read, { ...asked, limit: query.limit, cursor: query.cursor });
      const said = { terminal, from: formatTime(from), to: formatTime(to), grant: grant.id };
      return reply.send({ ...said, items: points.map(trackView), next });
    }
    const points = await disclosure.read(terminal, { from, to, limit: FILE_POINTS + 1 });
    if (points.length > FILE_POINTS)
      throw new Problem(
        422,
        'track-too-long',
        `The track has more than ${FILE_POINTS} points: ask for a shorter period.`,
      );
    return reply.send(formatTrack(format, { ...asked, grant: grant.id }, points));
  }
}

function seesAll(account: Account): boolean {
  return may(account, 'grant') || may(account, 'audit');
}

function fault(path: string, detail: string): Problem {
  return new Problem(400, 'validation', `${path}: ${detail}`, [{ path, detail }]);
}

function demandPeriod(from: number, to: number): void {
  if (from > to) throw fault('to', 'is before from');
  if (to - from > MAX_PERIOD_MS) throw fault('to', 'is more than 400 days after from');
}
