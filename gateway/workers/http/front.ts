/**
 * One API over all workers: what concerns a terminal is asked of its owner, lists and figures of all and joined, everything else of worker 0. Rights are
 * checked by the workers, who see the request as it came.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { type Clock, terminalOf } from '../../../protocol/index.ts';
import { certificateOf } from '../../../bridge/index.ts';
import { SHOWN_TO_FRONT, shownToFront } from '../../api/front-certificate.ts';
import { HttpsServer } from '../../api/https-server.ts';
import type { Health, ListenerView } from '../../api/sources.ts';
import { formatAddress, isLoopback } from '../../config/address.ts';
import { tlsServerOptions } from '../../config/tls.ts';
import type { Config } from '../../config/schema.ts';
import { ListenError } from '../../intake/errors.ts';
import type { Logger } from '../../observe/log.ts';
import { choosesByDistance, joinViews, narrowed } from '../group-orders.ts';
import { ownerOf } from '../owner.ts';
import type { WorkerProcess } from '../worker-process.ts';
import { cookieFor, joinCookies } from './cookies.ts';
import { placesIn, serveLive } from './live.ts';
import { mergeHealth, type WorkerHealth } from './merge-health.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { cursorsOf, joinByTerminal, joinByTime, joinEvents, type Page } from './pages.ts';
import { Refused, readBody, send, sendJson, sendProblem } from './replies.ts';
import { type Answer, ask, carried, open, type Question } from './upstream.ts';

export interface FrontParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workers: readonly WorkerProcess[];
  readonly listeners: readonly ListenerView[];
  /** As the workers have it in their plans. */
  readonly frontSecret: string;
  /** The primary's own page of metrics. */
  readonly figures: () => string;
}

/** Octets of one request, and of all that are being read or asked at a time. */
const MAX_BODY = 64 << 20;
const MAX_BODIES = 256 << 20;
const TERMINAL = /^\/api\/v1\/(?:terminals|tracks|media|attachments)\/([^/]+)/;
const BY_TIME = new Set(['/api/v1/commands', '/api/v1/audit']);
const EVENTS = '/api/v1/events';
const EVENT = /^\/api\/v1\/events\/([^/]+)/;
/** Lists of one terminal, which the query names. */
const BY_QUERY = new Set(['/api/v1/media', '/api/v1/attachments']);
const DEFAULT_LIMIT = 100;

/** Listens where the configuration says. Rejects with ListenError. */
export async function listenForRequests(
  parts: FrontParts,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const { listen, tls, maxConnections } = parts.config.http;
  const front = new Front(parts);
  const serve = (request: IncomingMessage, response: ServerResponse): void => void front.serve(request, response);
  const server = tls === undefined ? createServer(serve) : new HttpsServer(tlsServerOptions(tls), serve);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError('http', listen, error)));
    server.listen(listen, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const address = formatAddress({ ...listen, port });
  front.listeners.push({ name: 'http', address, up: true });
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Front {
  readonly listeners: ListenerView[];
  readonly #parts: FrontParts;
  readonly #room = { left: MAX_BODIES };

  constructor(parts: FrontParts) {
    this.#parts = parts;
    this.listeners = [...parts.listeners];
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let taken = 0;
    try {
      const question = await this.#question(request);
      taken = question.body.length;
      await this.#route(question, response);
    } catch (error) {
      if (!(error instanceof Refused)) this.#parts.log.warn({ error }, 'a request could not be served');
      if (response.headersSent) response.destroy();
      else
        sendProblem(
          response,
          error instanceof Refused ? error : new Refused(503, 'worker', 'A worker is down; it is started again.'),
        );
    } finally {
      this.#room.left += taken;
    }
  }

  async #route(question: Question, response: ServerResponse): Promise<void> {
    const { method } = question;
    const url = URL.parse(question.url, 'http://gateway');
    if (url === null) throw new Refused(400, 'request', 'The address of the request cannot be read.');
    const { pathname } = url;
    const [, named] = TERMINAL.exec(pathname) ?? [];
    const get = method === 'GET';
    if (pathname === '/healthz') return sendJson(response, 200, { status: 'alive' });
    if (get && pathname === '/api/v1/stream') return this.#stream(question, response);
    if (get && pathname === '/metrics') return this.#metrics(question, response);
    if (get && (pathname === '/readyz' || pathname === '/api/v1/health'))
      return this.#health(question, pathname, response);
    if (pathname === '/api/v1/session' || (pathname === '/' && url.searchParams.has('token')))
      return this.#signIn(question, response);
    if (get && (pathname === '/api/v1/terminals' || pathname === '/api/v1/positions/latest'))
      return this.#byTerminal(question, url, response);
    if (get && pathname === EVENTS) return this.#events(question, url, response);
    if (get && BY_TIME.has(pathname)) return this.#byTime(question, url, response);
    if (method === 'POST' && pathname === '/api/v1/commands') return this.#toMany(question, response);
    if (pathname.startsWith('/api/v1/commands/')) return this.#all(question, response);
    const event = EVENT.exec(pathname)?.[1];
    if (event !== undefined) return this.#event(question, event, response);
    const listed = BY_QUERY.has(pathname) ? url.searchParams.get('terminal') : null;
    if (listed !== null) return this.#oneThatKnows(question, this.#inTurn(terminalNamed(listed)), response);
    if (named !== undefined) return this.#oneThatKnows(question, this.#inTurn(terminalNamed(named)), response);
    if (pathname.startsWith('/api/v1/')) return this.#oneThatKnows(question, this.#inTurn(), response);
    return this.#oneThatKnows(question, [0], response);
  }

  async #question(request: IncomingMessage): Promise<Question> {
    const { method = 'GET', url = '/', headers, socket } = request;
    const from = socket.remoteAddress ?? '';
    // The worker sees us on this machine: whoever is not must not be taken for us.
    const forwarded = isLoopback(from) ? {} : { 'x-forwarded-for': from };
    const certificate = certificateOf(socket);
    const shown =
      certificate === undefined ? {} : { [SHOWN_TO_FRONT]: shownToFront(certificate, this.#parts.frontSecret) };
    return {
      method,
      url,
      headers: { ...headers, ...forwarded, ...shown },
      body: await readBody(request, MAX_BODY, this.#room),
    };
  }

  #for(worker: number, question: Question): { at: string; question: Question } {
    const at = this.#parts.workers[worker]!.http;
    if (at === undefined) throw new Refused(503, 'worker', `Worker ${worker} is down; it is started again.`);
    const cookie = cookieFor(question.headers.cookie, worker);
    return {
      at,
      question: cookie === undefined ? question : { ...question, headers: { ...question.headers, cookie } },
    };
  }

  #ask(worker: number, question: Question): Promise<Answer> {
    const { at, question: own } = this.#for(worker, question);
    return ask(at, own);
  }

  #askAll(question: Question): Promise<readonly Answer[]> {
    const whole = unconditional(question);
    return Promise.all(this.#parts.workers.map((_, worker) => this.#ask(worker, whole)));
  }

  /** Workers in the order in which they are asked: the owner first, as others know of a terminal only from before. */
  #inTurn(terminal?: string): readonly number[] {
    const all = this.#parts.workers.map((_, worker) => worker);
    if (terminal === undefined) return all;
    const owner = this.#ownerOf(terminal);
    return [owner, ...all.filter((worker) => worker !== owner)];
  }

  /** The answer of the first that does not say that it knows no such thing; a file goes through as it comes. */
  async #oneThatKnows(question: Question, inTurn: readonly number[], response: ServerResponse): Promise<void> {
    for (const [i, worker] of inTurn.entries()) {
      const { at, question: own } = this.#for(worker, question);
      const said = await open(at, own);
      if (said.statusCode === 404 && i + 1 < inTurn.length) {
        said.resume();
        continue;
      }
      const { 'content-length': length } = said.headers;
      response.writeHead(said.statusCode ?? 502, {
        ...carried(said.headers),
        ...(length === undefined ? {} : { 'content-length': length }),
      });
      return pipeline(said, response).catch(() => undefined);
    }
  }

  /** An event, or what is done with it, at the owner of its terminal; at another worker where that has had it and the owner does not know it. */
  async #event(question: Question, id: string, response: ServerResponse): Promise<void> {
    const url = `${EVENTS}/${id}`;
    const views = await this.#askAll({ ...question, method: 'GET', url, body: Buffer.alloc(0) });
    const known = views.find(({ status }) => status === 200);
    const { terminal } = known === undefined ? {} : jsonOf<{ readonly terminal: string }>(known);
    return this.#oneThatKnows(question, this.#inTurn(terminal), response);
  }

  #ownerOf(terminal: string): number {
    return ownerOf(terminal, this.#parts.config.workers);
  }

  /** A command to many: each worker has its own part of it. */
  async #toMany(question: Question, response: ServerResponse): Promise<void> {
    const order = orderOf(question.body);
    if (choosesByDistance(order)) return this.#toNearest(question, response);
    const { workers, config } = this.#parts;
    const answers = await Promise.all(
      workers.map(async (_, worker) => {
        const own = narrowed(order, worker, config.workers);
        if (own === undefined) return undefined;
        return this.#ask(worker, { ...question, body: Buffer.from(JSON.stringify(own)) });
      }),
    );
    this.#joined(
      answers.filter((answer) => answer !== undefined),
      response,
    );
  }

  /** Who takes it asks the others who is near, and gives them their part; all together know what came of it. */
  async #toNearest(question: Question, response: ServerResponse): Promise<void> {
    const taken = await this.#ask(0, question);
    const { location } = taken.headers;
    if (taken.status >= 300 || location === undefined) return send(response, taken);
    const views = await this.#askAll({ ...question, method: 'GET', url: location, body: Buffer.alloc(0) });
    const good = views.filter(({ status }) => status === 200);
    const body =
      good.length === 0 ? taken.body : Buffer.from(JSON.stringify(joinViews(good.map((one) => jsonOf(one)))));
    send(response, { ...taken, body });
  }

  /** What all workers that know a thing say of it. */
  async #all(question: Question, response: ServerResponse): Promise<void> {
    this.#joined(await this.#askAll(question), response);
  }

  #joined(answers: readonly Answer[], response: ServerResponse): void {
    const good = answers.filter(({ status }) => status < 300);
    const [first] = good;
    // Where none knows it they say so; where one refuses for another reason, that is told.
    if (first === undefined)
      return send(response, answers.find(({ status }) => status !== 404) ?? answers[0] ?? NOBODY);
    const body = Buffer.from(JSON.stringify(joinViews(good.map((answer) => jsonOf(answer)))));
    const { etag: _part, ...headers } = first.headers;
    send(response, { ...first, headers, body });
  }

  async #byTerminal(question: Question, url: URL, response: ServerResponse): Promise<void> {
    const answers = await this.#askAll(question);
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) return send(response, refused);
    const limit = Number(url.searchParams.get('limit') ?? DEFAULT_LIMIT);
    sendJson(response, 200, joinByTerminal(answers.map(pageOf), limit));
  }

  async #events(question: Question, url: URL, response: ServerResponse): Promise<void> {
    const answers = await this.#askAll(question);
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined) return send(response, refused);
    const limit = Number(url.searchParams.get('limit') ?? DEFAULT_LIMIT);
    sendJson(
      response,
      200,
      joinEvents(answers.map(pageOf), (terminal) => this.#ownerOf(terminal), limit),
    );
  }

  async #byTime(question: Question, url: URL, response: ServerResponse): Promise<void> {
    const { workers } = this.#parts;
    const cursors = cursorsOf(url.searchParams.get('cursor'), workers.length);
    const limit = Number(url.searchParams.get('limit') ?? DEFAULT_LIMIT);
    const answers = await Promise.all(
      cursors.map(async (cursor, worker) => {
        if (cursor === null) return undefined;
        const query = new URLSearchParams(url.searchParams);
        if (cursor === undefined) query.delete('cursor');
        else query.set('cursor', cursor);
        return this.#ask(worker, { ...unconditional(question), url: `${url.pathname}?${query.toString()}` });
      }),
    );
    const refused = answers.find((answer) => answer !== undefined && answer.status !== 200);
    if (refused !== undefined) return send(response, refused);
    const pages = answers.map((answer) => answer && pageOf(answer));
    sendJson(response, 200, joinByTime(pages, cursors, limit));
  }

  async #signIn(question: Question, response: ServerResponse): Promise<void> {
    const answers = await this.#askAll(question);
    const [first] = answers;
    const cookie = joinCookies(answers.map(({ headers }) => headers['set-cookie']));
    send(
      response,
      cookie === undefined ? first! : { ...first!, headers: { ...first!.headers, 'set-cookie': [cookie] } },
    );
  }

  async #metrics(question: Question, response: ServerResponse): Promise<void> {
    const running = this.#parts.workers.flatMap(({ http }, worker) => (http === undefined ? [] : [worker]));
    const answers = await Promise.all(running.map((worker) => this.#ask(worker, question)));
    const refused = answers.find(({ status }) => status !== 200);
    if (refused !== undefined || answers.length === 0) return send(response, refused ?? NOBODY);
    const body = Buffer.from(mergeMetrics([...answers.map((answer) => answer.body.toString()), this.#parts.figures()]));
    send(response, { ...answers[0]!, body });
  }

  async #health(question: Question, path: string, response: ServerResponse): Promise<void> {
    // A probe without rights hears of every worker whether it is ready, and no more.
    const parts = await Promise.all(
      this.#parts.workers.map(async (_, worker): Promise<Answer | undefined> => {
        try {
          return await this.#ask(worker, question);
        } catch {
          return undefined;
        }
      }),
    );
    const refused = parts.find((part) => part !== undefined && part.status !== 200);
    if (refused !== undefined) return send(response, refused);
    const told = parts.map((part): WorkerHealth => (part === undefined ? { fault: 'it is down' } : jsonOf(part)));
    if (path === '/api/v1/health') return sendJson(response, 200, mergeHealth(told, this.listeners));
    const down = told.flatMap((part, worker) => ('fault' in part ? [worker] : []));
    if (down.length > 0) throw new Refused(503, 'not-ready', `workers down: ${down.join(', ')}`);
    const ready = told as readonly Health[];
    if (ready.some(({ journal }) => journal === undefined)) return sendJson(response, 200, { status: 'ready' });
    const { journal, listeners, outlets } = mergeHealth(ready, this.listeners);
    sendJson(response, 200, { status: 'ready', journal, listeners, outlets });
  }

  async #stream(question: Question, response: ServerResponse): Promise<void> {
    const { workers, clock, config } = this.#parts;
    const { 'last-event-id': header, ...headers } = question.headers;
    const said =
      typeof header === 'string' ? header : URL.parse(question.url, 'http://gateway')?.searchParams.get('lastEventId');
    const places = placesIn(said ?? undefined, workers.length);
    const openAt = (worker: number, place: string): Promise<IncomingMessage> => {
      const { at, question: own } = this.#for(worker, { ...question, headers: { ...headers, 'last-event-id': place } });
      return open(at, own);
    };
    const first = await openAt(0, places[0] ?? '');
    response.writeHead(first.statusCode ?? 502, carried(first.headers));
    if (first.statusCode !== 200) return void first.pipe(response);
    serveLive({
      response,
      first,
      workers: workers.length,
      listeners: this.listeners,
      clock,
      backlog: config.http.streamBacklog,
      places,
      open: async (worker, place) => openAt(worker, place),
    });
  }
}

const NOBODY: Answer = { status: 503, headers: {}, body: Buffer.alloc(0) };

/** The tag of an answer that is joined of several is none of theirs: each is asked for the whole of its part. */
function unconditional({ headers: { 'if-none-match': _tag, ...headers }, ...question }: Question): Question {
  return { ...question, headers };
}

/** A terminal in an address. Throws Refused where it is written as nothing can be. */
function terminalNamed(text: string): string {
  try {
    return terminalOf(decodeURIComponent(text));
  } catch {
    throw new Refused(400, 'request', 'The address of the request cannot be read.');
  }
}

/** The order in a body; one that is none is for a worker to refuse. */
function orderOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    throw new Refused(400, 'body', 'The body is not JSON.');
  }
}

function jsonOf<T>({ body }: Answer): T {
  return JSON.parse(body.toString()) as T;
}

const pageOf = (answer: Answer): Page => jsonOf<Page>(answer);
