/** Who is asking: a bearer token, a token in the query, or the cookie of a browser session. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { type Account, certificateOf } from '../../bridge/index.ts';
import { type Right, may } from '../access/account.ts';
import { isLoopback } from '../config/address.ts';
import { certificateAtFront, SHOWN_TO_FRONT } from './front-certificate.ts';
import { Problem } from './problem.ts';
import type { BrowserSessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requires`. */
    account: Account | null;
  }
}

export interface Guard {
  /** Who is asking, or undefined. Throws Problem 403 for a request that another page makes with the cookie of ours. */
  identify(request: FastifyRequest): Account | undefined;
  /** A hook that lets only accounts with this right pass. */
  requires(right: Right): (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Which right a hook of `requires` asks for. */
  rightOf(hook: unknown): Right | undefined;
}

/** The account behind a guarded route. */
export function accountOf(request: FastifyRequest): Account {
  if (request.account === null) throw new Problem(401, 'token', 'This needs an API token.');
  return request.account;
}

/**
 * Asked from this machine, by somebody who means this machine: not through a proxy, and not by a name that an
 * attacker's page had pointed to 127.0.0.1.
 */
export function isLocal(request: FastifyRequest): boolean {
  const { headers, socket } = request;
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false;
  return isLoopback(socket.remoteAddress ?? '') && isLoopback(request.hostname.replace(/^\[|\]$/g, ''));
}

/** Cookies are sent by pages of other ports too (they count as the same site), so a change must come from our own page. */
function isOwnPage(request: FastifyRequest): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const origin = request.headers.origin;
  if (origin !== undefined) return URL.parse(origin)?.host === request.headers.host;
  return request.headers['sec-fetch-site'] === 'same-origin';
}

function tokenOf(request: FastifyRequest): string | undefined {
  const header = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '');
  if (header !== null) return header[1];
  const query = (request.query as { readonly token?: unknown } | undefined)?.token;
  return typeof query === 'string' ? query : undefined;
}

export function createGuard(access: Access, sessions: BrowserSessions, frontSecret?: string): Guard {
  const rights = new WeakMap<object, Right>();

  function identify(request: FastifyRequest): Account | undefined {
    // A token that is wrong is not made good by a cookie that is right.
    if (request.headers.authorization !== undefined || tokenOf(request) !== undefined)
      return access.authenticateToken(tokenOf(request) ?? '');
    const session = sessions.find(request.headers.cookie);
    if (session === undefined) return certified(request);
    const { account, startedAt } = session;
    if (!access.stands(account, startedAt)) return undefined;
    if (!isOwnPage(request))
      throw new Problem(403, 'cross-origin', 'Another page asked for this with the session of this one.');
    return account;
  }

  /** Who shows a client certificate that the authorities of `http.tls.ca` signed, and that stands for an account. */
  function certified({ socket, headers }: FastifyRequest): Account | undefined {
    // A browser shows it to whatever page asks: programs send no Origin and no Sec-Fetch-Site.
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) return undefined;
    const certificate =
      frontSecret === undefined ? certificateOf(socket) : certificateAtFront(headers[SHOWN_TO_FRONT], frontSecret);
    return certificate === undefined ? undefined : access.authenticateCertificate(certificate);
  }
  return {
    identify,
    requires(right) {
      const hook = async (request: FastifyRequest): Promise<void> => {
        const account = identify(request);
        if (account === undefined)
          throw new Problem(401, 'token', 'This needs an API token: Authorization: Bearer TOKEN.');
        // Also where it is turned away: the trail says who it was.
        request.account = account;
        if (!may(account, right))
          throw new Problem(403, 'right', `The role ${account.role} has not the right to ${right}.`);
      };
      rights.set(hook, right);
      return hook;
    },
    rightOf: (hook) => (typeof hook === 'function' ? rights.get(hook) : undefined),
  };
}
