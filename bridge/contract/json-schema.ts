/** The contract as JSON Schema 2020-12, one document per payload. */
import { type TSchema, Type } from 'typebox';
import { FEED_REJECTED, GROUP_REPLY } from './answers.ts';
import { COMMAND, GROUP_COMMAND } from './command.ts';
import { FEED_KINDS, FEEDS } from './feed.ts';
import { REMOVALS } from './feed-check.ts';
import { EVENT, GATEWAY_STATUS, MESSAGE, POSITION, REPLY, STATE } from './payloads.ts';

/** Schemas of all payloads by name; facts are `feed/<kind>`. */
export const CONTRACT_SCHEMAS: Readonly<Record<string, TSchema>> = {
  position: POSITION,
  message: MESSAGE,
  state: STATE,
  event: EVENT,
  reply: REPLY,
  command: COMMAND,
  groupCommand: GROUP_COMMAND,
  groupReply: GROUP_REPLY,
  gatewayStatus: GATEWAY_STATUS,
  feedRejected: FEED_REJECTED,
  ...Object.fromEntries(
    FEED_KINDS.map((kind) => [`feed/${kind}`, Type.Unsafe({ type: 'object', anyOf: [FEEDS[kind], REMOVALS[kind]] })]),
  ),
};

/** A payload's schema as a document of its own, with dialect and id. Undefined for unknown names. */
export function contractSchema(name: string): object | undefined {
  const schema = CONTRACT_SCHEMAS[name];
  if (schema === undefined) return undefined;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `urn:xingji:v1:${name}`, ...schema };
}
