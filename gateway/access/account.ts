/** Who may do what, and where: the same account serves HTTP and the embedded broker. */

import type { Account, Role } from '../../bridge/index.ts';

/** Rights that a key may have. */
export const KEY_RIGHTS = [
  /** Live states and positions. */
  'watch',
  /** Send orders to terminals. */
  'command',
  /** Health and metrics of the gateway. */
  'run',
  /** State facts. */
  'feed',
  /** See what was ordered. */
  'commands',
  /** Order what can do harm. */
  'danger',
  /** Let such an order of another person through. */
  'approve',
  /** Pictures, sound and video. */
  'media',
  /** What happened and how it stands. */
  'events',
  /** See the evidence of events, take notice of them, close and reopen them. */
  'handle',
  /** Close serious ones. */
  'settle',
  /** Read the trail of who did what. */
  'audit',
  /** See grants, own ones or all. */
  'grants',
  /** Ask for one and look at tracks under it. */
  'disclose',
  /** Let one of another person through. */
  'grant',
  /** See accounts, ask for new ones and more rights, take them away. */
  'accounts',
  /** Let such a change of another person through. */
  'admit',
] as const;

/** `own`: an account's own second factor, keys and sessions; no key has it. */
export type Right = (typeof KEY_RIGHTS)[number] | 'own';

/** An account, or one of its keys, which has some of its rights only. */
export interface Holder extends Account {
  readonly only?: readonly Right[];
}

const PLATFORM: readonly Right[] = [
  'watch',
  'command',
  'run',
  'feed',
  'commands',
  'danger',
  'approve',
  'media',
  'events',
  'handle',
  'settle',
  'grants',
  'disclose',
  'grant',
];

const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  operator: KEY_RIGHTS,
  platform: PLATFORM,
  unit: ['watch', 'command', 'commands', 'media', 'events', 'handle', 'grants', 'disclose'],
  supervisor: [
    'watch',
    'commands',
    'approve',
    'media',
    'events',
    'handle',
    'settle',
    'grants',
    'disclose',
    'grant',
    'admit',
  ],
  discipline: ['watch', 'events', 'handle', 'settle', 'grants', 'disclose', 'grant'],
  // Where a vehicle is now is none of their business.
  finance: ['events', 'grants', 'disclose'],
  audit: ['run', 'commands', 'events', 'audit', 'grants'],
  thirdParty: ['events', 'grants', 'disclose'],
};

export function may({ role, only }: Holder, right: Right): boolean {
  return (right === 'own' || RIGHTS[role].includes(right)) && only?.includes(right) !== false;
}

/** All rights of a role. */
export function rightsOf(role: Role): readonly Right[] {
  return RIGHTS[role];
}

/** Whether a division lies inside what an account may see. */
export function covers(account: Account, division: string): boolean {
  return division.startsWith(account.prefix);
}
