/** Terminals and their last positions, page by page, within what an account may see. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Account } from '../../../bridge/index.ts';
import { covers } from '../../access/account.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import type { PageQuery, TerminalView } from '../sources.ts';

const MAX_PAGE = 1000;

export const PAGE = Type.Object(
  {
    online: Type.Optional(Type.Boolean()),
    division: Type.Optional(Type.String({ pattern: '^[0-9]{0,6}$' })),
    limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100 }),
    cursor: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export const TERMINAL = Type.Object({ terminal: Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' }) });

/** The narrower of what is asked for and what may be seen; undefined where they do not meet. */
export function narrow(account: Account, division: string): string | undefined {
  if (division.startsWith(account.prefix)) return division;
  return account.prefix.startsWith(division) ? account.prefix : undefined;
}

/** Looks a terminal up as the account sees it: what lies outside its divisions does not exist. Leading zeros do not matter. */
export function findTerminal({ sources }: ApiContext, account: Account, terminal: string): TerminalView {
  const view = sources.terminal(terminal.replace(/^0+(?=.)/, ''));
  if (view === undefined || !covers(account, view.division))
    throw new Problem(404, 'unknown-terminal', 'No such terminal is known.');
  return view;
}

type Listed = { readonly terminal: string };

/** One more than asked for is read: whether it is there says whether there is a next page. */
function paged(query: Static<typeof PAGE>, account: Account, read: (page: PageQuery) => readonly Listed[]): object {
  const division = narrow(account, query.division ?? '');
  if (division === undefined) return { items: [], next: null };
  const { limit, online, cursor } = query;
  const found = read({
    division,
    limit: limit + 1,
    ...(online === undefined ? {} : { online }),
    ...(cursor === undefined ? {} : { after: cursor }),
  });
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.terminal ?? null) : null };
}

export function terminalRoutes(app: FastifyInstance, context: ApiContext): void {
  const { sources, guard } = context;
  const onRequest = guard.requires('watch');

  app.get<{ Querystring: Static<typeof PAGE> }>(
    '/api/v1/terminals',
    { onRequest, schema: { querystring: PAGE } },
    async (request) => paged(request.query, accountOf(request), (page) => sources.terminals(page)),
  );

  app.get<{ Params: Static<typeof TERMINAL> }>(
    '/api/v1/terminals/:terminal',
    { onRequest, schema: { params: TERMINAL } },
    async (request) => findTerminal(context, accountOf(request), request.params.terminal),
  );

  app.get<{ Querystring: Static<typeof PAGE> }>(
    '/api/v1/positions/latest',
    { onRequest, schema: { querystring: PAGE } },
    async (request) => paged(request.query, accountOf(request), (page) => sources.latest(page)),
  );
}
