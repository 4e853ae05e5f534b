/** What somebody does with an account of their own: its second factor, keys for programs, sessions. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { formatTime } from '../../../protocol/index.ts';
import type { StoredAccount, StoredKey } from '../../access/account-file.ts';
import { may, type Right, KEY_RIGHTS } from '../../access/account.ts';
import type { Administration } from '../../access/administration.ts';
import { prefixOf } from '../../access/change-account.ts';
import { hashToken, newToken } from '../../access/secrets.ts';
import { newRecoveryCodes, newTotpSecret, otpauthUrl, stepOfCode } from '../../access/totp.ts';
import type { ApiContext } from '../context.ts';
import { accountOf } from '../guard.ts';
import { Problem } from '../problem.ts';

const DAY_MS = 86_400_000;
const MAX_KEYS = 32;
const MAX_KEY_DAYS = 366;

export const CODE = Type.Object({ code: Type.String({ pattern: '^[0-9]{6}$' }) }, { additionalProperties: false });
export const NEW_KEY = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 64 }),
    rights: Type.Optional(Type.Array(Type.Unsafe<Right>({ enum: [...KEY_RIGHTS] }), { minItems: 1 })),
    division: Type.Optional(Type.String({ pattern: '^([0-9]{2}){0,3}$' })),
    days: Type.Integer({ minimum: 1, maximum: MAX_KEY_DAYS, default: 90 }),
  },
  { additionalProperties: false },
);
const ID = Type.Object({ id: Type.String({ pattern: '^[0-9A-Za-z_-]{1,64}$' }) });

function keyView({ id, label, prefix, rights, made, expires }: StoredKey): object {
  return {
    id,
    label,
    division: prefix,
    rights: rights ?? null,
    madeAt: formatTime(made),
    expires: formatTime(expires),
  };
}

export function ownAccountRoutes(app: FastifyInstance, context: ApiContext, administration: Administration): void {
  const { guard, random, now, node, sessions, looked } = context;
  // A key of a program makes no further ones, and switches nothing off.
  const onRequest = guard.requires('own');
  const stored = (name: string): StoredAccount => {
    const account = administration.read().accounts.find((each) => each.name === name);
    if (account === undefined) throw new Problem(404, 'unknown-account', 'The account is gone.');
    return account;
  };

  app.get('/api/v1/account', { onRequest }, async (request) => {
    const { name, role, prefix, expires, totp } = stored(accountOf(request).name);
    return {
      name,
      role,
      division: prefix,
      expires: expires === undefined ? null : formatTime(expires),
      totp: totp?.confirmed === true,
      recoveryCodesLeft: totp?.confirmed === true ? totp.recovery.length : null,
    };
  });

  app.post('/api/v1/account/totp', { onRequest }, async (request, reply) => {
    const { name } = accountOf(request);
    const secret = newTotpSecret(random);
    const begun = await administration.own(name, { what: 'account.totp.begun' }, (account) =>
      account.totp?.confirmed === true ? undefined : { ...account, totp: { secret, confirmed: false, recovery: [] } },
    );
    if (begun === undefined) throw new Problem(409, 'totp', 'It has a second factor: remove that first.');
    return reply.code(201).send({ secret, url: otpauthUrl(name, node, secret) });
  });

  app.post<{ Body: Static<typeof CODE> }>(
    '/api/v1/account/totp/confirm',
    { onRequest, schema: { body: CODE } },
    async (request) => {
      const codes = newRecoveryCodes(random);
      const confirmed = await administration.own(
        accountOf(request).name,
        { what: 'account.totp.confirmed' },
        (account) =>
          account.totp?.confirmed === false && stepOfCode(account.totp.secret, request.body.code, now()) !== undefined
            ? { ...account, totp: { ...account.totp, confirmed: true, recovery: codes.map(hashToken) } }
            : undefined,
      );
      if (confirmed === undefined)
        throw new Problem(409, 'totp', 'The code is not that of a second factor to confirm.');
      return { recoveryCodes: codes };
    },
  );

  app.post<{ Body: Static<typeof CODE> }>(
    '/api/v1/account/totp/remove',
    { onRequest, schema: { body: CODE } },
    async (request, reply) => {
      const { name } = accountOf(request);
      const removed = await administration.own(name, { what: 'account.totp.removed' }, (account) => {
        const { totp, ...rest } = account;
        return totp !== undefined && stepOfCode(totp.secret, request.body.code, now()) !== undefined ? rest : undefined;
      });
      if (removed === undefined) throw new Problem(409, 'totp', 'The code is not that of its second factor.');
      return reply.code(204).send();
    },
  );

  app.get('/api/v1/account/keys', { onRequest }, async (request) => {
    const { keys = [] } = stored(accountOf(request).name);
    return { items: keys.map(keyView) };
  });

  app.post<{ Body: Static<typeof NEW_KEY> }>(
    '/api/v1/account/keys',
    { onRequest, schema: { body: NEW_KEY } },
    async (request, reply) => {
      const account = accountOf(request);
      const { label, rights, division, days } = request.body;
      const beyond = rights?.find((right) => !may(account, right));
      if (beyond !== undefined)
        throw new Problem(403, 'right', `The role ${account.role} has not the right to ${beyond}.`);
      const prefix = division === undefined ? account.prefix : (prefixOf(division) ?? '');
      if (!prefix.startsWith(account.prefix))
        throw new Problem(403, 'division', 'This division lies outside of what the account may see.');
      const token = newToken(random);
      const key: StoredKey = {
        id: `k-${Buffer.from(random(9)).toString('base64url')}`,
        label,
        hash: hashToken(token),
        prefix,
        ...(rights === undefined ? {} : { rights }),
        made: now(),
        expires: now() + days * DAY_MS,
      };
      const { hash: _hash, ...after } = key;
      const made = await administration.own(account.name, { what: 'account.key.made', after }, (one) => {
        const living = (one.keys ?? []).filter(({ expires }) => expires > now());
        return living.length >= MAX_KEYS ? undefined : { ...one, keys: [...living, key] };
      });
      if (made === undefined) throw new Problem(409, 'too-many-keys', `An account has ${MAX_KEYS} keys at most.`);
      return reply.code(201).send({ ...keyView(key), token });
    },
  );

  app.delete<{ Params: Static<typeof ID> }>(
    '/api/v1/account/keys/:id',
    { onRequest, schema: { params: ID } },
    async (request, reply) => {
      const { id } = request.params;
      const entry = { what: 'account.key.revoked', after: { key: id } };
      const left = await administration.own(accountOf(request).name, entry, ({ keys = [], ...account }) =>
        keys.some((key) => key.id === id) ? { ...account, keys: keys.filter((key) => key.id !== id) } : undefined,
      );
      if (left === undefined) throw new Problem(404, 'unknown-key', 'No such key is known.');
      return reply.code(204).send();
    },
  );

  app.get('/api/v1/sessions', { onRequest }, async (request) => {
    const account = accountOf(request);
    const seen = sessions.list(may(account, 'accounts') && account.prefix === '' ? undefined : account.name);
    return {
      items: seen.map(({ startedAt, usedAt, ...session }) => ({
        ...session,
        startedAt: formatTime(startedAt),
        usedAt: formatTime(usedAt),
      })),
    };
  });

  app.delete<{ Params: Static<typeof ID> }>(
    '/api/v1/sessions/:id',
    { onRequest, schema: { params: ID } },
    async (request, reply) => {
      const account = accountOf(request);
      const session = sessions.list().find(({ id }) => id === request.params.id);
      const theirs = session?.account === account.name || (may(account, 'accounts') && account.prefix === '');
      if (session === undefined || !theirs) throw new Problem(404, 'unknown-session', 'No such session is known.');
      await looked?.({ who: account.name, what: 'session.revoked', subject: `account:${session.account}` });
      sessions.revoke(session.id);
      return reply.code(204).send();
    },
  );
}
