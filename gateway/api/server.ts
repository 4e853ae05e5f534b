/** The HTTP server: routes, headers, limits. Knows the gateway only as `ApiSources`. */
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import helmet from '@fastify/helmet';
import { fastify } from 'fastify';
import type { Clock } from '../../protocol/index.ts';
import type { Access } from '../access/access.ts';
import type { BrokerAccess } from '../access/broker-access.ts';
import type { Administration } from '../access/administration.ts';
import type { RandomOctets } from '../access/secrets.ts';
import { createSignIn } from '../access/sign-in.ts';
import type { Library } from '../media/library.ts';
import { type Logger, publicUrl } from '../observe/log.ts';
import type { EventSources } from '../events/event-sources.ts';
import type { Feeds } from '../feed/feeds.ts';
import type { Looks } from '../audit/looks.ts';
import type { ApiContext, Looked } from './context.ts';
import type { HttpCounters } from './counters.ts';
import { tagAnswers } from './tag-answers.ts';
import { createGuard } from './guard.ts';
import { HttpsServer } from './https-server.ts';
import { answerWithProblems, rawProblem, requestProblem, sendProblem } from './problem.ts';
import { limitRates, RATE_LIMITS, type RateLimits } from './rate-limit.ts';
import { VERSION } from '../version.ts';
import { describeRoutes } from './openapi/describe.ts';
import { accountRoutes } from './routes/accounts.ts';
import { auditRoutes } from './routes/audit.ts';
import { commandRoutes } from './routes/commands.ts';
import { docsRoutes } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { mediaRoutes } from './routes/media.ts';
import { mqttRoutes } from './routes/mqtt.ts';
import { feedRoutes } from './routes/feeds.ts';
import { type Disclosure, grantRoutes } from './routes/grants.ts';
import { healthRoutes } from './routes/health.ts';
import { ownAccountRoutes } from './routes/own-account.ts';
import { pageRoutes } from './routes/page.ts';
import { registryRoutes } from './routes/registry.ts';
import { registryFileRoutes } from './routes/registry-files.ts';
import { streamRoutes } from './routes/stream.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { leaveTrail, type Watched } from './trail.ts';
import { BrowserSessions, type SessionOptions } from './sessions.ts';
import type { ApiSources } from './sources.ts';
import { StreamHub } from './stream.ts';
import { validatorCompiler } from './validation.ts';

export interface ApiOptions {
  readonly sources: ApiSources;
  readonly feeds: Feeds;
  /** Files of terminals. */
  readonly library: Library;
  /** Hears of every look at one. */
  readonly looked?: Looked;
  /** Hears of every look at whatever is shown, and of everybody who was turned away. */
  readonly looks?: Looks;
  /** Hears of what may be an attempt on the gateway. */
  readonly watched?: Watched;
  /** Grants and tracks; no routes for them where it is not given. */
  readonly disclosure?: Disclosure;
  /** Rows of the trail; none where it is not given. */
  readonly trail?: ApiContext['trail'];
  readonly events: EventSources;
  readonly access: Access;
  /** What becomes of accounts; no routes for them where it is not given. */
  readonly administration?: Administration;
  /** Name of the gateway, for second factors; `gateway-1` unless given. */
  readonly node?: string;
  /** How long browser sessions last, an hour and twelve unless given. */
  readonly session?: Partial<Pick<SessionOptions, 'idleMs' | 'lifetimeMs'>>;
  readonly counters: HttpCounters;
  readonly clock: Clock;
  readonly random: RandomOctets;
  readonly log: Logger;
  /** Octets of a request body; a larger one is answered 413. */
  readonly bodyLimit: number;
  /** What brokers elsewhere are told of accounts; no routes for them where it is not given. */
  readonly broker?: BrokerAccess;
  /** First levels of MQTT topics, for the description of what is told there; `xingji/v1` unless given. */
  readonly topicPrefix?: string;
  /** HTTPS where it is given. */
  readonly tls?: TlsOptions | undefined;
  /** How often may be asked; beyond it the answer is 429. */
  readonly rates?: Partial<RateLimits>;
  /** Connections at a time; further ones are closed at once. 1,000 unless given. */
  readonly maxConnections?: number;
  /** Given where what connects is the gateway's own front, which names the address that asks, and with this the certificate that was shown to it. */
  readonly frontSecret?: string | undefined;
  /** Live streams at a time; a further one is answered 503. */
  readonly maxStreams: number;
  /** Octets that may wait for one reader of a stream; beyond it the stream is ended. */
  readonly streamBacklog: number;
}

export interface Api {
  /** Rejects as Node does, with `EADDRINUSE` and the like. Port 0 takes a free one. */
  listen(host: string, port: number): Promise<{ readonly port: number }>;
  /** Ends streams, lets running requests finish, closes idle connections. */
  close(): Promise<void>;
}

/** A request that is not whole by then is cut off, so that slow senders hold no connection for ever. */
const REQUEST_TIMEOUT_MS = 30_000;
const HOUR_MS = 3_600_000;
const MAX_CONNECTIONS = 1000;
/** What has not ended so long after a stop is cut off. */
const GRACE_MS = 1000;

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const CONTENT_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** A server over TLS is one of plain HTTP to whoever does not look below it. */
function overTls(tls: TlsOptions): (handler: RequestListener) => Server {
  return (handler) => new HttpsServer(tls, handler);
}

export async function createApi(options: ApiOptions): Promise<Api> {
  const { sources, feeds, events, library, access, counters, clock, random, log } = options;
  const { tls } = options;
  const app = fastify({
    ...(tls === undefined ? {} : { serverFactory: overTls(tls) }),
    bodyLimit: options.bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, requestProblem(error)),
    clientErrorHandler(error, socket) {
      counters.answered(400);
      if (socket.writable)
        socket.end(rawProblem((error as { code?: string }).code === 'HPE_HEADER_OVERFLOW' ? 431 : 400));
      else socket.destroy();
    },
  });
  const streams = new StreamHub({
    sources,
    clock,
    counters,
    maxStreams: options.maxStreams,
    backlog: options.streamBacklog,
  });
  const { idleMs = HOUR_MS, lifetimeMs = 12 * HOUR_MS } = options.session ?? {};
  const sessions = new BrowserSessions(clock, random, { idleMs, lifetimeMs, secure: tls !== undefined });
  const context: ApiContext = {
    sources,
    feeds,
    library,
    ...(options.looked === undefined ? {} : { looked: options.looked }),
    trail: options.trail ?? (async () => []),
    events,
    access,
    signIn: createSignIn(access, clock, options.administration),
    guard: createGuard(access, sessions, options.frontSecret),
    sessions,
    streams,
    random,
    now: () => clock.now(),
    node: options.node ?? 'gateway-1',
  };

  app.setValidatorCompiler(validatorCompiler());
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('account', null);
  answerWithProblems(app, log);
  app.server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  limitRates(
    app,
    { ...RATE_LIMITS, ...options.rates },
    { clock, counters, behindFront: options.frontSecret !== undefined },
  );
  // HSTS and upgrades belong to whoever terminates TLS.
  await app.register(helmet, {
    contentSecurityPolicy: CONTENT_POLICY,
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onSend', async (request, reply) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control'))
      void reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    counters.answered(reply.statusCode);
    log.debug(
      {
        method: request.method,
        path: publicUrl(request.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  tagAnswers(app);
  const describe = describeRoutes(app, VERSION, (hook) => context.guard.rightOf(hook));
  if (options.looks !== undefined) leaveTrail(app, options.looks, { log, watched: options.watched });
  healthRoutes(app, context);
  terminalRoutes(app, context);
  commandRoutes(app, context);
  feedRoutes(app, context);
  eventRoutes(app, context);
  registryRoutes(app, context);
  registryFileRoutes(app, context);
  mediaRoutes(app, context);
  auditRoutes(app, context);
  if (options.disclosure !== undefined) grantRoutes(app, context, options.disclosure);
  if (options.administration !== undefined) {
    accountRoutes(app, context, options.administration);
    ownAccountRoutes(app, context, options.administration);
  }
  if (options.broker !== undefined) mqttRoutes(app, context, options.broker);
  streamRoutes(app, context);
  pageRoutes(app, context);
  docsRoutes(app, describe, options.topicPrefix);

  return {
    async listen(host, port) {
      await app.listen({ host, port });
      return { port: (app.server.address() as AddressInfo).port };
    },
    async close() {
      streams.close();
      // A connection that was opened and never asked anything counts as busy.
      const cut = clock.wake(clock.monotonic() + GRACE_MS, () => app.server.closeAllConnections());
      await app.close();
      cut();
    },
  };
}
