/** Has logins with a password, which are those on the broker, noted in the trail. */
import type { Looks } from '../audit/looks.ts';
import type { Access } from './access.ts';

/** Characters of a name that somebody tried. */
const SHOWN = 64;

/**
 * The same access, of whose logins the trail hears; `fault`: it cannot be written. Nobody waits for it. `failed` hears of every one that
 * fails, with the name that was tried.
 */
export function noteLogins(
  access: Access,
  looks: Looks,
  { fault, failed }: { readonly fault: (error: unknown) => void; readonly failed: (name: string) => void },
): Access {
  return {
    ...access,
    async authenticatePassword(name, password) {
      const account = await access.authenticatePassword(name, password);
      if (account === undefined) failed(name.slice(0, SHOWN));
      // Names can be made up at will: whoever fails is noted once a minute, with the name of that try.
      const look =
        account === undefined
          ? { who: 'unknown', what: 'login.failed', subject: 'mqtt', after: { username: name.slice(0, SHOWN) } }
          : { who: account.name, what: 'login.succeeded', subject: 'mqtt' };
      looks.note(look).catch(fault);
      return account;
    },
  };
}
