/**
 * Who may say and hear what on the embedded broker. Rights come from two sides: the division prefix of the account bounds
 * where, its role bounds what. Anything not granted here is refused, `$SYS` and `$share` among it.
 */
import { EMQX_HEAD, parseEmqxDown } from '../dialect/emqx/topics.ts';

/** Roles of the contract; `operator` is whoever runs the gateway. */
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
/** What an account is for; a role decides what it may hear and say. */
export type Role = (typeof ROLES)[number];

/** Whoever connects. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  /** Leading digits of GB/T 2260 that it is confined to: `53`, `5301`; empty for all. */
  readonly prefix: string;
}

type Leaf = 'position' | 'message' | 'event' | 'state' | 'command' | 'reply';

interface Rights {
  /** Leaves that it receives, of terminals in its divisions. */
  readonly hears: ReadonlySet<string>;
  readonly commands: boolean;
  /** Tells facts and hears which were refused. */
  readonly feeds: boolean;
  /** Hears whether gateways are connected. */
  readonly gateways: boolean;
}

const rights = (hears: readonly Leaf[], also: Partial<Rights> = {}): Rights => ({
  commands: false,
  feeds: false,
  gateways: false,
  ...also,
  hears: new Set<string>(hears),
});

const EVERYTHING = rights(['position', 'message', 'event', 'state', 'command', 'reply'], {
  commands: true,
  feeds: true,
  gateways: true,
});

/** Positions are personal: bodies that look into the past get tracks by a grant, not by listening. */
export const RIGHTS: Readonly<Record<Role, Rights>> = {
  operator: EVERYTHING,
  platform: EVERYTHING,
  unit: rights(['position', 'event', 'state', 'reply']),
  supervisor: rights(['position', 'message', 'event', 'state', 'reply'], { gateways: true }),
  discipline: rights(['event']),
  finance: rights(['event']),
  audit: rights(['event', 'command', 'reply'], { gateways: true }),
  thirdParty: rights(['position', 'event', 'state']),
};

const WILD = /[+#]/;
const DIGITS = /^\d\d$/;

/** No more than three levels of two digits: a province, a city, a county; none is everywhere. */
function isDivision(levels: readonly string[]): boolean {
  return levels.length <= 3 && levels.every((level) => DIGITS.test(level));
}

/** Rights of accounts, asked for by the broker. */
export interface Acl {
  /** Whether the account may publish to the topic. */
  mayPublish(account: Account, topic: string): boolean;
  /**
   * Whether it may subscribe: the filter must lie within its divisions. It may reach over leaves that the role does not hear;
   * those are left out on the way.
   */
  maySubscribe(account: Account, filter: string): boolean;
  /** Whether a message on the topic may be handed to it. Asked for every delivery. */
  mayReceive(account: Account, topic: string): boolean;
}

/** Rules below a topic prefix; with a dialect also for its topics, which have no divisions: only for who has all. */
export function createAcl(prefix: string, dialect?: 'emqx'): Acl {
  const head = `${prefix}/`;

  function isDialect(account: Account, topic: string): boolean {
    if (dialect === undefined || account.prefix !== '' || !RIGHTS[account.role].commands) return false;
    return topic.startsWith(EMQX_HEAD);
  }

  /** Whether three division levels, at the start of `rest`, lie within the digits. No allocation. */
  function within(rest: string, digits: string): boolean {
    for (let i = 0; i < digits.length; i++) {
      if (rest.charCodeAt(i + (i >> 1)) !== digits.charCodeAt(i)) return false;
    }
    return rest.charCodeAt(2) === 47 && rest.charCodeAt(5) === 47 && rest.charCodeAt(8) === 47;
  }

  /** `rest` of a topic for commands to many, or of answers to them, within the digits: `53/01/command`. */
  function ofMany(rest: string, leaf: 'command' | 'reply', digits: string): boolean {
    const levels = rest.split('/');
    const division = levels.slice(0, -1);
    return levels.at(-1) === leaf && isDivision(division) && division.join('').startsWith(digits);
  }

  /** `rest` of a terminal's topic: `53/01/02/<t>/<leaf>`. */
  function leafOf(rest: string): string | undefined {
    const slash = rest.indexOf('/', 9);
    return slash > 9 && rest.indexOf('/', slash + 1) === -1 ? rest.slice(slash + 1) : undefined;
  }

  function maySubscribe(account: Account, filter: string): boolean {
    const { hears, feeds, gateways } = RIGHTS[account.role];
    if (account.prefix === '' && (filter === '#' || filter === `${head}#`)) return true;
    if (isDialect(account, filter)) return filter.split('/').length <= 4;
    if (!filter.startsWith(head)) return false;
    const levels = filter.slice(head.length).split('/');
    if (levels[0] === 'gateway') return gateways;
    if (levels[0] === 'feed') return feeds;
    // Answers to commands to many stand at a division.
    if (levels.at(-1) === 'reply' && levels.length <= 4 && hears.has('reply') && isDivision(levels.slice(0, -1)))
      return levels.slice(0, -1).join('').startsWith(account.prefix);
    const bound = levels.slice(0, Math.ceil(account.prefix.length / 2));
    if (bound.some((level) => !DIGITS.test(level)) || !bound.join('').startsWith(account.prefix)) return false;
    // The rest of the division, the terminal and the leaf are free, `#` may cut the filter short.
    if (levels.length > 5 || (levels.length < 5 && levels.at(-1) !== '#')) return false;
    const leaf = levels[4];
    return leaf === undefined || WILD.test(leaf) || hears.has(leaf);
  }

  return {
    maySubscribe,
    mayPublish(account, topic) {
      if (isDialect(account, topic)) return parseEmqxDown(topic) !== undefined;
      if (!topic.startsWith(head) || WILD.test(topic)) return false;
      const rest = topic.slice(head.length);
      const { commands, feeds } = RIGHTS[account.role];
      if (rest.startsWith('feed/')) return feeds && !rest.includes('/', 5);
      if (!commands) return false;
      if (leafOf(rest) === 'command') return within(rest, account.prefix);
      return ofMany(rest, 'command', account.prefix);
    },
    mayReceive(account, topic) {
      if (isDialect(account, topic)) return true;
      if (!topic.startsWith(head)) return false;
      const rest = topic.slice(head.length);
      const { hears, feeds, gateways } = RIGHTS[account.role];
      if (rest.startsWith('gateway/')) return gateways;
      if (rest.startsWith('feed/')) return feeds;
      const leaf = leafOf(rest);
      if (leaf !== undefined) return hears.has(leaf) && within(rest, account.prefix);
      return hears.has('reply') && ofMany(rest, 'reply', account.prefix);
    },
  };
}
