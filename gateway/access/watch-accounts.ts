/** Takes up what commands do to the accounts while the gateway runs, and ends what accounts that are gone have open. */
import { statSync } from 'node:fs';
import type { Clock } from '../../protocol/index.ts';
import type { Access } from './access.ts';
import { accountsPath, readAccounts } from './account-file.ts';

const LOOK_EVERY_MS = 500;

/** Looks twice a second, until the returned function is called. `fault`: the file cannot be read, so accounts stay as they were. */
export function watchAccounts(
  data: string,
  {
    access,
    clock,
    fault,
  }: { readonly access: Access; readonly clock: Clock; readonly fault: (error: unknown) => void },
): () => void {
  const path = accountsPath(data);
  let seen = '';
  let cancel = (): void => undefined;

  function look(): void {
    cancel = clock.wake(clock.monotonic() + LOOK_EVERY_MS, look);
    try {
      const stamp = stampOf(path);
      if (stamp !== seen) {
        seen = stamp;
        const accounts = readAccounts(path);
        if (accounts !== undefined) access.replace(accounts);
      }
      access.sweep();
    } catch (error) {
      fault(error);
    }
  }

  look();
  return () => cancel();
}

/** The file is replaced as a whole, so another content is another file. */
function stampOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return `${ino} ${mtimeMs} ${size}`;
}
