/** Accounts of others: who there is, what they are given and by whom, what is taken away. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { type Role, ROLES } from '../../../bridge/index.ts';
import { formatTime } from '../../../protocol/index.ts';
import type { PendingChange, StoredAccount } from '../../access/account-file.ts';
import { covers } from '../../access/account.ts';
import type { Administration, Author, Outcome, Refusal } from '../../access/administration.ts';
import {
  additionFault,
  type Credentials,
  newAccount,
  newSecrets,
  prefixOf,
  THIRD_PARTY_MS,
} from '../../access/change-account.ts';
import { type Change, reachOf, subjectOf } from '../../access/privilege.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';

const DIVISION = Type.String({ pattern: '^([0-9]{2}){0,3}$' });
const ROLE = Type.Unsafe<Role>({ enum: [...ROLES] });
const END = Type.String({ format: 'date-time' });
const NAME = Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) });
const ID = Type.Object({ id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }) });
export const NEW_ACCOUNT = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    role: ROLE,
    division: Type.Optional(DIVISION),
    expires: Type.Optional(END),
  },
  { additionalProperties: false },
);
export const ALTERATION = Type.Object(
  {
    role: Type.Optional(ROLE),
    division: Type.Optional(DIVISION),
    expires: Type.Optional(Type.Union([END, Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1 },
);
export const CERTIFICATE = Type.Object(
  { fingerprint: Type.String({ pattern: '^[0-9a-fA-F]{2}(:?[0-9a-fA-F]{2}){31}$', description: 'SHA-256.' }) },
  { additionalProperties: false },
);
export const POLICY = Type.Object({ fourEyes: Type.Boolean() }, { additionalProperties: false });

const REFUSALS: Readonly<Record<Refusal, readonly [status: 403 | 404 | 409 | 503, detail: string]>> = {
  unknown: [404, 'No such account or change is known.'],
  taken: [409, 'The name is taken, also where it is disabled or waits for approval.'],
  outside: [403, 'This division lies outside of what the account may see.'],
  own: [403, 'Whoever asked for a change cannot approve it: it takes a second person.'],
  alone: [409, 'It takes two accounts that may approve.'],
  full: [503, 'As many changes wait as may: approve or deny some.'],
};

export function accountView(account: StoredAccount): object {
  const { name, role, prefix, disabled, expires, totp, keys = [], certificates = [] } = account;
  return {
    name,
    role,
    division: prefix,
    disabled: disabled === true,
    expires: expires === undefined ? null : formatTime(expires),
    totp: totp?.confirmed === true,
    keys: keys.length,
    certificates,
  };
}

function changeView({ id, change, requestedBy, requestedAt, until }: PendingChange): object {
  const { kind } = change;
  const asked =
    kind === 'add'
      ? { role: change.account.role, division: change.account.prefix, expires: timeOf(change.account.expires) }
      : kind === 'alter'
        ? { role: change.role, division: change.prefix, expires: timeOf(change.expires) }
        : kind === 'fourEyes'
          ? { fourEyes: change.on }
          : {};
  return {
    id,
    kind,
    account: subjectOf(change) ?? null,
    ...asked,
    requestedBy,
    requestedAt: formatTime(requestedAt),
    until: formatTime(until),
  };
}

function timeOf(ms: number | null | undefined): string | null | undefined {
  return ms === null || ms === undefined ? ms : formatTime(ms);
}

const authorOf = (request: FastifyRequest): Author => {
  const { name, prefix } = accountOf(request);
  return { name, prefix };
};

function demand(outcome: Outcome): Exclude<Outcome, { readonly refused: Refusal }> {
  if (!('refused' in outcome)) return outcome;
  const [status, detail] = REFUSALS[outcome.refused];
  throw new Problem(status, `account-${outcome.refused}`, detail);
}

/** What became of a change, and the secrets that it makes, which are told this once. */
function outcomeView(outcome: Outcome, credentials?: Credentials): object {
  const done = demand(outcome);
  const waits = done.state === 'requested' ? { change: done.id, until: formatTime(done.until) } : {};
  return { state: done.state, ...waits, ...(credentials === undefined ? {} : { credentials }) };
}

export function accountRoutes(app: FastifyInstance, context: ApiContext, administration: Administration): void {
  const { guard, random, now } = context;
  const onRequest = guard.requires('accounts');
  const ask = (request: FastifyRequest, change: Change): Promise<Outcome> =>
    administration.request(change, authorOf(request));

  app.get('/api/v1/accounts', { onRequest }, async (request) => {
    const asker = accountOf(request);
    const { accounts, fourEyes } = administration.read();
    return { items: accounts.filter(({ prefix }) => covers(asker, prefix)).map(accountView), fourEyes };
  });

  app.post<{ Body: Static<typeof NEW_ACCOUNT> }>(
    '/api/v1/accounts',
    { onRequest, schema: { body: NEW_ACCOUNT } },
    async (request, reply) => {
      const { name, role, division = '' } = request.body;
      const expires =
        endOf(request.body.expires, now()) ?? (role === 'thirdParty' ? now() + THIRD_PARTY_MS : undefined);
      const wanted = { name, role, division, expires };
      const fault = additionFault(administration.read().accounts, wanted);
      if (fault?.includes('is taken') === true) throw new Problem(409, 'account-taken', REFUSALS.taken[1]);
      if (fault !== undefined) throw new Problem(400, 'validation', fault, [{ path: 'name', detail: fault }]);
      const { account, credentials } = await newAccount(wanted, random);
      const view = outcomeView(await ask(request, { kind: 'add', account }), credentials);
      return reply.code(201).header('location', '/api/v1/accounts').send(view);
    },
  );

  app.post<{ Params: Static<typeof NAME>; Body: Static<typeof ALTERATION> }>(
    '/api/v1/accounts/:name',
    { onRequest, schema: { params: NAME, body: ALTERATION } },
    async (request) => {
      const { role, division, expires } = request.body;
      const prefix = division === undefined ? undefined : prefixOf(division);
      const end = expires === null ? null : endOf(expires, now());
      return outcomeView(
        await ask(request, {
          kind: 'alter',
          name: request.params.name,
          ...(role === undefined ? {} : { role }),
          ...(prefix === undefined ? {} : { prefix }),
          ...(end === undefined ? {} : { expires: end }),
        }),
      );
    },
  );

  const plain = {
    disable: 'disable',
    enable: 'enable',
    'remove-totp': 'removeTotp',
    'end-sessions': 'endSessions',
  } as const;
  for (const [verb, kind] of Object.entries(plain))
    app.post<{ Params: Static<typeof NAME> }>(
      `/api/v1/accounts/:name/${verb}`,
      { onRequest, schema: { params: NAME } },
      async (request) => outcomeView(await ask(request, { kind, name: request.params.name })),
    );

  app.post<{ Params: Static<typeof NAME> }>(
    '/api/v1/accounts/:name/rotate',
    { onRequest, schema: { params: NAME } },
    async (request) => {
      const { change, credentials } = await newSecrets(request.params.name, random);
      return outcomeView(await ask(request, change), credentials);
    },
  );

  for (const [verb, kind] of [
    ['certify', 'certify'],
    ['decertify', 'decertify'],
  ] as const)
    app.post<{ Params: Static<typeof NAME>; Body: Static<typeof CERTIFICATE> }>(
      `/api/v1/accounts/:name/${verb}`,
      { onRequest, schema: { params: NAME, body: CERTIFICATE } },
      async (request) => {
        const fingerprint = request.body.fingerprint.replaceAll(':', '').toLowerCase();
        return outcomeView(await ask(request, { kind, name: request.params.name, fingerprint }));
      },
    );

  app.post<{ Body: Static<typeof POLICY> }>(
    '/api/v1/account-policy',
    { onRequest, schema: { body: POLICY } },
    async (request) => outcomeView(await ask(request, { kind: 'fourEyes', on: request.body.fourEyes })),
  );

  const onDecision = guard.requires('admit');
  app.get('/api/v1/account-changes', { onRequest: onDecision }, async (request) => {
    const asker = accountOf(request);
    const store = administration.read();
    const seen = store.pending.filter(({ change }) => reachOf(store, change).every((prefix) => covers(asker, prefix)));
    return { items: seen.map(changeView) };
  });
  for (const verb of ['approve', 'deny'] as const)
    app.post<{ Params: Static<typeof ID> }>(
      `/api/v1/account-changes/:id/${verb}`,
      { onRequest: onDecision, schema: { params: ID } },
      async (request) =>
        outcomeView(await administration.decide(request.params.id, verb === 'approve', authorOf(request))),
    );
}

function endOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const end = Date.parse(text);
  if (end > now) return end;
  throw new Problem(400, 'validation', 'expires: is over already', [{ path: 'expires', detail: 'is over already' }]);
}
