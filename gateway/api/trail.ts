/**
 * What the API leaves in the trail by itself, whatever the route: who looked at what, and who was turned away. A look of which
 * the trail cannot hear is none: it is refused.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Looks } from '../audit/looks.ts';
import type { Logger } from '../observe/log.ts';
import type { SecurityWatch } from '../security/watch.ts';
import { Problem } from './problem.ts';

/** They tell of the gateway, not of vehicles; and who reads the trail is told by its own route. */
const OPEN = new Set(['/api/v1/health', '/api/v1/audit']);

/** Who is asking, as far as that is known. */
export function nameOf(request: FastifyRequest): string {
  return request.account?.name ?? `address:${request.ip}`;
}

/** The path and what chooses among vehicles; no tokens, and no page after page. */
function subjectOf(request: FastifyRequest): string {
  const url = URL.parse(request.url, 'http://gateway');
  const chosen = [...(url?.searchParams ?? [])].filter(([name]) => name === 'terminal' || name === 'division');
  const query = new URLSearchParams(chosen).toString();
  return `${url?.pathname ?? ''}${query === '' ? '' : `?${query}`}`;
}

/** What of the API is watched: who was turned away, and who reads what is confidential. */
export type Watched = Pick<SecurityWatch, 'hit' | 'refused'>;

/** Routes by which much can be carried off, one reading at a time. */
const BULK =
  /^\/api\/v1\/(tracks\/:terminal|events\/:id\/evidence|(media|attachments)\/:terminal\/:folder\/:file|registry\/export)$/;

/** Has every look and every refusal at an instance noted. */
export function leaveTrail(
  app: FastifyInstance,
  looks: Looks,
  { log, watched }: { log: Logger; watched?: Watched | undefined },
): void {
  app.addHook('preHandler', async (request) => {
    const route = request.routeOptions.url ?? '';
    if (request.account === null || request.method !== 'GET' || OPEN.has(route)) return;
    try {
      await looks.note({ who: request.account.name, what: 'api.read', subject: subjectOf(request) });
    } catch (error) {
      log.error({ error }, 'the audit trail cannot be written');
      throw new Problem(503, 'trail', 'The audit trail cannot be written, so nothing is shown.');
    }
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const { account } = request;
    if (account !== null && statusCode === 200 && BULK.test(request.routeOptions.url ?? ''))
      watched?.hit('massExport', account.name);
    if (statusCode !== 401 && statusCode !== 403) return;
    watched?.refused(nameOf(request), statusCode);
    // By route, as addresses are made up at will.
    const subject = `${request.method} ${request.routeOptions.url ?? 'elsewhere'}`;
    await looks
      .note({ who: nameOf(request), what: 'api.refused', subject, after: { status: statusCode } })
      .catch((error: unknown) => log.error({ error }, 'the audit trail cannot be written'));
  });
}
