/**
 * Topics of the contract: `<prefix>/<div>/<t>/<leaf>`, with the division as three levels of two digits, so
 * that a subscription can be to a province, a city or a county; `<prefix>/gateway/<node>/status`; `<prefix>/feed/<kind>`.
 */
import type { Envelope } from './envelope.ts';
import { FEED_KINDS, type FeedKind } from './feed.ts';

/** First levels of every topic, unless said otherwise. */
export const DEFAULT_PREFIX = 'xingji/v1';

const TWO_DIGITS = /^\d\d$/;
const DIVISION = /^\d{6}$/;
const TERMINAL = /^[0-9A-Za-z]{1,24}$/;

/** `53/01/02` for 530102. */
export function divisionLevels(division: string): string {
  return `${division.slice(0, 2)}/${division.slice(2, 4)}/${division.slice(4, 6)}`;
}

/** Topic of a terminal's leaf: an envelope kind or `command`. */
export function terminalTopic(prefix: string, division: string, terminal: string, leaf: string): string {
  return `${prefix}/${divisionLevels(division)}/${terminal}/${leaf}`;
}

/** What of an envelope says where it goes. */
type Addressed = Pick<Envelope, 'division' | 'kind'> & { readonly payload: Pick<Envelope['payload'], 'terminal'> };

/** Topic that an envelope is published to. */
export function topicOf({ division, kind, payload }: Addressed, prefix: string = DEFAULT_PREFIX): string {
  return terminalTopic(prefix, division, payload.terminal, kind);
}

/** Filter of every command topic. */
export function commandFilter(prefix: string = DEFAULT_PREFIX): string {
  return `${prefix}/+/+/+/+/command`;
}

/** Division and terminal of a command topic; undefined where it is none. */
export function parseCommandTopic(
  topic: string,
  prefix: string = DEFAULT_PREFIX,
): { readonly division: string; readonly terminal: string } | undefined {
  if (!topic.startsWith(`${prefix}/`)) return undefined;
  const levels = topic.slice(prefix.length + 1).split('/');
  const [province = '', city = '', county = '', terminal = '', leaf] = levels;
  const division = province + city + county;
  if (levels.length !== 5 || leaf !== 'command' || province.length !== 2 || city.length !== 2) return undefined;
  return DIVISION.test(division) && TERMINAL.test(terminal) ? { division, terminal } : undefined;
}

/** A leaf of a division, or with no digits of all: `<prefix>/53/01/command`. Digits are whole levels of two. */
export function groupTopic(prefix: string, division: string, leaf: 'command' | 'reply'): string {
  return [prefix, ...(division.match(/../g) ?? []), leaf].join('/');
}

/** Levels of a division that a topic for commands to many may have: for all, a province, a city, a county. */
export const groupLevels = [0, 1, 2, 3] as const;

/** Filters of every topic for commands to many: of all, of a province, a city, a county. */
export function groupFilters(prefix: string = DEFAULT_PREFIX): readonly string[] {
  return groupLevels.map((levels) => `${prefix}/${'+/'.repeat(levels)}command`);
}

/** Leading digits of the divisions of a topic for commands to many, 0 to 6 of them; undefined where it is none. */
export function parseGroupTopic(topic: string, prefix: string = DEFAULT_PREFIX): string | undefined {
  if (!topic.startsWith(`${prefix}/`)) return undefined;
  const levels = topic.slice(prefix.length + 1).split('/');
  const leaf = levels.pop();
  return leaf === 'command' && levels.length <= 3 && levels.every((level) => TWO_DIGITS.test(level))
    ? levels.join('')
    : undefined;
}

/** Topic on which a gateway says whether it is connected; its last will goes there too. */
export function gatewayStatusTopic(node: string, prefix: string = DEFAULT_PREFIX): string {
  return `${prefix}/gateway/${node}/status`;
}

/** Filter of every feed topic; rejections, one level deeper, are not matched. */
export function feedFilter(prefix: string = DEFAULT_PREFIX): string {
  return `${prefix}/feed/+`;
}

/** Where facts of a kind come in. */
export function feedTopic(kind: string, prefix: string = DEFAULT_PREFIX): string {
  return `${prefix}/feed/${kind}`;
}

/** Where a bad fact is answered. */
export function feedRejectedTopic(kind: string, prefix: string = DEFAULT_PREFIX): string {
  return `${prefix}/feed/${kind}/rejected`;
}

/** Kind of a feed topic; undefined where it is none or the kind is unknown. */
export function parseFeedTopic(topic: string, prefix: string = DEFAULT_PREFIX): FeedKind | undefined {
  const head = `${prefix}/feed/`;
  if (!topic.startsWith(head)) return undefined;
  const kind = topic.slice(head.length);
  return FEED_KINDS.find((known) => known === kind);
}

/** MQTT 3.1.1 §4.7 matching of a topic against a filter; wildcards do not match a first level that begins with `$`. */
export function topicMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [at, level] of wanted.entries()) {
    if (level === '#') return true;
    if (at >= levels.length || (level !== '+' && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}
