/**
 * How often may be asked: by address before anything else is looked at, by account once it is known, and for logins far less. Answers
 * say how much is left (draft-ietf-httpapi-ratelimit-headers). Probes and the page are not counted, nor are streams while they are open.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../protocol/index.ts';
import { isLoopback } from '../config/address.ts';
import type { HttpCounters } from './counters.ts';
import { Problem } from './problem.ts';
import { type Allowance, TokenBuckets } from './token-buckets.ts';

export interface RateLimits {
  /** Requests a second of an account; five times as many at once. */
  readonly perAccount: number;
  /** Requests a second of an address, whoever asks there; five times as many at once. */
  readonly perSource: number;
  /** Logins a minute of an address, tokens among them that open nothing; as many at once. */
  readonly logins: number;
}

export const RATE_LIMITS: RateLimits = { perAccount: 500, perSource: 1000, logins: 60 };

/** Addresses and accounts remembered. */
const MAX_KEYS = 10_000;
const BURST_SECONDS = 5;

/** Bounds requests of an instance. `behindFront`: what connects is the gateway's own front, which names the address. */
export function limitRates(
  app: FastifyInstance,
  limits: RateLimits,
  about: { readonly clock: Clock; readonly counters: HttpCounters; readonly behindFront: boolean },
): void {
  const { clock, counters, behindFront } = about;
  const perSecond = (rate: number): TokenBuckets =>
    new TokenBuckets(clock, { burst: rate * BURST_SECONDS, perSecond: rate, maxKeys: MAX_KEYS });
  const sources = perSecond(limits.perSource);
  const accounts = perSecond(limits.perAccount);
  const logins = new TokenBuckets(clock, { burst: limits.logins, perSecond: limits.logins / 60, maxKeys: MAX_KEYS });

  function sourceOf(request: FastifyRequest): string {
    const named = request.headers['x-forwarded-for'];
    return behindFront && typeof named === 'string' && isLoopback(request.ip) ? named : request.ip;
  }

  function take(buckets: TokenBuckets, key: string, reply: FastifyReply, name: string): void {
    const allowance = buckets.take(key);
    tell(reply, name, buckets, allowance);
    if (allowance.allowed) return;
    counters.limited++;
    void reply.header('retry-after', String(allowance.seconds));
    throw new Problem(429, 'rate', `Too many requests of this ${name}: again in ${allowance.seconds} s.`);
  }

  app.addHook('onRequest', async (request, reply) => {
    if (isLogin(request)) take(logins, sourceOf(request), reply, 'login');
    else if (request.url.startsWith('/api/')) take(sources, sourceOf(request), reply, 'source');
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.account !== null) take(accounts, request.account.name, reply, 'account');
  });
  app.addHook('onResponse', async (request, reply) => {
    // Whoever tries tokens tries to log in, wherever they do.
    if (reply.statusCode === 401 && bringsToken(request) && !isLogin(request)) logins.take(sourceOf(request));
  });
}

function isLogin({ method, url }: FastifyRequest): boolean {
  const path = url.replace(/[?#].*$/s, '');
  return (method === 'POST' && path === '/api/v1/session') || (path === '/' && url.includes('token='));
}

function bringsToken({ headers, url }: FastifyRequest): boolean {
  return headers.authorization !== undefined || url.includes('token=');
}

function tell(reply: FastifyReply, name: string, { options }: TokenBuckets, { left, seconds }: Allowance): void {
  const { burst, perSecond } = options;
  void reply.header('ratelimit-policy', `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`);
  void reply.header('ratelimit', `"${name}";r=${left};t=${seconds}`);
}
