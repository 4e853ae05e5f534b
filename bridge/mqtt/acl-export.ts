/** Rules as brokers elsewhere read them: mosquitto's `acl_file`, EMQX's `acl.conf`, and rules of EMQX's built-in database. */
import type { AclRule } from './acl-rules.ts';

/** `mosquitto`: an `acl_file`. `emqx`: an `acl.conf`. `emqx-rules`: JSON for `POST /api/v5/authorization/sources/built_in_database/rules/users`. */
export const ACL_FORMATS = ['mosquitto', 'emqx', 'emqx-rules'] as const;
/** One of them. */
export type AclFormat = (typeof ACL_FORMATS)[number];

/** A user of the broker, and what it may. */
export interface Ruled {
  readonly name: string;
  readonly rules: readonly AclRule[];
}

const NOTE = [
  'Made by xingji from its accounts; make it anew when they change.',
  'Subscriptions go leaf by leaf: a filter that reaches over what an account may not hear is refused, or hears nothing.',
];

/** The whole file, in the order of the users. What no line allows is refused. */
export function formatAcl(format: AclFormat, users: readonly Ruled[]): string {
  if (format === 'emqx-rules') return `${JSON.stringify(users.map(emqxUser), undefined, 2)}\n`;
  const text = format === 'mosquitto' ? mosquitto(users) : emqx(users);
  return `${text.join('\n')}\n`;
}

/** `%` begins a pattern only in lines that begin with `pattern`; names and filters hold neither spaces nor line ends. */
function mosquitto(users: readonly Ruled[]): readonly string[] {
  const ofUser = ({ name, rules }: Ruled): string[] => [
    '',
    `user ${name}`,
    ...rules.map(({ action, filter }) => `topic ${action === 'subscribe' ? 'read' : 'write'} ${filter}`),
  ];
  return [...NOTE.map((line) => `# ${line}`), ...users.flatMap(ofUser)];
}

/** Erlang terms, read from the top: the first that fits decides. */
function emqx(users: readonly Ruled[]): readonly string[] {
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
  const of = ({ name, rules }: Ruled, action: AclRule['action']): string[] => {
    const filters = rules.filter((rule) => rule.action === action).map(({ filter }) => quoted(filter));
    return filters.length === 0 ? [] : [`{allow, {username, ${quoted(name)}}, ${action}, [${filters.join(', ')}]}.`];
  };
  return [
    ...NOTE.map((line) => `%% ${line}`),
    ...users.flatMap((user) => [...of(user, 'subscribe'), ...of(user, 'publish')]),
    '{deny, all}.',
  ];
}

function emqxUser({ name, rules }: Ruled): object {
  return {
    username: name,
    rules: rules.map(({ action, filter }) => ({ topic: filter, action, permission: 'allow' })),
  };
}
