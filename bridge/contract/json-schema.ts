/** The contract as JSON Schema 2020-12, one document per payload. */
import type { TSchema } from 'typebox';
import { COMMAND } from './command.ts';
import { FEEDS } from './feed.ts';
import { EVENT, GATEWAY_STATUS, MESSAGE, POSITION, REPLY, STATE } from './payloads.ts';

/** Schemas of all payloads by name; facts are `feed/<kind>`. */
export const CONTRACT_SCHEMAS: Readonly<Record<string, TSchema>> = {
  position: POSITION,
  message: MESSAGE,
  state: STATE,
  event: EVENT,
  reply: REPLY,
  command: COMMAND,
  gatewayStatus: GATEWAY_STATUS,
  ...Object.fromEntries(Object.entries(FEEDS).map(([kind, schema]) => [`feed/${kind}`, schema])),
};

/** A payload's schema as a document of its own, with dialect and id. Undefined for unknown names. */
export function contractSchema(name: string): object | undefined {
  const schema = CONTRACT_SCHEMAS[name];
  if (schema === undefined) return undefined;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `urn:xingji:v1:${name}`, ...schema };
}
