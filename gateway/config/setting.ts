/**
 * The vocabulary in which settings are declared. A leaf of the schema carries how it is written in a file,
 * in an environment variable or behind a flag (its `kind`); its static type is what the program gets.
 */
import { type TUnsafe, Type } from 'typebox';
import type { CardTable, PortSettings } from '../intake/serial/settings.ts';
import type { QuirkOverrides } from '../quirks/settings.ts';

/** Milliseconds, written `500ms`, `10s`, `5m`, `12h`, `30d`. */
export type DurationMs = number;
/** Octets, written `512B`, `64KiB`, `8MiB`, `20GiB`. */
export type Octets = number;
/** Where to listen, written `HOST:PORT`; port 0 takes a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export type SettingKind =
  | 'text'
  | 'secret'
  | 'switch'
  | 'count'
  | 'duration'
  | 'size'
  | 'address'
  | 'url'
  | 'choice'
  | 'terminals'
  | 'quirks'
  | 'ports'
  | 'cards';

/** What stands on a leaf of the schema beside its JSON type. */
export interface SettingNotes {
  readonly kind: SettingKind;
  readonly description: string;
  /** As the program sees it. A leaf with neither `default` nor `absent` must be given. */
  readonly default?: unknown;
  /** What happens while it is not given, in words. */
  readonly absent?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Text that is allowed, for `text`. */
  readonly pattern?: string;
  /** The pattern in words. */
  readonly form?: string;
  /** Values of a `choice`, schemes of a `url`. */
  readonly choices?: readonly string[];
  /** Its short name on the command line, without dashes, where it has one. */
  readonly flag?: string;
}

interface Described {
  readonly flag?: string;
}
interface Ranged<T> extends Described {
  readonly default: T;
  readonly min: T;
  readonly max: T;
}

/** Declares one setting whose value in the program is a `T`. */
function leaf<T>(type: string, notes: SettingNotes): TUnsafe<T> {
  return Type.Unsafe<T>({ type, ...notes });
}

function ranged(
  kind: 'count' | 'duration' | 'size',
  description: string,
  range: Omit<Ranged<number>, 'default'> & { readonly default?: number; readonly absent?: string },
): TUnsafe<number> {
  const { min, max, ...rest } = range;
  return leaf<number>('number', { kind, description, minimum: min, maximum: max, ...rest });
}

export function count(
  description: string,
  range: Ranged<number> | (Omit<Ranged<number>, 'default'> & { readonly absent: string }),
): TUnsafe<number> {
  return ranged('count', description, range);
}

export function duration(description: string, range: Ranged<DurationMs>): TUnsafe<DurationMs> {
  return ranged('duration', description, range);
}

export function size(description: string, range: Ranged<Octets>): TUnsafe<Octets> {
  return ranged('size', description, range);
}

export function address(
  description: string,
  notes: Described & ({ readonly default: Address } | { readonly absent: string }),
): TUnsafe<Address> {
  return leaf<Address>('object', { kind: 'address', description, ...notes });
}

export function text(
  description: string,
  notes: Described &
    ({ readonly default: string } | { readonly absent: string }) & {
      readonly pattern?: string;
      readonly form?: string;
    },
): TUnsafe<string> {
  return leaf<string>('string', { kind: 'text', description, ...notes });
}

export function secret(description: string, notes: Described & { readonly absent: string }): TUnsafe<string> {
  return leaf<string>('string', { kind: 'secret', description, ...notes });
}

export function url(
  description: string,
  notes: Described & { readonly schemes: readonly string[]; readonly absent: string },
): TUnsafe<string> {
  const { schemes, ...rest } = notes;
  return leaf<string>('string', { kind: 'url', description, choices: schemes, ...rest });
}

export function toggle(description: string, notes: Described & { readonly default: boolean }): TUnsafe<boolean> {
  return leaf<boolean>('boolean', { kind: 'switch', description, ...notes });
}

export function choice<const T extends string>(
  description: string,
  choices: readonly T[],
  notes: Described & ({ readonly default: T } | { readonly absent: string }),
): TUnsafe<T> {
  return leaf<T>('string', { kind: 'choice', description, choices, ...notes });
}

export function quirks(description: string): TUnsafe<QuirkOverrides> {
  return leaf<QuirkOverrides>('object', { kind: 'quirks', description, absent: 'what is learnt' });
}

export function ports(description: string, notes: { readonly absent: string }): TUnsafe<readonly PortSettings[]> {
  return leaf<readonly PortSettings[]>('array', { kind: 'ports', description, ...notes });
}

export function cards(description: string, notes: { readonly absent: string }): TUnsafe<CardTable> {
  return leaf<CardTable>('object', { kind: 'cards', description, ...notes });
}

export function terminals(description: string): TUnsafe<readonly string[]> {
  return leaf<readonly string[]>('array', { kind: 'terminals', description, default: [] });
}
