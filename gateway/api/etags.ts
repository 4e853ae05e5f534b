/**
 * Entity tags of answers (RFC 9110 8.8.3): made of the answer itself, so that what is told again is not sent again. They spare
 * the line, not the work; nothing is kept for them.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ROUTES } from './openapi/routes.ts';
import type { RouteText } from './openapi/route-text.ts';

/** Strong: of these octets and no others. */
export function etagOf(text: string | Uint8Array): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** Whether a list of tags, as `If-None-Match` or `If-Match` has it, names this one; `*` names every one. */
export function namesTag(list: string, etag: string): boolean {
  return list.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')));
}

/** Gives answers of the routes that have them their tags, and answers 304 to whoever has them already. */
export function tagAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string' || reply.hasHeader('etag'))
      return payload;
    const route = `GET ${request.routeOptions.url ?? ''}`;
    const said: RouteText | undefined = Object.hasOwn(ROUTES, route) ? ROUTES[route as keyof typeof ROUTES] : undefined;
    if (said?.etag !== true) return payload;
    const etag = etagOf(payload);
    void reply.header('etag', etag);
    const known = request.headers['if-none-match'];
    if (known === undefined || !namesTag(known, etag)) return payload;
    void reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return null;
  });
}
