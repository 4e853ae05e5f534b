/** `/healthz`, `/readyz`, `/metrics`: for those who run the gateway and the programs that watch it. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { may } from '../../access/account.ts';
import type { ApiContext } from '../context.ts';
import { isLocal } from '../guard.ts';
import { Problem, type ProblemFault } from '../problem.ts';
import type { Health } from '../sources.ts';

/** Version 0.0.4 of the text format, which every scraper reads. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Why the gateway cannot do its work. An outlet that is down is no reason: the journal stands between, and to be taken
 * out of service for it would only stop terminals from being served.
 */
export function unready(health: Health): readonly ProblemFault[] {
  const faults = health.listeners
    .filter((listener) => !listener.up)
    .map((listener) => ({
      path: `listeners.${listener.name}`,
      detail: `${listener.address}: ${listener.fault ?? 'not listening'}`,
    }));
  if (health.journal.writable) return faults;
  return [{ path: 'journal', detail: health.journal.fault ?? 'does not take records' }, ...faults];
}

export function healthRoutes(app: FastifyInstance, { sources, guard }: ApiContext): void {
  /** On this machine anybody may look; from elsewhere it takes the right to run the gateway. */
  function maySee(request: FastifyRequest): boolean {
    if (isLocal(request)) return true;
    const account = guard.identify(request);
    return account !== undefined && may(account, 'run');
  }

  app.get('/healthz', async () => ({ status: 'alive' }));

  app.get('/readyz', async (request) => {
    const health = sources.health();
    const faults = unready(health);
    // An orchestrator's probe has no token: it gets the status, strangers get nothing more.
    if (!maySee(request)) {
      if (faults.length > 0) throw new Problem(503, 'not-ready', 'Not ready.');
      return { status: 'ready' };
    }
    if (faults.length > 0)
      throw new Problem(503, 'not-ready', faults.map(({ path, detail }) => `${path}: ${detail}`).join('; '), faults);
    const { journal, listeners, outlets } = health;
    return { status: 'ready', journal, listeners, outlets };
  });

  app.get('/metrics', async (request, reply) => {
    if (!maySee(request)) throw new Problem(401, 'token', 'Away from this machine this needs an API token.');
    return reply
      .header('cache-control', 'no-store')
      .type(METRICS_TYPE)
      .send(await sources.metrics());
  });

  app.get('/api/v1/health', { onRequest: guard.requires('watch') }, async () => sources.health());
}
