/** The status page and its sign-in. The page itself holds no data and is open; what it shows it asks the API for. */
import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Account } from '../../../bridge/index.ts';
import type { ApiContext } from '../context.ts';
import { etagOf } from '../etags.ts';
import { Problem } from '../problem.ts';

interface Asset {
  readonly content: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** Read once: the files are part of the program. */
function asset(name: string, type: string): Asset {
  const content = readFileSync(new URL(`../page/${name}`, import.meta.url));
  return { content, type, etag: etagOf(content) };
}

export const TOKEN = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 256 }),
    code: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Of the second factor, where the account has one.' }),
    ),
  },
  { additionalProperties: false },
);

const WANTS_CODE = (): Problem =>
  new Problem(401, 'code', 'The account asks for a code of its second factor, or for another than this.');
const WAIT = (): Problem => new Problem(401, 'code-wait', 'Too many codes were wrong: wait five minutes.');

export function pageRoutes(app: FastifyInstance, { signIn, sessions, looked }: ApiContext): void {
  const index = asset('index.html', 'text/html; charset=utf-8');
  const assets: Readonly<Record<string, Asset>> = {
    '/page/page.js': asset('page.js', 'text/javascript; charset=utf-8'),
    '/page/empty-list.js': asset('empty-list.js', 'text/javascript; charset=utf-8'),
    '/page/speech.js': asset('speech.js', 'text/javascript; charset=utf-8'),
    '/page/texts.js': asset('texts.js', 'text/javascript; charset=utf-8'),
    '/page/page.css': asset('page.css', 'text/css; charset=utf-8'),
    '/page/mark.svg': asset('mark.svg', 'image/svg+xml'),
  };

  function serve(request: FastifyRequest, reply: FastifyReply, { content, type, etag }: Asset): FastifyReply {
    void reply.header('etag', etag).header('cache-control', 'no-cache').type(type);
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(content);
  }

  /** A session begins, or somebody gave a token that opens nothing; resolves when the trail has it. */
  async function told(request: FastifyRequest, account: Account | undefined): Promise<void> {
    const who = account?.name ?? `address:${request.ip}`;
    const what = account === undefined ? 'login.failed' : 'login.succeeded';
    await looked?.({ who, what, subject: 'console', after: { from: request.ip } });
  }

  for (const [path, file] of Object.entries(assets)) app.get(path, (request, reply) => serve(request, reply, file));

  app.get<{ Querystring: { readonly token?: unknown } }>('/', async (request, reply) => {
    const { token } = request.query;
    if (token === undefined) return serve(request, reply, index);
    const signedIn = typeof token === 'string' ? await signIn(token, undefined) : undefined;
    const account = signedIn !== undefined && 'account' in signedIn ? signedIn.account : undefined;
    await told(request, account);
    if (account !== undefined) void reply.header('set-cookie', sessions.start(account, request.ip));
    // Right or wrong, the token leaves the address bar; without a session the page asks for another.
    return reply.header('cache-control', 'no-store').redirect('/', 303);
  });

  app.post<{ Body: Static<typeof TOKEN> }>('/api/v1/session', { schema: { body: TOKEN } }, async (request, reply) => {
    const { token, code } = request.body;
    const signedIn = await signIn(token, code);
    const account = signedIn !== undefined && 'account' in signedIn ? signedIn.account : undefined;
    // Whoever is asked for a code has not failed yet.
    if (account !== undefined || signedIn === undefined || code !== undefined) await told(request, account);
    if (signedIn === undefined) throw new Problem(401, 'token', 'This token opens nothing.');
    if (account === undefined) throw 'wants' in signedIn && signedIn.wants === 'wait' ? WAIT() : WANTS_CODE();
    return reply.header('set-cookie', sessions.start(account, request.ip)).send(account);
  });

  app.delete('/api/v1/session', async (request, reply) =>
    reply.header('set-cookie', sessions.end(request.headers.cookie)).code(204).send(),
  );
}
