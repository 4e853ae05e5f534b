/** Terminal parameters as people name and write them: `heartbeatInterval`, `0x0001`, `keyAlarmFlag=emergency,overspeed`. */
import { formatId, type Json, jsonSchema, messageByName, type Revision } from '../../../protocol/index.ts';
import { wrong } from './given.ts';
import { ToolFault } from './tool.ts';

/** A parameter of the standard. */
export interface Parameter {
  readonly name: string;
  readonly id: number;
  readonly zh: string | undefined;
  readonly unit: string | undefined;
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** What the catalogue has, in its order. */
export const KNOWN: readonly Parameter[] = known();
const BY_NAME = new Map(KNOWN.map((one) => [one.name.toLowerCase(), one]));
const BY_ID = new Map(KNOWN.map((one) => [one.id, one]));

function known(): readonly Parameter[] {
  const node = messageByName('setTerminalParameters')!.body['params']!.node;
  if (node.kind !== 'items') return [];
  return Object.entries(node.items).map(([name, { id, field }]) => ({
    name,
    id,
    zh: field.doc.zh,
    unit: field.doc.unit,
  }));
}

/** The parameter of a name or an id; one of an id that the standard has not is called by it. Throws ToolFault. */
export function parameterOf(word: string): Parameter {
  const named = BY_NAME.get(word.toLowerCase());
  if (named !== undefined) return named;
  if (!/^0x[0-9a-f]{1,8}$/i.test(word)) {
    const near = KNOWN.filter(({ name }) => name.toLowerCase().includes(word.toLowerCase())).slice(0, 5);
    const hint = near.length === 0 ? '' : `; there are: ${near.map(({ name }) => name).join(', ')}`;
    throw new ToolFault(`no parameter is called ${JSON.stringify(word)}${hint}`, 2);
  }
  const id = Number(word);
  return BY_ID.get(id) ?? { name: formatId(id, 8), id, zh: undefined, unit: undefined };
}

export function parameterNamed(name: string): Parameter | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** A value as it was typed, in the form that its parameter has. Octets in hex where the standard does not know it. Throws ToolFault. */
export function readValue({ name, zh }: Parameter, text: string, revision: Revision): Json {
  if (zh === undefined) {
    if (!/^([0-9a-f]{2})*$/i.test(text))
      throw wrong(name, text, 'octets in hexadecimal, as the standard does not know it');
    return text.toLowerCase();
  }
  const schema = schemaOf(name, revision);
  if (schema === undefined) throw new ToolFault(`${name}: not in the standard of ${revision}`, 2);
  if (schema.type === 'string') return text;
  if (schema.type === 'array' && !text.startsWith('['))
    return text === '' || text === 'none' ? [] : text.split(',').map((part) => part.trim());
  if (schema.enum?.includes(text) || schema.anyOf?.some((one) => one.enum?.includes(text))) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    const names = [...(schema.enum ?? []), ...(schema.anyOf ?? []).flatMap((one) => one.enum ?? [])];
    throw wrong(
      name,
      text,
      names.length === 0 ? (schema.type === 'object' ? 'a JSON object' : 'a number') : `one of ${names.join(', ')}`,
    );
  }
}

function schemaOf(name: string, revision: Revision): Schema | undefined {
  const whole = jsonSchema(messageByName('setTerminalParameters')!, revision) as Schema;
  const layouts = whole.anyOf ?? [whole];
  return layouts.map(({ properties }) => properties?.['params']?.properties?.[name]).find((one) => one !== undefined);
}

/** A list of parameters as the body of a message has it. */
export type Values = Readonly<Record<string, Json>>;

/** By name; those that the standard does not know by id, in hex. */
export function valuesIn(params: Json | undefined): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const [name, value] of Object.entries((params ?? {}) as Values)) {
    if (name !== 'unknown') found.set(name, value);
    else
      for (const { id, hex } of value as unknown as { id: string; hex: string }[])
        found.set(formatId(Number(id), 8), hex);
  }
  return found;
}

/** The way back. */
export function paramsOf(values: ReadonlyMap<string, Json>): Values {
  const entries = [...values];
  const unknown = entries.filter(([name]) => name.startsWith('0x')).map(([id, hex]) => ({ id, hex }));
  return {
    ...Object.fromEntries(entries.filter(([name]) => !name.startsWith('0x'))),
    ...(unknown.length === 0 ? {} : { unknown }),
  };
}

/** `*` stands for any characters. */
export function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 'i');
}
