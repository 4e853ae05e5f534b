import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, it } from 'vitest';
import {
  asyncApi,
  commandFilter,
  CONTRACT_SCHEMAS,
  type Envelope,
  FEED_KINDS,
  parseCommandTopic,
  parseGroupTopic,
  topicMatches,
  topicOf,
} from '../../../bridge/index.ts';
import { feedFilter, groupFilters, parseFeedTopic } from '../../../bridge/contract/topics.ts';
import { position } from '../support/envelopes.ts';

const SCHEMA: object = specs.schemasWithoutId['3.0.0'];
const described = asyncApi({ version: '1.2.3' });
const filled = (address: string): string =>
  address.replaceAll(/\{(\w+)\}/g, (_, name: string) => ({ terminal: '13912345678', node: 'edge-1' })[name] ?? '53');
const addressOf = (name: string): string => filled(described.channels[name]!.address);

describe('the description of the MQTT contract', () => {
  it('is valid by the schema of AsyncAPI 3', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, format);
    const valid = ajv.validate(SCHEMA, JSON.parse(JSON.stringify(described)));
    expect([valid, ajv.errorsText()]).toEqual([true, 'No errors']);
  });

  it('is refused by that schema where it is wrong, so that the check is one', () => {
    const ajv = new Ajv({ strict: false, logger: false });
    for (const [name, format] of Object.entries(fullFormats)) ajv.addFormat(name, format);
    const wrong = { ...described, channels: { position: { adress: 'a' } } };
    expect(ajv.validate(SCHEMA, wrong)).toBe(false);
  });

  it('has every payload of the contract', () => {
    const said = Object.keys((described.components as { messages: object }).messages);
    expect(said.toSorted()).toEqual(
      Object.keys(CONTRACT_SCHEMAS)
        .map((name) => name.replace('/', '.'))
        .toSorted(),
    );
  });

  it('has the topics that the gateway speaks and listens on', () => {
    for (const kind of ['position', 'message', 'event', 'state', 'reply'] as const) {
      const envelope = { ...position(1), kind, division: '535353' } as Envelope;
      expect(topicOf(envelope)).toBe(addressOf(kind));
    }
    expect(topicMatches(commandFilter(), addressOf('command'))).toBe(true);
    expect(parseCommandTopic(addressOf('command'))).toEqual({ division: '535353', terminal: '13912345678' });
    for (const [i, where] of ['All', 'Province', 'City', 'County'].entries()) {
      expect(topicMatches(groupFilters()[i]!, addressOf(`command${where}`))).toBe(true);
      expect(parseGroupTopic(addressOf(`command${where}`))).toBe('53'.repeat(i));
    }
    for (const kind of FEED_KINDS) {
      expect(parseFeedTopic(addressOf(`feed.${kind}`))).toBe(kind);
      expect(topicMatches(feedFilter(), addressOf(`feed.${kind}.rejected`))).toBe(false);
    }
  });

  it('has no reference that leads nowhere, and a parameter for each part of an address', () => {
    for (const [, ref] of JSON.stringify(described).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = ref!.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], described);
      expect(found, ref).toBeDefined();
    }
    for (const { address, parameters = {} } of Object.values(
      described.channels as Readonly<Record<string, { address: string; parameters?: object }>>,
    ))
      expect(Object.keys(parameters)).toEqual([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
  });

  it('follows the prefix of the gateway', () => {
    const other = asyncApi({ version: '1', prefix: 'fleet/a' });
    expect(Object.values(other.channels).every(({ address }) => address.startsWith('fleet/a/'))).toBe(true);
  });
});
