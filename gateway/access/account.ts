/** Who may do what, and where: the same account serves HTTP and the embedded broker. */

/** Roles of the contract, and `operator` for whoever runs this gateway. */
export const ROLES = [
  'operator',
  'platform',
  'unit',
  'supervisor',
  'discipline',
  'finance',
  'audit',
  'thirdParty',
] as const;
export type Role = (typeof ROLES)[number];

export interface Account {
  readonly name: string;
  readonly role: Role;
  /** Leading digits of the divisions that it may see: `5301`; empty for all. */
  readonly prefix: string;
}

/** `watch`: live states and positions. `command`: send orders to terminals. `run`: health and metrics of the gateway. */
export type Right = 'watch' | 'command' | 'run';

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  operator: ['watch', 'command', 'run'],
  platform: ['watch', 'command', 'run'],
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
