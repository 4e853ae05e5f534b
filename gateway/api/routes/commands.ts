/** Orders to terminals: taken when they are on disk, looked up by id afterwards. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { COMMAND } from '../../../bridge/index.ts';
import { covers } from '../../access/account.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { TERMINAL, findTerminal } from './terminals.ts';

/** A command of the contract, for which the gateway makes up an id where the caller gives none. */
const ORDER = Type.Object(
  { ...COMMAND.properties, id: Type.Optional(COMMAND.properties.id) },
  { additionalProperties: false },
);
const COMMAND_ID = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });

const STATUS = { unknown: 404, invalid: 422, conflict: 409, forbidden: 403, busy: 503 } as const;

export function commandRoutes(app: FastifyInstance, context: ApiContext): void {
  const { sources, guard, random } = context;

  app.post<{ Params: Static<typeof TERMINAL>; Body: Static<typeof ORDER> }>(
    '/api/v1/terminals/:terminal/commands',
    { onRequest: guard.requires('command'), schema: { params: TERMINAL, body: ORDER } },
    async (request, reply) => {
      const account = accountOf(request);
      const { terminal } = findTerminal(context, account, request.params.terminal);
      const { id = `c-${Buffer.from(random(12)).toString('base64url')}`, type, body = {}, expiresAt } = request.body;
      const outcome = await sources.command({
        id,
        terminal,
        type,
        body,
        account: account.name,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      if ('refused' in outcome)
        throw new Problem(STATUS[outcome.refused.why], `command-${outcome.refused.why}`, outcome.refused.detail);
      return reply
        .code(202)
        .header('location', `/api/v1/commands/${encodeURIComponent(id)}`)
        .send(outcome.accepted);
    },
  );

  app.get<{ Params: Static<typeof COMMAND_ID> }>(
    '/api/v1/commands/:id',
    { onRequest: guard.requires('command'), schema: { params: COMMAND_ID } },
    async (request) => {
      const command = sources.commandById(request.params.id);
      const division = command === undefined ? undefined : sources.terminal(command.terminal)?.division;
      if (command === undefined || division === undefined || !covers(accountOf(request), division)) {
        throw new Problem(404, 'unknown-command', 'No such command is known.');
      }
      return command;
    },
  );
}
