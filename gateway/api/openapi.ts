/** The description of the API, OpenAPI 3.1, made from what the routes declare: their schemas are those that requests are checked with. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Right } from '../access/account.ts';
import { ROUTE_TEXTS } from './route-texts.ts';

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

type Operation = Readonly<Record<string, unknown>>;

export interface Description {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, object>>;
}

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable, for programs.' },
    detail: { type: 'string' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'detail'],
        properties: { path: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

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

function operationOf(route: RouteOptions, key: string, right: Right | undefined): Operation {
  const { params, querystring, body } = (route.schema ?? {}) as Declared;
  const { summary = '', status = 200, type = 'application/json' } = ROUTE_TEXTS[key] ?? {};
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(querystring, 'query')];
  const problem = { $ref: '#/components/responses/Problem' };
  return {
    summary,
    ...(right === undefined ? { security: [] } : { description: `Needs the right \`${right}\`.` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: {
      [status]: { description: 'Served', ...(status === 204 ? {} : { content: { [type]: {} } }) },
      default: problem,
      ...(right === undefined ? {} : { 401: problem, 403: problem }),
    },
  };
}

/** Hears of every route that is declared from now on; the returned function describes them. */
export function describeRoutes(app: FastifyInstance, version: string, rightOf: RightOf): () => Description {
  const paths: Record<string, Record<string, Operation>> = {};
  app.addHook('onRoute', (route) => {
    const { method, url, onRequest } = route;
    // HEAD comes with GET; what the page is made of is no API.
    if (typeof method !== 'string' || method === 'HEAD' || url === '/' || url.startsWith('/page/')) return;
    const right = [onRequest]
      .flat()
      .map(rightOf)
      .find((each) => each !== undefined);
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(route, `${method} ${url}`, right) };
  });
  return () => ({
    openapi: '3.1.0',
    info: { title: 'Xingji', version, description: 'HTTP API of the gateway. Errors are problem details (RFC 9457).' },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: 'Refused, and why',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  });
}
