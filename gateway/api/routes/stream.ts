/** `GET /api/v1/stream`: server-sent events. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { may, type Right } from '../../access/account.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import type { StreamKind } from '../stream.ts';
import { narrow } from './terminals.ts';

const KINDS = ['position', 'state', 'event', 'reply', 'message', 'health'] as const satisfies readonly StreamKind[];
const USUAL = 'position,state,event';

export const QUERY = Type.Object(
  {
    /** Comma-separated. */
    kinds: Type.String({ pattern: `^(${KINDS.join('|')})(,(${KINDS.join('|')}))*$`, default: USUAL }),
    division: Type.Optional(Type.String({ pattern: '^[0-9]{0,6}$' })),
    terminal: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{1,24}$' })),
    maxRate: Type.Integer({ minimum: 1, maximum: 100_000, default: 100_000 }),
    lastEventId: Type.Optional(
      Type.String({ maxLength: 256, description: 'The same as the header `Last-Event-ID`, which is stronger.' }),
    ),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** What is told over the stream takes the right that it takes elsewhere. */
const NEEDS: Readonly<Record<StreamKind, Right>> = {
  position: 'watch',
  state: 'watch',
  message: 'watch',
  event: 'events',
  reply: 'commands',
  health: 'run',
};

export function streamRoutes(app: FastifyInstance, { guard, streams }: ApiContext): void {
  app.get<{ Querystring: Static<typeof QUERY> }>(
    '/api/v1/stream',
    { onRequest: guard.requires('watch'), schema: { querystring: QUERY } },
    async (request, reply) => {
      const { kinds, division = '', terminal, maxRate, lastEventId } = request.query;
      const header = request.headers['last-event-id'];
      const account = accountOf(request);
      const scope = narrow(account, division);
      if (scope === undefined)
        throw new Problem(403, 'division', 'This division lies outside of what the account may see.');
      const wanted = (kinds.split(',') as StreamKind[]).filter((kind) => may(account, NEEDS[kind]));
      if (wanted.length === 0)
        throw new Problem(403, 'right', `The role ${account.role} may hear nothing of these kinds.`);
      if (streams.full)
        throw new Problem(503, 'too-many-streams', 'As many streams are open as http.maxStreams allows.');
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Otherwise nginx would keep events until it has a page of them.
        'x-accel-buffering': 'no',
      });
      const filter = {
        kinds: new Set(wanted),
        division: scope,
        terminal: terminal?.replace(/^0+(?=.)/, ''),
        maxRate,
        stands: () => guard.identify(request)?.name === account.name,
      };
      // A browser that has had no event says nothing, or an empty id.
      streams.open(reply.raw, filter, (typeof header === 'string' ? header : lastEventId) || undefined);
    },
  );
}
