/**
 * The rights of the embedded broker as rules by topic filter, for brokers elsewhere. Anything that no rule allows is refused. A broker
 * that checks subscriptions but no deliveries must let in only filters that a rule covers: then nothing is heard that is not allowed.
 */
import { feedFilter, groupLevels } from '../contract/topics.ts';
import { EMQX_DOWN, EMQX_HEAD } from '../dialect/emqx/topics.ts';
import { type Account, RIGHTS } from './acl.ts';

/** What an account may publish, or hear of, by topic filter. */
export interface AclRule {
  readonly action: 'publish' | 'subscribe';
  readonly filter: string;
}

const DIVISION_LEVELS = 3;

/** The rules of an account; topics of the dialect, which have no divisions, only for who has all. */
export function accountRules({ role, prefix: digits }: Account, prefix: string, dialect?: 'emqx'): readonly AclRule[] {
  const { hears, commands, feeds, gateways } = RIGHTS[role];
  const own = digits.match(/../g) ?? [];
  const anyBelow = Array.from({ length: DIVISION_LEVELS - own.length }, () => '+');
  const ofTerminals = (leaf: string): string => [prefix, ...own, ...anyBelow, '+', leaf].join('/');
  /** Topics of commands to many lie at the account's division and below. */
  const ofMany = (leaf: string): string[] =>
    groupLevels
      .filter((levels) => levels >= own.length)
      .map((levels) => [prefix, ...own, ...anyBelow.slice(0, levels - own.length), leaf].join('/'));
  const heard = [
    ...[...hears].map(ofTerminals),
    ...(hears.has('reply') ? ofMany('reply') : []),
    ...(gateways ? [`${prefix}/gateway/#`] : []),
    ...(feeds ? [`${prefix}/feed/#`] : []),
  ];
  const said = [
    ...(commands ? [ofTerminals('command'), ...ofMany('command')] : []),
    ...(feeds ? [feedFilter(prefix)] : []),
  ];
  const all = dialect !== undefined && digits === '' && commands;
  return [
    ...[...heard, ...(all ? [`${EMQX_HEAD}#`] : [])].map((filter) => ({ action: 'subscribe', filter }) as const),
    ...[...said, ...(all ? [EMQX_DOWN] : [])].map((filter) => ({ action: 'publish', filter }) as const),
  ];
}

/** What the gateway itself needs at a broker elsewhere. Replies on topics that senders of commands name (MQTT 5) need more, if they are wanted. */
export function gatewayRules(prefix: string, dialect?: 'emqx'): readonly AclRule[] {
  // It hears what platforms may say.
  const heard =
    dialect === undefined
      ? accountRules(EVERYTHING, prefix).filter(({ action }) => action === 'publish')
      : [{ filter: EMQX_DOWN }];
  const said = [`${prefix}/#`, ...(dialect === undefined ? [] : [`${EMQX_HEAD}+/+/up`])];
  return [
    ...heard.map(({ filter }) => ({ action: 'subscribe', filter }) as const),
    ...said.map((filter) => ({ action: 'publish', filter }) as const),
  ];
}

const EVERYTHING: Account = { name: 'gateway', role: 'operator', prefix: '' };

/** Whether every topic that a filter matches is matched by another: `a/+/b` covers `a/1/b`, `a/#` covers both. */
export function coversFilter(wide: string, narrow: string): boolean {
  if (/^[+#]/.test(wide) && narrow.startsWith('$')) return false;
  const [a, b] = [wide.split('/'), narrow.split('/')];
  for (const [i, level] of a.entries()) {
    if (level === '#') return true;
    const other = b[i];
    if (other === undefined || other === '#' || (level !== '+' && level !== other)) return false;
  }
  return a.length === b.length;
}
