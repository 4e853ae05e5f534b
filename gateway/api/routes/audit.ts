/** The trail for auditors: newest first, page by page. That somebody read it stands in it. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { formatTime } from '../../../protocol/index.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';

export const QUERY = Type.Object(
  {
    from: Type.Optional(Type.String({ format: 'date-time' })),
    to: Type.Optional(Type.String({ format: 'date-time' })),
    who: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    what: Type.Optional(Type.String({ pattern: '^[A-Za-z.]{1,64}$' })),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
    cursor: Type.Optional(Type.Integer({ minimum: 1 })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

export function auditRoutes(app: FastifyInstance, context: ApiContext): void {
  const { guard, trail } = context;
  app.get<{ Querystring: Static<typeof QUERY> }>(
    '/api/v1/audit',
    { onRequest: guard.requires('audit'), schema: { querystring: QUERY } },
    async (request) => {
      const { from, to, cursor, limit, token: _token, ...query } = request.query;
      await context.looked?.({ who: accountOf(request).name, what: 'audit.read', subject: 'audit', after: query });
      const found = await trail({
        ...query,
        limit: limit + 1,
        ...(from === undefined ? {} : { from: Date.parse(from) }),
        ...(to === undefined ? {} : { to: Date.parse(to) }),
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      // One more than asked for was read: whether it is there says whether there is a next page.
      const items = found.slice(0, limit).map(({ at, ...row }) => ({ ...row, at: formatTime(at) }));
      return { items, next: found.length > limit ? (items.at(-1)?.n ?? null) : null };
    },
  );
}
