/** Facts of platforms: stated, read back, taken away. Of several in one request all are taken or none. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { FEED_KINDS, type FeedKind } from '../../../bridge/index.ts';
import type { Stated } from '../../feed/feeds.ts';
import { RegistryError } from '../../registry/errors.ts';
import { BASIS_FAULT } from '../../registry/store/registry-file.ts';
import type { ApiContext } from '../context.ts';
import { etagOf, namesTag } from '../etags.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';

const MAX_PAGE = 1000;
/** Facts of one request. */
const MAX_FACTS = 1000;
const BODY_LIMIT = 4 << 20;

const KIND = Type.Object({ kind: Type.Unsafe<FeedKind>({ enum: [...FEED_KINDS] }) });
const FACT = Type.Object({ ...KIND.properties, id: Type.String({ minLength: 1, maxLength: 128 }) });
export const LIST = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: MAX_PAGE, default: 100 }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
/** Their form is said by the contract, kind by kind. */
export const STATED = Type.Union([
  Type.Record(Type.String(), Type.Unknown()),
  Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1, maxItems: MAX_FACTS }),
]);

/** Turns a registry that refuses or fails into a problem. */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.code === 'REGISTRY_REFUSED')
      throw new Problem(409, 'registry-refused', error.faults.join('; '), error.faults.map(faultOf));
    throw new Problem(503, 'registry-unwritable', 'The registry cannot be read or written at the moment.');
  }
}

function faultOf(fault: string): { readonly path: string; readonly detail: string } {
  const at = fault.indexOf(': ');
  return { path: fault.slice(0, at), detail: fault.slice(at + 2) };
}

function demandTaken(stated: Stated, many: boolean): void {
  if (!('refused' in stated)) return;
  const faults = stated.refused.flatMap(({ index, faults: each }) =>
    each.map(faultOf).map(({ path, detail }) => ({ path: many ? `${index}.${path}` : path, detail })),
  );
  const [first] = faults;
  if (`${first!.path}: ${first!.detail}` === BASIS_FAULT) throw changedFact();
  throw new Problem(400, 'fact', `${first!.path}: ${first!.detail}`, faults);
}

/** One more than asked for was read: whether it is there says whether there is a next page. */
export function pageOf<T>(found: readonly T[], limit: number, key: (item: T) => string): object {
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? key(items.at(-1)!) : null };
}

export function feedRoutes(app: FastifyInstance, { feeds, guard }: ApiContext): void {
  const { store } = feeds;
  const onRequest = guard.requires('feed');

  /** What a change is to take the place of, as `If-Match` and `If-None-Match: *` say. Throws Problem 412 where it is gone already. */
  async function basisOf(kind: FeedKind, id: string, request: FastifyRequest): Promise<string | null | undefined> {
    const { 'if-match': match, 'if-none-match': none } = request.headers;
    if (match === undefined && none === undefined) return undefined;
    const json = await asked(store.ask('fact', kind, id, accountOf(request).prefix));
    const etag = json === undefined ? undefined : etagOf(shownFact(json));
    const stands = match === undefined ? json === undefined : etag !== undefined && namesTag(match, etag);
    if (!stands) throw changedFact();
    return json ?? null;
  }

  app.post<{ Params: Static<typeof KIND>; Body: object | readonly object[] }>(
    '/api/v1/feed/:kind',
    { onRequest, schema: { params: KIND, body: STATED }, bodyLimit: BODY_LIMIT },
    async (request) => {
      const { body, params } = request;
      const many = Array.isArray(body);
      const values: readonly unknown[] = many ? body : [body];
      const account = accountOf(request);
      const basis = many ? undefined : await basisOf(params.kind, idOf(body), request);
      const stated = await asked(feeds.state(params.kind, values, account, basis));
      demandTaken(stated, many);
      return stated;
    },
  );

  app.delete<{ Params: Static<typeof FACT> }>(
    '/api/v1/feed/:kind/:id',
    { onRequest, schema: { params: FACT } },
    async (request, reply): Promise<FastifyReply> => {
      const { kind, id } = request.params;
      const account = accountOf(request);
      if ((await asked(store.ask('fact', kind, id, account.prefix))) === undefined) throw unknownFact();
      const basis = await basisOf(kind, id, request);
      demandTaken(await asked(feeds.state(kind, [{ id, deleted: true }], account, basis)), false);
      return reply.code(204).send();
    },
  );

  app.get<{ Params: Static<typeof KIND>; Querystring: Static<typeof LIST> }>(
    '/api/v1/feed/:kind',
    { onRequest, schema: { params: KIND, querystring: LIST } },
    async (request) => {
      const { limit, cursor: after } = request.query;
      const { prefix } = accountOf(request);
      const found = await asked(store.ask('facts', request.params.kind, { prefix, after, limit: limit + 1 }));
      return pageOf(
        found.map(({ json }) => JSON.parse(json) as { id: string }),
        limit,
        ({ id }) => id,
      );
    },
  );

  app.get<{ Params: Static<typeof FACT> }>(
    '/api/v1/feed/:kind/:id',
    { onRequest, schema: { params: FACT } },
    async (request, reply) => {
      const { kind, id } = request.params;
      const json = await asked(store.ask('fact', kind, id, accountOf(request).prefix));
      if (json === undefined) throw unknownFact();
      return reply.type('application/json; charset=utf-8').send(shownFact(json));
    },
  );
}

/** A fact as it is shown, of which its tag is made. */
const shownFact = (json: string): string => JSON.stringify(JSON.parse(json));

function idOf(fact: object): string {
  return 'id' in fact && typeof fact.id === 'string' ? fact.id : '';
}

function changedFact(): Problem {
  return new Problem(412, 'changed', 'The fact is not as it was read any more; nothing was changed.');
}

function unknownFact(): Problem {
  return new Problem(404, 'unknown-fact', 'No such fact is known.');
}
