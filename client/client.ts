/** Requests to the API: every route by its name, typed by the gateway's own table. */
import { ProblemError, problemOf } from './problem.ts';
import type { Along, Answer, Input, Item, PagedRoute, Route, Upload } from './routes.ts';
import { type StreamEvent, type StreamWishes, streamEvents } from './stream.ts';

/** Where the gateway is, and who asks. */
export interface ClientOptions {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** API token; without one a browser's session is used, where there is one. */
  readonly token?: string | undefined;
}

/** What a client needs of the world. */
export interface ClientHost {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Arguments of a request: the input may be left out where a route needs none. */
type Args<R extends Route> = object extends Input<R> ? readonly [input?: Input<R>] : readonly [input: Input<R>];

/** An answer with the tag by which it is asked for again. */
export interface Tagged<T> {
  readonly data: T;
  /** Undefined where the route has none. */
  readonly etag: string | undefined;
}

/** The API of a gateway. Every call rejects with ProblemError where the gateway refuses, else as `fetch` does. */
export interface Client {
  /** Asks, and gives the JSON of the answer; nothing of a 204, the response itself where a route answers with a file. */
  call<R extends Route>(route: R, ...args: Args<R>): Promise<Answer<R>>;
  /** The same unread, for files and other forms than JSON: `format: 'gpx'`. */
  open<R extends Route>(route: R, ...args: Args<R>): Promise<Response>;
  /** The answer and its `ETag`; undefined while it is still that of `etag`. */
  changed<R extends Route>(route: R, input: Input<R>, etag?: string): Promise<Tagged<Answer<R>> | undefined>;
  /** Every item of a list, page by page as they are taken. */
  each<R extends PagedRoute>(route: R, ...args: Args<R>): AsyncGenerator<Item<R>, void>;
  /** What happens, as it happens, without breaks. */
  stream(wishes?: StreamWishes): AsyncGenerator<StreamEvent, void>;
}

/** Any input, as it is looked into here. */
interface Given extends Along {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly upload?: Upload;
}

export function clientOver(options: ClientOptions, host: ClientHost): Client {
  const base = options.url.replace(/\/+$/, '');

  async function ask(route: string, given: Given, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const [method = 'GET', path = ''] = route.split(' ');
    const { body, upload, signal, ifMatch, headers } = given;
    return host.fetch(`${base}${addressOf(path, given)}`, {
      method,
      headers: {
        accept: 'application/json, */*;q=0.5',
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(upload === undefined ? {} : { 'content-type': upload.type }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        ...more,
        ...headers,
      },
      ...(body === undefined ? (upload === undefined ? {} : { body: upload.content }) : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async function served(response: Response): Promise<Response> {
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function open(route: string, given: Given = {}): Promise<Response> {
    return served(await ask(route, given));
  }

  async function call(route: string, given: Given = {}): Promise<unknown> {
    return contentOf(await open(route, given));
  }

  async function* each(route: string, given: Given = {}): AsyncGenerator<unknown, void> {
    let cursor = given.query?.['cursor'];
    do {
      const query = cursor === undefined ? given.query : { ...given.query, cursor };
      const page = (await call(route, query === undefined ? given : { ...given, query })) as {
        readonly items: readonly unknown[];
        readonly next: string | number | null;
      };
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  async function changed(route: string, given: Given, etag?: string): Promise<Tagged<unknown> | undefined> {
    const response = await ask(route, given, etag === undefined ? {} : { 'if-none-match': etag });
    if (response.status === 304) return undefined;
    await served(response);
    return { data: await contentOf(response), etag: response.headers.get('etag') ?? undefined };
  }

  // The types of the table are for callers; inside a route is a text like any other.
  return {
    call,
    open,
    each,
    changed,
    stream: (wishes: StreamWishes = {}) =>
      streamEvents({ open: (input) => open('GET /api/v1/stream', input), wait: host.wait }, wishes),
  } as Client;
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return isJson ? response.json() : response;
}

/** The address with its parts filled in. Throws ProblemError where one is missing, as the gateway would not tell it apart from another route. */
function addressOf(path: string, { params = {}, query = {} }: Given): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === '' || value === '.' || value === '..')
      throw new ProblemError(400, {
        code: 'validation',
        detail: `params.${name}: is ${value ?? 'missing'}, expected a part of the address`,
      });
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}
