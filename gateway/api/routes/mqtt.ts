/**
 * For brokers elsewhere: the rules of all accounts as a file, and whether a login or a topic is allowed, in the forms in which EMQX 5
 * and mosquitto-go-auth ask over HTTP. One answer serves both: `result` is for the one, `Ok` for the other.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { ACL_FORMATS, type AclFormat } from '../../../bridge/index.ts';
import type { BrokerAccess, BrokerQuestion } from '../../access/broker-access.ts';
import type { ApiContext } from '../context.ts';
import { Problem } from '../problem.ts';

const text = () => Type.String({ maxLength: 256 });
/** Brokers send more than is looked at: client ids, addresses. */
export const LOGIN = Type.Object({ username: text(), password: text() });
export const TOPIC = Type.Object({
  username: text(),
  topic: Type.String({ maxLength: 1024 }),
  action: Type.Optional(Type.Unsafe<'publish' | 'subscribe'>({ enum: ['publish', 'subscribe'], description: 'EMQX.' })),
  acc: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4, description: 'mosquitto-go-auth: 1 read, 2 write, 3 both, 4 subscribe.' }),
  ),
});
export const VERDICT = Type.Object(
  {
    result: Type.Unsafe<'allow' | 'deny'>({ enum: ['allow', 'deny'] }),
    is_superuser: Type.Literal(false),
    Ok: Type.Boolean(),
    Error: Type.String(),
  },
  { title: 'Verdict' },
);
export const ASKED = Type.Object({ token: Type.Optional(Type.String()) });
export const FILE = Type.Object(
  {
    format: Type.Unsafe<AclFormat>({ enum: [...ACL_FORMATS], default: 'mosquitto' }),
    token: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** What each `acc` asks: all of it must be allowed. */
const QUESTIONS: Readonly<Record<number, readonly BrokerQuestion[]>> = {
  1: ['receive'],
  2: ['publish'],
  3: ['receive', 'publish'],
  4: ['listen'],
};

function verdict(allowed: boolean): Static<typeof VERDICT> {
  return {
    result: allowed ? 'allow' : 'deny',
    is_superuser: false,
    Ok: allowed,
    Error: allowed ? '' : 'not allowed',
  };
}

export function mqttRoutes(app: FastifyInstance, { guard }: ApiContext, broker: BrokerAccess): void {
  /** The broker says who it is by its own token, in the header or, where it cannot set one, in the query. */
  const onRequest = async ({ headers, query }: FastifyRequest): Promise<void> => {
    const [, bearer] = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(headers.authorization ?? '') ?? [];
    const { token = '' } = query as Static<typeof ASKED>;
    if (!broker.knows(bearer ?? token))
      throw new Problem(401, 'broker', 'This is for a broker with the token of mqtt.authToken.');
  };

  app.post<{ Body: Static<typeof LOGIN> }>(
    '/api/v1/mqtt/auth',
    { onRequest, schema: { querystring: ASKED, body: LOGIN } },
    async ({ body }) => verdict(await broker.admits(body.username, body.password)),
  );

  app.post<{ Body: Static<typeof TOPIC> }>(
    '/api/v1/mqtt/acl',
    { onRequest, schema: { querystring: ASKED, body: TOPIC } },
    async ({ body }) => {
      const { username, topic, action, acc } = body;
      const questions = action === undefined ? QUESTIONS[acc ?? 0] : [action];
      if (questions === undefined)
        throw new Problem(400, 'validation', 'action: is missing, and acc too', [
          { path: 'action', detail: 'is missing, and acc too' },
        ]);
      return verdict(questions.every((question) => broker.may(username, question, topic)));
    },
  );

  app.get<{ Querystring: Static<typeof FILE> }>(
    '/api/v1/mqtt/acl',
    { onRequest: guard.requires('accounts'), schema: { querystring: FILE } },
    async ({ query: { format } }, reply) =>
      reply
        .type(format === 'emqx-rules' ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
        .send(broker.file(format)),
  );
}
