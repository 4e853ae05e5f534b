/** The description of the API, OpenAPI 3.1, made from what the routes declare: their schemas are those that requests are checked with. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import { Components } from '../../../bridge/index.ts';
import type { Right } from '../../access/account.ts';
import { PROBLEM, PROBLEM_MEANINGS } from './problems.ts';
import { ROUTES } from './routes.ts';
import type { RouteText } from './route-text.ts';

/** JSON Schema, as far as it is looked into here. */
interface Schema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

interface Declared {
  readonly params?: Schema;
  readonly querystring?: Schema;
  readonly body?: object;
}

/** What a route asks for, as its hook tells. */
export type RightOf = (hook: unknown) => Right | undefined;

export type Operation = Readonly<Record<string, unknown>>;

export interface Description {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, object>>;
}

const text = (description: string) => ({ description, schema: { type: 'string' } });
const number = (description: string) => ({ description, schema: { type: 'integer' } });

const LIMIT_HEADERS = {
  'RateLimit-Policy': text('Requests that a window allows.'),
  RateLimit: text('How many are left, and in how many seconds there are all again.'),
};
const HEADERS: Readonly<Record<number, object>> = {
  201: { Location: text('Address of what was made.') },
  202: { Location: text('Where it can be followed.') },
  429: { 'Retry-After': number('Seconds.'), ...LIMIT_HEADERS },
  503: { 'Retry-After': number('Seconds.') },
};
const ETAG = { ETag: text('Of this answer: `If-None-Match` with it is answered 304 while nothing changed.') };

function parametersOf(schema: Schema | undefined, place: 'path' | 'query'): object[] {
  return Object.entries(schema?.properties ?? {})
    .filter(([name]) => name !== 'token')
    .map(([name, each]) => ({
      name,
      in: place,
      required: place === 'path' || (schema?.required?.includes(name) === true && !('default' in each)),
      schema: each,
    }));
}

const header = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

function headersOf(key: string, said: RouteText): object[] {
  return [
    ...(said.etag === true ? [header('If-None-Match', '`ETag` of what is at hand.')] : []),
    ...(said.refuses?.includes(412) === true ? [header('If-Match', '`ETag` of what it was read as.')] : []),
    ...(key === 'GET /api/v1/stream' ? [header('Last-Event-ID', '`id` of the last event that was had.')] : []),
  ];
}

/** Statuses with which a route may refuse, in order. */
function refusalsOf(key: string, said: RouteText, declared: Declared, right: Right | undefined): number[] {
  const { params, querystring, body } = declared;
  const isApi = key.includes(' /api/v1/');
  return [
    ...new Set([
      ...((params ?? querystring ?? body) === undefined ? [] : [400]),
      ...(right === undefined ? [] : [401, 403]),
      ...(params === undefined ? [] : [404]),
      ...(body === undefined && said.takes === undefined ? [] : [413, 415]),
      ...(isApi ? [429] : []),
      500,
      ...(right === undefined ? [] : [503]),
      ...(said.refuses ?? []),
    ]),
  ].sort((a, b) => a - b);
}

function answerOf(said: RouteText, components: Components): object {
  const { answer, types = [], status = 200, etag } = said;
  const content = {
    ...(answer === undefined ? {} : { 'application/json': { schema: components.lift(answer) } }),
    ...Object.fromEntries(types.map((type) => [type, {}])),
  };
  const headers = { ...HEADERS[status], ...(etag === true ? ETAG : {}) };
  return {
    description: status === 204 ? 'Done' : 'Served',
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}

function bodyOf(said: RouteText, body: object | undefined, components: Components): object {
  const content = Object.fromEntries(
    body === undefined
      ? (said.takes ?? []).map((type) => [type, {}])
      : [['application/json', { schema: components.lift(saidOf(said, body)) }]],
  );
  return Object.keys(content).length === 0 ? {} : { requestBody: { required: !mayBeLeftOut(body), content } };
}

/** Where null will do, so does nothing. */
function mayBeLeftOut(body: object | undefined): boolean {
  const { anyOf = [] } = (body ?? {}) as { readonly anyOf?: readonly { readonly type?: string }[] };
  return anyOf.some(({ type }) => type === 'null');
}

/** One statement or several, where the contract says what a statement is. */
function saidOf({ said }: RouteText, body: object): unknown {
  return said === undefined ? body : { anyOf: [said, { type: 'array', minItems: 1, maxItems: 1000, items: said }] };
}

function operationOf(route: RouteOptions, key: string, about: { right: Right | undefined; components: Components }) {
  const { right, components } = about;
  const declared = (route.schema ?? {}) as Declared;
  const said: RouteText = Object.hasOwn(ROUTES, key) ? ROUTES[key as keyof typeof ROUTES] : { summary: '' };
  const { params, querystring, body } = declared;
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(querystring, 'query'), ...headersOf(key, said)];
  const refusals = refusalsOf(key, said, declared, right);
  return {
    operationId: nameOf(key),
    summary: said.summary,
    ...(right === undefined ? { security: [] } : { description: `Needs the right \`${right}\`.` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(said, body, components),
    responses: {
      [said.status ?? 200]: answerOf(said, components),
      ...(said.types?.includes('*/*') === true
        ? { 206: { description: 'A range of it', content: { '*/*': {} } } }
        : {}),
      ...(said.etag === true ? { 304: { description: 'As it was', headers: ETAG } } : {}),
      ...Object.fromEntries(refusals.map((status) => [status, { $ref: `#/components/responses/${status}` }])),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** `get_api_v1_terminals_terminal`: stable as long as the address is. */
function nameOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^[A-Z]+/, (method) => method.toLowerCase());
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function responses(): object {
  const each = Object.entries(PROBLEM_MEANINGS).map(([status, description]) => {
    const headers = HEADERS[Number(status)];
    return [status, { description, ...(headers === undefined ? {} : { headers }), content: PROBLEM_CONTENT }];
  });
  return { Problem: { description: 'Refused, and why', content: PROBLEM_CONTENT }, ...Object.fromEntries(each) };
}

/** Hears of every route that is declared from now on; the returned function describes them. */
export function describeRoutes(app: FastifyInstance, version: string, rightOf: RightOf): () => Description {
  const paths: Record<string, Record<string, Operation>> = {};
  const components = new Components();
  app.addHook('onRoute', (route) => {
    const { method, url, onRequest } = route;
    // HEAD comes with GET; what the page is made of is no API.
    if (typeof method !== 'string' || method === 'HEAD' || url === '/' || url.startsWith('/page/')) return;
    const right = [onRequest]
      .flat()
      .map(rightOf)
      .find((each) => each !== undefined);
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    const operation = operationOf(route, `${method} ${url}`, { right, components });
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  });
  return () => ({
    openapi: '3.1.0',
    info: {
      title: 'Xingji',
      version,
      description: 'HTTP API of the gateway. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { ...components.schemas, Problem: PROBLEM },
      responses: responses(),
    },
  });
}
