/** The MQTT contract as AsyncAPI 3, made of the topics and schemas that the gateway itself uses. It speaks for the gateway: it sends what goes up and receives what comes down. */
import { Components } from './components.ts';
import { FEED_KINDS } from './feed.ts';
import { CONTRACT_SCHEMAS } from './json-schema.ts';
import { DEFAULT_PREFIX, feedRejectedTopic, feedTopic, gatewayStatusTopic, groupLevels } from './topics.ts';

/** AsyncAPI 3, as far as it is built here. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly channels: Readonly<
    Record<string, { readonly address: string; readonly messages: Readonly<Record<string, object>> }>
  >;
  readonly operations: Readonly<Record<string, object>>;
  readonly components: Readonly<Record<string, object>>;
  readonly [part: string]: unknown;
}

/** What the description is of. */
export interface AsyncApiOptions {
  readonly version: string;
  /** First levels of every topic. */
  readonly prefix?: string;
}

interface Channel {
  readonly name: string;
  readonly address: string;
  /** Key of `CONTRACT_SCHEMAS`. */
  readonly payload: string;
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly retained?: true;
  /** Channel on which it is answered. */
  readonly reply?: string;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  province: 'Two digits of a GB/T 2260 code.',
  city: 'Two digits.',
  county: 'Two digits; `00/00/00` while the division is unknown.',
  terminal: 'Phone number of the terminal without leading zeros.',
  node: 'Name of a gateway.',
};

/** `{province}/{city}/…`: levels of a division as parameters. */
const DIVISION = ['{province}', '{city}', '{county}'] as const;

const UP: readonly (readonly [leaf: string, summary: string])[] = [
  ['position', 'Where a terminal is, or was while it had no link'],
  ['message', 'Every other message of a terminal'],
  ['event', 'Steps of alarms and findings'],
  ['state', 'Where a terminal stands now'],
  ['reply', 'Steps of a command'],
];

function channels(prefix: string): readonly Channel[] {
  const ofTerminal = (leaf: string): string => [prefix, ...DIVISION, '{terminal}', leaf].join('/');
  const many = groupLevels.map((levels) => {
    const at = (leaf: string): string => [prefix, ...DIVISION.slice(0, levels), leaf].join('/');
    const where = ['All', 'Province', 'City', 'County'][levels]!;
    return { command: at('command'), reply: at('reply'), where };
  });
  return [
    ...UP.map(([leaf, summary]): Channel => {
      const retained = leaf === 'state' ? ({ retained: true } as const) : {};
      return { name: leaf, address: ofTerminal(leaf), payload: leaf, action: 'send', summary, ...retained };
    }),
    {
      name: 'command',
      address: ofTerminal('command'),
      payload: 'command',
      action: 'receive',
      summary: 'A command to one terminal. An MQTT 5 response topic of the sender gets the steps too.',
      reply: 'reply',
    },
    ...many.flatMap(({ command, reply, where }): Channel[] => [
      {
        name: `command${where}`,
        address: command,
        payload: 'groupCommand',
        action: 'receive',
        summary: 'A command to many terminals of a division',
        reply: `reply${where}`,
      },
      {
        name: `reply${where}`,
        address: reply,
        payload: 'groupReply',
        action: 'send',
        summary: 'Whether a command to many was taken',
      },
    ]),
    {
      name: 'gatewayStatus',
      address: gatewayStatusTopic('{node}', prefix),
      payload: 'gatewayStatus',
      action: 'send',
      summary: 'Whether a gateway is connected; also its last will',
      retained: true,
    },
    ...FEED_KINDS.flatMap((kind): Channel[] => [
      {
        name: `feed.${kind}`,
        address: feedTopic(kind, prefix),
        payload: `feed/${kind}`,
        action: 'receive',
        summary: `A fact of the kind ${kind}, or its removal`,
        reply: `feed.${kind}.rejected`,
      },
      {
        name: `feed.${kind}.rejected`,
        address: feedRejectedTopic(kind, prefix),
        payload: 'feedRejected',
        action: 'send',
        summary: 'A fact that was not taken, and why',
      },
    ]),
  ];
}

/** `{terminal}` and the like, as the channel declares them. */
function parametersOf(address: string): object {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  if (names.length === 0) return {};
  return { parameters: Object.fromEntries(names.map((name) => [name, { description: PARAMETERS[name] }])) };
}

/** The description; the same for the same options. */
export function asyncApi({ version, prefix = DEFAULT_PREFIX }: AsyncApiOptions): AsyncApi {
  const components = new Components();
  const all = channels(prefix);
  const payloads = [...new Set(all.map(({ payload }) => payload))];
  const keyOf = (payload: string): string => payload.replace('/', '.');
  const messages = Object.fromEntries(
    payloads.map((payload) => [
      keyOf(payload),
      { name: keyOf(payload), contentType: 'application/json', payload: components.lift(CONTRACT_SCHEMAS[payload]) },
    ]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Xingji',
      version,
      description:
        'What a gateway tells platforms over MQTT, and what they may tell it. Times are ISO 8601 with offset.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      broker: {
        host: '{host}',
        protocol: 'mqtt',
        variables: {
          host: { default: '127.0.0.1:1883', description: '`mqtt.url` of ready; over TLS beyond loopback.' },
        },
        security: [{ $ref: '#/components/securitySchemes/account' }],
      },
    },
    channels: Object.fromEntries(
      all.map(({ name, address, payload }) => [
        name,
        {
          address,
          ...parametersOf(address),
          messages: { [keyOf(payload)]: { $ref: `#/components/messages/${keyOf(payload)}` } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      all.map(({ name, action, summary, retained, reply }) => [
        `${action}.${name}`,
        {
          action,
          summary,
          channel: { $ref: `#/channels/${name}` },
          bindings: { mqtt: { qos: 1, retain: retained === true, bindingVersion: '0.2.0' } },
          ...(reply === undefined ? {} : { reply: { channel: { $ref: `#/channels/${reply}` } } }),
        },
      ]),
    ),
    components: {
      schemas: components.schemas,
      messages,
      securitySchemes: { account: { type: 'userPassword', description: 'An account of the gateway; see access.' } },
    },
  };
}
