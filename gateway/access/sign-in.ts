/**
 * The way to a browser session: the account's own token, and the code of its second factor where it has one. A code opens once; after
 * `MAX_WRONG` wrong ones no code opens for a while, so that a million of them cannot be tried.
 */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { Access } from './access.ts';
import type { Holder } from './account.ts';
import type { Administration } from './administration.ts';
import { hashToken } from './secrets.ts';
import { stepOfCode } from './totp.ts';

/** `code`: the token is right and its account asks for a code, or for another one than was given; `wait`: too many were wrong. */
export type SignedIn = { readonly account: Holder } | { readonly wants: 'code' | 'wait' } | undefined;

export interface SignIn {
  (token: string, code: string | undefined): Promise<SignedIn>;
}

const MAX_WRONG = 5;
const WAIT_MS = 5 * 60_000;

interface Tries {
  wrong: number;
  until: MonotonicMs;
  /** The newest step whose code opened: it and older ones open no more. */
  step: number;
}

/** Remembers no more than there are accounts with a second factor. Without `administration` recovery codes open nothing. */
export function createSignIn(
  access: Access,
  clock: Clock,
  administration: Pick<Administration, 'own'> | undefined,
): SignIn {
  const tried = new Map<string, Tries>();

  async function opens(name: string, code: string, tries: Tries): Promise<boolean> {
    const totp = access.secondFactor(name);
    if (totp === undefined) return false;
    const step = stepOfCode(totp.secret, code, clock.now());
    if (step !== undefined) {
      if (step <= tries.step) return false;
      tries.step = step;
      return true;
    }
    const hash = hashToken(code.trim().toUpperCase());
    if (!totp.recovery.includes(hash) || administration === undefined) return false;
    const left = totp.recovery.filter((each) => each !== hash);
    const after = { recoveryCodesLeft: left.length };
    const done = await administration.own(name, { what: 'account.recovery.used', after }, (account) =>
      // Somebody else may have been faster with the same code.
      account.totp?.recovery.includes(hash) === true
        ? { ...account, totp: { ...account.totp, recovery: left } }
        : undefined,
    );
    return done !== undefined;
  }

  return async (token, code) => {
    const account = access.ownToken(token);
    if (account === undefined) return undefined;
    if (access.secondFactor(account.name) === undefined) return { account };
    const tries = tried.get(account.name) ?? { wrong: 0, until: 0, step: 0 };
    tried.set(account.name, tries);
    if (tries.until > clock.monotonic()) return { wants: 'wait' };
    if (code === undefined) return { wants: 'code' };
    if (await opens(account.name, code, tries)) {
      tries.wrong = 0;
      return { account };
    }
    if (++tries.wrong >= MAX_WRONG) {
      tries.wrong = 0;
      tries.until = clock.monotonic() + WAIT_MS;
    }
    return { wants: 'code' };
  };
}
