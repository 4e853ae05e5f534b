/** Who may do what, and where: the same account serves HTTP and the embedded broker. */

import type { Account, Role } from '../../bridge/index.ts';

/** `watch`: live states and positions. `command`: send orders to terminals. `run`: health and metrics of the gateway. `feed`: state facts. */
export type Right = 'watch' | 'command' | 'run' | 'feed';

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  operator: ['watch', 'command', 'run', 'feed'],
  platform: ['watch', 'command', 'run', 'feed'],
  unit: ['watch', 'command'],
  supervisor: ['watch'],
  discipline: ['watch'],
  // Where a vehicle is now is none of their business.
  finance: [],
  audit: ['run'],
  thirdParty: [],
};

export function may(account: Account, right: Right): boolean {
  return RIGHTS[account.role].includes(right);
}

/** Whether a division lies inside what an account may see. */
export function covers(account: Account, division: string): boolean {
  return division.startsWith(account.prefix);
}
