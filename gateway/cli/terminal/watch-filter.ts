/**
 * Which of the things that are seen somebody wants to see: `watch up locationReport speed>80`, `watch 0x08* alarm=emergency`.
 *
 * Words that name messages (names, ids, `*` for any characters, several by commas), `up`, `down`, `faults`, `states`, `nmea`, and
 * conditions on fields. Of names one is enough; conditions must all hold.
 */
import type { DescribedMessage } from '../../../protocol/index.ts';
import type { LinkEvent } from '../../terminal-link/terminal-link.ts';
import { wrong } from './given.ts';
import { globOf } from './parameters.ts';

export type WatchFilter = (event: LinkEvent) => boolean;

interface Condition {
  readonly path: readonly string[];
  readonly holds: (value: unknown) => boolean;
}

type Kind = 'message' | 'fault' | 'state' | 'sentence' | 'medium' | 'told';

/** Seen unless something else is asked for. Frames and positions are told again as messages. */
const USUAL: ReadonlySet<Kind> = new Set(['message', 'fault', 'state', 'medium', 'told']);
const KINDS: Readonly<Record<string, Kind>> = { faults: 'fault', states: 'state', nmea: 'sentence', media: 'medium' };

/** Words that a filter may have and that name no message. */
export const FILTER_WORDS: readonly string[] = ['up', 'down', ...Object.keys(KINDS)];

/** Throws ToolFault. */
export function readFilter(words: readonly string[]): WatchFilter {
  const names: RegExp[] = [];
  const kinds = new Set<Kind>();
  const conditions: Condition[] = [];
  let direction: 'up' | 'down' | undefined;
  for (const word of words) {
    if (word === 'up' || word === 'down') direction = word;
    else if (KINDS[word] !== undefined) kinds.add(KINDS[word]);
    else if (/[=<>~]/.test(word)) conditions.push(readCondition(word));
    else if (/^[\w*,]+$/.test(word)) names.push(...word.split(',').map(globOf));
    else
      throw wrong('filter', word, 'a message, up, down, faults, states, nmea, media, or a condition such as speed>80');
  }
  const messages = names.length > 0 || conditions.length > 0 || direction !== undefined;
  const wanted =
    kinds.size === 0 && !messages ? USUAL : messages ? new Set<Kind>([...kinds, 'message', 'told']) : kinds;
  return (event) => {
    if (!(wanted as ReadonlySet<string>).has(event.kind)) return false;
    if (event.kind !== 'message' && event.kind !== 'told') return true;
    // What a gateway tells comes from the terminal, and is called by what it is.
    const { direction: way, message } =
      event.kind === 'message'
        ? event
        : ({ direction: 'up', message: { id: '', name: event.what, body: event.payload } } as const);
    if (direction !== undefined && way !== direction) return false;
    const called = [message.name ?? '', message.id, (message.body as Words)['name']];
    if (
      names.length > 0 &&
      !names.some((name) => called.some((one) => typeof one === 'string' && one !== '' && name.test(one)))
    )
      return false;
    return conditions.every(({ path, holds }) => valuesAt(message, path).some(holds));
  };
}

type Words = Readonly<Record<string, unknown>>;
/** As much of a message as fields are looked up in. */
type Looked = Pick<DescribedMessage, 'id' | 'name'> & { readonly body: unknown };

function readCondition(word: string): Condition {
  const [, path, operator, expected] = /^([\w.]+)(!=|<=|>=|=|<|>|~)(.*)$/.exec(word) ?? [];
  if (path === undefined) throw wrong('filter', word, 'a condition such as speed>80, alarm=emergency or phone~139');
  return { path: path.split('.'), holds: test(operator!, expected!) };
}

function test(operator: string, expected: string): (value: unknown) => boolean {
  const number = expected === '' ? Number.NaN : Number(expected);
  const same = (value: unknown): boolean =>
    Array.isArray(value) ? value.some(same) : typeof value === 'number' ? value === number : String(value) === expected;
  switch (operator) {
    case '=':
      return same;
    case '!=':
      return (value) => !same(value);
    case '~':
      return (value) => (typeof value === 'string' ? value : JSON.stringify(value)).includes(expected);
    case '<':
      return (value) => typeof value === 'number' && value < number;
    case '<=':
      return (value) => typeof value === 'number' && value <= number;
    case '>':
      return (value) => typeof value === 'number' && value > number;
    default:
      return (value) => typeof value === 'number' && value >= number;
  }
}

/** A field of the body, or of the message; in a list, that of each element. */
function valuesAt(message: Looked, path: readonly string[]): readonly unknown[] {
  const inBody = at([message.body], path);
  return inBody.length > 0 ? inBody : at([message], path);
}

function at(values: readonly unknown[], path: readonly string[]): readonly unknown[] {
  const [name, ...rest] = path;
  if (name === undefined) return values;
  const next = values.flatMap((value): unknown[] => {
    if (Array.isArray(value)) return [...at(value as unknown[], [name])];
    const field = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
    return field === undefined ? [] : [field];
  });
  return at(next, rest);
}

/** The fields of a message that were asked for, by their paths; those that it has not are left out. */
export function fieldsOf(message: Looked, paths: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const path of paths) {
    const values = valuesAt(message, path.split('.'));
    if (values.length > 0) found[path] = values.length === 1 ? values[0] : values;
  }
  return found;
}
