/** Gives answers their entity tags, so that what is told again is not sent again. They spare the line, not the work; nothing is kept for them. */
import type { FastifyInstance } from 'fastify';
import { etagOf, namesTag } from './etags.ts';
import type { RouteText } from './openapi/route-text.ts';
import { ROUTES } from './openapi/routes.ts';

/** Tags the answers of the routes that have tags, and answers 304 to whoever has them already. */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { method, headers, routeOptions } = request;
    if (method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string' || reply.hasHeader('etag'))
      return payload;
    const route = `GET ${routeOptions.url ?? ''}`;
    const said: RouteText | undefined = Object.hasOwn(ROUTES, route) ? ROUTES[route as keyof typeof ROUTES] : undefined;
    if (said?.etag !== true) return payload;
    const etag = etagOf(payload);
    void reply.header('etag', etag);
    const known = headers['if-none-match'];
    if (known === undefined || !namesTag(known, etag)) return payload;
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}
