/** Where a link comes from, as far as it matters for what one place may do. */

import type { SessionState } from '../session/session.ts';
import type { IntakeContext } from './context.ts';

/** Tells of a link that ended without having said who it is. Some terminals register on one link and authenticate on the next. */
export function noteStranger({ phase, terminal, source }: SessionState, context: IntakeContext): void {
  if (phase === 'fresh' && context.policy.registration(terminal) === undefined) context.stranger?.(source);
}

/** What a link is counted under: a peer that has one IPv6 address has 2^64 of them. */
export function sourceOf(peer: string): string {
  // A device is a place of its own.
  if (peer.startsWith('serial:')) return peer;
  const host = peer.slice(peer.indexOf('//') + 2, peer.lastIndexOf(':'));
  if (!host.includes(':')) return host;
  // A dual-stack listener names IPv4 peers so.
  if (host.includes('.')) return host.slice(host.lastIndexOf(':') + 1);
  const [head = '', tail] = host.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':');
}
