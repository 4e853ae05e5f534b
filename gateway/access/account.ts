/** Who may do what, and where: the same account serves HTTP and the embedded broker. */

import type { Account, Role } from '../../bridge/index.ts';

/** `watch`: live states and positions. `command`: send orders to terminals. `run`: health and metrics of the gateway. `feed`: state facts. `commands`: see what was ordered. `danger`: order what can do harm. `approve`: let such an order of another person through. `media`: pictures, sound and video. `events`: what happened and how it stands. `handle`: see the evidence of events, take notice of them, close and reopen them. `settle`: close serious ones. `audit`: read the trail of who did what. `grants`: see grants, own ones or all. `disclose`: ask for one and look at tracks under it. `grant`: let one of another person through. `accounts`: see accounts, ask for new ones and more rights, take them away. `admit`: let such a change of another person through. `own`: its own second factor, keys and sessions; no key has it. */
export type Right =
  | 'watch'
  | 'command'
  | 'run'
  | 'feed'
  | 'commands'
  | 'danger'
  | 'approve'
  | 'media'
  | 'events'
  | 'handle'
  | 'settle'
  | 'audit'
  | 'grants'
  | 'disclose'
  | 'grant'
  | 'accounts'
  | 'admit'
  | 'own';

/** Rights that a key may have. */
export const KEY_RIGHTS: readonly Right[] = [
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
  'audit',
  'grants',
  'disclose',
  'grant',
  'accounts',
  'admit',
];

/** An account, or one of its keys, which has some of its rights only. */
export interface Holder extends Account {
  readonly only?: readonly Right[];
}

const ALL: readonly Right[] = [
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
  operator: [...ALL, 'audit', 'accounts', 'admit'],
  platform: ALL,
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
