import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Description } from '../../../gateway/api/openapi/describe.ts';
import type { RouteText } from '../../../gateway/api/openapi/route-text.ts';
import { ROUTES } from '../../../gateway/api/openapi/routes.ts';
import { openGrants } from '../../../gateway/grants/grant-file.ts';
import { type Running, serve } from './fake-gateway.ts';

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Answered>> };
  readonly responses: Readonly<Record<string, object>>;
}

interface Queried {
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Answered {
  readonly schema?: object;
}

let running: Running;
let described: Description;
let operations: (readonly [route: string, path: string, operation: Operation])[];

beforeAll(async () => {
  const disclosure = { grants: openGrants(':memory:'), read: async () => [], now: () => 0, newId: () => 'g' };
  running = await serve({ disclosure });
  described = (await (await running.ask('/api/docs')).json()) as Description;
  operations = Object.entries(described.paths).flatMap(([path, all]) =>
    Object.entries(all).map(
      ([method, operation]) =>
        [
          `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
          path,
          operation as unknown as Operation,
        ] as const,
    ),
  );
});
afterAll(() => running.api.close());

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and has every route, each with a summary, and none that is gone', () => {
    expect(described.openapi).toBe('3.1.0');
    expect(operations.map(([route]) => route).sort()).toEqual(Object.keys(ROUTES).sort());
    for (const [route, , { summary }] of operations) expect(summary, route).not.toBe('');
  });

  it('declares every part of a path, and only schemas that are schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const [route, path, { parameters = [], requestBody }] of operations) {
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(inPath, route).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const { schema } of parameters) expect(ajv.validateSchema(schema), route).toBe(true);
      for (const { schema } of Object.values(requestBody?.content ?? {}))
        if (schema !== undefined) expect(ajv.validateSchema(schema), route).toBe(true);
    }
  });

  it('is valid by the schema of OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(
      structuredClone(described) as unknown as Record<string, unknown>,
    );
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it('says of every route what it answers with, to the field, and problem details for every refusal', () => {
    for (const [route, , { responses }] of operations) {
      const said: RouteText = ROUTES[route as keyof typeof ROUTES];
      const served = responses[said.status ?? 200] as { readonly content?: Readonly<Record<string, Answered>> };
      if (said.status === 204) expect(served.content, route).toBeUndefined();
      else if (said.types === undefined) expect(served.content?.['application/json']?.schema, route).toBeDefined();
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const name = (response as { readonly $ref: string }).$ref.split('/').at(-1)!;
        const problem = (described.components['responses'] as Readonly<Record<string, { readonly content: object }>>)[
          name
        ];
        expect(problem?.content, `${route} ${status}`).toEqual({
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        });
      }
    }
  });

  it('is made of the schemas that requests are checked with', () => {
    const plain = (schema: unknown): string => JSON.stringify(schema);
    for (const [route, , { parameters = [] }] of operations) {
      const said: RouteText = ROUTES[route as keyof typeof ROUTES];
      const query = Object.fromEntries(
        parameters.filter((each) => each.in === 'query').map(({ name, schema }) => [name, schema]),
      );
      const { token: _token, ...properties } = (said.query as Queried | undefined)?.properties ?? {};
      expect([route, plain(query)]).toEqual([route, plain(properties)]);
    }
  });

  it('says which bodies may be left out', () => {
    const bodies = operations.filter(([, , { requestBody }]) => requestBody !== undefined);
    const optional = bodies.filter(([, , { requestBody }]) => requestBody?.required === false).map(([route]) => route);
    expect(optional).toContain('POST /api/v1/events/:id/acknowledge');
    expect(optional).not.toContain('POST /api/v1/events/:id/close');
    expect(optional).not.toContain('POST /api/v1/registry/import');
  });

  it('is at /api/openapi.json too', async () => {
    expect(await (await running.ask('/api/openapi.json')).json()).toEqual(described);
  });

  it('says what each route answers and which right it needs; only these are open', () => {
    for (const [route, , { responses }] of operations) expect(Object.keys(responses), route).toContain('default');
    const open = operations.filter(([, , { security }]) => security?.length === 0).map(([route]) => route);
    expect(open.sort()).toEqual(
      [
        'GET /healthz',
        'GET /readyz',
        'GET /metrics',
        'GET /api/docs',
        'GET /api/openapi.json',
        'GET /api/asyncapi.json',
        'POST /api/v1/mqtt/acl',
        'POST /api/v1/mqtt/auth',
        'POST /api/v1/session',
        'DELETE /api/v1/session',
      ].sort(),
    );
    const track = operations.find(([route]) => route === 'GET /api/v1/tracks/:terminal')![2];
    expect(track).toMatchObject({ description: 'Needs the right `disclose`.' });
  });

  it('has no reference that leads nowhere', () => {
    const text = JSON.stringify(described);
    for (const [, ref] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = ref!.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], described);
      expect(found, ref).toBeDefined();
    }
  });

  it('is true: a route that needs a right is closed without a token', async () => {
    for (const [route, path, { security }] of operations) {
      if (security !== undefined || !route.startsWith('GET ')) continue;
      const { status } = await running.ask(path.replaceAll(/\{\w+\}/g, '1'));
      expect([route, status]).toEqual([route, 401]);
    }
  });

  it('is a page for a browser', async () => {
    const response = await running.ask('/api/docs', { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('<code>GET /api/v1/tracks/{terminal}</code>');
  });
});
