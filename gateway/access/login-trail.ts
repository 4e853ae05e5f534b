/** Has logins on the broker, with a password or a certificate, noted in the trail. */
import type { Account, Credentials } from '../../bridge/index.ts';
import type { Looks } from '../audit/looks.ts';
import type { Access } from './access.ts';

/** Characters of a name that somebody tried. */
const SHOWN = 64;

/**
 * The same access, of whose logins the trail hears; `fault`: it cannot be written. Nobody waits for it. `failed` hears of every one that
 * fails, with the name that was tried, or the certificate where none was given.
 */
export function noteLogins(
  access: Access,
  looks: Looks,
  { fault, failed }: { readonly fault: (error: unknown) => void; readonly failed: (name: string) => void },
): Access {
  function note(account: Account | undefined, { username, password, certificate }: Credentials): void {
    const name = username?.slice(0, SHOWN);
    const shown = {
      ...(name === undefined ? {} : { username: name }),
      ...(certificate === undefined ? {} : { certificate }),
    };
    if (account === undefined) failed(name ?? `certificate:${certificate}`);
    // Names can be made up at will: whoever fails is noted once a minute, with the name of that try.
    const look =
      account === undefined
        ? { who: 'unknown', what: 'login.failed', subject: 'mqtt', after: shown }
        : {
            who: account.name,
            what: 'login.succeeded',
            subject: 'mqtt',
            ...(password === undefined ? { after: { certificate } } : {}),
          };
    looks.note(look).catch(fault);
  }
  return {
    ...access,
    async authenticatePassword(username, password) {
      const account = await access.authenticatePassword(username, password);
      note(account, { username, password });
      return account;
    },
    async authenticateClient(credentials) {
      const account = await access.authenticateClient(credentials);
      note(account, credentials);
      return account;
    },
  };
}
